"""One matrix as it is looked at: what all pictures, tables and texts of attention are made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnstudio.axes import Meaning, Reading, Record, Site, TextUnits, Units
from attnstudio.corpus.alignment import Link
from attnstudio.interpretation.links import (
    makes_links,
    taught_links,
    unit_links,
)
from attnstudio.interpretation.matrices import matrix_of, prefix_shares
from attnstudio.interpretation.teaching import is_read_as_taught
from attnstudio.interpretation.words import joined, word_groups


@dataclass(frozen=True, slots=True)
class View:
    """One matrix and what stands at its sides.

    Attributes:
        weights: (rows, columns).
        rows: what looks.
        columns: what is looked at.
        reading: which matrix of the record it is.
        meaning: what the numbers are; each row of a distribution sums to 1.
        strongest: the largest that a number can be, whatever its sign.
        forced: True when a person gave the target, False when the model chose it.
        links: which column each row looks at most, or of joined words and a head that was taught
            them, which ones it looks at enough; none where that means nothing (see `makes_links`).
        prefix: by ALTI, how much of each row comes of what was written so far, (rows,); the row
            itself is of the rest. None for all else.
    """

    weights: NDArray[np.float64]
    rows: Units
    columns: Units
    reading: Reading
    meaning: Meaning
    strongest: float
    forced: bool
    links: frozenset[Link]
    prefix: NDArray[np.float64] | None = None

    @property
    def site(self) -> Site:
        """Which attention it is."""
        return self.reading.site

    @property
    def ends(self) -> tuple[float, float]:
        """The numbers at the ends of the scale of colours: signed ones have 0 in the middle."""
        lowest = -self.strongest if self.meaning is Meaning.SIGNED else 0.0
        return lowest, self.strongest

    @property
    def tints(self) -> NDArray[np.float64]:
        """The weights on the scale of colours, from 0 to 1: all that is coloured takes these."""
        if self.meaning is Meaning.DISTRIBUTION:
            return self.weights
        low, high = self.ends
        return (self.weights - low) / (high - low)

    def share(self, weight: float) -> float:
        """How strong a weight is beside the strongest that there can be, 0 to 1."""
        return abs(weight) / self.strongest

    def has_units_of(self, other: View | None) -> bool:
        """Whether rows and columns are the same as those of another view."""
        return other is not None and (self.rows, self.columns) == (other.rows, other.columns)


def view_of(record: Record, reading: Reading, *, words: bool = False) -> View:
    """A matrix of a record, as a reading names it.

    Args:
        record: what the model looked at.
        reading: which of it.
        words: join the pieces of words, on each side that is a text. What is looked at is added
            up and what looks is averaged, so that rows of a distribution still sum to 1 (Clark
            et al. 2019, What Does BERT Look At?, section 4.1). Two words are linked as
            `linked_words` links them.

    Raises:
        AlignmentError: the model has no such attention, layer or head.
    """
    weights = matrix_of(record, reading)
    site, meaning = reading.site, record.matrices[reading.site].meaning
    rows, columns = record.axes[site.queries], record.axes[site.keys]
    has_links = makes_links(site, meaning)
    links = unit_links(weights, columns, rows) if has_links else frozenset[Link]()
    prefix = prefix_shares(record, reading)
    if words:
        row_groups, rows = _joined(rows)
        column_groups, columns = _joined(columns)
        summed = np.stack([weights[:, word].sum(axis=1) for word in column_groups], axis=1)
        weights = np.stack([summed[word].mean(axis=0) for word in row_groups])
        if prefix is not None:
            prefix = np.array([prefix[word].mean() for word in row_groups])
        row_of, column_of = _group_of(row_groups), _group_of(column_groups)
        if has_links and is_read_as_taught(record, reading):
            links = taught_links(weights, columns, rows)
        else:
            links = frozenset(Link(column_of[link.source], row_of[link.target]) for link in links)
    strongest = 1.0
    if meaning is not Meaning.DISTRIBUTION:
        strongest = float(np.abs(weights).max(initial=0.0)) or strongest
    return View(weights, rows, columns, reading, meaning, strongest, record.forced, links, prefix)


def _joined(units: Units) -> tuple[list[list[int]], Units]:
    """The places that belong together, and what stands for each such group."""
    if not isinstance(units, TextUnits):
        return [[place] for place in range(len(units))], units
    groups = word_groups(units)
    return groups, joined(units, groups)


def _group_of(groups: Sequence[Sequence[int]]) -> dict[int, int]:
    return {place: number for number, group in enumerate(groups) for place in group}
