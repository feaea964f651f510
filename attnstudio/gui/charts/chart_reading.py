"""What stands under the cursor of a chart, and between two pins: a row a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication

from attnstudio.gui.charts.plotted_curve import DrawnCurve, PlottedCurve
from attnstudio.gui.look.theme import Series

_UNREADABLE = 1e9
_NOTHING = "–"


@dataclass(frozen=True, slots=True)
class ValueRow:
    """What is read of one line.

    Attributes:
        run: whose line it is.
        series: how it is drawn.
        has_markers: whether its points are marked.
        values: one for each column of the reading.
        words: all of it in words.
        value: the last of what was measured.
    """

    run: str
    series: Series
    has_markers: bool
    values: tuple[str, ...]
    words: str
    value: float


@dataclass(frozen=True, slots=True)
class ChartReading:
    """What is read of a chart.

    Attributes:
        title: the chart's.
        moment: where on the horizontal axis.
        columns: their headings.
        rows: the nearest first.
    """

    title: str
    moment: str
    columns: tuple[str, ...]
    rows: tuple[ValueRow, ...]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a chart is read.

    Attributes:
        x: the cursor; None where there is none.
        pins: none, one to measure from, or two to measure between.
    """

    x: float | None = None
    pins: tuple[float, ...] = ()

    @property
    def is_reading(self) -> bool:
        """Whether there is anything to be said."""
        return self.x is not None or len(self.pins) == 2

    @property
    def ends(self) -> tuple[float, ...]:
        """The places that are read: one, or the two that are compared."""
        if len(self.pins) == 2:
            return self.pins
        return (*self.pins, self.x) if self.x is not None else ()

    def pinned(self) -> Cursor:
        """Pin the cursor; where both pins are set already, let them go."""
        if len(self.pins) == 2:
            return Cursor(self.x)
        return Cursor(self.x, (*self.pins, self.x)) if self.x is not None else self


def read_chart(
    title: str,
    axis: str,
    curves: Sequence[DrawnCurve],
    cursor: Cursor,
    distance: Callable[[DrawnCurve, int], float],
    write_x: Callable[[float], str],
    write_difference: Callable[[float], str],
) -> ChartReading | None:
    """The values of all lines, None where nothing is pointed at.

    Args:
        title: the chart's.
        axis: what its horizontal axis is called.
        curves: its lines.
        cursor: where they are read.
        distance: how far a point of a line is from where the person points.
        write_x: a place on the horizontal axis in words.
        write_difference: a stretch of it.
    """
    with_points = [curve for curve in curves if len(curve.line.curve.x)]
    if not cursor.is_reading or not with_points:
        return None
    ends = cursor.ends
    drawn = [(curve, nearest(curve.line, ends[-1])) for curve in with_points]
    near = min(curve.usual_gap for curve in with_points)
    rows = [(distance(curve, place), _row(curve, ends, write_x, near)) for curve, place in drawn]
    rows.sort(key=lambda row: row[0])
    columns: tuple[str, ...]
    if len(ends) == 1:
        columns = (_tr("value"), _tr("smoothed"))
        place = write_x(ends[0])
    else:
        columns = ("A", "B", "Δ")
        place = _tr("{start} → {end}, Δ {difference}").format(
            start=write_x(ends[0]),
            end=write_x(ends[1]),
            difference=write_difference(ends[1] - ends[0]),
        )
    return ChartReading(
        title,
        _tr("{axis}: {place}").format(axis=axis, place=place),
        columns,
        tuple(row for _, row in rows),
    )


def nearest(line: PlottedCurve, x: float) -> int:
    """The place of the point of a line that is nearest to x."""
    return int(np.argmin(np.abs(line.curve.x - x)))


def _reaches(curve: DrawnCurve, x: float) -> bool:
    """Whether a line has something to say of a place: not where its run had ended long before."""
    points, gap = curve.line.curve.x, curve.longest_gap
    return bool(points[0] - gap <= x <= points[-1] + gap)


def _interval(line: PlottedCurve, place: int) -> tuple[float, float] | None:
    """From where to where a value lies with 95 %; None where that is not known."""
    low, high = line.curve.low, line.curve.high
    if low is None or high is None or not np.isfinite(low[place]):
        return None
    return float(low[place]), float(high[place])


def short(value: float) -> str:
    """A number as charts write it."""
    if abs(value) >= _UNREADABLE:
        return f"{value:.1e}"
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"


def _row(
    curve: DrawnCurve, ends: tuple[float, ...], write_x: Callable[[float], str], near: float
) -> ValueRow:
    """What a line says of one place, or of two.

    Args:
        curve: the line.
        ends: the places.
        write_x: a place in words.
        near: a point that is farther away is named with its own place: what was measured at step
            200 is not the value of step 100.
    """
    line = curve.line
    places = [nearest(line, x) for x in ends]
    there = [_reaches(curve, x) for x in ends]
    values = [
        short(float(line.curve.y[place])) if is_there else _NOTHING
        for place, is_there in zip(places, there, strict=True)
    ]
    words = values[-1]
    if there[-1] and (ends_there := _interval(line, places[-1])):
        words = _tr("{value}, with 95 % from {low} to {high}").format(
            value=words, low=short(ends_there[0]), high=short(ends_there[1])
        )
        if len(ends) == 1:  # of two places there is no room for it
            values[0] = _tr("{value} ± {half}").format(
                value=values[0], half=f"{(ends_there[1] - ends_there[0]) / 2:.2g}"
            )
    for number, (place, x) in enumerate(zip(places, ends, strict=True)):
        if there[number] and abs(line.curve.x[place] - x) > near:
            at = write_x(float(line.curve.x[place]))
            values[number] = f"{values[number]}@{at}"  # short, or runs lose their names beside it
    if curve.smoothed is not None and there[-1]:
        smoothed = short(float(curve.smoothed[places[-1]]))
        words = _tr("{raw} (smoothed {smoothed})").format(raw=words, smoothed=smoothed)
    else:
        smoothed = _NOTHING
    cells: tuple[str, ...]
    if len(ends) == 1:
        cells = (values[0], smoothed)
    else:
        start, end = (float(line.curve.y[place]) for place in places)
        is_known = all(there) and (places[0] != places[1] or ends[0] == ends[1])
        change = short(end - start) if is_known else _NOTHING
        cells = (*values, change)
        words += _tr(", Δ {n}").format(n=change)
    at = write_x(float(line.curve.x[places[-1]]) if there[-1] else ends[-1])
    words = _tr("{values} at {x}").format(values=words, x=at)
    return ValueRow(
        line.run, line.series, line.has_markers, cells, f"{line.label}: {words}",
        float(line.curve.y[places[-1]]),
    )  # fmt: skip


def _tr(text: str) -> str:
    return QCoreApplication.translate("chart_reading", text)
