"""Which pairs of a corpus have a text, a split or a length, or are among others; in what order."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from attnstudio.corpus.hits import compiled
from attnstudio.corpus.lengths import PairLengths
from attnstudio.corpus.parallel_corpus import SPLIT_CODES, ParallelCorpus, Split
from attnstudio.corpus.statistics import Measure

_BLOCK = 4_096


class SearchedSide(StrEnum):
    """Where a text is searched."""

    EITHER = "either"
    SOURCE = "source"
    TARGET = "target"


@dataclass(frozen=True, slots=True)
class Range:
    """Pairs measured from ``low`` to before ``high``, or all others.

    Attributes:
        measure: what is measured.
        low: the smallest value inside.
        high: the first value that is no longer inside.
        inside: False for the pairs outside.
    """

    measure: Measure
    low: float
    high: float
    inside: bool = True


@dataclass(frozen=True, slots=True)
class Order:
    """Pairs in the order of what is measured; those of one value stay in the order of the corpus.

    Attributes:
        measure: what is measured.
        is_falling: whether the largest comes first.
    """

    measure: Measure
    is_falling: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class PairSet:
    """Pairs that were found otherwise; equal to none but itself.

    Attributes:
        pairs: their indices.
    """

    pairs: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PairQuery:
    """What is asked of a pair; all of it has to hold.

    Attributes:
        text: what a sentence has in it, large and small letters alike; empty for anything.
        side: which sentence.
        is_expression: whether the text is a regular expression.
        split: the pair's split, None for any.
        ranges: the pair's lengths and their ratio; empty for any.
        among: the pairs it is one of, None for all.
        order: None for that of the corpus.
    """

    text: str = ""
    side: SearchedSide = SearchedSide.EITHER
    is_expression: bool = False
    split: Split | None = None
    ranges: tuple[Range, ...] = ()
    among: PairSet | None = None
    order: Order | None = None

    @property
    def needs_lengths(self) -> bool:
        """Whether the lengths of the sentences have to be known to answer it."""
        return bool(self.ranges) or self.order is not None

    @property
    def looks_inside(self) -> bool:
        """Whether it depends on the sentences which pairs answer it."""
        return bool(self.text or self.ranges)


Matcher = Callable[[list[str]], NDArray[np.bool_]]
"""Says which of some sentences have a text in them."""


def text_matcher(text: str, *, is_expression: bool = False) -> Matcher:
    """A function that finds a text in sentences, large and small letters alike.

    Raises:
        CorpusError: the text is to be a regular expression and is none.
    """
    text = unicodedata.normalize("NFC", text)  # as the corpus is stored
    if not is_expression:
        folded_text = text.casefold()
        return lambda sentences: np.array(
            [folded_text in sentence for sentence in _folded(sentences)], dtype=np.bool_
        )
    search = compiled(text).search
    return lambda sentences: np.array(
        [search(sentence) is not None for sentence in sentences], dtype=np.bool_
    )


def find_pairs(
    corpus: ParallelCorpus,
    query: PairQuery,
    lengths: PairLengths | None = None,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> NDArray[np.int64] | None:
    """The pairs that answer a query, in its order.

    Args:
        corpus: where to look.
        query: what to look for.
        lengths: of all pairs, where the query needs them.
        progress: told now and then how many pairs of how many were looked at.
        should_stop: asked now and then.

    Returns:
        The pairs as indices; None when it was stopped.

    Raises:
        CorpusError: the text is to be a regular expression and is none.
    """
    matches = text_matcher(query.text, is_expression=query.is_expression) if query.text else None
    fits = np.ones(len(corpus), dtype=np.bool_)
    if query.split is not None:
        fits = corpus.split_codes() == SPLIT_CODES[query.split]
    if query.among is not None:
        fits &= np.isin(np.arange(len(corpus)), query.among.pairs, assume_unique=True)
    if matches is not None:
        for start in range(0, len(corpus), _BLOCK):
            if should_stop():
                return None
            end = min(start + _BLOCK, len(corpus))
            if fits[start:end].any():
                sides = (corpus.sources(start, end), corpus.targets(start, end))
                fits[start:end] &= _matching(sides, query.side, matches)
            progress(end, len(corpus))
    if not query.needs_lengths:
        return np.flatnonzero(fits)
    assert lengths is not None, "the caller measures them first"
    for wanted in query.ranges:
        fits &= _in_range(lengths.by(wanted.measure), wanted)
    return _ordered(np.flatnonzero(fits), query.order, lengths)


def _folded(sentences: list[str]) -> list[str]:
    return "\n".join(sentences).casefold().split("\n")  # at once is several times as fast


def _matching(
    sides: tuple[list[str], list[str]], side: SearchedSide, matches: Matcher
) -> NDArray[np.bool_]:
    match side:
        case SearchedSide.SOURCE:
            return matches(sides[0])
        case SearchedSide.TARGET:
            return matches(sides[1])
        case SearchedSide.EITHER:
            return matches(sides[0]) | matches(sides[1])


def _in_range(values: NDArray[np.float64], wanted: Range) -> NDArray[np.bool_]:
    inside = (wanted.low <= values) & (values < wanted.high)
    return inside if wanted.inside else ~inside


def _ordered(
    pairs: NDArray[np.int64], order: Order | None, lengths: PairLengths
) -> NDArray[np.int64]:
    if order is None:
        return pairs
    values = lengths.by(order.measure)[pairs]
    return pairs[np.argsort(-values if order.is_falling else values, kind="stable")]
