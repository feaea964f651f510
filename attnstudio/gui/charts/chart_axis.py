"""Axes whose numbers can be read also where they are logarithmic."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import pyqtgraph as pg
from PySide6.QtCore import QDateTime, QLocale
from PySide6.QtGui import QFontMetricsF

from attnstudio.gui.charts.chart_reading import short

_NAMED = {1, 2, 5}  # of each power of ten: the numbers between would overlap
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3_600, 86_400
_CLOCK_S = (
    1, 2, 5, 10, 15, 30,
    *(n * _MINUTE_S for n in (1, 2, 5, 10, 15, 30)), *(n * _HOUR_S for n in (1, 2, 3, 6, 12)),
)  # fmt: skip
_LAST_S = 1e11  # from the epoch, which is thousands of years: nobody trains there
_WIDEST_TIME = "00:00:00"
_BETWEEN_LABELS = 8.0
_UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))
_TICK_LEVELS = 1  # the third level of the grid is too faint to be seen and takes half of each frame


class NumberAxis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph has no types
    """Plain numbers; on a logarithmic scale 1, 2 and 5 of each power of ten."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self.setStyle(maxTickLevel=_TICK_LEVELS)
        self.enableAutoSIPrefix(False)  # the numbers say it themselves

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """``200k`` and ``1.5M``: with all their digits, large numbers ran into each other."""
        largest = max(map(abs, values), default=0.0)
        unit, sign = next(
            (
                (unit, sign)
                for unit, sign in _UNITS
                if largest >= 10 * unit and spacing >= unit / 10
            ),
            (0.0, ""),
        )
        if self.logMode or not unit:
            strings: list[str] = super().tickStrings(values, scale, spacing)
            return strings
        return [f"{value / unit:g}{sign}" if value else "0" for value in values]

    def logTickStrings(
        self, values: Sequence[float], _scale: float, _spacing: float | None
    ) -> list[str | None]:
        return [
            short(10**value) if round(10 ** (value - math.floor(value + 1e-9))) in _NAMED else None
            for value in values
        ]


class ClockAxis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph has no types
    """Times of the day, of seconds since the epoch; from a day on, days.

    pyqtgraph's own says nothing at all where its days do not fit beside each other. Here there is
    always a distance that fits.
    """

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self.enableAutoSIPrefix(False)  # times are not counted in thousands of millions

    def tickValues(self, least: float, most: float, size: float) -> list[tuple[float, list[float]]]:
        if not -_LAST_S < least < most < _LAST_S:
            return []
        label_width = QFontMetricsF(self.font()).horizontalAdvance(_WIDEST_TIME) + _BETWEEN_LABELS
        wanted_s = (most - least) * label_width / max(size, label_width)
        if wanted_s <= _CLOCK_S[-1]:
            spacing = next(spacing for spacing in _CLOCK_S if spacing >= wanted_s)
            offset = QDateTime.fromSecsSinceEpoch(int(least)).offsetFromUtc()
            first = math.ceil((least + offset) / spacing) * spacing - offset
            count = int((most - first) // spacing) + 1
            return [(spacing, [first + n * spacing for n in range(count)])]
        days = _round_days(wanted_s / _DAY_S)
        return [(days * _DAY_S, list(_midnights(least, most, days)))]

    def tickStrings(self, values: Sequence[float], _scale: float, spacing: float) -> list[str]:
        return [_time_as_label(value, spacing) for value in values]


def _midnights(least: float, most: float, days: int) -> Iterator[float]:
    """Each so many days, also where the clocks are changed between them."""
    date = QDateTime.fromSecsSinceEpoch(int(least)).date()
    date = date.addDays(-(date.toJulianDay() % days))
    while (at := date.startOfDay().toSecsSinceEpoch()) <= most:
        if at >= least:
            yield float(at)
        date = date.addDays(days)


def _round_days(days: float) -> int:
    """The next of 1, 2, 5, 10, 20, 50 … days."""
    power = 10 ** math.floor(math.log10(max(days, 1.0)))
    return next(int(step * power) for step in (1, 2, 5, 10) if step * power >= days)


def _time_as_label(at: float, spacing: float) -> str:
    """``14:30``, with seconds where they are needed; ``3 Nov`` at midnight."""
    time = QDateTime.fromSecsSinceEpoch(round(at))
    if spacing >= _DAY_S or not (time.time().hour() or time.time().minute()):
        return QLocale().toString(time.date(), "d MMM")
    return time.toString("HH:mm:ss" if spacing < _MINUTE_S else "HH:mm")
