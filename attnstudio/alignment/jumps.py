"""How far the eye jumps in one sentence from word to word of the other (Vogel et al. 1996)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnstudio.alignment.cells import sums

_SINGLE = 12  # jumps up to here have a bin each, longer ones share a bin for each doubling
_SHARED = 4
_OUTERMOST = _SINGLE + _SHARED
_SMOOTHING = 10.0  # imagined jumps, each place as likely as another


@dataclass(frozen=True, slots=True)
class JumpChances:
    """The chances of a hidden Markov model over the words of a sentence.

    Attributes:
        first: of each word to be the first one: (states,).
        next: of each word, in a column, to come after that of the row: (states, states).
        last: of each word to be the last one: (states,).
    """

    first: NDArray[np.float32]
    next: NDArray[np.float32]
    last: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class JumpModel:
    """How likely each length of a jump is, the sentence's edges counting as words.

    Attributes:
        weights: of each bin, up to a common factor: (bins,).
    """

    weights: NDArray[np.float64]

    @classmethod
    def uniform(cls) -> JumpModel:
        """Every jump is equally likely."""
        return cls(np.ones(2 * _OUTERMOST + 1))

    @classmethod
    def from_counts(cls, counts: NDArray[np.float64], lengths: NDArray[np.int64]) -> JumpModel:
        """From expected counts of each bin, relative to how many such jumps there are to make.

        Args:
            counts: summed over a corpus: (bins,).
            lengths: the number of states of each of its sentences.
        """
        places = np.zeros(2 * _OUTERMOST + 1)
        for states, sentences in enumerate(np.bincount(lengths).tolist()):
            if states and sentences:
                places += sentences * np.bincount(jump_bins(states).ravel(), minlength=len(places))
        return cls(counts / np.maximum(places, 1.0) + _SMOOTHING / max(places.sum(), 1.0))

    def chances(self, states: int) -> JumpChances:
        """The chances in a sentence of so many words."""
        weights = self.weights[jump_bins(states)]
        within = weights[:, :states] / weights[:, :states].sum(axis=1, keepdims=True)
        last = weights[1:, states] / weights[1:].sum(axis=1)
        return JumpChances(
            within[0].astype(np.float32), within[1:].astype(np.float32), last.astype(np.float32)
        )


def jump_bins(states: int) -> NDArray[np.int32]:
    """The bin of each jump.

    Returns:
        From the beginning (row 0) or a word (row i + 1), to a word or the end (the last column):
        (states + 1, states + 1).
    """
    length = np.arange(states + 1)[None, :] - np.arange(-1, states)[:, None]
    doublings = np.floor(np.log2(np.maximum(np.abs(length), 1) / _SINGLE)).astype(np.int64)
    far = np.sign(length) * (_SINGLE + 1 + np.minimum(doublings, _SHARED - 1))
    bins = np.where(np.abs(length) <= _SINGLE, length, far) + _OUTERMOST
    return bins.astype(np.int32)


def count_bins(
    first: NDArray[np.float64], following: NDArray[np.float64], last: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Expected numbers of jumps as counts of bins.

    Args:
        first: of jumps from the beginning to each word: (states,).
        following: from word to word: (states, states).
        last: of those from each word to the end: (states,).
    """
    bins = jump_bins(len(first))
    jumps = np.zeros(bins.shape)
    jumps[0, :-1], jumps[1:, :-1], jumps[1:, -1] = first, following, last
    return sums(bins.ravel(), jumps.ravel(), 2 * _OUTERMOST + 1)
