"""A row of numbers as small shaded cells: one is chosen by click or arrow keys."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from attnstudio.gui.look.theme import Colours, colours_of
from attnstudio.interpretation.formula import number_text
from attnstudio.interpretation.lettering import isolate

_NAMED_WIDTH, _NAMED_HEIGHT = 66, 36
_SQUARES = ((64, 18), (256, 13), (1 << 30, 9))  # up to so many numbers, squares of so many pixels
_STRONGEST_ALPHA = 150
_MARGIN = 3  # room for the frame of a focus


NO_CHOICE = -1


class NumberCells(QWidget):
    """Numbers that wrap into as many lines as they need.

    Those with names are written out; others, such as the components of a vector, are shades whose
    number is told for the chosen one.

    Signals:
        chosen: the place of the number that was chosen.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: NDArray[np.float64] = np.zeros(0)
        self._names: Sequence[str] = ()
        self._are_named = True
        self._largest = 1.0
        self._choice = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    @property
    def choice(self) -> int:
        """The place of the chosen number."""
        return self._choice

    def show_numbers(
        self,
        values: NDArray[np.float64],
        names: Sequence[str],
        *,
        are_named: bool,
        largest: float,
        choice: int,
    ) -> None:
        """Show others.

        Args:
            values: of which those that are not finite have no shade.
            names: of each.
            are_named: whether names and numbers are written into the cells.
            largest: the size that has the strongest shade.
            choice: which is chosen; `NO_CHOICE` for none.
        """
        self._values, self._names = values, names
        self._are_named, self._largest = are_named, largest or 1.0
        self._choice = choice
        self._settle()
        self._describe()

    def choose(self, place: int) -> None:
        """Choose a number and tell everybody."""
        self._choice = place
        self._describe()
        self.update()
        self.chosen.emit(place)

    def cell_rect(self, place: int) -> QRect:
        """Where a number is drawn."""
        line, column = divmod(place, self._across)
        width, height = self._cell
        if self._are_named:  # they share the room that is left in a line
            room = self.width() - 2 * _MARGIN
            left, right = (room * edge // self._across for edge in (column, column + 1))
        else:
            left, right = column * width, (column + 1) * width
        top = _MARGIN + line * height
        cell = QRect(_MARGIN + left, top, right - left - 1, height - 1)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            cell.moveLeft(self.width() - cell.right() - 1)
        return cell

    @property
    def _cell(self) -> tuple[int, int]:
        if self._are_named:
            return _NAMED_WIDTH, _NAMED_HEIGHT
        side = next(side for most, side in _SQUARES if len(self._values) <= most)
        return side, side

    @property
    def _across(self) -> int:
        fitting = max(1, (self.width() - 2 * _MARGIN) // self._cell[0])
        return min(fitting, max(len(self._values), 1)) if self._are_named else fitting

    def _settle(self) -> None:
        """As high as the lines that there are; widths come from around."""
        lines = -(-len(self._values) // self._across)
        height = 2 * _MARGIN + lines * self._cell[1] if len(self._values) else 0
        if height != self.height():
            self.setFixedHeight(height)
        self.update()

    def _describe(self) -> None:
        is_any = 0 <= self._choice < len(self._values)
        self.setAccessibleDescription(self._words(self._choice) if is_any else "")

    def _words(self, place: int) -> str:
        number = number_text(float(self._values[place]))
        return self.tr("{name}: {number}").format(name=isolate(self._names[place]), number=number)

    def _place_at(self, x: int, y: int) -> int | None:
        """Gaps belong to the cell before them."""
        places = range(len(self._values))
        return next(
            (p for p in places if self.cell_rect(p).adjusted(0, 0, 1, 1).contains(x, y)), None
        )

    def _ground(self, value: float, colours: Colours) -> QColor:
        """Blue above 0 and orange below it, which all eyes tell apart."""
        colour = QColor(colours.series[0] if value > 0 else colours.series[1])
        size = abs(value) / self._largest if np.isfinite(value) else 0.0
        colour.setAlpha(round(_STRONGEST_ALPHA * min(size, 1.0)))
        return colour

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colours = QPainter(self), colours_of(self.palette())
        for place, value in enumerate(self._values.tolist()):
            cell = self.cell_rect(place)
            if not cell.intersects(event.rect()):
                continue
            painter.fillRect(cell, QColor(colours.raised if self._are_named else colours.window))
            painter.fillRect(cell, self._ground(value, colours))
            if self._are_named:
                self._write(painter, cell, place, colours)
            if place == self._choice:
                painter.setPen(QPen(QColor(colours.text), 2 if self._are_named else 1))
                painter.drawRect(cell.adjusted(0, 0, -1, -1))
        if self.hasFocus() and len(self._values):
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _write(self, painter: QPainter, cell: QRect, place: int, colours: Colours) -> None:
        inside = cell.adjusted(4, 2, -4, -2)
        metrics = QFontMetrics(painter.font())
        name = metrics.elidedText(self._names[place], Qt.TextElideMode.ElideRight, inside.width())
        painter.setPen(QColor(colours.text))
        painter.drawText(inside, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, name)
        number = number_text(float(self._values[place]))
        painter.drawText(
            inside, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, number
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._settle()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        place = self._place_at(at.x(), at.y())
        if event.button() is Qt.MouseButton.LeftButton and place is not None:
            self.choose(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._values) - 1
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        forward = -1 if is_mirrored else 1
        moves = {
            Qt.Key.Key_Left: self._choice - forward,
            Qt.Key.Key_Right: self._choice + forward,
            Qt.Key.Key_Up: self._choice - self._across,
            Qt.Key.Key_Down: self._choice + self._across,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        place = moves.get(Qt.Key(event.key()))
        if place is None or last < 0:
            super().keyPressEvent(event)
        elif 0 <= place <= last:
            self.choose(place)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self._place_at(event.pos().x(), event.pos().y())
            words = self._words(place) if place is not None else ""
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)
