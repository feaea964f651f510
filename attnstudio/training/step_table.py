"""The steps of a run as columns: a million of them in 64 MB, and a curve without making any."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any, overload

from attnstudio.training.events import Step

COUNTED = frozenset({"step", "target_tokens"})  # whole numbers; all else has fractions
NUMBER_BYTES = 8
COLUMNS = tuple(item.name for item in fields(Step))


class StepTable(Sequence[Step]):
    """Reported updates, ascending; each is made when it is asked for."""

    def __init__(self) -> None:
        self._columns: dict[str, array[Any]] = {
            name: array("q" if name in COUNTED else "d") for name in COLUMNS
        }

    def append(self, step: Step) -> None:
        """Take in the next step."""
        for name, column in self._columns.items():
            value = getattr(step, name)
            column.append(math.nan if value is None else value)

    def extend_columns(self, columns: Iterable[Iterable[float]]) -> None:
        """Take in many steps at once, given as their columns in the order of `COLUMNS`."""
        for column, values in zip(self._columns.values(), columns, strict=True):
            column.extend(values)

    def extend_bytes(self, columns: Iterable[bytes]) -> None:
        """Take in many steps at once, given as `array.tobytes` of their columns."""
        for column, data in zip(self._columns.values(), columns, strict=True):
            column.frombytes(data)

    def column(self, name: str) -> array[Any]:
        """One quantity of all steps, by its name in `Step`; not to be kept, as it grows."""
        return self._columns[name]

    def void_after(self, step: int) -> None:
        """Forget the steps after one."""
        kept = bisect_right(self._columns["step"], step)
        for column in self._columns.values():
            del column[kept:]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StepTable) and self._columns == other._columns

    __hash__ = None  # type: ignore[assignment] # it grows

    def __len__(self) -> int:
        return len(self._columns["step"])

    @overload
    def __getitem__(self, place: int) -> Step: ...

    @overload
    def __getitem__(self, place: slice) -> list[Step]: ...

    def __getitem__(self, place: int | slice) -> Step | list[Step]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        return Step(**{name: column[place] for name, column in self._columns.items()})
