"""How a number is made: its summands below each other, drawn without a document for each."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from attnstudio.gui.inspector.formula_words import rest_words
from attnstudio.gui.look.theme import SPACE, colours_of
from attnstudio.interpretation.formula import Arithmetic
from attnstudio.interpretation.lettering import isolate
from attnstudio.interpretation.sum_lines import SumLine, sum_lines

_LINE = 1.25  # of the font's height
_WIDEST_NAME = 0.4  # of the width


class SumRows(QWidget):
    """Shows the parts of a number, and the number in bold below them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[SumLine, ...] = ()
        self._names_width = 0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("How this number is made"))

    @property
    def rows(self) -> tuple[SumLine, ...]:
        """The lines; the last is the number itself."""
        return self._rows

    def show_sum(self, name: str, made: Arithmetic) -> None:
        """Show how a number is made.

        Args:
            name: of the number.
            made: its parts.
        """
        self._rows = sum_lines(name, made, rest_words(made.rest_count))
        self.setAccessibleDescription("; ".join(" ".join(filter(None, row)) for row in self._rows))
        self._settle()

    def _settle(self) -> None:
        """As high as its lines; widths come from around."""
        widest = max((_width(self._font_of(row), row.name) for row in self._rows), default=0)
        self._names_width = min(widest, round(_WIDEST_NAME * self.width()))
        lines = sum(self._lines_of(row) for row in self._rows)
        height = lines * self._line_height + SPACE // 2
        if height != self.height():
            self.setFixedHeight(height)
        self.update()

    @property
    def _line_height(self) -> int:
        return round(_LINE * self.fontMetrics().height())

    def _font_of(self, row: SumLine) -> QFont:
        """The number itself is bold."""
        font = self.font()
        font.setBold(row is self._rows[-1])
        return font

    def _text_width(self, row: SumLine) -> int:
        """The room between a name and its number."""
        numbers = _width(self._font_of(row), row.number)
        return max(0, self.width() - self._names_width - numbers - 2 * SPACE)

    def _lines_of(self, row: SumLine) -> int:
        """A text that is too long for its place has a line of its own."""
        return 1 if _width(self._font_of(row), row.text) <= self._text_width(row) else 2

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - all of it is small
        painter, colours = QPainter(self), colours_of(self.palette())
        height, names, top = self._line_height, self._names_width, 0
        for row in self._rows:
            painter.setFont(self._font_of(row))
            if row is self._rows[-1]:
                top += SPACE // 2
                painter.setPen(QPen(QColor(colours.border), 1))
                painter.drawLine(0, top - 1, self.width(), top - 1)
            self._draw(painter, QRect(0, top, names, height), row.name, colours.text)
            numbers = _width(painter.font(), row.number)
            right = QRect(self.width() - numbers, top, numbers, height)
            self._draw(painter, right, row.number, colours.text)
            place = QRect(names + SPACE, top, self._text_width(row), height)
            if self._lines_of(row) > 1:
                top += height
                place = QRect(SPACE, top, self.width() - SPACE, height)
            self._draw(painter, place, row.text, colours.muted)
            top += height

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._settle()

    def changeEvent(self, event: QEvent) -> None:
        """A style sheet brings its font after the widget was made."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._settle()

    def _draw(self, painter: QPainter, place: QRect, text: str, colour: str) -> None:
        """Text in its place, at the other side where the window runs from right to left."""
        elided = QFontMetrics(painter.font()).elidedText(
            isolate(text), Qt.TextElideMode.ElideRight, place.width()
        )
        painter.setPen(QColor(colour))
        side = Qt.AlignmentFlag.AlignLeft
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            place.moveLeft(self.width() - place.right() - 1)
            side = Qt.AlignmentFlag.AlignRight
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        painter.drawText(place, flags, elided)


def _width(font: QFont, text: str) -> int:
    """With a pixel to spare: the widths of letters are rounded."""
    return QFontMetrics(font).horizontalAdvance(isolate(text)) + 2
