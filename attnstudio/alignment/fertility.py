"""How many words a word is translated by, and what that says about one link more."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attnstudio.alignment.cells import sums
from attnstudio.alignment.lexicon import Vocabulary

_MOST = 5  # words; more count as so many
_SMOOTHING = 10.0  # imagined occurrences of each word, as fertile as all words are
_FACTORS = (0.05, 20.0)  # the least and the greatest


def fertility_factors(
    words: Vocabulary, places: NDArray[np.int32], links: NDArray[np.float32]
) -> NDArray[np.float32]:
    """By how much one link more changes the chance of a word's fertility.

    A word with *n* other links has φ(n + 1)·(n + 1)! / φ(n)·n! times the chance with this one too
    (Brown et al. 1993, model 3). *n* is expected, not known, so the factor lies between those of
    the whole numbers beside it: a mean field, repeated at every step of the learning.

    Args:
        words: those which have the links.
        places: which of them each cell belongs to: (cells,).
        links: chance of each cell's link: (cells,).

    Returns:
        The factor of each cell: (cells,).
    """
    expected = sums(places, links, len(words.ids))
    ratios = np.log(_ratios(words, expected)).astype(np.float32)
    others = np.clip(expected[places].astype(np.float32) - links, 0.0, _MOST - 1.0)
    below = np.minimum(others.astype(np.int32), _MOST - 2)
    share = others - below
    row = words.ids[places]
    factors: NDArray[np.float32] = np.exp(
        (1.0 - share) * ratios[row, below] + share * ratios[row, below + 1]
    )
    return factors


def _ratios(words: Vocabulary, expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """The factor of a link more for each word and number of other links: (vocabulary, 0 to 4).

    Args:
        words: the vocabulary.
        expected: the expected fertility of each place of the corpus: (words of the corpus,).
    """
    most = np.minimum(expected, _MOST - 1e-6)
    below = most.astype(np.int32)
    share: NDArray[np.float64] = most - below
    sizes = len(words.words), _MOST + 1
    flat = np.zeros(sizes[0] * sizes[1])
    for number, weight in ((below, 1.0 - share), (below + 1, share)):
        flat += sums(words.ids * sizes[1] + number, weight, len(flat))
    chances = flat.reshape(sizes)
    of_all = chances.sum(axis=0) + 1.0
    chances += _SMOOTHING * of_all / of_all.sum()
    ratios = chances[:, 1:] / chances[:, :-1] * np.arange(1, sizes[1])
    return np.clip(ratios, *_FACTORS)
