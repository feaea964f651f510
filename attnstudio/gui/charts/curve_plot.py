"""One chart: a quantity of several runs against one axis."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from attnstudio.gui.charts.chart_axis import ClockAxis, NumberAxis
from attnstudio.gui.charts.chart_heading import ChartHeading
from attnstudio.gui.charts.chart_mouse import ChartMouse
from attnstudio.gui.charts.chart_range import horizontal_range, vertical_range
from attnstudio.gui.charts.chart_reading import ChartReading, Cursor, nearest, read_chart, short
from attnstudio.gui.charts.line_items import LineItems
from attnstudio.gui.charts.mark_lines import Mark, MarkKind, MarkLines
from attnstudio.gui.charts.measures import MeasureWords
from attnstudio.gui.charts.plotted_curve import (
    DrawnCurve,
    PlotOptions,
    PlottedCurve,
    drawn_curve,
)
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, colours_of
from attnstudio.gui.look.wording import duration, moment

LEAST_SIZE = QSize(230, 190)
_STAR_ROOM = 0.04  # of the range, at each end: half a star of a small chart
_MOST_GAPS = 20  # of a line that are marked: more would be a hatching


class CurvePlot(QWidget):
    """A chart with a cursor.

    Drag to zoom, Ctrl and the wheel too; double-click or 0 fits. The arrow keys move the cursor,
    a click pins it, a second click the other end of what is measured, a third lets both go, as
    Escape does.

    Attributes:
        heading: the line above it.
        canvas: pyqtgraph's, with axes and lines.

    Signals:
        pointed: the `Cursor` of the person, which is here now, or nowhere.
        enlarged: the person wants this chart alone, or all of them again.
        menu_asked: where the menu of exports is wanted, in global coordinates.
    """

    pointed = Signal(object)
    enlarged = Signal()
    menu_asked = Signal(object)

    def __init__(
        self,
        title: str,
        unit: str = "",
        parent: QWidget | None = None,
        *,
        measure: MeasureWords | None = None,
    ) -> None:
        super().__init__(parent)
        self.title = title
        self.unit = unit
        self._curves: list[PlottedCurve] = []
        self._shapes: list[DrawnCurve] = []
        self._prepared: dict[int, DrawnCurve] = {}
        self._options = PlotOptions()
        self._is_clock = False
        self._marks: list[Mark] = []
        self._cursor = Cursor()
        self._pointer: QPointF | None = None  # in the scene, while the mouse is what points
        self._is_following = True
        self._pins_before: tuple[float, ...] = ()
        self._make_canvas()
        self._lines = LineItems(self.canvas)
        self.heading = ChartHeading(title, unit, measure)
        self.heading.follow.clicked.connect(self.fit)
        self.heading.enlarged.connect(self.enlarged)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SMALL_SPACE, SPACE, SMALL_SPACE)
        column.setSpacing(0)
        column.addWidget(self.heading)
        column.addWidget(self.canvas, stretch=1)
        self._listen_to_mouse()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.title)
        self.setMinimumSize(LEAST_SIZE)
        self._recolour()

    @property
    def curves(self) -> list[PlottedCurve]:
        """What is drawn."""
        return self._curves

    @property
    def shapes(self) -> list[DrawnCurve]:
        """How each of the lines is drawn."""
        return self._shapes

    @property
    def items(self) -> list[pg.PlotDataItem]:
        """What pyqtgraph draws of the lines; of a line that is gone, without points."""
        return self._lines.items

    @property
    def view_range(self) -> list[list[float]]:
        """The ends of both axes, x first, in the picture: of logarithms where an axis is one."""
        return self._box.viewRange()  # type: ignore[no-any-return]  # pyqtgraph has no types

    @property
    def cursor_place(self) -> float | None:
        """Where the cursor's line stands in the picture; None while there is none."""
        return float(self._line.value()) if self._line.isVisible() else None

    @property
    def pins(self) -> tuple[float, ...]:
        """Where the person has pinned what is read."""
        return self._cursor.pins

    @property
    def marked_places(self) -> list[float]:
        """Where upright lines stand in the picture."""
        return self._mark_lines.shown

    @property
    def is_following(self) -> bool:
        """Whether the chart still shows all that comes."""
        return self._is_following

    @property
    def has_gaps(self) -> bool:
        """Whether a line has points of which nothing can be drawn."""
        return any(shape.gaps for shape in self._shapes)

    def prepare(self, line: PlottedCurve, options: PlotOptions) -> None:
        """Work out what is drawn of a line, ahead of `show_curves`; it takes the most time."""
        place = id(line.curve)
        before = next((s for s in self._shapes if s.line.curve is line.curve), None)
        self._prepared[place] = drawn_curve(before, line, options.smoothing)
        self._lines.make_for(list(self._prepared.values()))

    def show_curves(self, curves: Sequence[PlottedCurve], options: PlotOptions) -> None:
        """Draw these lines and no others; what is drawn already is not drawn again."""
        prepared, self._prepared = self._prepared, {}
        if options == self._options and _are_same(curves, self._curves):
            return
        before = {id(shape.line.curve): shape for shape in self._shapes} | prepared
        before_options = self._options
        self._curves, self._options = list(curves), options
        self._shapes = [
            drawn_curve(before.get(id(line.curve)), line, options.smoothing) for line in curves
        ]
        before_logs = (before_options.logarithmic_x, before_options.logarithmic)
        if (options.logarithmic_x, options.logarithmic) != before_logs:
            self.canvas.setLogMode(x=options.logarithmic_x, y=options.logarithmic)
            self.point_at(self._cursor)  # it has another place in the picture
            self._draw_marks()
        self._lines.draw(self._shapes, options)
        if self._is_following:
            self._fit_range()
        self.canvas.scene().prepareForPaint()  # else the first painting asks for a second one
        self._say_values()

    def set_axis(self, name: str, *, is_clock: bool = False) -> None:
        """Say what x is; by the clock it is in seconds since the epoch."""
        if is_clock != self._is_clock:
            self._is_clock = is_clock
            axis = ClockAxis("bottom") if is_clock else NumberAxis("bottom")
            self.canvas.setAxisItems({"bottom": axis})
            self._recolour()
        axis = self.canvas.getAxis("bottom")
        if axis.labelText != name:  # a new label lays out and paints everything
            axis.setLabel(name)

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """Draw upright lines at these places, where lines have gaps, and at no others."""
        self._marks = list(marks)
        self._draw_marks()

    def fit(self) -> None:
        """Show everything again and follow what comes."""
        self._is_following = True
        self.heading.follow.hide()
        self._fit_range()

    def point_at(self, cursor: Cursor) -> None:
        """Move the cursor and the pins without telling anybody."""
        self._cursor = cursor
        places = (cursor.x, *cursor.pins)
        for number, line in enumerate((self._line, *self._pin_lines)):
            place = places[number] if number < len(places) else None
            drawn = None if place is None else self._to_picture(place)
            line.setVisible(drawn is not None)
            if drawn is not None:
                line.setPos(drawn)

    @property
    def reading(self) -> ChartReading | None:
        """What stands under the cursor, or between the pins."""
        axis: str = self.canvas.getAxis("bottom").labelText
        return read_chart(
            self.title, axis, self._shapes, self._cursor, self._distance, self._x_in_words,
            duration if self._is_clock else short,
        )  # fmt: skip

    @property
    def drawing_size(self) -> QSize:
        """Of axes and lines, in pixels."""
        size: QSize = self.canvas.viewport().size()
        return size

    def paint_on(self, painter: QPainter, target: QRectF) -> None:
        """Draw axes and lines as they are seen, into a target of the shape of `drawing_size`."""
        scale = painter.worldTransform().m11() * target.width() / self.drawing_size.width()
        with self._lines.exported_at(scale):
            self.canvas.render(painter, target, self.canvas.viewport().rect())

    def _make_canvas(self) -> None:
        axes = {side: NumberAxis(side) for side in ("left", "bottom")}
        self.canvas = pg.PlotWidget(enableMenu=False, axisItems=axes)
        self.canvas.hideButtons()
        self.canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._box = self.canvas.getViewBox()
        self._box.setMouseMode(pg.ViewBox.RectMode)
        self._box.sigRangeChangedManually.connect(self._follow_no_more)
        self.canvas.setMouseTracking(True)
        self._mark_lines = MarkLines(self.canvas)
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._pin_lines = [pg.InfiniteLine(angle=90, movable=False) for _ in range(2)]
        for line in (self._line, *self._pin_lines):
            line.hide()
            self.canvas.addItem(line, ignoreBounds=True)

    def _draw_marks(self) -> None:
        gaps = [
            Mark(MarkKind.GAP, x, shape.line.series.colour)
            for shape in self._shapes
            for x in shape.gaps[:_MOST_GAPS]
        ]
        places = [(mark, self._to_picture(mark.x)) for mark in (*self._marks, *gaps)]
        drawn = [mark._replace(x=place) for mark, place in places if place is not None]
        self._mark_lines.show(drawn, colours_of(self.palette()))

    def _fit_range(self) -> None:
        drawn = [line.curve for line in self._curves if len(line.curve.x)]
        if drawn:
            is_set = bool(self._options.x_range or self._options.y_range)
            self._box.setRange(
                xRange=horizontal_range(
                    [curve.x for curve in drawn], self._options, is_clock=self._is_clock
                ),
                yRange=vertical_range([curve.y for curve in drawn], self._options),
                padding=0.01 if is_set else _STAR_ROOM,
            )

    def _to_picture(self, x: float) -> float | None:
        """Where an x stands in the picture; None where a logarithm has no place for it."""
        if not self._options.logarithmic_x:
            return x
        return float(np.log10(x)) if x > 0 else None

    def _follow_no_more(self) -> None:
        self._is_following = False
        self.heading.follow.show()

    def _say_values(self) -> None:
        """What is read here, for those who cannot see it; and what a logarithm leaves out."""
        hidden = self.heading.say_hidden(self._hidden_points())
        self.heading.ranged.setVisible(bool(self._options.x_range or self._options.y_range))
        reading = self.reading
        words = [row.words for row in reading.rows] if reading is not None else []
        if reading is not None and len(reading.columns) == 3:
            words.append(reading.moment)
        self.setAccessibleDescription("; ".join([*words, *[hidden] * bool(hidden)]))

    def _distance(self, curve: DrawnCurve, point: int) -> float:
        """How far a point is from the mouse, in pixels; from the cursor where keys move it."""
        x = float(curve.line.curve.x[point])
        if self._pointer is None or self._cursor.x is None:
            return abs(x - self._cursor.ends[-1])
        y = curve.shown_at(point)
        if self._options.logarithmic:
            y = np.log10(y) if y > 0 else np.nan
        place = self._to_picture(x)
        if place is None or not np.isfinite(y):
            return np.inf
        drawn: QPointF = self._box.mapViewToScene(QPointF(place, y))
        return hypot(drawn.x() - self._pointer.x(), drawn.y() - self._pointer.y())

    def _x_in_words(self, x: float) -> str:
        return moment(x) if self._is_clock else short(x)

    def _hidden_points(self) -> int:
        if not self._options.logarithmic:
            return 0
        return sum(int(np.count_nonzero(line.curve.y <= 0)) for line in self._curves)

    def _snap(self, x: float) -> float | None:
        """The x of the nearest point of any line."""
        lines = [line for line in self._curves if len(line.curve.x)]
        points = [float(line.curve.x[nearest(line, x)]) for line in lines]
        return min(points, key=lambda point: abs(point - x)) if points else None

    def _tell(self, cursor: Cursor) -> None:
        self.point_at(cursor)
        self._say_values()
        self.pointed.emit(cursor)

    def _move_cursor(self, x: float | None) -> None:
        if x != self._cursor.x or x is not None:  # the order may be another at the same x
            self._tell(Cursor(x, self._cursor.pins))

    def _step_cursor(self, places: int) -> None:
        drawn = [line.curve.x for line in self._curves if len(line.curve.x)]
        if not drawn:
            return
        self._pointer = None
        points = np.unique(np.concatenate(drawn))
        if self._cursor.x is None:
            place = len(points) - 1
        else:
            place = int(np.argmin(np.abs(points - self._cursor.x))) + places
        self._move_cursor(float(points[min(max(place, 0), len(points) - 1)]))

    def _listen_to_mouse(self) -> None:
        mouse = ChartMouse(self.canvas.viewport(), self)
        mouse.pressed.connect(self._take_press)
        mouse.clicked.connect(self._pin)
        mouse.double_clicked.connect(self._take_double_click)
        mouse.pointed.connect(self._follow_mouse)
        mouse.left.connect(self._leave)

    def _take_press(self) -> None:
        self._pins_before = self._cursor.pins
        self.setFocus()

    def _take_double_click(self) -> None:
        self.fit()
        self._tell(Cursor(self._cursor.x, self._pins_before))  # its first click pinned nothing

    def _pin(self) -> None:
        self._tell(self._cursor.pinned())

    def _follow_mouse(self, place: QPointF) -> None:
        self._pointer = self.canvas.mapToScene(place.toPoint())
        x = self._box.mapSceneToView(self._pointer).x()
        self._move_cursor(self._snap(10**x if self._options.logarithmic_x else x))

    def _leave(self) -> None:
        self._pointer = None
        self._move_cursor(None)

    def _recolour(self) -> None:
        colours = colours_of(self.palette())
        self.canvas.setBackground(colours.panel)
        for name in ("left", "bottom"):
            axis = self.canvas.getAxis(name)
            axis.setPen(pg.mkPen(colours.border))
            axis.setTextPen(pg.mkPen(colours.muted))
            axis.setGrid(40)
        self._line.setPen(pg.mkPen(colours.muted, width=1))
        self._draw_marks()
        for line in self._pin_lines:
            line.setPen(pg.mkPen(colours.accent, width=1, style=Qt.PenStyle.DashLine))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left:
                self._step_cursor(-1)
            case Qt.Key.Key_Right:
                self._step_cursor(1)
            case Qt.Key.Key_0:
                self.fit()
            case Qt.Key.Key_Space:
                self._pin()
            case Qt.Key.Key_Escape if self._cursor != Cursor():
                self._tell(Cursor())
            case _:
                super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "heading"):
            self._recolour()
        super().changeEvent(event)


def _are_same(curves: Sequence[PlottedCurve], others: Sequence[PlottedCurve]) -> bool:
    """Whether lines have the very same points and look the same."""
    return len(curves) == len(others) and all(
        one.curve is other.curve and one == other  # arrays have no truth value, their owners have
        for one, other in zip(curves, others, strict=True)
    )
