"""Strokes that the small pictures on cards are made of; all in the colours of a scheme."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from attnstudio.gui.look.theme import Colours

Shades = Sequence[Sequence[float]]  # rows of cells, each from 0 to 1

_GAP = 1.0
_HEAD = 5.0


def draw_cells(painter: QPainter, area: QRectF, shades: Shades, colours: Colours) -> None:
    """A grid in which darker means more; a cell of exactly 0 is empty."""
    width, height = area.width() / len(shades[0]), area.height() / len(shades)
    painter.setPen(Qt.PenStyle.NoPen)
    for row, line in enumerate(shades):
        for column, shade in enumerate(line):
            cell = QRectF(
                area.left() + column * width, area.top() + row * height, width - _GAP, height - _GAP
            )
            painter.fillRect(cell, QColor(colours.raised))
            if shade:
                painter.fillRect(cell, with_alpha(colours.accent, 0.2 + 0.8 * shade))


def draw_bars(
    painter: QPainter, area: QRectF, weights: Sequence[float], colours: Colours, highest: float
) -> None:
    """Bars on a line; one of exactly 0 is a ring on it."""
    step = area.width() / len(weights)
    for place, weight in enumerate(weights):
        left = area.left() + place * step
        if weight:
            height = max(1.5, area.height() * weight / highest)
            bar = QRectF(left + 1, area.bottom() - height, step - 2, height)
            painter.fillRect(bar, QColor(colours.accent))
        else:
            painter.setPen(QPen(QColor(colours.muted), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(left + step / 2, area.bottom() - 4), 2.0, 2.0)
    painter.setPen(QPen(QColor(colours.muted), 1))
    painter.drawLine(area.bottomLeft(), area.bottomRight())


def draw_arrow(
    painter: QPainter, start: QPointF, end: QPointF, colour: str, width: float = 1.6
) -> None:
    """A line with a head."""
    painter.setPen(QPen(QColor(colour), width))
    painter.drawLine(start, end)
    angle = math.atan2(end.y() - start.y(), end.x() - start.x())
    corners = [end]
    for turn in (2.6, -2.6):
        away = QPointF(math.cos(angle + turn), math.sin(angle + turn)) * _HEAD
        corners.append(end + away)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawPolygon(QPolygonF(corners))


def draw_dots(
    painter: QPainter, centres: Iterable[QPointF], colour: str, radius: float = 3.5
) -> None:
    """Filled circles."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    for centre in centres:
        painter.drawEllipse(centre, radius, radius)


def draw_curve(
    painter: QPainter, points: Sequence[QPointF], colour: str, width: float = 1.6
) -> None:
    """A line through points."""
    painter.setPen(QPen(QColor(colour), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(points))


def draw_box(painter: QPainter, area: QRectF, text: str, colours: Colours, *, strong: bool) -> None:
    """A rounded box with a sign in it."""
    painter.setPen(QPen(QColor(colours.accent if strong else colours.muted), 1.2))
    painter.setBrush(QColor(colours.accent_soft if strong else colours.raised))
    painter.drawRoundedRect(area, 3, 3)
    font = painter.font()
    font.setPixelSize(10)
    painter.setFont(font)
    painter.setPen(QColor(colours.text))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)


def with_alpha(colour: str, alpha: float) -> QColor:
    """A colour that lets what is behind it through."""
    mixed = QColor(colour)
    mixed.setAlphaF(min(1.0, max(0.0, alpha)))
    return mixed


def at(area: QRectF, x: float, y: float) -> QPointF:
    """A point by shares of an area, from its top left."""
    return QPointF(area.left() + x * area.width(), area.top() + y * area.height())


def within(area: QRectF, x: float, y: float, width: float, height: float) -> QRectF:
    """A part of an area by shares."""
    corner = at(area, x, y)
    return QRectF(corner.x(), corner.y(), width * area.width(), height * area.height())
