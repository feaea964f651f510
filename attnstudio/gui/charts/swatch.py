"""A short piece of a run's line, beside its name."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from attnstudio.gui.look.theme import Series

SWATCH = QSize(28, 14)


_PLAIN = "o"  # the symbol of the first run of a colour
_SHAPES = {
    "s": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "t1": ((0, -1.2), (1.1, 0.9), (-1.1, 0.9)),
    "d": ((0, -1.3), (0.9, 0), (0, 1.3), (-0.9, 0)),
}


def draw_symbol(painter: QPainter, symbol: str, middle: QPointF, radius: float) -> None:
    """What marks the points of a line, as charts draw it."""
    if symbol == _PLAIN:
        painter.drawEllipse(middle, radius, radius)
    else:
        corners = [middle + QPointF(x, y) * radius for x, y in _SHAPES[symbol]]
        painter.drawPolygon(QPolygonF(corners))


def swatch(series: Series, *, has_markers: bool = False) -> QIcon:
    """A picture of a line, the same whether its row is selected or not.

    The symbol of a colour that is used again is always there: two patterns look alike when short.
    """
    pixmap = QPixmap(SWATCH * 2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(series.colour), 6, series.dash))
    middle = pixmap.height() // 2
    painter.drawLine(2, middle, pixmap.width() - 2, middle)
    if has_markers or series.symbol != _PLAIN:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(series.colour))
        draw_symbol(painter, series.symbol, QPointF(pixmap.width() / 2, middle), 8)
    painter.end()
    pixmap.setDevicePixelRatio(2)
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # else the style tints it, and it is another run's
    return icon
