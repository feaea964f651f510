"""How many weights of a row are kept so that as large a share is left as another model leaves."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from itertools import pairwise

import numpy as np


def share_for(choices: Mapping[int, int], density: float) -> float:
    """The share of each row to keep so that, of all rows, nearest to a density is kept.

    Of a row of n places, max(1, ⌊share·n + ½⌋) are kept: short rows keep more than their share, so
    that the share is mostly below the density.

    Args:
        choices: how many rows can look at how many places.
        density: the share of all places that should be left, above 0 and at most 1.

    Returns:
        Above 0 and at most 1, as far from where a row keeps one more as it can be.
    """
    sizes = np.array(sorted(choices))
    rows = np.array([choices[size] for size in sizes.tolist()])
    wanted = density * float((sizes * rows).sum())

    def kept(share: float) -> float:
        return float((rows * np.maximum(1.0, np.floor(share * sizes + 0.5))).sum())

    # between two of these nothing changes
    edges = sorted({(k - 0.5) / n for n in sizes.tolist() for k in range(2, n + 1)} | {0.0, 1.0})
    shares = [(low + high) / 2 for low, high in pairwise(edges)]
    at = bisect_left(shares, wanted, key=kept)
    around = shares[max(0, at - 1) : at + 1]
    return min(around, key=lambda share: abs(kept(share) - wanted))
