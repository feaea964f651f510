"""Numbers as colours over a training: updates from left to right, rows from below.

A panel has a row for each layer, or for each head of each layer; panels stand side by side and
share one scale of colours.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from attnstudio.gui.look.theme import SPACE, Colours
from attnstudio.gui.look.wording import count
from attnstudio.gui.widgets.heat_image import heat_image
from attnstudio.interpretation.colours import ColourMap

_LEGEND_BAR = 12
_LEVELS = 128
_MAP = ColourMap.VIRIDIS
_SCALE = 2  # of the pixels of pictures that are saved
_TICK_ROOM = 60  # pixels, for the number of an update
_LEAST_GROUP = 6.0  # pixels; a line between lower ones would hide what they show


class HeatCell(NamedTuple):
    """One number of the picture.

    Attributes:
        panel: which, counted from 0.
        row: counted from below.
        column: the update.
    """

    panel: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class HeatScale:
    """Which numbers have a colour of their own.

    Attributes:
        low: the darkest.
        high: the lightest.
        ticks: what is written beside the scale, by its places.
    """

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class HeatPanel:
    """The numbers of one panel.

    Attributes:
        title: above it.
        values: (rows, updates), on the scale of colours; not a number where nothing was told.
        steps: the updates, ascending.
        words_of: what the number of a row and a column says.
        first_layer: of which layer the lowest rows are.
        rows_of_layer: how many rows each layer has.
    """

    title: str
    values: NDArray[np.float64]
    steps: Sequence[int]
    words_of: Callable[[int, int], str]
    first_layer: int = 0
    rows_of_layer: int = 1


@dataclass(frozen=True, slots=True)
class HeatPicture:
    """Panels side by side, and the scale of their colours.

    Attributes:
        panels: what is drawn; at least one.
        scale: of all panels.
        area: where.
        font: of all words.
    """

    panels: Sequence[HeatPanel]
    scale: HeatScale
    area: QRectF
    font: QFont

    def panel(self, number: int) -> QRectF:
        """Where the cells of a panel are."""
        metrics = QFontMetricsF(self.font)
        left = metrics.horizontalAdvance("00") + SPACE
        legend = _LEGEND_BAR + metrics.horizontalAdvance("0.00000") + 3 * SPACE
        each = (self.area.width() - legend) / len(self.panels)
        top = self.area.top() + metrics.height() + SPACE
        bottom = self.area.bottom() - 2 * metrics.height() - SPACE
        return QRectF(
            self.area.left() + number * each + left, top, each - left - 2 * SPACE, bottom - top
        )

    def cell_at(self, place: QPointF) -> HeatCell | None:
        """The cell at a place; None beside them."""
        for number, each in enumerate(self.panels):
            panel = self.panel(number)
            if panel.contains(place):
                rows, updates = each.values.shape
                row = int((panel.bottom() - place.y()) / panel.height() * rows)
                column = int((place.x() - panel.left()) / panel.width() * updates)
                return HeatCell(number, min(row, rows - 1), min(column, updates - 1))
        return None

    def place_of(self, cell: HeatCell) -> QRectF:
        """Where a cell is drawn."""
        panel = self.panel(cell.panel)
        rows, updates = self.panels[cell.panel].values.shape
        width, height = panel.width() / updates, panel.height() / rows
        top = panel.bottom() - (cell.row + 1) * height
        return QRectF(panel.left() + cell.column * width, top, width, height)

    def words_of(self, cell: HeatCell) -> str:
        """What a cell says."""
        return self.panels[cell.panel].words_of(cell.row, cell.column)

    def paint(self, painter: QPainter, colours: Colours) -> None:
        """Draw all of it."""
        painter.setFont(self.font)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as time goes in all charts
        for number in range(len(self.panels)):
            self._paint_panel(painter, number, colours)
        self._paint_legend(painter, colours)

    def _paint_panel(self, painter: QPainter, number: int, colours: Colours) -> None:
        each, panel = self.panels[number], self.panel(number)
        low, high = self.scale.low, self.scale.high
        painter.fillRect(panel, QColor(colours.raised))  # seen where nothing was told
        tints = (each.values[::-1] - low) / (high - low)
        image = heat_image(np.nan_to_num(tints), _MAP, np.isnan(tints))
        # Made large here: what reads the file of a drawing would blur a small one.
        size = (panel.size() * _SCALE).toSize().expandedTo(image.size())
        painter.drawImage(panel, image.scaled(size))
        self._part_layers(painter, number, colours)
        painter.setPen(QColor(colours.text))
        metrics = QFontMetricsF(self.font)
        title = QRectF(panel.left(), self.area.top(), panel.width(), metrics.height())
        words = metrics.elidedText(each.title, Qt.TextElideMode.ElideMiddle, title.width())
        painter.drawText(title, Qt.AlignmentFlag.AlignLeft, words)
        self._paint_axes(painter, number, colours)

    def _part_layers(self, painter: QPainter, number: int, colours: Colours) -> None:
        """A line between the heads of one layer and those of the next."""
        each, panel = self.panels[number], self.panel(number)
        layers = len(each.values) // each.rows_of_layer
        height = panel.height() / layers
        if each.rows_of_layer > 1 and height >= _LEAST_GROUP:
            painter.setPen(QPen(QColor(colours.panel), 1))
            for layer in range(1, layers):
                y = panel.bottom() - layer * height
                painter.drawLine(QPointF(panel.left(), y), QPointF(panel.right(), y))

    def _paint_axes(self, painter: QPainter, number: int, colours: Colours) -> None:
        each, panel = self.panels[number], self.panel(number)
        line = QFontMetricsF(self.font).height()
        painter.setPen(QColor(colours.muted))
        updates, layers = each.values.shape[1], len(each.values) // each.rows_of_layer
        for layer in _ticks(layers, int(panel.height() / (1.4 * line))):
            lowest = self.place_of(HeatCell(number, layer * each.rows_of_layer, 0))
            middle = lowest.bottom() - lowest.height() * each.rows_of_layer / 2
            beside = QRectF(panel.left() - 40, middle - line / 2, 36, line)
            painter.drawText(beside, Qt.AlignmentFlag.AlignRight, str(each.first_layer + layer))
        for update in _ticks(updates, max(1, int(panel.width() / _TICK_ROOM))):
            place = self.place_of(HeatCell(number, 0, update))
            below = QRectF(place.center().x() - 40, panel.bottom() + 2, 80, line)
            below.moveLeft(min(max(below.left(), panel.left() - 30), panel.right() - 50))
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, count(each.steps[update]))
        under = QRectF(panel.left(), panel.bottom() + 2 + line, panel.width(), line)
        painter.drawText(under, Qt.AlignmentFlag.AlignHCenter, _tr("update"))

    def _paint_legend(self, painter: QPainter, colours: Colours) -> None:
        first, last = self.panel(0), self.panel(len(self.panels) - 1)
        bar = QRectF(last.right() + 2 * SPACE, first.top(), _LEGEND_BAR, first.height())
        painter.drawImage(bar, heat_image(np.linspace(1, 0, _LEVELS)[:, None], _MAP))
        low, high = self.scale.low, self.scale.high
        line = QFontMetricsF(self.font).height()
        painter.setPen(QColor(colours.muted))
        for number, text in self.scale.ticks:
            y = bar.bottom() - (number - low) / (high - low) * bar.height()
            painter.drawLine(QPointF(bar.right(), y), QPointF(bar.right() + 3, y))
            top = min(max(y - line / 2, bar.top() - line / 2), bar.bottom() - line / 2)
            words = QRectF(bar.right() + 5, top, 80, line)
            painter.drawText(words, Qt.AlignmentFlag.AlignLeft, text)

    def paint_frame(self, painter: QPainter, cell: HeatCell, colours: Colours) -> None:
        """Mark the cell that is read, so that it is seen on every colour."""
        place = self.place_of(cell)
        for colour, width in ((colours.panel, 4), (colours.text, 2)):
            painter.setPen(QPen(QColor(colour), width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place)


def _ticks(number: int, most: int) -> range:
    """So many places at most, evenly, from the first on."""
    return range(0, number, max(1, math.ceil(number / max(1, most))))


def _tr(text: str) -> str:
    return QCoreApplication.translate("layers", text)
