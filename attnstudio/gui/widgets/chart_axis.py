"""Axes whose numbers can be read also where they are logarithmic."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pyqtgraph as pg

from attnstudio.gui.widgets.chart_reading import short

_NAMED = {1, 2, 5}  # of each power of ten: the numbers between would overlap
_TICK_LEVELS = 1  # the third level of the grid is too faint to be seen and takes half of each frame


class NumberAxis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph has no types
    """Plain numbers; on a logarithmic scale 1, 2 and 5 of each power of ten."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self.setStyle(maxTickLevel=_TICK_LEVELS)

    def logTickStrings(
        self, values: Sequence[float], _scale: float, _spacing: float | None
    ) -> list[str | None]:
        return [
            short(10**value) if round(10 ** (value - math.floor(value + 1e-9))) in _NAMED else None
            for value in values
        ]


class ClockAxis(pg.DateAxisItem):  # type: ignore[misc] # pyqtgraph has no types
    """Days and times of the day, of seconds since the epoch."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self.setStyle(maxTickLevel=2)  # days, hours and minutes
