"""Few heads as lines over the updates: a chart for each run on the same axes, and a legend."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from attnstudio.gui.charts.chart_picture import ChartPicture
from attnstudio.gui.charts.chart_reading import Cursor
from attnstudio.gui.charts.curve_plot import CurvePlot
from attnstudio.gui.charts.head_legend import HeadLegend, head_series_of
from attnstudio.gui.charts.head_run import HeadRun, head_name, place_title, shared_range, tr
from attnstudio.gui.charts.plotted_curve import PlotOptions, PlottedCurve
from attnstudio.gui.look.theme import SPACE, Colours, colours_of
from attnstudio.gui.widgets.card import framed
from attnstudio.gui.widgets.one_line import OneLine
from attnstudio.training.curves import Curve
from attnstudio.training.head_quantities import HeadPlace, words_of

_MOST_RUNS = 2
_ROOM = 0.03  # of the updates, at each end
_LEAST_SIZE = QSize(170, 150)  # two of them and the legend beside a list of runs
_MOST_MARKED = 40  # points of a line: more marks would hide it


class HeadLines(QWidget):
    """One line a head, coloured by layer.

    Attributes:
        plots: the charts, of which those are shown that a run has.
        legend: the heads by name.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: Sequence[HeadRun] = ()
        self.plots = [CurvePlot("") for _ in range(_MOST_RUNS)]
        self._names = [OneLine() for _ in range(_MOST_RUNS)]
        self._parts: list[QWidget] = []
        self.legend = HeadLegend()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        for name, plot in zip(self._names, self.plots, strict=True):
            self._parts.append(self._part(name, plot))
            row.addWidget(self._parts[-1], stretch=1)
        row.addWidget(self.legend)

    def _part(self, name: OneLine, plot: CurvePlot) -> QWidget:
        plot.heading.hide()
        plot.setMinimumSize(_LEAST_SIZE)
        plot.set_axis(tr("update"))
        plot.pointed.connect(partial(self._point, plot))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(SPACE, SPACE, SPACE, 0)
        column.setSpacing(0)
        column.addWidget(name)
        column.addWidget(plot, stretch=1)
        return framed(inside)

    def show_runs(self, runs: Sequence[HeadRun]) -> None:
        """Show one or two runs, each with numbers of the same quantity."""
        self._runs = runs
        self.legend.show_runs(runs)
        if not runs:
            return
        options = _options(runs)
        for number, part in enumerate(self._parts):
            part.setVisible(number < len(runs))
            if number < len(runs):
                self._draw(number, options)

    def _draw(self, number: int, options: PlotOptions) -> None:
        run, plot = self._runs[number], self.plots[number]
        assert run.series is not None  # or there is nothing to show
        place = HeadPlace(run.series.site, run.series.quantity)
        self._names[number].show_words(run.name)
        plot.title = f"{run.name}: {place_title(place)}"
        plot.setAccessibleName(plot.title)
        plot.show_curves(_lines(run, colours_of(self.palette())), options)
        if plot.is_following:
            plot.fit()

    def _point(self, plot: CurvePlot, cursor: Cursor) -> None:
        for other in self.plots:
            if other is not plot:
                other.crosshair.show(cursor)
        self.legend.read_at(cursor.x)

    @property
    def picture_size(self) -> QSize:
        """Of what `paint_on` paints."""
        sizes = [picture.size for picture in self._pictures()]
        return QSize(sum(size.width() for size in sizes), max(size.height() for size in sizes))

    def paint_on(self, painter: QPainter) -> None:
        """Draw the charts side by side, with their names and the names of their lines."""
        for picture in self._pictures():
            painter.save()
            picture.paint(painter)
            painter.restore()
            painter.translate(picture.size.width(), 0)

    def _pictures(self) -> list[ChartPicture]:
        return [ChartPicture(plot) for plot in self.plots[: len(self._runs)]]

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "legend"):
            self.show_runs(self._runs)


def _options(runs: Sequence[HeadRun]) -> PlotOptions:
    """The same axes for all."""
    known = [run.series for run in runs if run.series is not None]
    first = min(series.steps[0] for series in known)
    last = max(series.steps[-1] for series in known)
    room = (last - first) * _ROOM  # or the number of the last update would be cut off
    ends = (first - room, last + room) if last > first else None
    between = shared_range(runs, words_of(known[0].quantity))
    return PlotOptions(smoothing=0.0, all_shown=True, x_range=ends, y_range=between)


def _lines(run: HeadRun, colours: Colours) -> list[PlottedCurve]:
    assert run.series is not None  # or there is nothing to show
    steps = np.array(run.series.steps, dtype=np.float64)
    lines = []
    for layer, heads in enumerate(run.series.values):
        for head, values in enumerate(heads):
            is_known = np.isfinite(values)
            lines.append(
                PlottedCurve(
                    run.name,
                    head_name(layer, head),
                    Curve(steps[is_known], values[is_known]),
                    head_series_of(colours, layer, head),
                    has_markers=len(steps) <= _MOST_MARKED,
                )
            )
    return lines
