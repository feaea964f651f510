"""Where in a sentence the text stands that was searched for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import islice

from attnstudio.corpus.alignment import Span
from attnstudio.corpus.expression_faults import expression_error

_MOST_HITS = 200  # of one sentence; nobody sees more, and a text may be endless
Finder = Callable[[str], list[Span]]
"""The places of a text in a sentence, from the first on."""


def compiled(text: str) -> re.Pattern[str]:
    """A regular expression that takes large and small letters alike.

    Raises:
        CorpusError: it is none.
    """
    try:
        return re.compile(text, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise expression_error(text, error) from error


def hit_finder(text: str, *, is_expression: bool = False) -> Finder:
    """A function that finds what `text_matcher` matches; it finds nothing for an empty text.

    A letter is never parted from the marks that stand on it, nor from the rest of a letter that is
    two small ones: ``s`` marks all of ``ß``.

    Raises:
        CorpusError: the text is to be a regular expression and is none.
    """
    text = unicodedata.normalize("NFC", text)  # as the corpus is stored
    if not text:
        return lambda _: []
    if is_expression:
        pattern = compiled(text)
        return lambda sentence: _tidied(
            sentence, (match.span() for match in pattern.finditer(sentence))
        )
    folded_text = text.casefold()
    return lambda sentence: _tidied(sentence, _plain_hits(sentence, folded_text))


def _plain_hits(sentence: str, folded_text: str) -> Iterator[tuple[int, int]]:
    folded = sentence.casefold()
    origins: range | list[int] = range(len(sentence))
    if len(folded) != len(sentence):  # some letters have become two or three
        parts = [character.casefold() for character in sentence]
        origins = [place for place, part in enumerate(parts) for _ in part]
    start = folded.find(folded_text)
    while start >= 0:
        end = start + len(folded_text)
        yield origins[start], origins[end - 1] + 1
        start = folded.find(folded_text, end)


def _tidied(sentence: str, hits: Iterator[tuple[int, int]]) -> list[Span]:
    """With whole letters, and without what is empty or begins before the one before has ended."""
    tidied: list[Span] = []
    for start, end in islice(hits, _MOST_HITS):
        if start == end:
            continue
        while start > 0 and _is_mark(sentence[start]):
            start -= 1
        while end < len(sentence) and _is_mark(sentence[end]):
            end += 1
        start = max(start, tidied[-1].end if tidied else 0)
        if start < end:
            tidied.append(Span(start, end))
    return tidied


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")
