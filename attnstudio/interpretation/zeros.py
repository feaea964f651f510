"""Weights of exactly 0, which some models give, told from those that are only small.

What is 0 of an average is 0 in all that is averaged. Numbers that were kept with few digits do not
tell: there a small weight is 0 as well (see `View.tells_zeros`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from attnstudio.axes import Record
from attnstudio.interpretation.reach import reach_at, reach_of
from attnstudio.interpretation.view import View, tells_zeros
from attnstudio.sites import Site

_LEAST_TOLD = 0.00005  # with four decimals less is 0.0000


def has_zeros(record: Record, site: Site) -> bool:
    """Whether any head of a site leaves out for good what it could look at."""
    matrix = record.matrices[site]
    if not tells_zeros(matrix):
        return False
    reached = matrix.reached
    if reached is None:
        reached = reach_at(site, *matrix.weights.shape[2:])
    return bool(((matrix.weights == 0.0) & reached).any())


class Looked(NamedTuple):
    """How many of the places that it can look at a row looks at."""

    at: int
    of: int


def looked_at(view: View, row: int) -> Looked | None:
    """Of a row that leaves something out for good; None of all others."""
    if not view.tells_zeros or view.is_off or row in view.empty_rows:
        return None
    reach = reach_of(view)[row]
    found = Looked(int((reach & ~view.zeros[row]).sum()), int(reach.sum()))
    return found if found.at < found.of else None


def zero_share(view: View) -> float | None:
    """Which share of the places that can be looked at has exactly 0.

    Rows that can look at one place only have no choice and are left out, as are those that have
    nothing left where marks and punctuation are hidden.

    Returns:
        From 0 to 1; None where numbers do not tell, and where no row has a choice.
    """
    if not view.tells_zeros:
        return None
    reach = reach_of(view)
    rows = np.flatnonzero((reach.sum(axis=1) > 1) & (view.weights.sum(axis=1) > 0))
    if not len(rows):
        return None
    return float((view.zeros & reach)[rows].sum() / reach[rows].sum())


def mean_looked_at(view: View) -> tuple[float, float] | None:
    """How many places a row looks at and can look at, on average; None where none leaves any out.

    The rows that count are those of `zero_share`.
    """
    share = zero_share(view)
    if not share:
        return None
    reach = reach_of(view).sum(axis=1)
    of = float(reach[(reach > 1) & (view.weights.sum(axis=1) > 0)].mean())
    return of * (1.0 - share), of


def weight_text(view: View, row: int, column: int) -> str:
    """A number with four decimals: ``0`` where it is that, and else never ``0.0000``."""
    weight = float(view.weights[row, column])
    if not view.tells_zeros:
        return f"{weight:z.4f}"
    if weight == 0.0:
        return "0"
    return f"{weight:.4f}" if weight >= _LEAST_TOLD else "< 0.0001"
