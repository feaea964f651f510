"""All charts of the visible runs, with one axis, one smoothing and one cursor for all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from attnstudio.gui.charts.board_drawing import BoardDrawing
from attnstudio.gui.charts.board_reading import BoardReading
from attnstudio.gui.charts.chart_grid import ChartCard, ChartGrid
from attnstudio.gui.charts.chart_menu import ChartMenu
from attnstudio.gui.charts.chart_tools import ChartTools
from attnstudio.gui.charts.curve_legend import CurveLegend
from attnstudio.gui.charts.curve_lines import BoardRun, all_charts
from attnstudio.gui.charts.curve_plot import CurvePlot
from attnstudio.gui.charts.curve_preferences import CurvePreferences
from attnstudio.gui.charts.curve_values import CurveValues
from attnstudio.gui.charts.drawing_schedule import DrawingSchedule
from attnstudio.gui.charts.plotted_curve import ChartScale
from attnstudio.gui.look.theme import SPACE
from attnstudio.gui.widgets.file_dialogs import choose_save_path
from attnstudio.training.curves import Curves
from attnstudio.training.history import History


class CurveBoard(QWidget):
    """Charts of loss, scores, speed and the rest.

    All cards are in their places before the first chart is drawn, so that none is drawn twice.

    Args:
        show_error: what becomes of a file that cannot be written.
        choose_path: asks for a file to write.
        parent: owns the board.

    Attributes:
        values: the table of what is read; whoever owns the board finds a place for it.
        tools: what is chosen for all charts.
        grid: the charts in their places.
        schedule: when they are drawn.
        menu: what can be done with one of them.

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
        self.values = CurveValues()
        self.tools = ChartTools()
        self.grid = ChartGrid(all_charts())
        self._reading = BoardReading(self.grid, self.values, self)
        legend = CurveLegend()
        self._drawing = BoardDrawing(
            self.tools, self.grid, legend, made=self._heed, drawn=self._reading.follow_drawing
        )
        self.schedule = DrawingSchedule(self._drawing.steps, self)
        self.menu = ChartMenu(
            self,
            self.grid,
            self._drawing.options_of,
            show_error=show_error,
            choose_path=choose_path,
        )
        self.show_reading(reading=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.tools)
        column.addWidget(legend)
        column.addWidget(self.grid, stretch=1)
        self._connect()
        self.redraw()

    @property
    def plots(self) -> list[CurvePlot]:
        """Every chart that has had points, the shown and the hidden ones."""
        return self.grid.plots

    @property
    def runs(self) -> list[str]:
        """The names of all runs, the shown and the hidden ones."""
        return list(self._drawing.runs)

    @property
    def is_settled(self) -> bool:
        """Whether everything is drawn that is known."""
        return self.schedule.is_settled

    @property
    def preferences(self) -> CurvePreferences:
        """What the person chose."""
        cards = self.grid.cards
        scales = {c.chart.metrics[0]: c.scale for c in cards if c.scale != ChartScale()}
        tools = self.tools
        return CurvePreferences(tools.chosen_axis, tools.options, scales, tools.marks.isChecked())

    def apply_preferences(self, preferences: CurvePreferences) -> None:
        """Choose for the person, as they chose before."""
        self.tools.choose(preferences)
        for card in self.grid.cards:
            card.scale = preferences.scales.get(card.chart.metrics[0], ChartScale())
        self.redraw()

    def set_run(self, name: str, history: History, series: int, *, visible: bool = True) -> None:
        """Show a run, or another history of it.

        Args:
            name: the run's.
            history: may go on growing; say so with `run_grew`.
            series: which of the colours is its own.
            visible: whether its lines are drawn.
        """
        was_visible = name in self._drawing.runs and self._drawing.runs[name].visible
        self._drawing.runs[name] = BoardRun(Curves(history), series, visible)
        if visible or was_visible:
            self.schedule.do_soon()

    def mark(self, name: str) -> None:
        """Show where this run was resumed and its epochs end."""
        if self._drawing.marked != name:
            self._drawing.marked = name
            self.schedule.do_soon()

    def show_reading(self, *, reading: bool) -> None:
        """Say, where there is no curve, whether some are still to come."""
        self.grid.nothing.setText(
            self.tr("Reading the curves…")
            if reading
            else self.tr("Curves appear here with the first steps of a training.")
        )

    def run_grew(self, name: str) -> None:
        """Draw what is new, soon."""
        if name in self._drawing.runs and self._drawing.runs[name].visible:
            self.schedule.do_at_leisure()

    def remove_run(self, name: str) -> None:
        """Show a run no more."""
        if self._drawing.runs.pop(name, None) is not None:
            self.schedule.do_soon()

    def set_visible(self, name: str, visible: bool) -> None:
        """Show or hide a run's lines."""
        if name in self._drawing.runs and self._drawing.runs[name].visible != visible:
            self._drawing.runs[name].visible = visible
            self.schedule.do_soon()

    def redraw(self) -> None:
        """Draw every chart now."""
        self.schedule.do_now()

    def _connect(self) -> None:
        tools = self.tools
        tools.fit.clicked.connect(self._fit_all)
        tools.axis.activated.connect(self._change_axis)
        tools.slider.valueChanged.connect(self.schedule.do_soon)
        tools.logarithmic.toggled.connect(self._scale_all_alike)
        for box in (tools.raw, tools.logarithmic, tools.outliers):
            box.toggled.connect(self._fit_all)
            box.toggled.connect(self.preferences_changed)
        tools.marks.toggled.connect(self.schedule.do_soon)
        tools.marks.toggled.connect(self.preferences_changed)
        tools.axis.activated.connect(self.preferences_changed)
        tools.slider.valueChanged.connect(self.preferences_changed)
        self.menu.scale_chosen.connect(self._set_scale)

    def _heed(self, plot: CurvePlot) -> None:
        """What a person does in a chart that has just been made."""
        self._reading.follow(plot)
        plot.enlarged.connect(partial(self._enlarge, plot))
        plot.menu_asked.connect(partial(self.menu.open, plot))

    def _scale_all_alike(self) -> None:
        """What is chosen for all charts is chosen for each."""
        for card in self.grid.cards:
            card.scale = card.scale._replace(log_y=None)

    def _change_axis(self) -> None:
        """What was pinned is somewhere else now, and a range means something else."""
        for card in self.grid.cards:
            card.scale = card.scale._replace(x_range=None)
        self._reading.let_go()
        self._fit_all()

    def _fit_all(self) -> None:
        self.redraw()
        for plot in self.plots:
            plot.fit()

    def _enlarge(self, plot: CurvePlot) -> None:
        self.grid.enlarge(plot)
        self.redraw()

    def _set_scale(self, card: ChartCard, scale: ChartScale) -> None:
        card.scale = scale
        self.redraw()
        if card.plot is not None:
            card.plot.fit()
        self.preferences_changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "schedule"):
            self.schedule.do_soon()  # the lines have other colours now
        super().changeEvent(event)
