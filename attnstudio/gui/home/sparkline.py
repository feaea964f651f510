"""A curve as small as a word."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from attnstudio.gui.look.theme import colours_of

_SIZE = QSize(120, 32)


class Sparkline(QWidget):
    """Values in order, without axes."""

    def __init__(self, values: Sequence[float], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values = [value for value in values if math.isfinite(value)]
        self.setFixedSize(_SIZE)
        if self._values:
            self.setAccessibleName(
                self.tr("Loss from {first} to {last}").format(
                    first=f"{self._values[0]:.2f}", last=f"{self._values[-1]:.2f}"
                )
            )
            self.setToolTip(self.accessibleName())

    def paintEvent(self, _: QPaintEvent) -> None:
        if len(self._values) < 2:
            return
        low, high = min(self._values), max(self._values)
        across = (self.width() - 4) / (len(self._values) - 1)
        up = (self.height() - 4) / ((high - low) or 1.0)
        line = QPolygonF(
            [
                QPointF(2 + number * across, self.height() - 2 - (value - low) * up)
                for number, value in enumerate(self._values)
            ]
        )
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours_of(self.palette()).accent), 1.6))
        painter.drawPolyline(line)
