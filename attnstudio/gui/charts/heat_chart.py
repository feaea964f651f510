"""A picture of numbers over a training, which tells each to mouse, keyboard and screen reader."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from attnstudio.gui.charts.heat_picture import HeatCell, HeatPanel, HeatPicture, HeatScale
from attnstudio.gui.look.theme import SPACE, colours_of

_MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (1, 0),
    Qt.Key.Key_Down: (-1, 0),
}
_NO_SCALE = HeatScale(0.0, 1.0, ())


class HeatChart(QWidget):
    """Panels of updates by rows.

    Signals:
        read: what the cell says that is pointed at; empty for none.
    """

    read = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panels: Sequence[HeatPanel] = ()
        self._scale = _NO_SCALE
        self._cell: HeatCell | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(360, 180)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    def show_panels(self, panels: Sequence[HeatPanel], scale: HeatScale) -> None:
        """Show others, or what has come since."""
        self._panels, self._scale = panels, scale
        if self._cell is not None and not self._is_there(self._cell):
            self.point_at(None)
        self.update()

    def picture(self) -> HeatPicture:
        """What is drawn, of this size."""
        area = QRectF(self.rect()).adjusted(SPACE, SPACE, -SPACE, -SPACE)
        return HeatPicture(self._panels, self._scale, area, self.font())

    def paint_on(self, painter: QPainter) -> None:
        """Draw it as it is seen, without what is pointed at."""
        colours = colours_of(self.palette())
        painter.fillRect(QRectF(self.rect()), QColor(colours.panel))
        if self._panels:
            self.picture().paint(painter, colours)

    def point_at(self, cell: HeatCell | None) -> None:
        """Read a cell, or none."""
        if cell != self._cell:
            self._cell = cell
            words = self.picture().words_of(cell) if cell is not None else ""
            self.setAccessibleDescription(words)
            self.read.emit(words)
            self.update()

    def _is_there(self, cell: HeatCell) -> bool:
        if cell.panel >= len(self._panels):
            return False
        rows, updates = self._panels[cell.panel].values.shape
        return bool(cell.row < rows and cell.column < updates)

    def _move(self, up: int, right: int) -> None:
        """From one cell to its neighbour; past the last update to the next panel."""
        cell = self._cell
        if cell is None:
            self.point_at(HeatCell(0, 0, self._panels[0].values.shape[1] - 1))
            return
        panel, column = cell.panel, cell.column + right
        if column >= self._panels[panel].values.shape[1] and panel + 1 < len(self._panels):
            panel, column = panel + 1, 0
        elif column < 0 < panel:
            panel, column = panel - 1, self._panels[panel - 1].values.shape[1] - 1
        rows, updates = self._panels[panel].values.shape
        row = min(max(cell.row + up, 0), rows - 1)
        self.point_at(HeatCell(panel, row, min(max(column, 0), updates - 1)))

    def sizeHint(self) -> QSize:
        return QSize(760, 360)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._panels:
            self.point_at(self.picture().cell_at(QPointF(event.position())))

    def leaveEvent(self, event: QEvent) -> None:
        self.point_at(None)
        super().leaveEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.point_at(None)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = _MOVES.get(Qt.Key(event.key()))
        if move is not None and self._panels:
            self._move(*move)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        painter = QPainter(self)
        self.paint_on(painter)
        if self._panels and self._cell is not None:
            self.picture().paint_frame(painter, self._cell, colours)
        if self.hasFocus():
            painter.setPen(QColor(colours.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
