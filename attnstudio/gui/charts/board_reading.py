"""One cursor for all charts of a board, and what is read where it stands."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from attnstudio.gui.charts.chart_grid import ChartGrid
from attnstudio.gui.charts.chart_reading import Cursor, short
from attnstudio.gui.charts.curve_plot import CurvePlot
from attnstudio.gui.charts.curve_values import CurveValues
from attnstudio.gui.charts.measures import measure_words, verdict


class BoardReading(QObject):
    """Moves the cursor of every chart with that of the person, and fills the table of values.

    Args:
        grid: has the charts.
        values: the table.
        parent: owns it.
    """

    def __init__(self, grid: ChartGrid, values: CurveValues, parent: QObject) -> None:
        super().__init__(parent)
        self._grid, self._values = grid, values
        self._cursor = Cursor()
        self._read: CurvePlot | None = None  # the chart whose values are shown

    def follow(self, plot: CurvePlot) -> None:
        """A chart was made."""
        plot.pointed.connect(partial(self._point_everywhere, plot))
        plot.crosshair.show(self._cursor)

    def follow_drawing(self, plot: CurvePlot) -> None:
        """A chart shows other lines now."""
        if plot is self._read:
            self._show_values()

    def let_go(self) -> None:
        """No cursor and no pins anywhere."""
        for plot in self._grid.plots:
            plot.crosshair.show(Cursor())
        self._cursor = Cursor()
        self._show_values()

    def _point_everywhere(self, plot: CurvePlot, cursor: Cursor) -> None:
        """The same cursor in every chart, also in those that are hidden and come back."""
        self._cursor, self._read = cursor, plot
        for other in self._grid.plots:
            if other is not plot:
                other.crosshair.show(cursor)
        self._show_values()

    def _show_values(self) -> None:
        """What is read of a chart, and what the nearest of its values means."""
        if self._read is None:
            self._values.show_reading(None)
            return
        reading = self._read.reading
        score = self._grid.card_of(self._read).chart.metrics[0].score
        words = [measure_words(score).direction]
        if reading is not None and (meaning := verdict(score, reading.rows[0].value)):
            words.append(
                self.tr("{value}: {meaning}").format(
                    value=short(reading.rows[0].value), meaning=meaning
                )
            )
        self._values.show_reading(reading, " · ".join(words))
