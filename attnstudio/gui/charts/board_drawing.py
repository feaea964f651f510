"""What is drawn of the runs: into which chart, in what steps, with which options."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from attnstudio.gui.charts.chart_grid import ChartCard, ChartGrid
from attnstudio.gui.charts.chart_tools import ChartTools
from attnstudio.gui.charts.curve_legend import CurveLegend
from attnstudio.gui.charts.curve_lines import (
    BoardRun,
    Chart,
    charts_of_unknown,
    lines_of,
    marks_of,
)
from attnstudio.gui.charts.curve_plot import CurvePlot
from attnstudio.gui.charts.drawing_schedule import Step
from attnstudio.gui.charts.mark_lines import Mark
from attnstudio.gui.charts.plotted_curve import PlotOptions, PlottedCurve
from attnstudio.gui.look.theme import colours_of
from attnstudio.training.curves import Axis
from attnstudio.training.metric import TRAINING_LOSS


class BoardDrawing:
    """Draws runs into the charts of a grid.

    Args:
        tools: what is chosen for all charts.
        grid: where the charts stand.
        legend: explains what is drawn.
        made: told of a chart that has just been made.
        drawn: told of a chart that shows what is known now.

    Attributes:
        runs: by their names, the shown and the hidden ones.
        marked: the name of the run whose resumptions and epochs are shown.
    """

    def __init__(
        self,
        tools: ChartTools,
        grid: ChartGrid,
        legend: CurveLegend,
        *,
        made: Callable[[CurvePlot], None],
        drawn: Callable[[CurvePlot], None],
    ) -> None:
        self._tools, self._grid, self._legend = tools, grid, legend
        self._made, self._drawn = made, drawn
        self.runs: dict[str, BoardRun] = {}
        self.marked = ""

    def steps(self) -> Iterator[Step]:
        """All that there is to do, in steps none of which takes long."""
        self._grid.add_missing(charts_of_unknown(self.runs.values()))
        for run in self.runs.values():
            if run.visible:
                yield partial(run.curves.of, TRAINING_LOSS, Axis.STEPS)  # reads what is new
        yield self._arrange
        for card in self._grid.cards:
            yield partial(self._make_plot, card)
            for name in self.runs:
                yield partial(self._prepare, card, name)
            yield partial(self._draw, card)

    def options_of(self, card: ChartCard) -> PlotOptions:
        """How a chart is drawn: as all are, but for its own axes."""
        options = self._tools.options.for_chart(card.scale)
        if self._tools.chosen_axis is Axis.CLOCK:  # no time of day has a logarithm
            options = replace(options, logarithmic_x=False)
        return options

    def _arrange(self) -> None:
        colours = colours_of(self._grid.palette())
        drawn = [colours.repeat_of(run.series) for run in self.runs.values() if run.visible]
        self._legend.show_repeats(max(drawn, default=0))
        for card in self._grid.cards:
            card.has_points = any(len(line.curve.x) for line in self._lines(card.chart))
        self._grid.arrange()

    def _make_plot(self, card: ChartCard) -> None:
        if card.plot is None and card.has_points:
            self._made(card.make_plot())

    def _prepare(self, card: ChartCard, name: str) -> None:
        if card.plot is None or not card.has_points:
            return
        for line in self._lines(card.chart):
            if line.run == name:
                card.plot.lines.prepare(line, self.options_of(card))

    def _draw(self, card: ChartCard) -> None:
        plot, tools = card.plot, self._tools
        if plot is not None and card.has_points:
            axis = tools.chosen_axis
            plot.set_axis(tools.axis.currentText(), is_clock=axis is Axis.CLOCK)
            plot.show_curves(self._lines(card.chart), self.options_of(card))
            plot.show_marks(self._marks_on(axis))
            self._legend.show_gaps(shown=any(each.lines.has_gaps for each in self._grid.plots))
            card.show_plot()
            self._drawn(plot)

    def _marks_on(self, axis: Axis) -> list[Mark]:
        """What concerns every chart, of the run that is looked at."""
        run = self.runs.get(self.marked)
        if run is None or not run.visible or not self._tools.marks.isChecked():
            return []
        return marks_of(run, axis)

    def _lines(self, chart: Chart) -> list[PlottedCurve]:
        colours, tools = colours_of(self._grid.palette()), self._tools
        marks_shown = tools.marks.isChecked()
        return lines_of(self.runs, chart, tools.chosen_axis, colours, marks_shown=marks_shown)
