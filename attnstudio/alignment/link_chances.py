"""The chances of links between words, and the links that are read from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnstudio.alignment.symmetrisation import Symmetrisation, symmetrise
from attnstudio.corpus.alignment import Alignment, Link

THRESHOLD = 0.4  # of a link's confidence

Chances = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LinkChances:
    """The chance of every link between the words of one sentence pair.

    Attributes:
        forward: that a target word, or a piece of it, translates this source word. A target word
            whose sum over the source words is below 1 may translate none, one whose sum is above 1
            has pieces that translate different words: (source words, target words).
        backward: that a source word, or a piece of it, translates this target word, likewise:
            (source words, target words).
    """

    forward: Chances
    backward: Chances

    @property
    def confidence(self) -> Chances:
        """Of each link, from 0 to 1: (source words, target words).

        The mean of both directions: a link is sure if both are sure of it, and still likely if it
        is one of several of its word, which the other direction can never be sure of.
        """
        return (self.forward + self.backward) * np.float32(0.5)

    def links(self, threshold: float = THRESHOLD) -> Alignment:
        """Every link of which the confidence is above the threshold."""
        places = np.argwhere(self.confidence > threshold).tolist()
        return Alignment(frozenset(Link(source, target) for source, target in places))

    def joined(self, method: Symmetrisation) -> Alignment:
        """The best link of every word, where it is likelier than none, of both directions."""
        forward = _best(self.forward.T)
        backward = frozenset(Link(target, source) for source, target in _best(self.backward))
        return Alignment(symmetrise(forward, backward, method))


@dataclass(frozen=True, slots=True)
class CorpusLinkChances:
    """The chances of all links of a corpus; each pair's are made when they are asked for.

    Attributes:
        lengths: source and target words of each pair.
        left_out: pairs that are too long to align or have an empty side; their chances are 0.
        starts: first cell of each pair, and the number of all cells at the end: (pairs + 1,).
        forward: as in `LinkChances`, of all pairs, row by row: (cells,).
        backward: likewise.
    """

    lengths: tuple[tuple[int, int], ...]
    left_out: frozenset[int]
    starts: NDArray[np.int64]
    forward: Chances
    backward: Chances

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, pair: int) -> LinkChances:
        shape = self.lengths[pair]
        if pair in self.left_out:
            return LinkChances(np.zeros(shape, np.float32), np.zeros(shape, np.float32))
        cells = slice(self.starts[pair], self.starts[pair + 1])
        return LinkChances(self.forward[cells].reshape(shape), self.backward[cells].reshape(shape))


def _best(chances: Chances) -> frozenset[Link]:
    """The most likely state of each word, if it is likelier than none.

    Args:
        chances: (words, states).

    Returns:
        Links from states to words.
    """
    if not chances.size:
        return frozenset()
    states = chances.argmax(axis=1)
    linked = chances.max(axis=1) > 1.0 - chances.sum(axis=1)
    return frozenset(Link(int(states[word]), int(word)) for word in np.flatnonzero(linked))
