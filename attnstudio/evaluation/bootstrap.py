"""How sure a figure over sentence pairs is: its interval when the pairs are drawn again and again.

The percentile interval of Efron and Tibshirani 1993 (An Introduction to the Bootstrap, chapter
13): as many pairs as there are, drawn with replacement, a thousand times; the middle 95 % of the
figures.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 1_000
SEED = 1
_CELLS_AT_ONCE = 1 << 20  # of the table of how often each draw holds each pair: 8 MB
_MIDDLE = (0.025, 0.975)


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a figure lies with 95 %.

    Attributes:
        low: its lower end.
        high: its upper end.
    """

    low: float
    high: float


def resampled_totals(
    counts: NDArray[np.int64], draws: int = DRAWS, seed: int = SEED
) -> NDArray[np.int64]:
    """Sums of counts over pairs that are drawn with replacement.

    Args:
        counts: of each pair: (pairs, counts).
        draws: how often so many pairs are drawn.
        seed: of the drawing.

    Returns:
        (draws, counts); zeros without pairs.
    """
    pairs = len(counts)
    totals = np.zeros((draws, counts.shape[1]), dtype=np.int64)
    if not pairs:
        return totals
    generator = np.random.default_rng(seed)
    at_once = max(1, _CELLS_AT_ONCE // pairs)
    for start in range(0, draws, at_once):
        rows = min(at_once, draws - start)
        drawn = generator.integers(pairs, size=(rows, pairs)) + pairs * np.arange(rows)[:, None]
        times = np.bincount(drawn.ravel(), minlength=rows * pairs).reshape(rows, pairs)
        totals[start : start + rows] = times @ counts
    return totals


def interval_of(figures: NDArray[np.float64]) -> Interval:
    """The middle 95 % of the figures of all draws."""
    low, high = np.quantile(figures, _MIDDLE).tolist()
    return Interval(low, high)
