"""Places in a training: where it was resumed, where epochs end, where a line has a gap."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

import pyqtgraph as pg
from PySide6.QtCore import Qt

from attnstudio.gui.look.theme import Colours

_FAINT = 70


class MarkKind(Enum):
    """What is marked by an upright line."""

    RESUMED = Qt.PenStyle.DotLine
    EPOCH = Qt.PenStyle.SolidLine
    GAP = Qt.PenStyle.DashLine


class Mark(NamedTuple):
    """One place on the horizontal axis, in the colour of what it concerns."""

    kind: MarkKind
    x: float
    colour: str = ""


class MarkLines:
    """Upright lines of one chart; they are kept and moved.

    Args:
        plot: where they are drawn.
    """

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._plot = plot
        self._lines: list[pg.InfiniteLine] = []

    def show(self, marks: Sequence[Mark], colours: Colours) -> None:
        """Draw these, at places in the numbers of the picture."""
        while len(self._lines) < len(marks):
            line = pg.InfiniteLine(angle=90, movable=False)
            line.setZValue(-10)  # behind the curves
            self._plot.addItem(line, ignoreBounds=True)
            self._lines.append(line)
        for number, line in enumerate(self._lines):
            line.setVisible(number < len(marks))
            if number < len(marks):
                mark = marks[number]
                colour = pg.mkColor(mark.colour or colours.muted)
                if mark.kind is MarkKind.EPOCH:
                    colour.setAlpha(_FAINT)
                line.setPen(pg.mkPen(colour, width=1, style=mark.kind.value))
                line.setPos(mark.x)

    @property
    def shown(self) -> list[float]:
        """Where lines are drawn."""
        return [line.value() for line in self._lines if line.isVisible()]
