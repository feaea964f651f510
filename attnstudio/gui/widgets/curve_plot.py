"""One chart: a quantity of several runs against one axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from attnstudio.gui.theme import SMALL_SPACE, SPACE, Series, colours_of, set_role
from attnstudio.gui.widgets.wide_curve import WideCurve
from attnstudio.training.curves import Curve, Values, decimate, robust_range, smooth

LEAST_SIZE = QSize(230, 190)
_MOST_POINTS = 600  # of a line: more look the same
_MOST_SMOOTH_POINTS = 200  # to antialias the zigzag of more takes seconds
_RAW_ALPHA = 70
_MOST_RANKED = 50_000  # percentiles of so many are near enough
_LISTED_RUNS = 8
_MARGIN_SHARE = 0.06
_UNREADABLE = 1e9


@dataclass(frozen=True, slots=True)
class PlottedCurve:
    """One line of a chart.

    Attributes:
        run: whose it is.
        label: what the value table calls it.
        curve: its points.
        series: colour and dash.
        is_smoothed: whether the moving average is drawn over the points.
        has_markers: whether each point is marked: for the few of validations.
    """

    run: str
    label: str
    curve: Curve
    series: Series
    is_smoothed: bool = False
    has_markers: bool = False


@dataclass(frozen=True, slots=True)
class PlotOptions:
    """How all charts are drawn.

    Attributes:
        smoothing: weight of the moving average, 0 to 0.999.
        raw_shown: whether the points stay visible behind their average.
        logarithmic: scale of y.
        all_shown: whether y reaches to the last outlier.
    """

    smoothing: float = 0.6
    raw_shown: bool = True
    logarithmic: bool = False
    all_shown: bool = False


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is drawn of a line; kept while its points stay the same.

    Attributes:
        line: the line.
        smoothing: weight of the average.
        smoothed: the average at each point; None where none is drawn.
        thin: the points, so few that they can be drawn.
        average: the average, so few points that they can be drawn.
    """

    line: PlottedCurve
    smoothing: float
    smoothed: Values | None
    thin: Curve
    average: Curve | None


