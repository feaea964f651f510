"""What kind of head one is, in numbers: where it looks, and how sharply.

Each figure is a mean over the rows of one matrix of pieces. A row that can look at one place only,
such as the first of a text over what is written so far, has no choice and is left out of all of
them; so is a row of another measure whose numbers are all 0.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from attnstudio.axes import Meaning, Record, TextUnits, Units
from attnstudio.interpretation.reach import reach_of
from attnstudio.interpretation.view import View, view_of
from attnstudio.interpretation.words import is_mark, is_sign
from attnstudio.interpretation.zeros import has_zeros, zero_share
from attnstudio.reading import Reading
from attnstudio.sites import Site

IDLE = 0.5  # a head with more than this of its weight on no word is called idle

_Matrix = NDArray[np.float64]


class HeadFigure(StrEnum):
    """A number that tells heads apart."""

    SPREAD = "spread"  # entropy of a row by the logarithm of the places that it can look at
    COVERAGE = "coverage"  # how evenly all places are looked at over the whole text
    MARKS = "marks"  # the weight on </s> and other marks of the model
    PUNCTUATION = "punctuation"  # the weight on signs
    DISTANCE = "distance"  # how far away it looks, in pieces
    GREATEST = "greatest"  # the greatest weight of a row; "confidence" in Voita et al. 2019
    ZEROS = "zeros"  # the share of places that have exactly 0; "density" in Correia et al. 2019


def head_figure(view: View, figure: HeadFigure) -> float | None:
    """One figure of a matrix.

    - Spread: 0 on one place, 1 on all alike; ``-Σ_j α_ij ln α_ij / ln n_i`` where row *i* can look
      at *n_i* places.
    - Coverage: the sum of each column (Tu et al. 2016, Modeling Coverage for Neural Machine
      Translation) counts up to what a head brings there that looks at all alike, as it counts up
      to 1 in Wu et al. 2016 (Google's Neural Machine Translation System, equation 14), over the
      sum of all: 1 where each place gets its even share, near 0 where one gets all.
    - Distance: ``|i - j|`` of a text over itself, else ``|i·S/T - j|`` with *S* columns and *T*
      rows; both counted from 0.

    Args:
        view: over pieces.
        figure: which one.

    Returns:
        In pieces for the distance, from 0 to 1 for all else; None for numbers that are no
        distribution, for signs where no text is looked at, and where no row has a choice.
    """
    if view.meaning is not Meaning.DISTRIBUTION:
        return None
    reach = reach_of(view)
    rows = np.flatnonzero((reach.sum(axis=1) > 1) & (view.weights.sum(axis=1) > 0))
    if not len(rows):
        return None
    weights, reach = view.weights[rows], reach[rows]
    match figure:
        case HeadFigure.SPREAD:
            return float(row_spreads(weights, reach.sum(axis=1)).mean())
        case HeadFigure.COVERAGE:
            return _coverage(weights, reach)
        case HeadFigure.MARKS:
            return _mass(weights, [is_mark(view.columns, n) for n in range(len(view.columns))])
        case HeadFigure.PUNCTUATION if isinstance(view.columns, TextUnits):
            return _mass(weights, [is_sign(view.columns, n) for n in range(len(view.columns))])
        case HeadFigure.PUNCTUATION:
            return None
        case HeadFigure.DISTANCE:
            distances = distances_of(view.site, *view.weights.shape)
            return float((weights * distances[rows]).sum(axis=1).mean())
        case HeadFigure.GREATEST:
            return float(weights.max(axis=1).mean())
        case HeadFigure.ZEROS:
            return zero_share(view)


def row_spreads(weights: _Matrix, choices: NDArray[np.int64] | int) -> _Matrix:
    """The entropy of each row by the logarithm of how many places it can look at.

    Args:
        weights: (…, rows, columns), rows that sum to 1.
        choices: how many places a row can look at, more than one; (…, rows), or one for all.

    Returns:
        (…, rows) from 0 to 1.
    """
    # rounded rows may sum to a little more than 1
    return np.asarray((row_entropies(weights) / np.log(choices)).clip(0.0, 1.0))


def row_entropies(weights: _Matrix) -> _Matrix:
    """-Σ_j α_ij ln α_ij of each row of (…, rows, columns), in nats."""
    logs = np.log(weights, where=weights > 0, out=np.zeros_like(weights))
    return np.asarray(-(weights * logs).sum(axis=-1))


def distances_of(site: Site, rows: int, columns: int) -> _Matrix:
    """(rows, columns), how far away each place is, as `head_figure` says it."""
    scale = 1.0 if site.is_self else columns / rows
    return np.asarray(abs(np.arange(rows)[:, np.newaxis] * scale - np.arange(columns)))


def idle_share(view: View) -> float | None:
    """How much of what words look at is no word: marks of the model and punctuation.

    What marks and signs look at is not counted: a full stop that looks at a full stop does its
    work, and of a short sentence that is half of the rows.

    Args:
        view: over pieces.

    Returns:
        From 0 to 1; None for numbers that are no distribution, and where no word has a choice.
    """
    if view.meaning is not Meaning.DISTRIBUTION:
        return None
    is_word = np.array([not _is_idle(view.rows, row) for row in range(len(view.rows))])
    has_choice = (reach_of(view).sum(axis=1) > 1) & (view.weights.sum(axis=1) > 0)
    rows = np.flatnonzero(is_word & has_choice)
    if not len(rows):
        return None
    return _mass(view.weights[rows], [_is_idle(view.columns, n) for n in range(len(view.columns))])


def told_figures(record: Record, site: Site) -> tuple[HeadFigure, ...]:
    """The figures that tell something of a site: that of zeros only where there are any."""
    has = has_zeros(record, site)
    return tuple(each for each in HeadFigure if has or each is not HeadFigure.ZEROS)


def figures_of_heads(record: Record, site: Site) -> dict[HeadFigure, list[list[float | None]]]:
    """The `told_figures` of the weights of every head of a site, ``[layer][head]``."""
    layers, heads = record.shape_of(site)
    average = Reading(site=site)
    views = [
        [view_of(record, replace(average, layer=layer, head=head)) for head in range(heads)]
        for layer in range(layers)
    ]
    return {
        figure: [[head_figure(view, figure) for view in layer] for layer in views]
        for figure in told_figures(record, site)
    }


def _coverage(weights: _Matrix, reach: NDArray[np.bool_]) -> float:
    even_shares = (reach / reach.sum(axis=1, keepdims=True)).sum(axis=0)
    return float(np.minimum(weights.sum(axis=0), even_shares).sum() / len(weights))


def _is_idle(units: Units, place: int) -> bool:
    return is_mark(units, place) or (isinstance(units, TextUnits) and is_sign(units, place))


def _mass(weights: _Matrix, counted: list[bool]) -> float:
    return float(weights[:, np.array(counted)].sum(axis=1).mean())
