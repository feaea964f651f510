"""Realised words that remember what they express, and the gold links this gives.

Both languages realise the same meaning. Every part of a meaning has a path such as
``main.object.noun``; a word lists the paths it expresses. Two words that express the same
part are linked, so the gold alignment is a by-product of the derivation and never a guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from attnstudio.corpus.alignment import Alignment, GoldLinks, Link, Span
from attnstudio.corpus.sentence_pair import SentencePair

_CLOSING = {",", ".", "?"}


@dataclass(frozen=True, slots=True)
class Word:
    """One token of one side.

    Attributes:
        text: how it is written.
        means: paths of the meaning it expresses; sharing one gives a sure link.
        leans_on: paths it attaches to when nothing on the other side expresses ``means``
            (an article without counterpart, a measure word); this gives possible links.
    """

    text: str
    means: tuple[str, ...]
    leans_on: tuple[str, ...] = ()


def spread(text: str, path: str, leans_on: tuple[str, ...] = ()) -> list[Word]:
    """Words for one lexical item that has two words in some language.

    ``apple tree`` gives a first and a second piece, ``Apfelbaum`` one word that means both.
    """
    pieces = (f"{path}.1", f"{path}.2")
    texts = text.split()
    if len(texts) == 1:
        return [Word(text, pieces, leans_on)]
    return [Word(part, (piece,), leans_on) for part, piece in zip(texts, pieces, strict=True)]


def derive_pair(source: Sequence[Word], target: Sequence[Word], *, spaced: bool) -> SentencePair:
    """Write both sides down and link them.

    Args:
        source: the English words.
        target: the words of the translation.
        spaced: whether the target language puts spaces between words.
    """
    source_text, source_spans = _write(source, spaced=True)
    target_text, target_spans = _write(target, spaced=spaced)
    gold = GoldLinks(source_spans, target_spans, _align(source, target))
    return SentencePair(source_text, target_text, gold)


def without_doubled_punctuation(words: Iterable[Word]) -> list[Word]:
    """The words without commas that stand right before another mark."""
    kept: list[Word] = []
    for word in words:
        if word.text in _CLOSING and kept and kept[-1].text in _CLOSING:
            kept.pop()
        kept.append(word)
    return kept


def _write(words: Sequence[Word], *, spaced: bool) -> tuple[str, tuple[Span, ...]]:
    if spaced:
        first = words[0]
        words = [replace(first, text=first.text[0].upper() + first.text[1:]), *words[1:]]
    text = ""
    spans: list[Span] = []
    for word in words:
        if spaced and text and word.text not in _CLOSING:
            text += " "
        spans.append(Span(len(text), len(text) + len(word.text)))
        text += word.text
    return text, tuple(spans)


def _align(source: Sequence[Word], target: Sequence[Word]) -> Alignment:
    expressed: defaultdict[str, list[int]] = defaultdict(list)
    for j, word in enumerate(target):
        for meaning in word.means:
            expressed[meaning].append(j)
    sure = {
        Link(i, j)
        for i, word in enumerate(source)
        for meaning in word.means
        for j in expressed.get(meaning, ())
    }
    linked_source = {link.source for link in sure}
    linked_target = {link.target for link in sure}
    possible = {
        *(
            Link(i, j)
            for i, word in enumerate(source)
            if i not in linked_source
            for j in _supports(word, target)
        ),
        *(
            Link(i, j)
            for j, word in enumerate(target)
            if j not in linked_target
            for i in _supports(word, source)
        ),
    }
    return Alignment(frozenset(sure), frozenset(possible))


def _supports(word: Word, others: Sequence[Word]) -> list[int]:
    """Which of the others express what the word leans on, or a piece of it."""
    paths = tuple(f"{path}." for path in word.leans_on)
    return [
        k
        for k, other in enumerate(others)
        if any(f"{meaning}.".startswith(paths) for meaning in other.means)
    ]