class CurvePlot(QWidget):
    """A chart with a cursor.

    Drag to zoom, Ctrl and the wheel too; double-click or 0 fits. The arrow keys move the cursor,
    a click pins it and a second one measures from there, Escape lets go.

    Signals:
        pointed: the x under the cursor, or None.
        enlarged: the person wants this chart alone, or all of them again.
        menu_asked: where the menu of exports is wanted, in global coordinates.
    """

    pointed = Signal(object)
    enlarged = Signal()
    menu_asked = Signal(object)

    def __init__(self, title: str, unit: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self._curves: list[PlottedCurve] = []
        self._shapes: list[_Shape] = []
        self._prepared: dict[int, _Shape] = {}
        self._options = PlotOptions()
        self._x: float | None = None
        self._pin: float | None = None
        self._is_following = True
        self._items: list[pg.PlotDataItem] = []
        self._pressed_at = QPointF()
        self._make_plot()
        self._lay_out(unit)
        self.setMinimumSize(LEAST_SIZE)
        self._recolour()

    @property
    def curves(self) -> list[PlottedCurve]:
        """What is drawn."""
        return self._curves

    @property
    def is_following(self) -> bool:
        """Whether the chart still shows all that comes."""
        return self._is_following

    def prepare(self, line: PlottedCurve, options: PlotOptions) -> None:
        """Work out what is drawn of a line, ahead of `show_curves`; it takes the most time."""
        place = id(line.curve)
        before = next((s for s in self._shapes if s.line.curve is line.curve), None)
        self._prepared[place] = _reused(before, line, options.smoothing)
        shapes = self._prepared.values()
        self._make_items(len(shapes) + sum(shape.average is not None for shape in shapes))

    def show_curves(self, curves: Sequence[PlottedCurve], options: PlotOptions) -> None:
        """Draw these lines and no others; what is drawn already is not drawn again."""
        prepared, self._prepared = self._prepared, {}
        if options == self._options and _are_same(curves, self._curves):
            return
        before = {id(shape.line.curve): shape for shape in self._shapes} | prepared
        before_options = self._options
        self._curves, self._options = list(curves), options
        self._shapes = [
            _reused(before.get(id(line.curve)), line, options.smoothing) for line in curves
        ]
        if options.logarithmic != before_options.logarithmic:
            self._plot.setLogMode(x=False, y=options.logarithmic)
        self._draw_lines()
        if self._is_following:
            self._fit_range()
        self._plot.scene().prepareForPaint()  # else the first painting asks for a second one
        self._say_values()

    def set_axis_name(self, name: str) -> None:
        """Say what x is."""
        axis = self._plot.getAxis("bottom")
        if axis.labelText != name:  # a new label lays out and paints everything
            axis.setLabel(name)

    def fit(self) -> None:
        """Show everything again and follow what comes."""
        self._is_following = True
        self._follow.hide()
        self._fit_range()

    def point_at(self, x: float | None) -> None:
        """Move the cursor without telling anybody."""
        self._x = x
        self._line.setVisible(x is not None)
        if x is not None:
            self._line.setPos(x)
        self._say_values()

    def values_at(self, x: float) -> list[tuple[PlottedCurve, int]]:
        """For each line the place of its point that is nearest to x."""
        found = []
        for line in self._curves:
            if len(line.curve.x):
                found.append((line, int(np.argmin(np.abs(line.curve.x - x)))))
        return found

    def paint_on(self, painter: QPainter, target: QRectF) -> None:
        """Draw the chart as it is seen."""
        self._plot.render(painter, target, self._plot.viewport().rect())

    def _make_plot(self) -> None:
        self._plot = pg.PlotWidget(enableMenu=False)
        self._plot.hideButtons()
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.viewport().installEventFilter(self)
        for name in ("left", "bottom"):
            # the third level of the grid is too faint to be seen and takes half of each frame
            self._plot.getAxis(name).setStyle(maxTickLevel=1)
        self._box = self._plot.getViewBox()
        self._box.setMouseMode(pg.ViewBox.RectMode)
        self._box.sigRangeChangedManually.connect(self._follow_no_more)
        self._plot.setMouseTracking(True)
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._pin_line = pg.InfiniteLine(angle=90, movable=False)
        for line in (self._line, self._pin_line):
            line.hide()
            self._plot.addItem(line, ignoreBounds=True)

    def _lay_out(self, unit: str) -> None:
        heading = QLabel(self.title)
        set_role(heading, "heading")
        unit_label = QLabel(unit)
        set_role(unit_label, "muted")
        self._follow = QPushButton(self.tr("Follow"))
        self._follow.setToolTip(self.tr("Show everything and follow what comes (0)"))
        self._follow.clicked.connect(self.fit)
        self._follow.hide()
        enlarge = QPushButton("⤢")
        enlarge.setAccessibleName(self.tr("Enlarge {chart}").format(chart=self.title))
        enlarge.setToolTip(self.tr("This chart alone, or all again"))
        enlarge.setFixedSize(24, 24)
        set_role(enlarge, "icon")
        enlarge.clicked.connect(self.enlarged)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(heading)
        row.addWidget(unit_label)
        row.addStretch()
        row.addWidget(self._follow)
        row.addWidget(enlarge)
        self._values = QLabel()
        self._values.setTextFormat(Qt.TextFormat.RichText)
        self._values.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._values.setParent(self._plot)
        self._values.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SMALL_SPACE, SPACE, SMALL_SPACE)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._plot, stretch=1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.title)

    def _draw_lines(self) -> None:
        """Lines are kept and given new points: to make them anew would cost ten times as much."""
        wanted = [part for shape in self._shapes for part in self._parts(shape)]
        self._make_items(len(wanted))
        for item in self._items[len(wanted) :]:
            item.setData([], [])
        for item, (curve, style) in zip(self._items, wanted, strict=False):
            y = curve.y
            if self._options.logarithmic:
                y = np.where(y > 0, y, np.nan)
            item.setData(curve.x, y, **style)

    def _make_items(self, count: int) -> None:
        while len(self._items) < count:
            item = _new_line()
            self._plot.addItem(item)
            self._items.append(item)

    def _parts(self, shape: _Shape) -> list[tuple[Curve, dict[str, object]]]:
        line, thin, average = shape.line, shape.thin, shape.average
        colour = QColor(line.series.colour)
        wide = pg.mkPen(colour, width=2, style=line.series.dash)
        marker = {
            "symbol": "o" if line.has_markers else None,
            "symbolSize": 6,
            "symbolBrush": colour,
            "symbolPen": None,
        }
        if average is None:
            return [(thin, {"pen": wide, "antialias": _is_short(thin), **marker})]
        parts: list[tuple[Curve, dict[str, object]]] = []
        if self._options.raw_shown:
            faint = QColor(colour)
            faint.setAlpha(_RAW_ALPHA)
            pen = pg.mkPen(faint, width=1)
            parts.append((thin, {"pen": pen, "antialias": False, "symbol": None}))
        parts.append((average, {"pen": wide, "antialias": _is_short(average), "symbol": None}))
        return parts

    def _fit_range(self) -> None:
        drawn = [line.curve for line in self._curves if len(line.curve.x)]
        if not drawn:
            return
        all_shown = self._options.all_shown
        stride = 1 if all_shown else 1 + sum(len(curve.y) for curve in drawn) // _MOST_RANKED
        y = np.concatenate([curve.y[::stride] for curve in drawn])
        if self._options.logarithmic:
            y = np.log10(y[np.isfinite(y) & (y > 0)])
        finite = y[np.isfinite(y)]
        if not len(finite):
            return
        few = all_shown or len(finite) < 50  # of few points none is an outlier
        low, high = (
            (float(finite.min()), float(finite.max())) if few else robust_range(finite) or (0, 1)
        )
        margin = (high - low) * _MARGIN_SHARE or abs(high) * _MARGIN_SHARE or 1.0
        left, right = (f(curve.x[i] for curve in drawn) for f, i in ((min, 0), (max, -1)))
        self._box.setRange(
            xRange=(left, right if right > left else left + 1),
            yRange=(low - margin, high + margin),
            padding=0.01,
        )

    def _follow_no_more(self) -> None:
        self._is_following = False
        self._follow.show()

    def _say_values(self) -> None:
        """The value table of the cursor, and the same in words."""
        notes = []
        hidden = self._hidden_points()
        if hidden:
            notes.append(self.tr("Hidden, as not above 0: {n}").format(n=hidden))
        rows = []
        if self._x is not None:
            rows = self._rows(self._x)
            if self._pin is not None:
                difference = self._x - self._pin
                notes.append(self.tr("Δx {n}").format(n=_short(difference)))
        words = [f"{line.label}: {text}" for line, text in rows]
        self.setAccessibleDescription("; ".join([*words, *notes]))
        if not rows and not notes:
            self._values.hide()
            return
        cells = [
            f'<span style="color:{line.series.colour}">●</span> {_escaped(line.label)} '
            f"<b>{text}</b>"
            for line, text in rows
        ]
        self._values.setText("<br>".join([*cells, *notes]))
        self._values.adjustSize()
        self._values.move(self._plot.width() - self._values.width() - 2 * SPACE, SMALL_SPACE)
        self._values.show()
        self._values.raise_()

    def _rows(self, x: float) -> list[tuple[PlottedCurve, str]]:
        """A row a line, the one whose point is nearest first."""
        found = sorted(self.values_at(x), key=lambda item: abs(item[0].curve.x[item[1]] - x))
        rows = []
        for line, place in found[:_LISTED_RUNS]:
            text = _short(float(line.curve.y[place]))
            smoothed = self._shapes[self._curves.index(line)].smoothed
            if smoothed is not None:
                text = self.tr("{raw} (smoothed {smoothed})").format(
                    raw=text, smoothed=_short(float(smoothed[place]))
                )
            if self._pin is not None:
                pinned = int(np.argmin(np.abs(line.curve.x - self._pin)))
                change = float(line.curve.y[place] - line.curve.y[pinned])
                text += self.tr(", Δ {n}").format(n=_short(change))
            at = self.tr("at {x}").format(x=_short(float(line.curve.x[place])))
            rows.append((line, f"{text} {at}"))
        return rows

    def _hidden_points(self) -> int:
        if not self._options.logarithmic:
            return 0
        return sum(int(np.count_nonzero(line.curve.y <= 0)) for line in self._curves)

    def _snap(self, x: float) -> float | None:
        """The x of the nearest point of any line."""
        points = [line.curve.x[place] for line, place in self.values_at(x)]
        return float(min(points, key=lambda point: abs(point - x))) if points else None

    def _move_cursor(self, x: float | None) -> None:
        self.point_at(x)
        self.pointed.emit(x)

    def _step_cursor(self, places: int) -> None:
        drawn = [line.curve.x for line in self._curves if len(line.curve.x)]
        if not drawn:
            return
        points = np.unique(np.concatenate(drawn))
        if self._x is None:
            place = len(points) - 1
        else:
            place = int(np.argmin(np.abs(points - self._x))) + places
        self._move_cursor(float(points[min(max(place, 0), len(points) - 1)]))

    def _pin_cursor(self) -> None:
        self._pin = self._x if self._pin is None else None
        self._pin_line.setVisible(self._pin is not None)
        if self._pin is not None:
            self._pin_line.setPos(self._pin)
        self._say_values()

    def _recolour(self) -> None:
        colours = colours_of(self.palette())
        self._plot.setBackground(colours.panel)
        for name in ("left", "bottom"):
            axis = self._plot.getAxis(name)
            axis.setPen(pg.mkPen(colours.border))
            axis.setTextPen(pg.mkPen(colours.muted))
            axis.setGrid(40)
        self._line.setPen(pg.mkPen(colours.muted, width=1))
        self._pin_line.setPen(pg.mkPen(colours.accent, width=1, style=Qt.PenStyle.DashLine))
        self._values.setStyleSheet(
            f"background: {colours.raised}; color: {colours.text}; border-radius: 4px; "
            "padding: 4px 6px;"
        )

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is not self._plot.viewport():
            return False
        match event.type():
            case QEvent.Type.Wheel if isinstance(event, QWheelEvent):
                if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                    event.ignore()  # the page scrolls
                    return True
            case QEvent.Type.MouseMove if isinstance(event, QMouseEvent):
                place: QPointF = self._box.mapSceneToView(
                    self._plot.mapToScene(event.position().toPoint())
                )
                self._move_cursor(self._snap(place.x()))
            case QEvent.Type.MouseButtonDblClick:
                self.fit()
                return True
            case QEvent.Type.MouseButtonRelease if isinstance(event, QMouseEvent):
                if event.button() is Qt.MouseButton.LeftButton and not self._was_dragged(event):
                    self._pin_cursor()
            case QEvent.Type.MouseButtonPress if isinstance(event, QMouseEvent):
                self._pressed_at = event.position()
                self.setFocus()
            case QEvent.Type.Leave:
                self._move_cursor(None)
        return False

    def _was_dragged(self, event: QMouseEvent) -> bool:
        return (event.position() - self._pressed_at).manhattanLength() > 4

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left:
                self._step_cursor(-1)
            case Qt.Key.Key_Right:
                self._step_cursor(1)
            case Qt.Key.Key_0:
                self.fit()
            case Qt.Key.Key_Space:
                self._pin_cursor()
            case Qt.Key.Key_Escape if self._x is not None:
                self._pin = None
                self._pin_line.hide()
                self._move_cursor(None)
            case _:
                super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_values"):
            self._recolour()
        super().changeEvent(event)


