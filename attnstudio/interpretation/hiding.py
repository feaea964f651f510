"""Attention without what lies on no word: ``</s>`` and other marks of the model, and punctuation.

What is left of a row is scaled so that it adds up to 1 again; how much that was stays beside it,
for a row that had little left says little. A row that had next to nothing left is empty: scaled up
it would be nothing but the rounding of its numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnstudio.axes import Meaning, TextUnits, Units
from attnstudio.interpretation.words import is_mark, is_sign

ON_NO_WORD = "on no word"  # what is written where a row is empty
OUT_OF_REACH = "out of reach"  # where a row cannot look, whatever stands there
LEAST_KEPT = 0.01  # of a row: with less it is empty


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of the columns of a matrix.

    Attributes:
        places: of the columns, as they were counted before.
        shares: how much of each row lay on them, (rows,) from 0 to 1; None of numbers that are no
            distribution, which are left as they are.
        whole: how many columns there were before.
    """

    places: tuple[int, ...]
    shares: NDArray[np.float64] | None
    whole: int

    @property
    def empty_rows(self) -> tuple[int, ...]:
        """The rows that have nothing left."""
        if self.shares is None:
            return ()
        return tuple(np.flatnonzero(self.shares < LEAST_KEPT).tolist())


def word_places(units: Units) -> tuple[int, ...]:
    """The places of the units that are neither marks nor signs; all where none is a word."""
    places = range(len(units))
    left = tuple(place for place in places if not _is_idle(units, place))
    return left or tuple(places)


def keep_columns(
    weights: NDArray[np.float64], places: Sequence[int], meaning: Meaning
) -> tuple[NDArray[np.float64], Kept]:
    """Leave columns out, and scale what is left of each row of a distribution.

    Args:
        weights: (rows, columns).
        places: of the columns that stay, in their order.
        meaning: what the numbers are.

    Returns:
        (rows, columns that stay): rows add up to 1, or to 0 where they are empty.
    """
    left = weights[:, list(places)]
    if meaning is not Meaning.DISTRIBUTION:
        return left, Kept(tuple(places), None, weights.shape[1])
    kept = Kept(tuple(places), left.sum(axis=1).clip(0.0, 1.0), weights.shape[1])
    scaled = left / np.maximum(left.sum(axis=1, keepdims=True), LEAST_KEPT)
    scaled[list(kept.empty_rows)] = 0.0
    return scaled, kept


def units_at(units: Units, places: Sequence[int]) -> Units:
    """Some of the pieces of a text; other units have none to leave out."""
    if not isinstance(units, TextUnits):
        return units
    return TextUnits(units.text, tuple(units.tokens[place] for place in places))


def _is_idle(units: Units, place: int) -> bool:
    return isinstance(units, TextUnits) and (is_mark(units, place) or is_sign(units, place))
