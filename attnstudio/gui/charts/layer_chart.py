"""The picture of gradient norms, which tells each number to mouse, keyboard and screen reader."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from attnstudio.gui.charts.layer_picture import LayerCell, LayerPicture
from attnstudio.gui.look.theme import SPACE, colours_of
from attnstudio.training.layer_norms import LayerNorms

_MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (1, 0),
    Qt.Key.Key_Down: (-1, 0),
}


class LayerChart(QWidget):
    """Updates by layers, a panel for each stack.

    Signals:
        read: what the cell says that is pointed at; empty for none.
    """

    read = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stacks: Sequence[LayerNorms] = ()
        self._cell: LayerCell | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(360, 180)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Gradient norm of each layer"))

    @property
    def stacks(self) -> Sequence[LayerNorms]:
        """What is shown."""
        return self._stacks

    def show_norms(self, stacks: Sequence[LayerNorms]) -> None:
        """Show others, or what has come since."""
        self._stacks = stacks
        if self._cell is not None and not self._is_there(self._cell):
            self._point_at(None)
        self.update()

    def picture(self) -> LayerPicture:
        """What is drawn, of this size."""
        area = QRectF(self.rect()).adjusted(SPACE, SPACE, -SPACE, -SPACE)
        return LayerPicture(self._stacks, area, self.font())

    def _is_there(self, cell: LayerCell) -> bool:
        if cell.stack >= len(self._stacks):
            return False
        layers, updates = self._stacks[cell.stack].norms.shape
        return bool(cell.layer < layers and cell.update < updates)

    def _point_at(self, cell: LayerCell | None) -> None:
        if cell != self._cell:
            self._cell = cell
            words = self.picture().words_of(cell) if cell is not None else ""
            self.setAccessibleDescription(words)
            self.read.emit(words)
            self.update()

    def _move(self, up: int, right: int) -> None:
        """From one cell to its neighbour; past the last update to the next stack."""
        cell = self._cell
        if cell is None:
            self._point_at(LayerCell(0, 0, self._stacks[0].norms.shape[1] - 1))
            return
        layers, updates = self._stacks[cell.stack].norms.shape
        stack, update = cell.stack, cell.update + right
        if update >= updates and stack + 1 < len(self._stacks):
            stack, update = stack + 1, 0
        elif update < 0 < stack:
            stack, update = stack - 1, self._stacks[stack - 1].norms.shape[1] - 1
        layers, updates = self._stacks[stack].norms.shape
        layer = min(max(cell.layer + up, 0), layers - 1)
        self._point_at(LayerCell(stack, layer, min(max(update, 0), updates - 1)))

    def sizeHint(self) -> QSize:
        return QSize(760, 360)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._stacks:
            self._point_at(self.picture().cell_at(QPointF(event.position())))

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)
        super().leaveEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._point_at(None)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = _MOVES.get(Qt.Key(event.key()))
        if move is not None and self._stacks:
            self._move(*move)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.panel))
        if self._stacks:
            picture = self.picture()
            picture.paint(painter, colours)
            if self._cell is not None:
                picture.paint_frame(painter, self._cell, colours)
        if self.hasFocus():
            painter.setPen(QColor(colours.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