def _are_same(curves: Sequence[PlottedCurve], others: Sequence[PlottedCurve]) -> bool:
    """Whether lines have the very same points and look the same."""
    return len(curves) == len(others) and all(
        one.curve is other.curve and one == other  # arrays have no truth value, their owners have
        for one, other in zip(curves, others, strict=True)
    )


def _reused(before: _Shape | None, line: PlottedCurve, smoothing: float) -> _Shape:
    weight = smoothing if line.is_smoothed else 0.0
    if before is not None and before.smoothing == weight:
        return replace(before, line=line)
    thin = decimate(line.curve, _MOST_POINTS)
    if not weight:
        return _Shape(line, weight, None, thin, None)
    smoothed = smooth(line.curve.y, weight)
    average = decimate(Curve(line.curve.x, smoothed), _MOST_POINTS)
    return _Shape(line, weight, smoothed, thin, average)


def _new_line() -> pg.PlotDataItem:
    item = pg.PlotDataItem(connect="finite")
    item.curve.setParentItem(None)  # in its place another one
    item.curve = WideCurve()
    item.curve.setParentItem(item)
    return item


def _is_short(curve: Curve) -> bool:
    return len(curve.x) <= _MOST_SMOOTH_POINTS


def _short(value: float) -> str:
    if abs(value) >= _UNREADABLE:
        return f"{value:.1e}"
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
