"""What ways to know places, and where norms are, look like, on cards."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from attnstudio.gui.look.theme import Colours
from attnstudio.gui.setup.drawing_tools import (
    Shades,
    at,
    draw_arrow,
    draw_box,
    draw_cells,
    draw_curve,
    draw_dots,
    within,
)

_POINTS = 40
_PLACES = 6
_FARTHEST = 2  # of the distances that have a vector of their own in the drawing
_OF_DISTANCE = {-2: 0.05, -1: 0.45, 0: 1.0, 1: 0.7, 2: 0.25}
RELATIVE: Shades = tuple(
    tuple(_OF_DISTANCE[min(max(column - row, -_FARTHEST), _FARTHEST)] for column in range(_PLACES))
    for row in range(_PLACES)
)
_LEARNT: Shades = (
    (0.9, 0.2, 0.5, 0.1), (0.1, 0.7, 0.3, 0.8), (0.4, 0.4, 0.9, 0.2),
    (0.7, 0.1, 0.2, 0.6), (0.2, 0.9, 0.6, 0.4), (0.5, 0.3, 0.1, 0.9),
)  # fmt: skip


def sinusoidal(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """Waves of several lengths."""
    for row, (waves, colour) in enumerate(
        ((3.0, colours.accent), (1.5, colours.muted), (0.75, colours.accent))
    ):
        points = [
            at(
                area,
                i / _POINTS,
                0.17 + 0.33 * row - 0.13 * math.sin(2 * math.pi * waves * i / _POINTS),
            )
            for i in range(_POINTS + 1)
        ]
        draw_curve(painter, points, colour)


def learnt(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """A table: a row for each place."""
    draw_cells(painter, within(area, 0.1, 0, 0.8, 1), _LEARNT, colours)


def rotary(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """A hand that turns from place to place."""
    centre = area.center()
    radius = 0.46 * area.width()
    painter.setPen(QPen(QColor(colours.border), 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(centre, radius, radius)
    for place in range(4):
        angle = math.radians(10 + 38 * place)
        tip = centre + QPointF(math.cos(angle), -math.sin(angle)) * radius
        draw_arrow(painter, centre, tip, colours.accent if place == 3 else colours.muted)


def alibi(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """What a score loses by distance, for three heads."""
    middle = at(area, 0.5, 0.08)
    for slope, colour in ((0.9, colours.accent), (0.45, colours.muted), (0.2, colours.muted)):
        ends = [at(area, x, 0.08 + slope) for x in (0.0, 1.0)]
        draw_curve(painter, [ends[0], middle, ends[1]], colour)
    draw_dots(painter, [middle], colours.accent)


def relative(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """The same along each diagonal."""
    draw_cells(painter, area, RELATIVE, colours)


def transformer_xl(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """Four terms."""
    for row, line in enumerate((("qk", "qr"), ("uk", "vr"))):
        for column, term in enumerate(line):
            box = within(area, 0.54 * column, 0.54 * row, 0.46, 0.46)
            draw_box(painter, box, term, colours, strong=column == 1)


def no_places(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """Words in a heap."""
    heap = ((0.2, 0.3), (0.55, 0.16), (0.8, 0.42), (0.38, 0.6), (0.7, 0.75), (0.16, 0.82))
    draw_dots(painter, (at(area, x, y) for x, y in heap), colours.accent, 5)


def norm_before(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """What came goes on untouched; the norm is beside it."""
    draw_arrow(painter, at(area, 0.2, 1.0), at(area, 0.2, 0.02), colours.accent, 2)
    draw_box(painter, within(area, 0.5, 0.62, 0.46, 0.26), "norm", colours, strong=True)
    draw_box(painter, within(area, 0.5, 0.24, 0.46, 0.26), "f", colours, strong=False)
    _aside(painter, area, colours)


def norm_after(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """All that goes on is brought to one size."""
    _after(painter, area, colours, "")


def deep_norm(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """The same, with what came made larger."""
    _after(painter, area, colours, "α×")


def _after(painter: QPainter, area: QRectF, colours: Colours, scale: str) -> None:
    draw_arrow(
        painter, at(area, 0.2, 1.0), at(area, 0.2, 0.02), colours.accent, 3.4 if scale else 2
    )
    draw_box(painter, within(area, 0.5, 0.5, 0.46, 0.26), "f", colours, strong=False)
    draw_box(painter, within(area, 0.0, 0.1, 0.46, 0.26), "norm", colours, strong=True)
    if scale:
        draw_box(painter, within(area, 0.02, 0.68, 0.36, 0.26), scale, colours, strong=True)
    _aside(painter, area, colours, into=0.42)


def _aside(painter: QPainter, area: QRectF, colours: Colours, into: float = 0.12) -> None:
    """The way through the sublayer and back."""
    draw_curve(
        painter, [at(area, 0.2, 0.97), at(area, 0.73, 0.97), at(area, 0.73, 0.9)], colours.muted, 1
    )
    draw_arrow(painter, at(area, 0.73, into), at(area, 0.24, into), colours.muted, 1)
