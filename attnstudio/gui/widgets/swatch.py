"""A short piece of a run's line, beside its name."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

from attnstudio.gui.theme import Series

SWATCH = QSize(28, 14)


def swatch(series: Series, *, has_markers: bool = False) -> QIcon:
    """A picture of a line, the same whether its row is selected or not."""
    pixmap = QPixmap(SWATCH * 2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(series.colour), 6, series.dash))
    middle = pixmap.height() // 2
    painter.drawLine(2, middle, pixmap.width() - 2, middle)
    if has_markers:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(series.colour))
        painter.drawEllipse(QPointF(pixmap.width() / 2, middle), 8, 8)
    painter.end()
    pixmap.setDevicePixelRatio(2)
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # else the style tints it, and it is another run's
    return icon
