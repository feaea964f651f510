"""Gradient norms of layers as a picture: updates from left to right, layers from below."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from attnstudio.gui.look.theme import SPACE, Colours
from attnstudio.gui.look.wording import count
from attnstudio.gui.widgets.heat_image import heat_image
from attnstudio.interpretation.colours import ColourMap
from attnstudio.training.layer_norms import LayerNorms

_LEGEND_BAR = 12
_LEVELS = 128
_MAP = ColourMap.VIRIDIS
_LEAST_DECADES = 0.3  # of the scale, where all norms are alike


class LayerCell(NamedTuple):
    """One number of the picture.

    Attributes:
        stack: which of the stacks, counted from 0.
        layer: counted from 0.
        update: the column.
    """

    stack: int
    layer: int
    update: int


@dataclass(frozen=True, slots=True)
class LayerPicture:
    """A panel for each stack side by side, and the scale of their colours.

    Attributes:
        stacks: what is drawn; at least one.
        area: where.
        font: of all words.
    """

    stacks: Sequence[LayerNorms]
    area: QRectF
    font: QFont

    @property
    def scale(self) -> tuple[float, float]:
        """The lowest and highest logarithm to base 10 that has a colour of its own."""
        logs = np.concatenate([np.log10(each.norms).ravel() for each in self.stacks])
        low, high = float(np.nanmin(logs)), float(np.nanmax(logs))
        if high - low < _LEAST_DECADES:
            middle = (low + high) / 2
            return middle - _LEAST_DECADES / 2, middle + _LEAST_DECADES / 2
        return low, high

    def panel(self, stack: int) -> QRectF:
        """Where the cells of a stack are."""
        metrics = QFontMetricsF(self.font)
        left = metrics.horizontalAdvance("00") + SPACE
        legend = _LEGEND_BAR + metrics.horizontalAdvance("0.00000") + 3 * SPACE
        each = (self.area.width() - legend) / len(self.stacks)
        top = self.area.top() + metrics.height() + SPACE
        bottom = self.area.bottom() - 2 * metrics.height() - SPACE
        return QRectF(
            self.area.left() + stack * each + left, top, each - left - 2 * SPACE, bottom - top
        )

    def cell_at(self, place: QPointF) -> LayerCell | None:
        """The cell at a place; None beside them."""
        for number, each in enumerate(self.stacks):
            panel = self.panel(number)
            if panel.contains(place):
                layers, updates = each.norms.shape
                row = int((panel.bottom() - place.y()) / panel.height() * layers)
                column = int((place.x() - panel.left()) / panel.width() * updates)
                return LayerCell(number, min(row, layers - 1), min(column, updates - 1))
        return None

    def place_of(self, cell: LayerCell) -> QRectF:
        """Where a cell is drawn."""
        panel = self.panel(cell.stack)
        layers, updates = self.stacks[cell.stack].norms.shape
        width, height = panel.width() / updates, panel.height() / layers
        top = panel.bottom() - (cell.layer + 1) * height
        return QRectF(panel.left() + cell.update * width, top, width, height)

    def words_of(self, cell: LayerCell) -> str:
        """``encoder, layer 3, update 1,200: 0.0123``."""
        each = self.stacks[cell.stack]
        norm = float(each.norms[cell.layer, cell.update])
        words = _tr("{stack}, layer {layer}, update {step}: {norm}")
        return words.format(
            stack=stack_name(each.stack),
            layer=cell.layer,
            step=count(each.steps[cell.update]),
            norm=norm_in_words(norm),
        )

    def paint(self, painter: QPainter, colours: Colours) -> None:
        """Draw all of it."""
        painter.setFont(self.font)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as time goes in all charts
        for number in range(len(self.stacks)):
            self._paint_panel(painter, number, colours)
        self._paint_legend(painter, colours)

    def _paint_panel(self, painter: QPainter, number: int, colours: Colours) -> None:
        each, panel = self.stacks[number], self.panel(number)
        low, high = self.scale
        painter.fillRect(panel, QColor(colours.raised))  # seen where nothing was told
        tints = (np.log10(each.norms) - low) / (high - low)
        for layer, column in _runs_of_numbers(tints):
            row = tints[layer : layer + 1, column]
            first = self.place_of(LayerCell(number, layer, column.start))
            last = self.place_of(LayerCell(number, layer, column.stop - 1))
            painter.drawImage(first.united(last), heat_image(row, _MAP))
        painter.setPen(QColor(colours.text))
        line = QFontMetricsF(self.font).height()
        title = QRectF(panel.left(), self.area.top(), panel.width(), line)
        words = _tr("{stack}: gradient norm").format(stack=stack_name(each.stack).capitalize())
        painter.drawText(title, Qt.AlignmentFlag.AlignLeft, words)
        self._paint_axes(painter, number, colours)

    def _paint_axes(self, painter: QPainter, number: int, colours: Colours) -> None:
        each, panel = self.stacks[number], self.panel(number)
        line = QFontMetricsF(self.font).height()
        painter.setPen(QColor(colours.muted))
        layers, updates = each.norms.shape
        for layer in _ticks(layers, int(panel.height() / (1.4 * line))):
            place = self.place_of(LayerCell(number, layer, 0))
            beside = QRectF(panel.left() - 40, place.center().y() - line / 2, 36, line)
            painter.drawText(beside, Qt.AlignmentFlag.AlignRight, str(layer))
        for update in _ticks(updates, max(1, int(panel.width() / 80))):
            place = self.place_of(LayerCell(number, 0, update))
            below = QRectF(place.center().x() - 40, panel.bottom() + 2, 80, line)
            below.moveLeft(min(max(below.left(), panel.left() - 30), panel.right() - 50))
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, count(each.steps[update]))
        under = QRectF(panel.left(), panel.bottom() + 2 + line, panel.width(), line)
        painter.drawText(under, Qt.AlignmentFlag.AlignHCenter, _tr("update"))

    def _paint_legend(self, painter: QPainter, colours: Colours) -> None:
        first, last = self.panel(0), self.panel(len(self.stacks) - 1)
        bar = QRectF(last.right() + 2 * SPACE, first.top(), _LEGEND_BAR, first.height())
        painter.drawImage(bar, heat_image(np.linspace(1, 0, _LEVELS)[:, None], _MAP))
        low, high = self.scale
        line = QFontMetricsF(self.font).height()
        painter.setPen(QColor(colours.muted))
        for log in legend_ticks(low, high):
            y = bar.bottom() - (log - low) / (high - low) * bar.height()
            painter.drawLine(QPointF(bar.right(), y), QPointF(bar.right() + 3, y))
            top = min(max(y - line / 2, bar.top() - line / 2), bar.bottom() - line / 2)
            words = QRectF(bar.right() + 5, top, 80, line)
            painter.drawText(words, Qt.AlignmentFlag.AlignLeft, norm_in_words(10**log))

    def paint_frame(self, painter: QPainter, cell: LayerCell, colours: Colours) -> None:
        """Mark the cell that is read, so that it is seen on every colour."""
        place = self.place_of(cell)
        for colour, width in ((colours.panel, 4), (colours.text, 2)):
            painter.setPen(QPen(QColor(colour), width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place)


def legend_ticks(low: float, high: float) -> list[float]:
    """Logarithms to write beside the scale: whole powers of ten, or its ends where it has few."""
    whole = list(range(math.ceil(low), math.floor(high) + 1))
    step = max(1, math.ceil(len(whole) / 6))
    return [float(log) for log in whole[::step]] if len(whole) >= 3 else [low, high]


def norm_in_words(norm: float) -> str:
    """Three digits; a dash where nothing was told."""
    return "–" if math.isnan(norm) else f"{norm:.3g}"


def stack_name(stack: str) -> str:
    """In words."""
    return {"encoder": _tr("encoder"), "decoder": _tr("decoder")}[stack]


def _ticks(number: int, most: int) -> range:
    """So many places at most, evenly, from the first on."""
    return range(0, number, max(1, math.ceil(number / max(1, most))))


def _runs_of_numbers(tints: np.ndarray) -> Iterator[tuple[int, slice]]:
    """The parts of rows between which nothing was told."""
    for layer, row in enumerate(tints):
        edges = np.flatnonzero(np.diff(np.isnan(row))) + 1
        for start, stop in pairwise([0, *edges.tolist(), len(row)]):
            if not np.isnan(row[start]):
                yield layer, slice(start, stop)


def _tr(text: str) -> str:
    return QCoreApplication.translate("layers", text)
