"""Where each chart stands: frames in a grid, which do not move while charts come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QMargins, Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.charts.curve_lines import Chart
from attnstudio.gui.charts.curve_plot import LEAST_SIZE, CurvePlot
from attnstudio.gui.charts.measures import measure_words
from attnstudio.gui.charts.plotted_curve import ChartScale
from attnstudio.gui.look.theme import SPACE, set_role

_COLUMNS = 3
_CARD_MARGINS = (2, 2, 2, 2)


class ChartCard(QFrame):
    """A frame whose size does not depend on whether its chart is there yet.

    Attributes:
        chart: what is drawn.
        waiting: says in the frame what is to come, until it is there.
        plot: the drawing, which takes a while to be made and comes later than its frame.
        scale: its own axes.
        has_points: whether there is anything to be seen.
    """

    def __init__(self, chart: Chart, parent: QWidget) -> None:
        super().__init__(parent)
        self.chart = chart
        self.plot: CurvePlot | None = None
        self.scale = ChartScale()
        self.has_points = False
        set_role(self, "card")
        self.setMinimumSize(LEAST_SIZE.grownBy(QMargins(*_CARD_MARGINS)))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.hide()
        self.waiting = QLabel(self.tr("{chart}: drawing…").format(chart=chart.title))
        self.waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self.waiting, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(*_CARD_MARGINS)
        column.addWidget(self.waiting)

    def make_plot(self) -> CurvePlot:
        """Make the drawing, hidden until its lines are there."""
        measure = measure_words(self.chart.metrics[0].score)
        self.plot = CurvePlot(self.chart.title, self.chart.unit, self, measure=measure)
        self.plot.hide()
        cast("QLayout", self.layout()).addWidget(self.plot)
        return self.plot

    def show_plot(self) -> None:
        """Show the drawing in place of the words."""
        self.waiting.hide()
        if self.plot is not None:
            self.plot.show()


class ChartGrid(QScrollArea):
    """Cards of those charts that have points; the first is the largest, an enlarged one alone.

    Attributes:
        cards: one for each chart, the shown and the hidden ones.
        nothing: what is said where there is no curve.
    """

    def __init__(self, charts: Sequence[Chart], parent: QWidget | None = None) -> None:
        super().__init__(parent, widgetResizable=True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._alone: CurvePlot | None = None
        self._was_alone: CurvePlot | None = None
        self.nothing = QLabel()
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self.nothing, "muted")
        inside = self._inside = QWidget()
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE)
        self._grid.addWidget(self.nothing, 0, 0)
        self.setWidget(inside)
        self.cards = [ChartCard(chart, inside) for chart in charts]

    def add_missing(self, charts: Sequence[Chart]) -> None:
        """Make cards for those of the charts that have none, after all others."""
        known = {card.chart for card in self.cards}
        self.cards += [ChartCard(chart, self._inside) for chart in charts if chart not in known]

    @property
    def plots(self) -> list[CurvePlot]:
        """Every drawing that was made."""
        return [card.plot for card in self.cards if card.plot is not None]

    def card_of(self, plot: CurvePlot) -> ChartCard:
        """The card that a drawing stands in."""
        return next(card for card in self.cards if card.plot is plot)

    def enlarge(self, plot: CurvePlot) -> None:
        """Let a chart stand alone from the next arrangement on, or all of them again."""
        self._alone = None if self._alone is plot else plot

    def arrange(self) -> None:
        """Put the cards with points into their places, where these are others now."""
        with_points = [card for card in self.cards if card.has_points]
        self.nothing.setVisible(not with_points)
        alone = [card for card in with_points if card.plot and card.plot is self._alone]
        shown = alone or with_points
        placed = [card for card in self.cards if not card.isHidden()]
        if placed == shown and self._was_alone is self._alone:
            return
        self._was_alone = self._alone
        for card in self.cards:
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
