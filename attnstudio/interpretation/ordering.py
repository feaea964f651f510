"""Rows and columns of a view in another order than that of their texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attnstudio.corpus.alignment import Link
from attnstudio.interpretation.labels import OrderedUnits
from attnstudio.interpretation.view import View


class OrderKind(StrEnum):
    """By what rows and columns are ordered."""

    TEXT = "text"  # as they are written
    CHOICE = "choice"  # the strongest of a chosen row or column first
    MASS = "mass"  # the column that is looked at most in all first


class Choice(NamedTuple):
    """What is chosen of a view; None where that is open."""

    row: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """Which row and which column of a view stands where.

    Attributes:
        rows: of the view, in the order in which they are seen.
        columns: the same.
    """

    rows: tuple[int, ...]
    columns: tuple[int, ...]

    @property
    def is_of_text(self) -> bool:
        """Whether nothing is elsewhere than in the view."""
        return all(places == tuple(range(len(places))) for places in (self.rows, self.columns))


def order_of(view: View, kind: OrderKind, choice: Choice) -> Order:
    """The order of a view; what is equally strong stays as it is written.

    Args:
        view: that is ordered.
        kind: by what.
        choice: a row orders the columns, a column alone the rows; ``CHOICE`` without either leaves
            all as it is written.
    """
    sizes = np.abs(view.weights)
    rows, columns = map(tuple, map(range, sizes.shape))
    match kind:
        case OrderKind.MASS:
            columns = _strongest_first(sizes.sum(axis=0))
        case OrderKind.CHOICE if choice.row is not None:
            columns = _strongest_first(sizes[choice.row])
        case OrderKind.CHOICE if choice.column is not None:
            rows = _strongest_first(sizes[:, choice.column])
    return Order(rows, columns)


def ordered(view: View, order: Order) -> View:
    """A view with its rows and columns in an order."""
    if order.is_of_text:
        return view
    rows, columns = list(order.rows), list(order.columns)
    kept = view.kept
    if kept is not None:
        places = tuple(kept.places[column] for column in columns)
        shares = None if kept.shares is None else kept.shares[rows]
        kept = replace(kept, places=places, shares=shares)
    return replace(
        view,
        weights=view.weights[np.ix_(rows, columns)],
        rows=OrderedUnits(view.rows, order.rows),
        columns=OrderedUnits(view.columns, order.columns),
        links=frozenset(
            Link(columns.index(link.source), rows.index(link.target)) for link in view.links
        ),
        prefix=None if view.prefix is None else view.prefix[rows],
        log_probs=None if view.log_probs is None else view.log_probs[rows],
        kept=kept,
        outside=None if view.outside is None else view.outside[np.ix_(rows, columns)],
    )


def _strongest_first(sizes: NDArray[np.float64]) -> tuple[int, ...]:
    places: Sequence[int] = np.argsort(-sizes, kind="stable").tolist()
    return tuple(places)
