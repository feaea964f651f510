"""The lines of a chart as pyqtgraph draws them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from attnstudio.gui.charts.chart_reading import nearest
from attnstudio.gui.charts.plotted_curve import DrawnCurve, PlotOptions
from attnstudio.gui.charts.wide_curve import WideCurve
from attnstudio.training.curves import Curve

_MOST_SMOOTH_POINTS = 200  # to antialias the zigzag of more takes seconds
_RAW_ALPHA = 70
_STAR_SIZE = 15
_WHISKER_ALPHA = 90
_WHISKER_WIDTH = 3

_Part = tuple[Curve, dict[str, object]]


class LineItems:
    """Lines are kept and given new points: to make them anew would cost ten times as much.

    Args:
        canvas: what they are drawn on.

    Attributes:
        items: those that were made; a line has one to three of them.
    """

    def __init__(self, canvas: pg.PlotWidget) -> None:
        self._canvas = canvas
        self.items: list[pg.PlotDataItem] = []

    def make_for(self, shapes: Sequence[DrawnCurve]) -> None:
        """Make as many as these lines need, ahead of drawing them."""
        more = sum(shape.average is not None or shape.thin.low is not None for shape in shapes)
        self._make(len(shapes) + more)

    def draw(self, shapes: Sequence[DrawnCurve], options: PlotOptions) -> None:
        """Draw these lines and no others."""
        wanted = [part for shape in shapes for part in _parts(shape, options)]
        self._make(len(wanted))
        for item in self.items[len(wanted) :]:
            item.setData([], [])
        for item, (curve, style) in zip(self.items, wanted, strict=False):
            x, y = curve.x, curve.y
            if options.logarithmic:
                y = np.where(y > 0, y, np.nan)
            if options.logarithmic_x:
                x, y = x[x > 0], y[x > 0]
            item.setData(x, y, **style)

    @contextmanager
    def exported_at(self, scale: float) -> Iterator[None]:
        """Draw for a picture whose pixels are so many times smaller."""
        parts = [part for item in self.items for part in (item.curve, item.scatter)]
        for part in parts:
            part.setExportMode(True, {"resolutionScale": scale})
        yield
        for part in parts:
            part.setExportMode(False)

    def _make(self, count: int) -> None:
        while len(self.items) < count:
            item = _new_line()
            self._canvas.addItem(item)
            self.items.append(item)


def _parts(shape: DrawnCurve, options: PlotOptions) -> list[_Part]:
    """The line itself with its star; or its average, with the measured line behind it."""
    line, thin, average = shape.line, shape.thin, shape.average
    colour = QColor(line.series.colour)
    wide = pg.mkPen(colour, width=2, style=line.series.dash)
    if average is None:
        return _measured(shape, wide)
    parts: list[_Part] = []
    if options.raw_shown:
        faint = QColor(colour)
        faint.setAlpha(_RAW_ALPHA)
        pen = pg.mkPen(faint, width=1)
        parts.append((thin, {"pen": pen, "antialias": False, "symbol": None}))
    parts.append((average, {"pen": wide, "antialias": _is_short(average), "symbol": None}))
    return parts


def _measured(shape: DrawnCurve, wide: pg.QtGui.QPen) -> list[_Part]:
    line, thin = shape.line, shape.thin
    marker = {
        "symbol": line.series.symbol if line.has_markers else None,
        "symbolSize": 6,
        "symbolBrush": QColor(line.series.colour),
        "symbolPen": None,
    }
    parts: list[_Part] = []
    if (whiskers := _whiskers(thin)) is not None:
        faint = QColor(line.series.colour)
        faint.setAlpha(_WHISKER_ALPHA)
        pen = pg.mkPen(faint, width=_WHISKER_WIDTH)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        parts.append((whiskers, {"pen": pen, "antialias": False, "symbol": None}))
    parts.append((thin, {"pen": wide, "antialias": _is_short(thin), **marker}))
    if line.best_x is not None and len(line.curve.x):
        place = nearest(line, line.best_x)
        best = Curve(line.curve.x[place : place + 1], line.curve.y[place : place + 1])
        star = {**marker, "symbol": "star", "symbolSize": _STAR_SIZE}
        parts.append((best, {"pen": None, "antialias": True, **star}))
    return parts


def _whiskers(curve: Curve) -> Curve | None:
    """An upright line at each point, from end to end of where its value lies; None without any."""
    if curve.low is None or curve.high is None:
        return None
    gap = np.full(len(curve.x), np.nan)
    y = np.stack((curve.low, curve.high, gap), axis=1)
    return Curve(np.repeat(curve.x, 3), y.ravel())


def _new_line() -> pg.PlotDataItem:
    item = pg.PlotDataItem(connect="finite")
    item.curve.setParentItem(None)  # in its place another one
    item.curve = WideCurve()
    item.curve.setParentItem(item)
    return item


def _is_short(curve: Curve) -> bool:
    return len(curve.x) <= _MOST_SMOOTH_POINTS
