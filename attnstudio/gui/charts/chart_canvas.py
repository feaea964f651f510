"""The area of a chart: its two axes, what part of the numbers they show, where a number stands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, QSize, Qt, Signal

from attnstudio.gui.charts.chart_axis import ClockAxis, NumberAxis
from attnstudio.gui.charts.chart_range import horizontal_range, vertical_range
from attnstudio.gui.charts.chart_reading import short
from attnstudio.gui.charts.plotted_curve import PlotOptions
from attnstudio.gui.look.theme import Colours
from attnstudio.gui.look.wording import duration, moment
from attnstudio.training.curves import Curve, Values

_STAR_ROOM = 0.04  # of the range, at each end: half a star of a small chart


class ChartCanvas(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """pyqtgraph's plot, with axes that speak in our words.

    Numbers are given as they are meant; on a logarithmic axis the picture is of their logarithms.

    Signals:
        zoomed: the person has chosen another part of the numbers.
    """

    zoomed = Signal()

    def __init__(self) -> None:
        axes = {side: NumberAxis(side) for side in ("left", "bottom")}
        super().__init__(enableMenu=False, axisItems=axes)
        self._is_clock = False
        self._is_log_x, self._is_log_y = False, False
        self.hideButtons()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self._box = self.getViewBox()
        self._box.setMouseMode(pg.ViewBox.RectMode)
        self._box.sigRangeChangedManually.connect(self.zoomed)

    @property
    def view_range(self) -> list[list[float]]:
        """The ends of both axes, x first, in the picture."""
        return self._box.viewRange()  # type: ignore[no-any-return]  # pyqtgraph has no types

    @property
    def axis_name(self) -> str:
        """What x is."""
        name: str = self.getAxis("bottom").labelText
        return name

    @property
    def drawing_size(self) -> QSize:
        """Of axes and lines, in pixels."""
        size: QSize = self.viewport().size()
        return size

    def set_axis(self, name: str, colours: Colours, *, is_clock: bool) -> None:
        """Say what x is; by the clock it is in seconds since the epoch."""
        if is_clock != self._is_clock:
            self._is_clock = is_clock
            axis = ClockAxis("bottom") if is_clock else NumberAxis("bottom")
            self.setAxisItems({"bottom": axis})
            self.recolour(colours)
        if self.axis_name != name:  # a new label lays out and paints everything
            self.getAxis("bottom").setLabel(name)

    def set_logarithmic(self, *, x: bool, y: bool) -> bool:
        """Say which axes show logarithms.

        Returns:
            Whether these are others now.
        """
        if (x, y) == (self._is_log_x, self._is_log_y):
            return False
        self._is_log_x, self._is_log_y = x, y
        self.setLogMode(x=x, y=y)
        return True

    def fit(self, curves: Sequence[Curve], options: PlotOptions) -> None:
        """Show all of these, or what the person wants to be shown."""
        drawn = [curve for curve in curves if len(curve.x)]
        if drawn:
            is_set = bool(options.x_range or options.y_range)
            self._box.setRange(
                xRange=horizontal_range([c.x for c in drawn], options, is_clock=self._is_clock),
                yRange=vertical_range([y for curve in drawn for y in _heights(curve)], options),
                padding=0.01 if is_set else _STAR_ROOM,
            )

    def recolour(self, colours: Colours) -> None:
        """Draw ground and axes in these colours."""
        self.setBackground(colours.panel)
        for name in ("left", "bottom"):
            axis = self.getAxis(name)
            axis.setPen(pg.mkPen(colours.border))
            axis.setTextPen(pg.mkPen(colours.muted))
            axis.setGrid(40)

    def to_picture(self, x: float) -> float | None:
        """Where an x stands in the picture; None where a logarithm has no place for it."""
        if not self._is_log_x:
            return x
        return float(np.log10(x)) if x > 0 else None

    def scene_place(self, x: float, y: float) -> QPointF | None:
        """Where a point stands in the scene; None where it has no place in the picture."""
        if self._is_log_y:
            y = float(np.log10(y)) if y > 0 else np.nan
        place = self.to_picture(x)
        if place is None or not np.isfinite(y):
            return None
        drawn: QPointF = self._box.mapViewToScene(QPointF(place, y))
        return drawn

    def scene_place_of_pixel(self, pixel: QPoint) -> QPointF:
        """Where a pixel of the viewport stands in the scene."""
        place: QPointF = self.mapToScene(pixel)
        return place

    def x_at(self, scene_place: QPointF) -> float:
        """The x of a place in the scene."""
        x: float = self._box.mapSceneToView(scene_place).x()
        return float(10**x) if self._is_log_x else x

    def x_in_words(self, x: float) -> str:
        """A place on the horizontal axis."""
        return moment(x) if self._is_clock else short(x)

    def stretch_in_words(self, difference: float) -> str:
        """How far two places on the horizontal axis are apart."""
        return duration(difference) if self._is_clock else short(difference)


def _heights(curve: Curve) -> list[Values]:
    """The values of a curve, and the ends of where they lie."""
    return [y for y in (curve.y, curve.low, curve.high) if y is not None]
