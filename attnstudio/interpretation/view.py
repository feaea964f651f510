"""One matrix as it is looked at: what all pictures, tables and texts of attention are made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnstudio.axes import Matrix, Meaning, Record, TextUnits, Units
from attnstudio.corpus.alignment import Link
from attnstudio.interpretation.hiding import (
    LEAST_KEPT,
    Kept,
    keep_columns,
    units_at,
    word_places,
)
from attnstudio.interpretation.links import (
    makes_links,
    taught_links,
    unit_links,
)
from attnstudio.interpretation.matrices import (
    heads_off,
    leaves_open,
    matrix_of,
    outside_of,
    prefix_shares,
)
from attnstudio.interpretation.teaching import is_read_as_taught
from attnstudio.interpretation.words import joined, word_groups
from attnstudio.reading import Measure, Reading
from attnstudio.sites import TARGET, Site


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
        log_probs: natural logarithm of the probability that the model gave each row, (rows,); that
            of a word is of all its pieces. None where rows are not of the target.
        is_greatest: whether numbers are the greatest of several matrices and not their average;
            they are magnitudes then, and their rows sum to nothing.
        kept: what is left where marks and punctuation are hidden; None where nothing is.
        tells_zeros: whether a weight of 0 is exactly that, and not one that was rounded.
        are_words: whether the pieces of words are joined.
        outside: (rows, columns), True where a row cannot look, so that a 0 says nothing of it;
            None where it can everywhere.
        heads_off: how many of the heads that it is of are switched off, and how many there are.
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
    log_probs: NDArray[np.float64] | None = None
    is_greatest: bool = False
    kept: Kept | None = None
    tells_zeros: bool = False
    are_words: bool = False
    outside: NDArray[np.bool_] | None = None
    heads_off: tuple[int, int] = (0, 1)

    @property
    def is_off(self) -> bool:
        """Whether all that it is of is switched off, so that nothing of it is passed on."""
        off, heads = self.heads_off
        return off == heads

    @property
    def zeros(self) -> NDArray[np.bool_]:
        """(rows, columns): where exactly nothing is looked at."""
        if self.is_off:
            return np.ones(self.weights.shape, dtype=np.bool_)
        if not self.tells_zeros:
            return np.zeros(self.weights.shape, dtype=np.bool_)
        return np.asarray(self.weights == 0.0)

    @property
    def site(self) -> Site:
        """Which attention it is."""
        return self.reading.site

    @property
    def looks(self) -> frozenset[Link]:
        """Where each row looks most, to be drawn: its links, or in a text over itself any place."""
        if self.is_off or not self.site.is_self or self.meaning is not Meaning.DISTRIBUTION:
            return self.links
        greatest = self.weights.argmax(axis=1).tolist()
        return frozenset(
            Link(column, row) for row, column in enumerate(greatest) if row not in self.empty_rows
        )

    @property
    def empty_rows(self) -> tuple[int, ...]:
        """The rows that have nothing left where marks and punctuation are hidden."""
        return self.kept.empty_rows if self.kept is not None else ()

    @property
    def whole_width(self) -> int:
        """How many columns there are with those that are hidden."""
        return self.kept.whole if self.kept is not None else len(self.columns)

    def whole_column(self, column: int) -> int:
        """How a column is counted among all, with those that are hidden."""
        return self.kept.places[column] if self.kept is not None else column

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


def view_of(
    record: Record,
    reading: Reading,
    *,
    words: bool = False,
    hide: bool = False,
    greatest: bool = False,
) -> View:
    """A matrix of a record, as a reading names it.

    Args:
        record: what the model looked at.
        reading: which of it.
        words: join the pieces of words, on each side that is a text. What is looked at is added
            up and what looks is averaged, so that rows of a distribution still sum to 1 (Clark
            et al. 2019, What Does BERT Look At?, section 4.1). Two words are linked as
            `linked_words` links them.
        hide: leave out what is looked at where no word is: marks of the model and punctuation, if
            there is anything else. Rows of a distribution add up to 1 without them, and links lead
            to the words that are left.
        greatest: of what a reading leaves open take the greatest and not the average, and so of
            the pieces of a word.

    Raises:
        AlignmentError: the model has no such attention, layer or head.
    """
    weights = matrix_of(record, reading, greatest=greatest)
    outside = outside_of(record, reading)
    is_greatest = greatest and leaves_open(record, reading)
    site, meaning = reading.site, record.matrices[reading.site].meaning
    if is_greatest and meaning is Meaning.DISTRIBUTION:
        meaning = Meaning.MAGNITUDE
    rows, columns = record.axes[site.queries], record.axes[site.keys]
    off = heads_off(record, reading)
    is_off = off[0] == off[1]
    has_links = makes_links(site, meaning) and not is_off
    links = _links(weights, rows, columns, hide=hide) if has_links else frozenset[Link]()
    prefix = prefix_shares(record, reading) if not is_greatest else None
    log_probs = np.array(record.token_log_probs) if site.queries == TARGET else None
    if words:
        row_groups, rows = _joined(rows)
        column_groups, columns = _joined(columns)
        looked_at, looking = (np.max, np.max) if is_greatest else (np.sum, np.mean)
        joint = np.stack([looked_at(weights[:, word], axis=1) for word in column_groups], axis=1)
        weights = np.stack([looking(joint[word], axis=0) for word in row_groups])
        if outside is not None:
            whole = np.stack([outside[:, word].all(axis=1) for word in column_groups], axis=1)
            outside = np.stack([whole[word].all(axis=0) for word in row_groups])
        if prefix is not None:
            prefix = np.array([prefix[word].mean() for word in row_groups])
        if log_probs is not None:
            log_probs = np.array([log_probs[word].sum() for word in row_groups])
        row_of, column_of = _group_of(row_groups), _group_of(column_groups)
        if has_links and is_read_as_taught(record, reading):
            links = taught_links(weights, columns, rows)
        else:
            links = frozenset(Link(column_of[link.source], row_of[link.target]) for link in links)
    kept = None
    if hide and len(places := word_places(columns)) < len(columns):
        # what is 0 has no share on words
        weights, kept = keep_columns(weights, places, Meaning.MAGNITUDE if is_off else meaning)
        outside = None if outside is None else outside[:, list(places)]
        columns, links = units_at(columns, places), _renumbered(links, places)
    strongest = 1.0
    if meaning is not Meaning.DISTRIBUTION:
        strongest = float(np.abs(weights).max(initial=0.0)) or strongest
    return View(
        weights=weights,
        rows=rows,
        columns=columns,
        reading=reading,
        meaning=meaning,
        strongest=strongest,
        forced=record.forced,
        links=links,
        prefix=prefix,
        log_probs=log_probs,
        is_greatest=is_greatest,
        kept=kept,
        tells_zeros=not is_greatest
        and reading.measure is Measure.WEIGHTS
        and tells_zeros(record.matrices[site]),
        are_words=words,
        outside=None if is_off else outside,
        heads_off=off,
    )


def tells_zeros(matrix: Matrix) -> bool:
    """Whether what is 0 is exactly that; timelines are kept with few digits, where 3e-8 is 0."""
    return matrix.meaning is Meaning.DISTRIBUTION and matrix.weights.dtype != np.float16


def _links(
    weights: NDArray[np.float64], rows: Units, columns: Units, *, hide: bool
) -> frozenset[Link]:
    """The links, or those to the words alone of rows that have something there."""
    if not hide:
        return unit_links(weights, columns, rows)
    seen = np.zeros_like(weights)
    places = list(word_places(columns))
    seen[:, places] = weights[:, places]
    links = unit_links(seen, columns, rows)
    return frozenset(link for link in links if seen[link.target].sum() >= LEAST_KEPT)


def _renumbered(links: frozenset[Link], places: Sequence[int]) -> frozenset[Link]:
    """The links to the columns that are left, as they are counted then."""
    number_of = {place: number for number, place in enumerate(places)}
    return frozenset(
        Link(number_of[link.source], link.target) for link in links if link.source in number_of
    )


def _joined(units: Units) -> tuple[list[list[int]], Units]:
    """The places that belong together, and what stands for each such group."""
    if not isinstance(units, TextUnits):
        return [[place] for place in range(len(units))], units
    groups = word_groups(units)
    return groups, joined(units, groups)


def _group_of(groups: Sequence[Sequence[int]]) -> dict[int, int]:
    return {place: number for number, group in enumerate(groups) for place in group}
