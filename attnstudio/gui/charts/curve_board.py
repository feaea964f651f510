"""All charts of the visible runs, with one axis, one smoothing and one cursor for all."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QEvent, QMargins, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from attnstudio.errors import RunningError
from attnstudio.gui.charts import curve_export
from attnstudio.gui.charts.chart_reading import Cursor, short
from attnstudio.gui.charts.curve_legend import CurveLegend
from attnstudio.gui.charts.curve_lines import BoardRun, Chart, lines_of, marks_of
from attnstudio.gui.charts.curve_plot import LEAST_SIZE, CurvePlot
from attnstudio.gui.charts.curve_values import CurveValues
from attnstudio.gui.charts.mark_lines import Mark
from attnstudio.gui.charts.measures import measure_words, verdict
from attnstudio.gui.charts.plotted_curve import ChartScale, PlotOptions, PlottedCurve
from attnstudio.gui.charts.range_dialog import RangeDialog
from attnstudio.gui.look.theme import SPACE, colours_of, set_role
from attnstudio.gui.widgets.file_dialogs import choose_save_path
from attnstudio.training.curves import Axis, Curves, Metric
from attnstudio.training.history import History

_FIRST_SLICE_MS = 50
_REST_MS = 2_000  # between rounds: charts that move faster would take time from the training
_NEXT_SLICE_MS = 2
_SLICE_S = 0.005  # then the window gets a turn, once the step that is begun is done
_COLUMNS = 3
_CARD_MARGINS = (2, 2, 2, 2)
_SLIDER_STEPS = 1_000
_ENDINGS = ("png", "svg", "pdf", "csv", "tsv")


@dataclass(frozen=True, slots=True)
class CurvePreferences:
    """What the person chose about the charts.

    Attributes:
        axis: what they are drawn against.
        options: how all are drawn.
        scales: axes of charts that have their own, by the first metric of each.
        marks_shown: whether best, resumptions and epochs are marked.
    """

    axis: Axis = Axis.STEPS
    options: PlotOptions = field(default_factory=PlotOptions)
    scales: Mapping[Metric, ChartScale] = field(default_factory=dict)
    marks_shown: bool = True


@dataclass(slots=True)
class _Place:
    """Where a chart stands once it has points.

    Attributes:
        chart: what is drawn.
        card: the frame around it.
        waiting: says in the frame what is to come, until it is there.
        plot: the drawing, which takes a while to be made and comes later than its frame.
        scale: its own axes.
        has_points: whether there is anything to be seen.
    """

    chart: Chart
    card: QFrame
    waiting: QLabel
    plot: CurvePlot | None = None
    scale: ChartScale = field(default_factory=ChartScale)
    has_points: bool = False


class CurveBoard(QWidget):
    """Charts of loss, scores, speed and the rest.

    What has changed is drawn in small steps, so that the window answers between them. All cards are
    in their places before the first chart is drawn, so that none is drawn twice.

    Args:
        show_error: what becomes of a file that cannot be written.
        choose_path: asks for a file to write.
        parent: owns the board.

    Attributes:
        values: the table of what is read; whoever owns the board finds a place for it.

    Signals:
        preferences_changed: the person chose something else about the charts.
    """

    preferences_changed = Signal()

    def __init__(
        self,
        show_error: Callable[[BaseException], None],
        choose_path: Callable[[QWidget, str, str, str], str] = choose_save_path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._show_error = show_error
        self._choose_path = choose_path
        self.values = CurveValues()
        self._cursor = Cursor()
        self._read: CurvePlot | None = None  # the chart whose values are shown
        self._runs: dict[str, BoardRun] = {}
        self._marked = ""  # the run whose resumptions and epochs are shown
        self._large: CurvePlot | None = None
        self._was_large: CurvePlot | None = None
        self._waiting: deque[Callable[[], object]] = deque()
        self._is_begun = False
        self._next_wait_ms: int | None = None  # for what came while a round was drawn
        self._drawn_at = 0.0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._draw_next)
        self._lay_out()
        self._places = [self._make_place(chart) for chart in self._chart_list()]
        self._connect()
        self.redraw()

    @property
    def plots(self) -> list[CurvePlot]:
        """Every chart that has had points, the shown and the hidden ones."""
        return [place.plot for place in self._places if place.plot is not None]

    @property
    def runs(self) -> list[str]:
        """The names of all runs, the shown and the hidden ones."""
        return list(self._runs)

    @property
    def is_settled(self) -> bool:
        """Whether everything is drawn that is known."""
        return not self._timer.isActive()

    @property
    def preferences(self) -> CurvePreferences:
        """What the person chose."""
        return CurvePreferences(
            Axis(self._axis.currentData()),
            PlotOptions(
                smoothing=self._slider.value() / _SLIDER_STEPS,
                raw_shown=self._raw.isChecked(),
                logarithmic=self._logarithmic.isChecked(),
                all_shown=self._outliers.isChecked(),
            ),
            {
                place.chart.metrics[0]: place.scale
                for place in self._places
                if place.scale != ChartScale()
            },
            self._marks.isChecked(),
        )

    def apply_preferences(self, preferences: CurvePreferences) -> None:
        """Choose for the person, as they chose before."""
        options = preferences.options
        self._axis.setCurrentIndex(self._axis.findData(preferences.axis))
        self._slider.setValue(round(options.smoothing * _SLIDER_STEPS))
        self._raw.setChecked(options.raw_shown)
        self._logarithmic.setChecked(options.logarithmic)
        self._outliers.setChecked(options.all_shown)
        self._marks.setChecked(preferences.marks_shown)
        for place in self._places:
            place.scale = preferences.scales.get(place.chart.metrics[0], ChartScale())
        self.redraw()

    def set_run(self, name: str, history: History, series: int, *, visible: bool = True) -> None:
        """Show a run, or another history of it.

        Args:
            name: the run's.
            history: may go on growing; say so with `run_grew`.
            series: which of the colours is its own.
            visible: whether its lines are drawn.
        """
        was_visible = name in self._runs and self._runs[name].visible
        self._runs[name] = BoardRun(Curves(history), series, visible)
        if visible or was_visible:
            self._redraw_soon()

    def mark(self, name: str) -> None:
        """Show where this run was resumed and its epochs end."""
        if self._marked != name:
            self._marked = name
            self._redraw_soon()

    def show_reading(self, *, reading: bool) -> None:
        """Say, where there is no curve, whether some are still to come."""
        self._empty.setText(
            self.tr("Reading the curves…")
            if reading
            else self.tr("The curves appear here with the first steps of training.")
        )

    def run_grew(self, name: str) -> None:
        """Draw what is new, soon."""
        if name in self._runs and self._runs[name].visible:
            self._redraw_at_leisure()

    def remove_run(self, name: str) -> None:
        """Show a run no more."""
        if self._runs.pop(name, None) is not None:
            self._redraw_soon()

    def set_visible(self, name: str, visible: bool) -> None:
        """Show or hide a run's lines."""
        if name in self._runs and self._runs[name].visible != visible:
            self._runs[name].visible = visible
            self._redraw_soon()

    def redraw(self) -> None:
        """Draw every chart now."""
        self._timer.stop()
        self._next_wait_ms = None
        self._waiting.clear()
        for step in self._steps():
            step()

    def _chart_list(self) -> list[Chart]:
        both = (Metric.TRAINING_LOSS, Metric.VALIDATION_LOSS)
        return [
            Chart(self.tr("Loss"), self.tr("nats per token"), both),
            Chart("BLEU", "", (Metric.BLEU,)),
            Chart(self.tr("Perplexity"), "", (Metric.PERPLEXITY,)),
            Chart(self.tr("Alignment error"), "", (Metric.AER,)),
            Chart("chrF", "", (Metric.CHRF,)),
            Chart(self.tr("Speed"), self.tr("tokens/s"), (Metric.SPEED,)),
            Chart(self.tr("Learning rate"), "", (Metric.LEARNING_RATE,)),
            Chart(self.tr("Gradient norm"), "", (Metric.GRADIENT_NORM,)),
        ]

    def _lay_out(self) -> None:
        self._axis = QComboBox()
        self._axis.setAccessibleName(self.tr("Horizontal axis"))
        for axis, text in (
            (Axis.STEPS, self.tr("steps")),
            (Axis.EPOCHS, self.tr("epochs")),
            (Axis.TIME, self.tr("minutes")),
            (Axis.TOKENS, self.tr("target tokens")),
            (Axis.CLOCK, self.tr("time of day")),
        ):
            self._axis.addItem(text, axis)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setMaximum(_SLIDER_STEPS - 1)
        self._slider.setValue(round(PlotOptions().smoothing * _SLIDER_STEPS))
        self._slider.setAccessibleName(self.tr("Smoothing"))
        self._slider.setFixedWidth(140)
        self._smoothing = QLabel()
        self._smoothing.setMinimumWidth(36)
        self._raw = QCheckBox(self.tr("Raw"))
        self._raw.setChecked(True)
        self._raw.setToolTip(self.tr("Show the measured values behind the smoothed line"))
        self._logarithmic = QCheckBox(self.tr("Log"))
        self._logarithmic.setToolTip(self.tr("Logarithmic vertical axes"))
        self._marks = QCheckBox(self.tr("Marks"))
        self._marks.setChecked(True)
        self._marks.setToolTip(
            self.tr(
                "A star at the best validation of each run; of the run that is looked at, a dotted "
                "line where it was resumed and faint ones where epochs end"
            )
        )
        self._outliers = QCheckBox(self.tr("Outliers"))
        self._outliers.setToolTip(self.tr("Let the vertical axis reach to the last outlier"))
        fit = QPushButton(self.tr("Fit all"))
        fit.clicked.connect(self._fit_all)
        tools = QHBoxLayout()
        tools.setSpacing(SPACE)
        for text, widget in ((self.tr("Over"), self._axis), (self.tr("Smoothing"), self._slider)):
            label = QLabel(text)
            set_role(label, "muted")
            tools.addWidget(label)
            tools.addWidget(widget)
        tools.addWidget(self._smoothing)
        for box in (self._raw, self._logarithmic, self._outliers, self._marks):
            tools.addWidget(box)
        tools.addStretch()
        tools.addWidget(fit)
        self._empty = QLabel()
        self.show_reading(reading=False)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self._empty, "muted")
        inside = QWidget()
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE)
        self._grid.addWidget(self._empty, 0, 0)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(tools)
        self._legend = CurveLegend()
        column.addWidget(self._legend)
        column.addWidget(scroll, stretch=1)

    def _connect(self) -> None:
        self._axis.activated.connect(self._change_axis)
        self._slider.valueChanged.connect(self._redraw_soon)
        self._slider.valueChanged.connect(self._say_smoothing)
        self._logarithmic.toggled.connect(self._scale_all_alike)
        for box in (self._raw, self._logarithmic, self._outliers):
            box.toggled.connect(self._fit_all)
            box.toggled.connect(self.preferences_changed)
        self._marks.toggled.connect(self._redraw_soon)
        self._marks.toggled.connect(self.preferences_changed)
        self._axis.activated.connect(self.preferences_changed)
        self._slider.valueChanged.connect(self.preferences_changed)
        self._say_smoothing()

    def _steps(self) -> Iterator[Callable[[], object]]:
        """All that there is to do, in steps none of which takes long."""
        for run in self._runs.values():
            if run.visible:
                yield partial(run.curves.of, Metric.TRAINING_LOSS, Axis.STEPS)  # reads what is new
        yield self._arrange
        for place in self._places:
            yield partial(self._make_plot, place)
            for name in self._runs:
                yield partial(self._prepare, place, name)
            yield partial(self._draw, place)

    def _draw_next(self) -> None:
        """Do a few of the steps that wait."""
        self._is_begun = True
        begun_at = time.perf_counter()
        while self._waiting and time.perf_counter() - begun_at < _SLICE_S:
            self._waiting.popleft()()
        if self._waiting:
            self._timer.start(_NEXT_SLICE_MS)
            return
        self._drawn_at = time.perf_counter()
        if self._next_wait_ms is not None:
            self._redraw_in(self._next_wait_ms)

    def _prepare(self, place: _Place, name: str) -> None:
        if place.plot is None or not place.has_points:
            return
        preferences = self.preferences
        for line in self._lines(place.chart, preferences.axis):
            if line.run == name:
                place.plot.prepare(line, self._options_of(place))

    def _draw(self, place: _Place) -> None:
        plot, preferences = place.plot, self.preferences
        if plot is not None and place.has_points:
            axis = preferences.axis
            plot.set_axis(self._axis.currentText(), is_clock=axis is Axis.CLOCK)
            options = self._options_of(place)
            plot.show_curves(self._lines(place.chart, preferences.axis), options)
            plot.show_marks(self._marks_on(axis))
            self._legend.show_gaps(shown=any(each.has_gaps for each in self.plots))
            place.waiting.hide()
            plot.show()
            if plot is self._read:
                self._show_values()

    def _options_of(self, place: _Place) -> PlotOptions:
        options = self.preferences.options.for_chart(place.scale)
        if self._axis.currentData() is Axis.CLOCK:  # no time of day has a logarithm
            options = replace(options, logarithmic_x=False)
        return options

    def _marks_on(self, axis: Axis) -> list[Mark]:
        """What concerns every chart, of the run that is looked at."""
        run = self._runs.get(self._marked)
        if run is None or not run.visible or not self._marks.isChecked():
            return []
        return marks_of(run, axis)

    def _make_plot(self, place: _Place) -> None:
        if place.plot is not None or not place.has_points:
            return
        measure = measure_words(place.chart.metrics[0])
        plot = CurvePlot(place.chart.title, place.chart.unit, place.card, measure=measure)
        plot.pointed.connect(partial(self._point_everywhere, plot))
        plot.enlarged.connect(partial(self._enlarge, plot))
        plot.menu_asked.connect(partial(self._open_menu, plot))
        plot.point_at(self._cursor)
        plot.hide()  # until its lines are there
        cast("QLayout", place.card.layout()).addWidget(plot)
        place.plot = plot

    def _make_place(self, chart: Chart) -> _Place:
        """A frame whose size does not depend on whether its chart is there yet."""
        card = QFrame(self._grid.parentWidget())
        set_role(card, "card")
        card.setMinimumSize(LEAST_SIZE.grownBy(QMargins(*_CARD_MARGINS)))
        card.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        card.hide()
        waiting = QLabel(self.tr("{chart}: drawing…").format(chart=chart.title))
        waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(waiting, "muted")
        column = QVBoxLayout(card)
        column.setContentsMargins(*_CARD_MARGINS)
        column.addWidget(waiting)
        return _Place(chart, card, waiting)

    def _lines(self, chart: Chart, axis: Axis) -> list[PlottedCurve]:
        colours = colours_of(self.palette())
        marks_shown = self._marks.isChecked()
        return lines_of(self._runs, chart, axis, colours, marks_shown=marks_shown)

    def _arrange(self) -> None:
        """The first chart is the largest; one that is enlarged stands alone."""
        axis = self.preferences.axis
        colours = colours_of(self.palette())
        drawn = [colours.repeat_of(run.series) for run in self._runs.values() if run.visible]
        self._legend.show_repeats(max(drawn, default=0))
        for place in self._places:
            place.has_points = any(len(line.curve.x) for line in self._lines(place.chart, axis))
        with_points = [place for place in self._places if place.has_points]
        self._empty.setVisible(not with_points)
        large = [place for place in with_points if place.plot and place.plot is self._large]
        cards = [place.card for place in self._places]
        shown = [place.card for place in large or with_points]
        placed = [card for card in cards if not card.isHidden()]
        if placed == shown and self._was_large is self._large:
            return
        self._was_large = self._large
        for card in cards:
            self._grid.removeWidget(card)
            card.setVisible(card in shown)
        cell = 0
        for number, card in enumerate(shown):
            width = 2 if number == 0 and len(shown) > 1 else 1
            self._grid.addWidget(card, cell // _COLUMNS, cell % _COLUMNS, 1, width)
            cell += width
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, int(row * _COLUMNS < cell))
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1 if len(shown) > 1 or column == 0 else 0)

    def _redraw_soon(self) -> None:
        self._redraw_in(_FIRST_SLICE_MS)

    def _redraw_at_leisure(self) -> None:
        """Draw what training has added since the last round."""
        rested_ms = 0 if self._is_drawing else int(1000 * (time.perf_counter() - self._drawn_at))
        self._redraw_in(max(_FIRST_SLICE_MS, _REST_MS - rested_ms))

    @property
    def _is_drawing(self) -> bool:
        return self._is_begun and bool(self._waiting)

    def _redraw_in(self, wait_ms: int) -> None:
        if self._is_drawing:  # what is new has its own round afterwards
            self._next_wait_ms = min(wait_ms, self._next_wait_ms or wait_ms)
            return
        self._waiting = deque(self._steps())
        if not self._timer.isActive() or self._timer.remainingTime() > wait_ms:
            self._timer.start(wait_ms)
        self._is_begun, self._next_wait_ms = False, None

    def _say_smoothing(self) -> None:
        self._smoothing.setText(f"{self._slider.value() / _SLIDER_STEPS:.3f}")

    def _scale_all_alike(self) -> None:
        """What is chosen for all charts is chosen for each."""
        for place in self._places:
            place.scale = place.scale._replace(log_y=None)

    def _change_axis(self) -> None:
        """What was pinned is somewhere else now, and a range means something else."""
        for place in self._places:
            place.scale = place.scale._replace(x_range=None)
        for plot in self.plots:
            plot.point_at(Cursor())
        self._cursor = Cursor()
        self._show_values()
        self._fit_all()

    def _fit_all(self) -> None:
        self.redraw()
        for plot in self.plots:
            plot.fit()

    def _point_everywhere(self, plot: CurvePlot, cursor: Cursor) -> None:
        """The same cursor in every chart, also in those that are hidden and come back."""
        self._cursor, self._read = cursor, plot
        for other in self.plots:
            if other is not plot:
                other.point_at(cursor)
        self._show_values()

    def _show_values(self) -> None:
        """What is read of a chart, and what the nearest of its values means."""
        place = next((place for place in self._places if place.plot is self._read), None)
        if place is None or place.plot is None:
            self.values.show_reading(None)
            return
        reading, metric = place.plot.reading, place.chart.metrics[0]
        words = [measure_words(metric).direction]
        if reading is not None and (meaning := verdict(metric, reading.rows[0].value)):
            words.append(
                self.tr("{value}: {meaning}").format(
                    value=short(reading.rows[0].value), meaning=meaning
                )
            )
        self.values.show_reading(reading, " · ".join(words))

    def _enlarge(self, plot: CurvePlot) -> None:
        self._large = None if self._large is plot else plot
        self.redraw()

    def _open_menu(self, plot: CurvePlot, place: QPoint) -> None:
        menu = self.menu_of(plot)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def menu_of(self, plot: CurvePlot) -> QMenu:
        """What can be done with one chart."""
        menu = QMenu(self)
        menu.addAction(self.tr("Copy as image"), partial(_copy_image, plot))
        menu.addAction(self.tr("Copy data"), partial(_copy_data, plot))
        menu.addSeparator()
        menu.addAction(self.tr("Save as…"), partial(self._save, plot))
        menu.addSeparator()
        place = next(place for place in self._places if place.plot is plot)
        options = self._options_of(place)
        for text, checked, wanted in (
            (
                self.tr("Logarithmic vertical axis"),
                options.logarithmic,
                place.scale._replace(log_y=not options.logarithmic),
            ),
            (
                self.tr("Logarithmic horizontal axis"),
                options.logarithmic_x,
                place.scale._replace(log_x=not options.logarithmic_x),
            ),
        ):
            entry = menu.addAction(text, partial(self._set_scale, place, wanted))
            entry.setCheckable(True)
            entry.setChecked(checked)
        menu.addAction(self.tr("Range…"), partial(self._ask_range, place))
        menu.addAction(self.tr("Fit"), plot.fit)
        return menu

    def _ask_range(self, place: _Place) -> None:
        dialog = RangeDialog(place.chart.title, place.scale, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.scale_chosen.connect(partial(self._set_scale, place))
        dialog.open()

    def _set_scale(self, place: _Place, scale: ChartScale) -> None:
        place.scale = scale
        self.redraw()
        if place.plot is not None:
            place.plot.fit()
        self.preferences_changed.emit()

    def _save(self, plot: CurvePlot) -> None:
        kinds = ";;".join(f"*.{ending}" for ending in _ENDINGS)
        path = self._choose_path(self, self.tr("Save the chart"), f"{plot.title}.png", kinds)
        if path:
            try:
                curve_export.write(plot, Path(path))
            except RunningError as error:
                self._show_error(error)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_places"):
            self._redraw_soon()  # the lines have other colours now
        super().changeEvent(event)


def _copy_image(plot: CurvePlot) -> None:
    QGuiApplication.clipboard().setImage(curve_export.to_image(plot))


def _copy_data(plot: CurvePlot) -> None:
    QGuiApplication.clipboard().setText(curve_export.to_table(plot, "\t"))
