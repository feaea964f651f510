"""Which sentence pairs the attention of a run is held against gold links on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split

_Item = TypeVar("_Item")

MOST_GOLD_PAIRS = 200
FEWEST_GOLD_PAIRS = 20  # fewer tell little more than chance
_MOST_LOOKED_THROUGH = 200_000  # training pairs: a tenth of a second


@dataclass(frozen=True, slots=True)
class GoldPairs:
    """Sentence pairs with gold links.

    Attributes:
        pairs: their numbers in the corpus.
        splits: where they come from.
    """

    pairs: tuple[int, ...]
    splits: tuple[Split, ...]


def gold_pairs(corpus: ParallelCorpus, *, is_taught: Callable[[int], bool]) -> GoldPairs:
    """At most 200 pairs with gold links, of the validation split where it has enough of them.

    Where it has fewer than 20, training pairs join them: no model learns the links of a text that
    it translates, so that the text alone gives nothing away. Test pairs never do, since what is
    chosen on them would look better on them than it is.

    Args:
        corpus: whose pairs.
        is_taught: whether the links of a pair are what a model learns, which then says nothing.
    """
    of_validation = _with_gold(corpus, Split.VALID, is_taught)
    if len(of_validation) >= FEWEST_GOLD_PAIRS:
        return GoldPairs(tuple(spread(of_validation, MOST_GOLD_PAIRS)), (Split.VALID,))
    most = MOST_GOLD_PAIRS - len(of_validation)
    of_training = spread(_with_gold(corpus, Split.TRAIN, is_taught), most)
    there = {Split.VALID: of_validation, Split.TRAIN: of_training}
    return GoldPairs(
        (*of_validation, *of_training), tuple(split for split, pairs in there.items() if pairs)
    )


def spread(items: Sequence[_Item], most: int) -> list[_Item]:
    """At most so many items, evenly from the whole."""
    if len(items) <= most:
        return list(items)
    return [items[i] for i in np.linspace(0, len(items) - 1, most).astype(int)]


def _with_gold(corpus: ParallelCorpus, split: Split, is_taught: Callable[[int], bool]) -> list[int]:
    if not corpus.has_gold:
        return []
    indices = corpus.indices(split)
    indices = indices[:: max(1, -(-len(indices) // _MOST_LOOKED_THROUGH))]
    lines = corpus.link_lines(indices)
    found = [pair for pair, line in zip(indices.tolist(), lines, strict=True) if line]
    return [pair for pair in found if not is_taught(pair)]
