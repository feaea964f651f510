"""Bars in the cells of a table: a share from the left, or a change from the middle."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from attnstudio.gui.look.theme import colours_of

BAR = Qt.ItemDataRole.UserRole + 1  # a number from -1 to 1 behind the words of a cell
_GAP = 3
_STRIP = 3  # how high a bar below the words is
_ROOM = "\u2002"  # beside the words of a cell
_STRENGTH = 90  # of 255: the words over it stay easy to read


class BarDelegate(QStyledItemDelegate):
    """Draws the number of `BAR` behind the words of a cell, or below them.

    Signed ones begin in the middle: blue to the right for more, orange to the left for less.

    Args:
        signed: whether there are numbers below 0.
        below: draw a strip under the words, where they stand in the middle of the cell.
    """

    def __init__(self, *, signed: bool, below: bool = False) -> None:
        super().__init__()
        self._signed, self._below = signed, below

    def displayText(self, value: object, locale: QLocale | QLocale.Language) -> str:
        return f"{_ROOM}{super().displayText(value, locale)}{_ROOM}"

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().paint(painter, option, index)
        share = index.data(BAR)
        if not isinstance(share, float) or not share:
            return
        colours = colours_of(option.palette)
        colour = QColor(colours.series[0 if share > 0 else 1])
        if not self._below:
            colour.setAlpha(_STRENGTH)
        painter.fillRect(self._bar(QRectF(option.rect), share), colour)

    def _bar(self, cell: QRectF, share: float) -> QRectF:
        cell = cell.adjusted(_GAP, _GAP, -_GAP, -_GAP)
        if self._below:
            cell.setTop(cell.bottom() - _STRIP)
        room = cell.width() / 2 if self._signed else cell.width()
        width = max(1.0, room * min(abs(share), 1.0))
        if not self._signed:
            return QRectF(cell.left(), cell.top(), width, cell.height())
        middle = cell.left() + room
        return QRectF(middle - width if share < 0 else middle, cell.top(), width, cell.height())
