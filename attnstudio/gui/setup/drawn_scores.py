"""What kinds of models and of scores look like, on cards."""

from __future__ import annotations

import math
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from attnstudio.gui.look.theme import Colours
from attnstudio.gui.setup.drawing_tools import (
    at,
    draw_arrow,
    draw_bars,
    draw_box,
    draw_dots,
    with_alpha,
    within,
)

_ROW = (0.1, 0.37, 0.63, 0.9)


def transformer(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """Three layers, in which every place looks at every place below."""
    heights = (0.1, 0.5, 0.9)
    painter.setPen(QPen(with_alpha(colours.accent, 0.45), 1))
    for above, below in pairwise(heights):
        for start in _ROW:
            for end in _ROW:
                painter.drawLine(at(area, start, above), at(area, end, below))
    draw_dots(painter, (at(area, x, y) for y in heights for x in _ROW), colours.accent)


def recurrent(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """A chain that is read, and a state that looks at it."""
    centres = [at(area, x, 0.78) for x in _ROW]
    for start, end in pairwise(centres):
        draw_arrow(painter, start + QPointF(4, 0), end - QPointF(4, 0), colours.muted, 1.2)
    state = at(area, 0.5, 0.16)
    for centre, weight in zip(centres, (0.25, 0.95, 0.45, 0.2), strict=True):
        painter.setPen(QPen(with_alpha(colours.accent, weight), 1 + 2 * weight))
        painter.drawLine(state, centre)
    draw_dots(painter, centres, colours.muted)
    draw_dots(painter, [state], colours.accent, 4.5)


def additive(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """A small network over both."""
    _network(painter, area, colours, [at(area, 0.1, 0.25), at(area, 0.1, 0.75)])


def concat(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """A small network over both in one stack."""
    _network(painter, area, colours, [at(area, 0.1, 0.42), at(area, 0.1, 0.58)])
    painter.setPen(QPen(QColor(colours.muted), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(within(area, 0.0, 0.28, 0.2, 0.44), 3, 3)


def dot(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """Two directions, and the angle between them."""
    _two_directions(painter, area, colours, 0.95)


def scaled_dot(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """The same two directions, kept short."""
    origin = _two_directions(painter, area, colours, 0.55)
    painter.setPen(QPen(QColor(colours.muted), 1))
    radius = 0.6 * area.width()
    circle = QRectF(origin.x() - radius, origin.y() - radius, 2 * radius, 2 * radius)
    painter.drawArc(circle, 0, 90 * 16)


def general(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """A direction that passes a matrix before it is compared."""
    draw_arrow(painter, at(area, 0.02, 0.85), at(area, 0.3, 0.6), colours.muted)
    draw_box(painter, within(area, 0.3, 0.36, 0.32, 0.32), "W", colours, strong=True)
    draw_arrow(painter, at(area, 0.63, 0.42), at(area, 0.97, 0.12), colours.accent)
    draw_arrow(painter, at(area, 0.63, 0.52), at(area, 0.98, 0.45), colours.muted)


def no_attention(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """A chain whose last state is all that there is."""
    centres = [at(area, x, 0.78) for x in _ROW]
    for start, end in pairwise(centres):
        draw_arrow(painter, start + QPointF(4, 0), end - QPointF(4, 0), colours.muted, 1.2)
    draw_arrow(painter, centres[-1] - QPointF(0, 5), at(area, 0.9, 0.25), colours.accent)
    draw_dots(painter, centres[:-1], colours.muted)
    draw_dots(painter, [centres[-1], at(area, 0.9, 0.14)], colours.accent, 4.5)


def no_coverage(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """Each look as it is."""
    for row, weights in enumerate(((0.9, 0.2, 0.1), (0.8, 0.3, 0.1), (0.2, 0.8, 0.3))):
        draw_bars(painter, within(area, 0.1, 0.34 * row, 0.8, 0.28), weights, colours, 1.0)


def coverage(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """Looks that add up from row to row."""
    for row, weights in enumerate(((0.35, 0.1, 0.05), (0.6, 0.3, 0.1), (0.8, 0.7, 0.45))):
        draw_bars(painter, within(area, 0.1, 0.34 * row, 0.8, 0.28), weights, colours, 1.0)


def fertility(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """Looks that add up to as much as each word is expected to take."""
    ground = within(area, 0.08, 0.05, 0.84, 0.9)
    draw_bars(painter, ground, (0.55, 0.3, 0.12), colours, 1.0)
    painter.setPen(QPen(QColor(colours.warning), 1.6))
    step = ground.width() / 3
    for place, expected in enumerate((0.95, 0.5, 0.25)):
        y = ground.bottom() - expected * ground.height()
        left = ground.left() + place * step
        painter.drawLine(QPointF(left + 1, y), QPointF(left + step - 2, y))


def _network(painter: QPainter, area: QRectF, colours: Colours, inputs: list[QPointF]) -> None:
    middle = [at(area, 0.55, y) for y in (0.15, 0.5, 0.85)]
    end = at(area, 0.93, 0.5)
    painter.setPen(QPen(with_alpha(colours.accent, 0.6), 1))
    for centre in middle:
        for start in inputs:
            painter.drawLine(start, centre)
        painter.drawLine(centre, end)
    draw_dots(painter, inputs, colours.muted)
    draw_dots(painter, middle, colours.accent)
    draw_dots(painter, [end], colours.accent, 4.5)


def _two_directions(painter: QPainter, area: QRectF, colours: Colours, length: float) -> QPointF:
    origin = at(area, 0.05, 0.95)
    reach = length * area.width()
    for degrees, colour in ((68, colours.muted), (32, colours.accent)):
        angle = math.radians(degrees)
        tip = origin + QPointF(math.cos(angle), -math.sin(angle)) * reach
        draw_arrow(painter, origin, tip, colour, 2.0)
    painter.setPen(QPen(QColor(colours.text), 1))
    radius = 0.28 * area.width()
    circle = QRectF(origin.x() - radius, origin.y() - radius, 2 * radius, 2 * radius)
    painter.drawArc(circle, 32 * 16, 36 * 16)
    return origin
