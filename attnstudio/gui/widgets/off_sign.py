"""How what is switched off is drawn: crossed out, with a word that says so."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen

from attnstudio.gui.look.theme import Colours
from attnstudio.gui.widgets.site_words import off_words

_WORDS_PX = 13
_PADDING = 5.0


def draw_off(painter: QPainter, place: QRect, seen: QRect, font: QFont, colours: Colours) -> None:
    """Hatch a map and cross it out as the overview does.

    Args:
        painter: takes it.
        place: where the map lies.
        seen: what of it can be seen, in whose middle the words stand.
        font: of the words.
        colours: the scheme of the window.
    """
    painter.save()
    painter.fillRect(place, QBrush(QColor(colours.border), Qt.BrushStyle.BDiagPattern))
    for colour, width in ((colours.panel, 6), (colours.error, 3)):  # as in the overview
        painter.setPen(QPen(QColor(colour), width))
        inner = place.adjusted(4, 4, -4, -4)
        painter.drawLine(inner.topLeft(), inner.bottomRight())
        painter.drawLine(inner.topRight(), inner.bottomLeft())
    write_off(painter, QRectF(place & seen), font, colours)
    painter.restore()


def write_off(painter: QPainter, place: QRectF, font: QFont, colours: Colours) -> None:
    """Write in the middle of a place that what is shown is switched off."""
    painter.save()
    words, smaller = off_words(), QFont(font)
    smaller.setPixelSize(_WORDS_PX)
    painter.setFont(smaller)
    metrics = QFontMetricsF(smaller)
    box = QRectF(0, 0, metrics.horizontalAdvance(words), metrics.height())
    box = box.adjusted(-_PADDING, -_PADDING / 2, _PADDING, _PADDING / 2)
    box.moveCenter(place.center())
    painter.setPen(QPen(QColor(colours.error), 1))
    painter.setBrush(QColor(colours.panel))
    painter.drawRoundedRect(box, 4, 4)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
    painter.restore()
