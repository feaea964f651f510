"""Where two files with different numbers of lines come apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def first_suspicious_line(source_lengths: Sequence[int], target_lengths: Sequence[int]) -> int:
    """The line, counted from 1, from which the partners seem to be shifted.

    Translations have similar lengths (Gale and Church 1993). With *k* lines too many on one side,
    each line is tried as the place of the gap: partners before it stay, partners after it move
    by *k*. The place with the smallest sum of length differences wins.

    Args:
        source_lengths: characters in each source line.
        target_lengths: the same for the target; another number of lines.
    """
    longer, shorter = (
        (np.asarray(lengths, dtype=np.float64) for lengths in (source_lengths, target_lengths))
        if len(source_lengths) > len(target_lengths)
        else (np.asarray(lengths, dtype=np.float64) for lengths in (target_lengths, source_lengths))
    )
    gap, common = len(longer) - len(shorter), len(shorter)
    before = np.concatenate(([0.0], np.cumsum(_differences(longer[:common], shorter))))
    moved = _differences(longer[gap:], shorter)
    after = np.concatenate((np.cumsum(moved[::-1])[::-1], [0.0]))
    return int(np.argmin(before + after)) + 1


def _differences(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.abs(np.log((first + 1.0) / (second + 1.0)))
