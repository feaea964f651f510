"""The heads of an overview that a change switches off, and those that it can reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPen

from attnstudio.gui.look.theme import Colours
from attnstudio.reading import Reading

_AROUND = 6  # pixels of the shade around what is reached


@dataclass(frozen=True, slots=True)
class HeadChanges:
    """What is changed among the heads of one site.

    Attributes:
        shape: layers and heads that there are.
        off: layer and head of those that are switched off.
        reached: the heads whose weights can be others, (layers, heads); None while nobody knows.
    """

    shape: tuple[int, int]
    off: frozenset[tuple[int, int]] = frozenset()
    reached: NDArray[np.bool_] | None = None

    def is_off(self, reading: Reading) -> bool:
        """Whether all heads of a reading are switched off."""
        heads = set(self._heads(reading))
        return bool(heads) and heads <= self.off

    def is_reached(self, reading: Reading) -> bool:
        """Whether any head of a reading can look elsewhere than before."""
        reached = self.reached
        return reached is not None and any(bool(reached[place]) for place in self._heads(reading))

    def draw_below(self, painter: QPainter, reading: Reading, place: QRect, ground: str) -> None:
        """Shade what can be another, around where its map will be drawn."""
        if self.is_reached(reading):
            painter.fillRect(place.adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND), QColor(ground))

    def draw_above(
        self, painter: QPainter, reading: Reading, place: QRect, colours: Colours
    ) -> None:
        """Cross out the map of what is switched off."""
        if not self.is_off(reading):
            return
        veil = QColor(colours.panel)
        veil.setAlphaF(0.55)
        painter.fillRect(place, veil)
        for colour, width in ((colours.panel, 6), (colours.error, 3)):  # seen on any map
            painter.setPen(QPen(QColor(colour), width))
            inner = place.adjusted(4, 4, -4, -4)
            painter.drawLine(inner.topLeft(), inner.bottomRight())
            painter.drawLine(inner.topRight(), inner.bottomLeft())

    def _heads(self, reading: Reading) -> Iterator[tuple[int, int]]:
        layers, heads = self.shape
        return product(
            range(layers) if reading.layer is None else (reading.layer,),
            range(heads) if reading.head is None else (reading.head,),
        )
