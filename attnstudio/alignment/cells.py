"""Every source word beside every target word of a corpus, and the order that chains need.

A cell is a source and a target word of one sentence pair. All cells lie in one flat array, pair by
pair, row by row (source words), so that the work on them is done for the whole corpus at once. A
chain goes through the words of one side, one step a word, and asks of which word of the other side
each is a translation. Chains with equally many states go together: at each step those that still
have a word, the longest first, so that they need neither padding nor a mask.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_CELLS_TOGETHER = 500_000  # of one group of chains: some 10 MB


@dataclass(frozen=True, slots=True)
class ChainGroup:
    """Chains that run at the same time; a row is a step of one chain.

    Attributes:
        states: of each chain: the words of the other side.
        active: the chains that have a word at each step; never more than at the step before.
        cells: the place of each row's states among the corpus's cells: (rows, states).
        words: the place of each row's word among all words of its side: (rows,).
    """

    states: int
    active: tuple[int, ...]
    cells: NDArray[np.int32]
    words: NDArray[np.int32]

    def steps(self) -> list[slice]:
        """The rows of each step."""
        ends = np.cumsum(self.active).tolist()
        return [slice(end - size, end) for end, size in zip(ends, self.active, strict=True)]


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a corpus.

    Attributes:
        source_lengths: words of each pair's source: (pairs,).
        target_lengths: words of its target: (pairs,).
        starts: first cell of each pair, and the number of all cells at the end: (pairs + 1,).
        source_words: of each cell, the place of its word among all words of the sources.
        target_words: the same for the targets: (cells,).
    """

    source_lengths: NDArray[np.int64]
    target_lengths: NDArray[np.int64]
    starts: NDArray[np.int64]
    source_words: NDArray[np.int32]
    target_words: NDArray[np.int32]

    @classmethod
    def of_lengths(cls, sources: NDArray[np.int64], targets: NDArray[np.int64]) -> Cells:
        """The cells of sentence pairs with so many words; a pair with an empty side has none."""
        starts = np.concatenate(([0], np.cumsum(sources * targets)))
        pair = np.repeat(np.arange(len(sources)), sources * targets)
        place = np.arange(starts[-1]) - starts[pair]
        width = targets[pair]
        return cls(
            sources,
            targets,
            starts,
            (_first_words(sources)[pair] + place // width).astype(np.int32),
            (_first_words(targets)[pair] + place % width).astype(np.int32),
        )

    def __len__(self) -> int:
        return int(self.starts[-1])

    def find(self, sources: NDArray[np.int32], targets: NDArray[np.int32]) -> NDArray[np.int64]:
        """The cells of words that belong to the same pair.

        Args:
            sources: places of source words among all of them: (words,).
            targets: places of target words among all of them: (words,).
        """
        pair = np.repeat(np.arange(len(self.source_lengths)), self.source_lengths)
        row = np.arange(len(pair)) - _first_words(self.source_lengths)[pair]
        first = self.starts[pair] + row * self.target_lengths[pair]
        first -= _first_words(self.target_lengths)[pair]
        return first[sources] + targets.astype(np.int64)

    def over_targets(self) -> Iterator[ChainGroup]:
        """Chains through the target words, the source words as states."""
        for states, pairs in _alike(self.source_lengths, self.target_lengths):
            starts, widths = self.starts[pairs], self.target_lengths[pairs]
            firsts = _first_words(self.target_lengths)[pairs]
            # (chains, states): a source word's cells lie a target's length apart
            cells = starts[:, None] + np.arange(states) * widths[:, None]
            yield _group(states, widths, cells, 1, firsts)

    def over_sources(self) -> Iterator[ChainGroup]:
        """Chains through the source words, the target words as states."""
        for states, pairs in _alike(self.target_lengths, self.source_lengths):
            firsts = _first_words(self.source_lengths)[pairs]
            cells = self.starts[pairs, None] + np.arange(states)
            yield _group(states, self.source_lengths[pairs], cells, states, firsts)


def sums(
    places: NDArray[np.integer], values: NDArray[np.floating], size: int
) -> NDArray[np.float64]:
    """The values of each place added up.

    Args:
        places: where each value belongs: (values,).
        values: to be added.
        size: the number of places.
    """
    return np.bincount(places, weights=values, minlength=size).astype(np.float64, copy=False)


def _first_words(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.cumsum(lengths) - lengths


def _alike(
    states: NDArray[np.int64], steps: NDArray[np.int64]
) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Pairs with equally many states, the longest chains first, a limited number at a time."""
    for size in np.unique(states[(states > 0) & (steps > 0)]).tolist():
        pairs = np.flatnonzero((states == size) & (steps > 0))
        pairs = pairs[np.argsort(-steps[pairs], kind="stable")]
        part = np.cumsum(steps[pairs] * size) // _CELLS_TOGETHER
        for number in np.unique(part):
            yield size, pairs[part == number]


def _group(
    states: int,
    steps: NDArray[np.int64],
    cells: NDArray[np.int64],
    apart: int,
    words: NDArray[np.int64],
) -> ChainGroup:
    """Chains of so many steps.

    Args:
        states: of each.
        steps: of each, the most first: (chains,).
        cells: of each chain's first step: (chains, states).
        apart: how far from these those of the next step lie.
        words: of each chain's first step: (chains,).
    """
    active = tuple(int((steps > step).sum()) for step in range(int(steps[0])))
    return ChainGroup(
        states,
        active,
        np.concatenate([cells[:size] + step * apart for step, size in enumerate(active)]).astype(
            np.int32
        ),
        np.concatenate([words[:size] + step for step, size in enumerate(active)]).astype(np.int32),
    )
