"""One chart: a quantity of several runs against one axis."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from attnstudio.gui.charts.chart_canvas import ChartCanvas
from attnstudio.gui.charts.chart_heading import ChartHeading
from attnstudio.gui.charts.chart_lines import ChartLines
from attnstudio.gui.charts.chart_reading import ChartReading, Cursor, read_chart
from attnstudio.gui.charts.crosshair import Crosshair
from attnstudio.gui.charts.mark_lines import Mark
from attnstudio.gui.charts.measures import MeasureWords
from attnstudio.gui.charts.plotted_curve import PlotOptions, PlottedCurve
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, colours_of

LEAST_SIZE = QSize(230, 190)


class CurvePlot(QWidget):
    """A chart with a cursor.

    Drag to zoom, Ctrl and the wheel too; double-click or 0 fits. The arrow keys move the cursor,
    a click pins it, a second click the other end of what is measured, a third lets both go, as
    Escape does.

    Attributes:
        heading: the line above it.
        canvas: its axes, and what part of the numbers they show.
        lines: what is drawn.
        crosshair: where the chart is read.

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
        self._is_following = True
        self.canvas = ChartCanvas()
        self.lines = ChartLines(self.canvas)
        self.crosshair = Crosshair(self.canvas, self)
        self.heading = ChartHeading(title, unit, measure)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SMALL_SPACE, SPACE, SMALL_SPACE)
        column.setSpacing(0)
        column.addWidget(self.heading)
        column.addWidget(self.canvas, stretch=1)
        self._connect()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.title)
        self.setMinimumSize(LEAST_SIZE)
        self._recolour()

    @property
    def is_following(self) -> bool:
        """Whether the chart still shows all that comes."""
        return self._is_following

    @property
    def reading(self) -> ChartReading | None:
        """What stands under the cursor, or between the pins."""
        crosshair, canvas = self.crosshair, self.canvas
        return read_chart(
            self.title,
            canvas.axis_name,
            self.lines.shapes,
            crosshair.value,
            crosshair.distance_to,
            canvas.x_in_words,
            canvas.stretch_in_words,
        )

    def show_curves(self, curves: Sequence[PlottedCurve], options: PlotOptions) -> None:
        """Draw these lines and no others; what is drawn already is not drawn again."""
        if not self.lines.take(curves, options):
            return
        self.crosshair.follow(self.lines.curves)
        if self.canvas.set_logarithmic(x=options.logarithmic_x, y=options.logarithmic):
            self.crosshair.show(self.crosshair.value)  # it has another place in the picture
            self.lines.draw_marks(colours_of(self.palette()))
        self.lines.draw()
        if self._is_following:
            self._fit_range()
        self.canvas.scene().prepareForPaint()  # else the first painting asks for a second one
        self._say_values()

    def set_axis(self, name: str, *, is_clock: bool = False) -> None:
        """Say what x is; by the clock it is in seconds since the epoch."""
        self.canvas.set_axis(name, colours_of(self.palette()), is_clock=is_clock)

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """Draw upright lines at these places, where lines have gaps, and at no others."""
        self.lines.show_marks(marks, colours_of(self.palette()))

    def fit(self) -> None:
        """Show everything again and follow what comes."""
        self._is_following = True
        self.heading.follow.hide()
        self._fit_range()

    def paint_on(self, painter: QPainter, target: QRectF) -> None:
        """Draw axes and lines as they are seen, into a target of the canvas's shape."""
        scale = painter.worldTransform().m11() * target.width() / self.canvas.drawing_size.width()
        with self.lines.exported_at(scale):
            self.canvas.render(painter, target, self.canvas.viewport().rect())

    def _connect(self) -> None:
        self.heading.follow.clicked.connect(self.fit)
        self.heading.enlarged.connect(self.enlarged)
        self.canvas.zoomed.connect(self._follow_no_more)
        self.crosshair.moved.connect(self._tell)
        self.crosshair.mouse.pressed.connect(self.setFocus)
        self.crosshair.mouse.double_clicked.connect(self.fit)

    def _fit_range(self) -> None:
        self.canvas.fit([line.curve for line in self.lines.curves], self.lines.options)

    def _follow_no_more(self) -> None:
        self._is_following = False
        self.heading.follow.show()

    def _tell(self, cursor: Cursor) -> None:
        self._say_values()
        self.pointed.emit(cursor)

    def _say_values(self) -> None:
        """What is read here, for those who cannot see it; and what a logarithm leaves out."""
        options = self.lines.options
        hidden = self.heading.say_hidden(self.lines.hidden_points)
        self.heading.ranged.setVisible(bool(options.x_range or options.y_range))
        reading = self.reading
        words = [row.words for row in reading.rows] if reading is not None else []
        if reading is not None and len(reading.columns) == 3:
            words.append(reading.moment)
        self.setAccessibleDescription("; ".join([*words, *[hidden] * bool(hidden)]))

    def _recolour(self) -> None:
        colours = colours_of(self.palette())
        self.canvas.recolour(colours)
        self.crosshair.recolour(colours)
        self.lines.draw_marks(colours)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left:
                self.crosshair.step(-1)
            case Qt.Key.Key_Right:
                self.crosshair.step(1)
            case Qt.Key.Key_0:
                self.fit()
            case Qt.Key.Key_Space:
                self.crosshair.pin()
            case Qt.Key.Key_Escape if self.crosshair.value != Cursor():
                self.crosshair.let_go()
            case _:
                super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "heading"):
            self._recolour()
        super().changeEvent(event)
