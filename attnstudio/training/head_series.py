"""How each head looked over a training, validation by validation, as its log tells it.

``head_series(history.validations)`` gives a table for each attention and quantity of which anything
is known, with `words_of` for its title, unit and sentence. It knows no torch and reads no file. Of
a validation that tells nothing, as in older logs or where validation had taken its time, there is
no column; logs of runs without attention give nothing.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnstudio.sites import Site, SiteRole
from attnstudio.training.events import Validation
from attnstudio.training.head_quantities import (
    HeadPlace,
    HeadQuantity,
    from_log,
    log_name,
    place_named,
)

_HEADING = ("run", "attention", "quantity", "layer", "head", "update", "value")


@dataclass(frozen=True, slots=True)
class HeadSeries:
    """One quantity of every head of one attention, over the updates.

    Attributes:
        site: which attention.
        quantity: what the values say; see `words_of`.
        steps: the updates after which it was told, ascending.
        values: (layers, heads, updates); not a number where nothing was told.
    """

    site: Site
    quantity: HeadQuantity
    steps: tuple[int, ...]
    values: NDArray[np.float64]

    @property
    def is_flat(self) -> bool:
        """Whether it is 0 throughout, as the zeros of a model are that leaves nothing out."""
        return not np.nan_to_num(self.values).any()


def head_series(validations: Sequence[Validation]) -> tuple[HeadSeries, ...]:
    """All that is told, by site in the order of their roles and then by quantity.

    Args:
        validations: ascending, as `History` has them.
    """
    told: dict[HeadPlace, list[tuple[int, NDArray[np.float64]]]] = {}
    for event in validations:
        for place, table in from_log(event.head_numbers).items():
            told.setdefault(place, []).append((event.step, table))
    return tuple(_joined(place, told[place]) for place in _in_order(told))


def places_told(validations: Sequence[Validation]) -> tuple[HeadPlace, ...]:
    """Of which attentions and quantities anything is told, in the order of `head_series`."""
    names = dict.fromkeys(name for event in validations for name in event.head_numbers)
    return _in_order(place for name in names if (place := place_named(name)) is not None)


def series_at(validations: Sequence[Validation], place: HeadPlace) -> HeadSeries | None:
    """One of `head_series` without the others, which a deep model may have many numbers of."""
    name = log_name(place)
    told = []
    for event in validations:
        rows = event.head_numbers.get(name)
        table = from_log({name: rows}).get(place) if rows is not None else None
        if table is not None:
            told.append((event.step, table))
    return _joined(place, told) if told else None


def runs_table(runs: Mapping[str, Sequence[HeadSeries]], delimiter: str = ",") -> str:
    """Every number of several runs, by their names, as their logs have it, whatever the locale.

    One line for a head and an update.
    """
    rows = ((name, *row) for name, series in runs.items() for row in _rows(series))
    table = io.StringIO()
    writer = csv.writer(table, delimiter=delimiter, lineterminator="\n")
    writer.writerows([_HEADING, *rows])
    return table.getvalue()


def _rows(series: Sequence[HeadSeries]) -> Iterator[tuple[object, ...]]:
    for each in series:
        for (layer, head, column), value in np.ndenumerate(each.values):
            said = "" if math.isnan(value) else float(value)
            yield each.site.name, each.quantity.value, layer, head, each.steps[column], said


def _in_order(places: Iterable[HeadPlace]) -> tuple[HeadPlace, ...]:
    """By site in the order of their roles and then by quantity."""
    sites, quantities = list(SiteRole), list(HeadQuantity)
    return tuple(
        sorted(
            places,
            key=lambda place: (
                sites.index(place.site.role),
                place.site.name,
                quantities.index(place.quantity),
            ),
        )
    )


def _joined(place: HeadPlace, told: Sequence[tuple[int, NDArray[np.float64]]]) -> HeadSeries:
    layers = max(len(table) for _, table in told)
    heads = max(table.shape[1] for _, table in told)
    values = np.full((layers, heads, len(told)), np.nan)
    for column, (_, table) in enumerate(told):
        values[: len(table), : table.shape[1], column] = table
    return HeadSeries(place.site, place.quantity, tuple(step for step, _ in told), values)
