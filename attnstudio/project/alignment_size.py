"""How much work it is to align a corpus: told before it begins, and what it is divided by."""

from __future__ import annotations

import math
import os
import sys
from dataclasses import dataclass

import numpy as np

from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.interpretation.words import words_of

_MOST_PAIRS = 30_000  # learnt from at once: more add little to what is learnt
_MOST_CELLS = 6_000_000  # of them: each takes some 340 bytes
_SAMPLED_PAIRS = 500
_SECONDS_A_CELL = 2.5e-5  # on a quick core with nothing else to do
_LEAST_S = 1.0
_SLOWEST = 3.5  # times that: cores differ, and memory is shared


@dataclass(frozen=True, slots=True)
class AlignmentSize:
    """How large a corpus is for an aligner.

    Attributes:
        pairs: sentence pairs.
        cells: source words times target words, summed over the pairs; worked out from some.
        rivals: how many other programs want each core.
    """

    pairs: int
    cells: float
    rivals: float = 0.0

    @property
    def blocks(self) -> int:
        """In how many parts it is aligned, so that memory stays bounded."""
        wanted = max(self.pairs / _MOST_PAIRS, self.cells / _MOST_CELLS)
        return min(self.pairs, max(1, math.ceil(wanted)))

    @property
    def expected_s(self) -> tuple[float, float]:
        """Between how many seconds it takes: other programs may give way, or not."""
        quickest = _LEAST_S + _SECONDS_A_CELL * self.cells
        return quickest, quickest * _SLOWEST * (1.0 + self.rivals)


def size_for_alignment(corpus: ParallelCorpus) -> AlignmentSize:
    """How large a corpus is for an aligner, by some hundred of its pairs, evenly taken.

    Raises:
        CorpusError: the corpus is damaged.
    """
    count = len(corpus)
    sampled = np.unique(np.linspace(0, count - 1, min(count, _SAMPLED_PAIRS)).astype(np.int64))
    cells = [
        len(words_of(source)) * len(words_of(target))
        for block in corpus.blocks(sampled)
        for source, target in zip(block.sources, block.targets, strict=True)
    ]
    return AlignmentSize(count, count * sum(cells) / len(cells), _rivals())


def _rivals() -> float:
    """How many programs wanted each core in the last minute; none where the system keeps it."""
    if sys.platform == "win32":
        return 0.0
    cores = os.cpu_count() or 1
    return max(0.0, os.getloadavg()[0] + 1.0 - cores) / cores
