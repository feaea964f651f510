"""A figure of each head as a table of layers and heads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from attnstudio.gui.inspector.what_if_bars import BAR, BarDelegate
from attnstudio.gui.look.wording import decimals

_MOST_ROWS = 12


@dataclass(frozen=True, slots=True)
class HeadFigure:
    """What is shown of each head.

    Attributes:
        numbers: (layers, heads).
        errors: their standard errors; None where they are not known.
        decimals: how many are shown.
        off: layers and heads that are switched off now.
    """

    numbers: NDArray[np.float64]
    errors: NDArray[np.float64] | None
    decimals: int
    off: frozenset[tuple[int, int]] = frozenset()


class HeadMap(QTableWidget):
    """Numbers with bars below them; those that are more than chance are bold, those of heads that
    are switched off struck out.

    Args:
        parent: where it stands.

    Signals:
        chosen: layer and head of a cell that was clicked, or entered.
        switch_asked: those of a cell with Shift, or Delete: to be switched off, or on again.
    """

    chosen = Signal(int, int)
    switch_asked = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("What each head is worth"))
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        delegate = BarDelegate(signed=True, below=True)
        delegate.setParent(self)
        self.setItemDelegate(delegate)
        self.cellActivated.connect(self.chosen)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        cell = self.indexAt(event.position().toPoint())
        if not cell.isValid() or event.button() is not Qt.MouseButton.LeftButton:
            return
        is_switch = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        (self.switch_asked if is_switch else self.chosen).emit(cell.row(), cell.column())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.currentItem() is not None:
            self.switch_asked.emit(self.currentRow(), self.currentColumn())
            return
        super().keyPressEvent(event)

    def show_figure(self, figure: HeadFigure) -> None:
        """Show a figure."""
        layers, heads = figure.numbers.shape
        self.setRowCount(layers)
        self.setColumnCount(heads)
        self.setHorizontalHeaderLabels(self._names(self.tr("Head {n}"), heads))
        self.setVerticalHeaderLabels(self._names(self.tr("Layer {n}"), layers))
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        strongest = max(float(np.abs(figure.numbers).max(initial=0.0)), 1e-9)
        for layer, head in np.ndindex(layers, heads):
            self.setItem(layer, head, self._cell(figure, layer, head, strongest))
        rows = min(layers, _MOST_ROWS)
        height = self.horizontalHeader().sizeHint().height() + 6
        self.setFixedHeight(height + sum(map(self.rowHeight, range(rows))))

    def _names(self, words: str, number: int) -> Sequence[str]:
        return [words.format(n=place) for place in range(number)]

    def _cell(
        self, figure: HeadFigure, layer: int, head: int, strongest: float
    ) -> QTableWidgetItem:
        value = float(figure.numbers[layer, head])
        sign = "+" if value > 0 else "−" if value < 0 else ""
        cell = QTableWidgetItem(f"{sign}{decimals(abs(value), figure.decimals)}")
        cell.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
        cell.setData(BAR, value / strongest)
        words = self.tr("Layer {layer}, head {head}: {value}").format(
            layer=layer, head=head, value=cell.text()
        )
        font = cell.font()
        font.setStrikeOut((layer, head) in figure.off)
        if (layer, head) in figure.off:
            words = self.tr("{words}, switched off").format(words=words)
        if figure.errors is not None and np.isfinite(figure.errors[layer, head]):
            error = float(figure.errors[layer, head])
            words = self.tr("{words}, standard error {error}").format(
                words=words, error=decimals(error, 4)
            )
            font.setBold(abs(value) > 2 * error)
        cell.setFont(font)
        cell.setToolTip(words)
        return cell
