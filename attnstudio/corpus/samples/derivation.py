"""Realised words that remember what they express, and the gold links this gives.

Both languages realise the same meaning. Every part of a meaning has a path such as
``main.object.noun``; a word lists the paths it expresses. Two words that express the same
part are linked, so the gold alignment is a by-product of the derivation and never a guess.
"""

from __future__ import annotations

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

    def expresses(self, path: str) -> bool:
        """Whether it means the part at ``path`` or a piece of it."""
        return any(meant == path or meant.startswith(path + ".") for meant in self.means)


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
    sure = {
        Link(i, j)
        for i, left in enumerate(source)
        for j, right in enumerate(target)
        if not set(left.means).isdisjoint(right.means)
    }
    linked_source = {link.source for link in sure}
    linked_target = {link.target for link in sure}
    possible = {
        Link(i, j)
        for i, left in enumerate(source)
        for j, right in enumerate(target)
        if (i not in linked_source and any(map(right.expresses, left.leans_on)))
        or (j not in linked_target and any(map(left.expresses, right.leans_on)))
    }
    return Alignment(frozenset(sure), frozenset(possible))
