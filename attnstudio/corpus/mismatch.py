"""Where two files with different numbers of lines come apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_MOST_PLACES = 32


def first_suspicious_line(source_lengths: Sequence[int], target_lengths: Sequence[int]) -> int:
    """The line, counted from 1, from which the partners seem to be shifted.

    Translations have similar lengths, up to a factor of the two languages (Gale and Church 1993).
    Somewhere the longer file has lines that the shorter one lacks, and partners move by one line
    at each of them. The places with the smallest sum of differences are found by dynamic
    programming over the lines and the shift reached so far; the first place is the answer. With
    more than 32 lines too many, all that are left move at the last place.

    Args:
        source_lengths: characters in each source line.
        target_lengths: the same for the target; another number of lines.
    """
    shorter, longer = sorted((_logarithms(source_lengths), _logarithms(target_lengths)), key=len)
    gap, common = len(longer) - len(shorter), len(shorter)
    cost = _running_sum(longer[:common] - shorter)  # of the partners before each line
    first = np.arange(common + 1)  # the first place of the best path to each line
    for shift in (*range(1, min(gap, _MOST_PLACES)), gap):
        difference = _running_sum(longer[shift : shift + common] - shorter)
        lead = cost - difference
        place = _place_of_running_minimum(lead)
        cost = difference + lead[place]
        first = first[place]
    return int(first[-1]) + 1


def _logarithms(lengths: Sequence[int]) -> NDArray[np.float64]:
    """Of the lengths, moved so that their median is 0: Chinese is shorter than German."""
    logarithms = np.log1p(np.asarray(lengths, dtype=np.float64))
    return logarithms - np.median(logarithms) if len(logarithms) else logarithms


def _running_sum(differences: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate(([0.0], np.cumsum(np.abs(differences))))


def _place_of_running_minimum(values: NDArray[np.float64]) -> NDArray[np.int64]:
    minimum = np.minimum.accumulate(values)
    falls = np.flatnonzero(np.diff(minimum, prepend=np.inf))
    return falls[np.searchsorted(falls, np.arange(len(values)), side="right") - 1]
