"""The cursor of a chart and its pins: moved by the mouse and by keys, drawn as upright lines."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot, inf

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, QPointF, Qt, Signal

from attnstudio.gui.charts.chart_canvas import ChartCanvas
from attnstudio.gui.charts.chart_mouse import ChartMouse
from attnstudio.gui.charts.chart_reading import Cursor, nearest
from attnstudio.gui.charts.plotted_curve import DrawnCurve, PlottedCurve
from attnstudio.gui.look.theme import Colours


class Crosshair(QObject):
    """Stands at points of lines only; a click pins it, a third click lets both pins go.

    Args:
        canvas: where it moves.
        parent: owns it.

    Attributes:
        mouse: what moves it.

    Signals:
        moved: the person has moved the `Cursor` or its pins.
    """

    moved = Signal(object)

    def __init__(self, canvas: ChartCanvas, parent: QObject) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._cursor = Cursor()
        self._pins_before: tuple[float, ...] = ()
        self._pointer: QPointF | None = None  # in the scene, while the mouse is what points
        self._curves: Sequence[PlottedCurve] = ()
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._pin_lines = [pg.InfiniteLine(angle=90, movable=False) for _ in range(2)]
        for line in (self._line, *self._pin_lines):
            line.hide()
            canvas.addItem(line, ignoreBounds=True)
        self.mouse = ChartMouse(canvas.viewport(), self)
        self.mouse.pressed.connect(self._keep_pins)
        self.mouse.clicked.connect(self.pin)
        self.mouse.double_clicked.connect(self._take_double_click)
        self.mouse.pointed.connect(self._follow_mouse)
        self.mouse.left.connect(self._leave)

    @property
    def value(self) -> Cursor:
        """Where the chart is read."""
        return self._cursor

    @property
    def place(self) -> float | None:
        """Where the cursor's line stands in the picture; None while there is none."""
        return float(self._line.value()) if self._line.isVisible() else None

    def follow(self, curves: Sequence[PlottedCurve]) -> None:
        """Stand at points of these lines from now on."""
        self._curves = [line for line in curves if len(line.curve.x)]

    def show(self, cursor: Cursor) -> None:
        """Move the cursor and the pins without telling anybody."""
        self._cursor = cursor
        places = (cursor.x, *cursor.pins)
        for number, line in enumerate((self._line, *self._pin_lines)):
            place = places[number] if number < len(places) else None
            drawn = None if place is None else self._canvas.to_picture(place)
            line.setVisible(drawn is not None)
            if drawn is not None:
                line.setPos(drawn)

    def step(self, places: int) -> None:
        """So many points to the right; from nowhere, to the last one."""
        if not self._curves:
            return
        self._pointer = None
        points = np.unique(np.concatenate([line.curve.x for line in self._curves]))
        if self._cursor.x is None:
            place = len(points) - 1
        else:
            place = int(np.argmin(np.abs(points - self._cursor.x))) + places
        self._move(float(points[min(max(place, 0), len(points) - 1)]))

    def pin(self) -> None:
        """Pin the cursor where it stands, or let both pins go."""
        self._tell(self._cursor.pinned())

    def let_go(self) -> None:
        """No cursor and no pins."""
        self._tell(Cursor())

    def distance_to(self, curve: DrawnCurve, point: int) -> float:
        """How far a point is from the mouse, in pixels; from the cursor where keys move it."""
        x = float(curve.line.curve.x[point])
        if self._pointer is None or self._cursor.x is None:
            return abs(x - self._cursor.ends[-1])
        drawn = self._canvas.scene_place(x, curve.shown_at(point))
        if drawn is None:
            return inf
        return hypot(drawn.x() - self._pointer.x(), drawn.y() - self._pointer.y())

    def recolour(self, colours: Colours) -> None:
        """Draw the upright lines in these colours."""
        self._line.setPen(pg.mkPen(colours.muted, width=1))
        for line in self._pin_lines:
            line.setPen(pg.mkPen(colours.accent, width=1, style=Qt.PenStyle.DashLine))

    def _keep_pins(self) -> None:
        self._pins_before = self._cursor.pins

    def _take_double_click(self) -> None:
        self._tell(Cursor(self._cursor.x, self._pins_before))  # its first click pinned nothing

    def _follow_mouse(self, place: QPointF) -> None:
        self._pointer = self._canvas.scene_place_of_pixel(place.toPoint())
        self._move(self._nearest_point(self._canvas.x_at(self._pointer)))

    def _leave(self) -> None:
        self._pointer = None
        self._move(None)

    def _nearest_point(self, x: float) -> float | None:
        """The x of the nearest point of any line."""
        points = [float(line.curve.x[nearest(line, x)]) for line in self._curves]
        return min(points, key=lambda point: abs(point - x)) if points else None

    def _move(self, x: float | None) -> None:
        if x != self._cursor.x or x is not None:  # the order may be another at the same x
            self._tell(Cursor(x, self._cursor.pins))

    def _tell(self, cursor: Cursor) -> None:
        self.show(cursor)
        self.moved.emit(cursor)
