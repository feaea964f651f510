"""The lines of heads by name, each with what it says where the picture is read."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from attnstudio.gui.charts.head_run import HeadRun, head_name, tr, value_words
from attnstudio.gui.charts.swatch import SWATCH, swatch
from attnstudio.gui.look.theme import SMALL_SPACE, Colours, Series, colours_of
from attnstudio.gui.look.wording import count
from attnstudio.training.head_quantities import words_of

_WIDTH, _VALUE_WIDTH, _ROW_HEIGHT = 142, 62, 22
_PATTERNS = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
)
_ELIDE = Qt.TextElideMode.ElideMiddle
_TO_THE_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_SYMBOLS = ("o", "s", "t1", "d")


def head_series_of(colours: Colours, layer: int, head: int) -> Series:
    """How the line of a head is drawn: the colour is its layer's, the mark its own."""
    pattern = _PATTERNS[head // len(_SYMBOLS) % len(_PATTERNS)]
    colour = colours.series[layer % len(colours.series)]
    return Series(colour, pattern, _SYMBOLS[head % len(_SYMBOLS)])


class HeadLegend(QTableWidget):
    """A row a head, a column a run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: Sequence[HeadRun] = ()
        self._step: int | None = None
        self.setAccessibleName(tr("Heads and their values"))
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setIconSize(SWATCH)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)

    def show_runs(self, runs: Sequence[HeadRun]) -> None:
        """Name the heads of these, one that only one of them has as well."""
        self._runs = runs
        self.setColumnCount(1 + len(runs))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(1, self.columnCount()):
            self.setColumnWidth(column, _VALUE_WIDTH)
        self.setFixedWidth(_WIDTH + len(runs) * _VALUE_WIDTH)
        self._fill()

    def read_at(self, step: float | None) -> None:
        """Say the values nearest to an update; the last ones where nothing is pointed at."""
        self._step = None if step is None else round(step)
        self._fill()

    def values_of(self, row: int) -> list[str]:
        """What stands beside a head."""
        cells = [self.item(row, column) for column in range(1, self.columnCount())]
        return [cell.text() for cell in cells if cell is not None]

    def _fill(self) -> None:
        colours = colours_of(self.palette())
        names = sorted({place for run in self._runs for place in _heads_of(run)})
        self.setRowCount(len(names))
        self._name_columns()
        for row, (layer, head) in enumerate(names):
            series = head_series_of(colours, layer, head)
            name = QTableWidgetItem(swatch(series, has_markers=True), head_name(layer, head))
            self.setItem(row, 0, name)
            for column, run in enumerate(self._runs, start=1):
                cell = QTableWidgetItem(self._value(run, layer, head))
                cell.setTextAlignment(_TO_THE_RIGHT)
                self.setItem(row, column, cell)

    def _name_columns(self) -> None:
        self.setHorizontalHeaderItem(0, QTableWidgetItem(f"{tr('run')}\n{tr('update')}"))
        for column, run in enumerate(self._runs, start=1):
            step = self._step_of(run)
            name = self.fontMetrics().elidedText(run.name, _ELIDE, _VALUE_WIDTH - 4 * SMALL_SPACE)
            heading = QTableWidgetItem(f"{name}\n{'–' if step is None else count(step)}")
            heading.setTextAlignment(_TO_THE_RIGHT)
            heading.setToolTip(run.name)
            self.setHorizontalHeaderItem(column, heading)

    def _column_of(self, run: HeadRun) -> int | None:
        if run.series is None:
            return None
        steps = run.series.steps
        if self._step is None:
            return len(steps) - 1
        return min(range(len(steps)), key=lambda place: abs(steps[place] - (self._step or 0)))

    def _step_of(self, run: HeadRun) -> int | None:
        column = self._column_of(run)
        return None if column is None or run.series is None else run.series.steps[column]

    def _value(self, run: HeadRun, layer: int, head: int) -> str:
        column = self._column_of(run)
        if column is None or run.series is None or (layer, head) not in set(_heads_of(run)):
            return "–"
        value = float(run.series.values[layer, head, column])
        return value_words(value, words_of(run.series.quantity))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_runs"):
            self._fill()


def _heads_of(run: HeadRun) -> list[tuple[int, int]]:
    layers, heads = run.shape
    return [(layer, head) for layer in range(layers) for head in range(heads)]
