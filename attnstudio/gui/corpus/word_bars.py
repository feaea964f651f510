"""Words and how often they occur, as lying bars."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, colours_of
from attnstudio.gui.look.wording import count
from attnstudio.gui.widgets.bar_picture import BarPicture

_WORD_SHARE = 0.4  # of the width, at most
_ELIDE = Qt.TextElideMode.ElideRight


class WordBars(BarPicture):
    """The most frequent words of one side, the most frequent on top.

    Args:
        name: what is shown, for screen readers.
        series: which of the colours is used.
        parent: its owner.
    """

    def __init__(self, name: str, series: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._series = series
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def bar_rect(self, bar: int) -> QRectF:
        height = self._row_height()
        return QRectF(SMALL_SPACE, SMALL_SPACE + bar * height, self.width() - SPACE, height)

    def _row_height(self) -> int:
        return self.fontMetrics().height() + SMALL_SPACE

    def _words_width(self) -> float:
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(word) for word in self.data.labels), default=0)
        return min(float(widest), self.width() * _WORD_SHARE)

    def sizeHint(self) -> QSize:
        return QSize(200, max(1, len(self.data.labels)) * self._row_height() + SPACE)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, self.sizeHint().height())

    def paintEvent(self, _: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        words_width = self._words_width()
        middle = Qt.AlignmentFlag.AlignVCenter
        for bar, word in enumerate(self.data.labels):
            row = self.bar_rect(bar)
            if bar == self.current:
                painter.fillRect(row, QColor(colours.accent_soft))
            number = self.data.series[0].counts[bar]
            words = count(number)
            painter.setPen(QColor(colours.text))
            text = metrics.elidedText(word, _ELIDE, int(words_width) + 1)
            painter.drawText(
                QRectF(row.left(), row.top(), words_width + 1, row.height()),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | middle,
                text,
            )
            left = row.left() + words_width + SPACE
            most = row.right() - left - metrics.horizontalAdvance(count(self.data.highest)) - SPACE
            length = max(1.0, most * number / max(1, self.data.highest))
            painter.fillRect(
                QRectF(left, row.top() + 3, length, row.height() - 6),
                QColor(colours.series[self._series]),
            )
            painter.setPen(QColor(colours.muted))
            painter.drawText(
                QRectF(left + length + SMALL_SPACE, row.top(), row.width(), row.height()),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | middle,
                words,
            )
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
