"""What ways to share out looks and reaches look like, on cards: with real numbers."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from attnstudio.gui.look.theme import Colours
from attnstudio.gui.setup.drawing_tools import Shades, draw_bars, draw_box, draw_cells, within

SCORES = (-0.2, 2.0, 1.2, -0.8, 1.6, -1.6)  # of six places; the bars are what comes of them
SOFTMAX = (0.048, 0.431, 0.194, 0.026, 0.289, 0.012)
SPARSEMAX = (0.0, 0.7, 0.0, 0.0, 0.3, 0.0)
ENTMAX15 = (0.0, 0.568, 0.125, 0.0, 0.307, 0.0)
NEARLY_SOFTMAX = (0.023, 0.481, 0.185, 0.007, 0.303, 0.001)  # an entmax with α = 1.15
_HIGHEST = 0.75

PLACES = 6
NEAR = 1  # the window of the drawing
EVERYWHERE: Shades = tuple((1.0,) * PLACES for _ in range(PLACES))
WINDOW: Shades = tuple(
    tuple(float(abs(row - column) <= NEAR) for column in range(PLACES)) for row in range(PLACES)
)
RAMP = 3  # over how many places a learnt span fades
SPAN: Shades = tuple(
    tuple(
        round(min(max((RAMP + NEAR - abs(row - column)) / RAMP, 0.0), 1.0), 3)
        for column in range(PLACES)
    )
    for row in range(PLACES)
)
PREDICTED_PLACES = (0, 3, 4, 4, 1, 5)  # around which each row looks
PREDICTED: Shades = tuple(
    tuple(
        (1.0 if column == place else 0.45) if abs(column - place) <= NEAR else 0.0
        for column in range(PLACES)
    )
    for place in PREDICTED_PLACES
)


def softmax(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """Every place has something."""
    draw_bars(painter, area, SOFTMAX, colours, _HIGHEST)


def sparsemax(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """Most places have nothing."""
    draw_bars(painter, area, SPARSEMAX, colours, _HIGHEST)


def entmax15(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """Between both."""
    draw_bars(painter, area, ENTMAX15, colours, _HIGHEST)


def learnt_entmax(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """One head looks at all, one at few."""
    draw_bars(painter, within(area, 0, 0, 1, 0.44), NEARLY_SOFTMAX, colours, _HIGHEST)
    draw_bars(painter, within(area, 0, 0.56, 1, 0.44), SPARSEMAX, colours, _HIGHEST)


def linear(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """A tall and a wide matrix, whose product is never formed."""
    draw_cells(painter, within(area, 0.0, 0.0, 0.27, 1.0), ((0.6, 0.3),) * PLACES, colours)
    draw_cells(
        painter, within(area, 0.36, 0.0, 0.64, 0.34), ((0.6,) * PLACES, (0.3,) * PLACES), colours
    )
    draw_box(painter, within(area, 0.44, 0.48, 0.5, 0.42), "Σ", colours, strong=True)


def everywhere(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """All cells."""
    draw_cells(painter, area, EVERYWHERE, colours)


def window(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """A band along the diagonal."""
    draw_cells(painter, area, WINDOW, colours)


def span(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """A band that fades."""
    draw_cells(painter, area, SPAN, colours)


def predicted(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """A few cells around a place that each row has."""
    draw_cells(painter, area, PREDICTED, colours)
