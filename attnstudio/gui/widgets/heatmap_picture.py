"""A heat map as it is painted: cells, their labels, the names of the axes and the scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from attnstudio.axes import Units
from attnstudio.gui.look.theme import Colours
from attnstudio.gui.widgets.heat_image import heat_image
from attnstudio.gui.widgets.heatmap_geometry import (
    GAP,
    LONGEST_LABEL_EM,
    CellPlace,
    HeatmapGeometry,
)
from attnstudio.gui.widgets.off_sign import draw_off
from attnstudio.gui.widgets.site_words import no_word
from attnstudio.interpretation.colours import ColourMap, colour_at, text_colour_on
from attnstudio.interpretation.labels import UPRIGHT, label_of
from attnstudio.interpretation.lettering import with_minus
from attnstudio.interpretation.view import View

_CELL_WITH_TEXT = QSize(30, 16)
_CELL_WITH_GAPS = QSize(9, 9)
_SCALE = QSize(12, 150)
_NUMBER_PX = 11
_CENTRE_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTRE_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Marks:
    """What is pointed at or chosen.

    Attributes:
        row: that is framed.
        column: that is framed.
        cells: each is framed and its labels stand out.
    """

    row: int | None = None
    column: int | None = None
    cells: tuple[CellPlace, ...] = ()

    @property
    def rows(self) -> set[int]:
        """Rows whose labels stand out."""
        return {cell.row for cell in self.cells} | _some(self.row)

    @property
    def columns(self) -> set[int]:
        """Columns whose labels stand out."""
        return {cell.column for cell in self.cells} | _some(self.column)


@dataclass(frozen=True, slots=True)
class HeatmapPicture:
    """Everything that is painted.

    Attributes:
        view: the weights and what stands beside them.
        geometry: where they go.
        image: one pixel a cell.
        colour_map: the scale that the image is drawn in.
        names: of the columns and of the rows, for the corner.
        font: of the labels where there is room for it.
        colours: the scheme of the window.
        marks: what stands out.
    """

    view: View
    geometry: HeatmapGeometry
    image: QImage
    colour_map: ColourMap
    names: tuple[str, str]
    font: QFont
    colours: Colours
    marks: Marks

    def draw(self, painter: QPainter, origin: QPoint, area: QRect) -> None:
        """Paint it.

        Args:
            painter: takes it.
            origin: where the first cell goes.
            area: what is seen; cells are cut off where labels and scale stand.
        """
        shown = self.geometry
        grid = area.adjusted(shown.left, shown.top, -shown.right, 0)
        painter.save()
        painter.setClipRect(grid)
        image = self.image.flipped(Qt.Orientation.Horizontal) if shown.mirrored else self.image
        painter.drawImage(QRect(origin, shown.size), image)
        self._draw_outside(painter, origin)
        has_blanks = bool(self.view.zeros.any())
        if _fits(_CELL_WITH_GAPS, shown.cell):
            colour = self.colours.border if has_blanks else self.colours.panel
            self._draw_gaps(painter, origin, colour)
        if has_blanks:  # which no colour tells from what is around
            painter.setPen(QPen(QColor(self.colours.border), 1))
            painter.drawRect(QRect(origin, shown.size).adjusted(0, 0, -1, -1))
        if self.view.is_off:
            draw_off(painter, QRect(origin, shown.size), grid, self.font, self.colours)
        elif _fits(_CELL_WITH_TEXT, shown.cell):
            self._draw_numbers(painter, origin, grid)
        self._draw_empty_rows(painter, origin)
        self._draw_marks(painter, origin)
        painter.restore()
        self._draw_labels(painter, origin, grid)
        self._draw_names(painter)
        self._draw_scale(painter, origin, grid)

    def _draw_outside(self, painter: QPainter, origin: QPoint) -> None:
        """Hatched, and no number: a row cannot look there, which is not looking there with 0."""
        if self.view.outside is None:
            return
        hatched = QBrush(QColor(self.colours.border), Qt.BrushStyle.BDiagPattern)
        for row, outside in enumerate(self.view.outside):
            for first, last in _runs(outside):
                ends = (self.geometry.rect(CellPlace(row, column)) for column in (first, last))
                rect = next(ends).united(next(ends)).translated(origin)
                painter.fillRect(rect, QColor(self.colours.panel))
                painter.fillRect(rect, hatched)

    def _draw_gaps(self, painter: QPainter, origin: QPoint, colour: str) -> None:
        shown = self.geometry
        painter.setPen(QPen(QColor(colour), 1))
        for column in range(1, shown.columns):
            x = origin.x() + column * shown.cell.width()
            painter.drawLine(x, origin.y(), x, origin.y() + shown.size.height() - 1)
        for row in range(1, shown.rows):
            y = origin.y() + row * shown.cell.height()
            painter.drawLine(origin.x(), y, origin.x() + shown.size.width() - 1, y)

    def _draw_numbers(self, painter: QPainter, origin: QPoint, grid: QRect) -> None:
        painter.setFont(self._font_of(_NUMBER_PX))
        tints, zeros, outside = self.view.tints, self.view.zeros, self.view.outside
        for row, weights in enumerate(self.view.weights.tolist()):
            for column, weight in enumerate(weights):
                rect = self.geometry.rect(CellPlace(row, column)).translated(origin)
                is_outside = outside is not None and outside[row, column]
                if is_outside or not rect.intersects(grid):
                    continue
                tint = colour_at(self.colour_map, float(tints[row, column]))
                is_zero = bool(zeros[row, column])  # the cell is blank
                colour = self.colours.muted if is_zero else str(text_colour_on(tint))
                painter.setPen(QColor(colour))
                text = "0" if is_zero else with_minus(f"{weight:z.2f}")
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_empty_rows(self, painter: QPainter, origin: QPoint) -> None:
        """A word instead of cells, where there is room for it."""
        shown = self.geometry
        painter.setFont(self._font_of(_NUMBER_PX))
        painter.setPen(QColor(self.colours.muted))
        for row in self.view.empty_rows:
            height = shown.cell.height()
            rect = QRect(0, row * height, shown.size.width(), height).translated(origin)
            painter.fillRect(rect, QColor(self.colours.raised))
            if height >= _NUMBER_PX:
                side = _CENTRE_RIGHT if shown.mirrored else _CENTRE_LEFT
                inside = rect.adjusted(GAP // 2, 0, -GAP // 2, 0)
                painter.drawText(inside, side, no_word())

    def _draw_marks(self, painter: QPainter, origin: QPoint) -> None:
        shown, marks = self.geometry, self.marks
        width, height = shown.cell.width(), shown.cell.height()
        frames = []
        if marks.row is not None and marks.row < shown.rows:
            frames.append(QRect(0, marks.row * height, shown.size.width(), height))
        if marks.column is not None and marks.column < shown.columns:
            x = shown.column_place(marks.column) * width
            frames.append(QRect(x, 0, width, shown.size.height()))
        frames += [shown.rect(cell) for cell in marks.cells]
        for frame in frames:  # two lines, so that one is seen on any colour
            box = frame.translated(origin).adjusted(0, 0, -1, -1)
            painter.setPen(QPen(QColor(self.colours.panel), 3))
            painter.drawRect(box)
            painter.setPen(QPen(QColor(self.colours.accent), 2))
            painter.drawRect(box)

    def _draw_labels(self, painter: QPainter, origin: QPoint, grid: QRect) -> None:
        """What is pointed at has its label last, over those of its neighbours."""
        shown, view, marks = self.geometry, self.view, self.marks
        font = self._font_of(shown.label_px)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        for column in _labelled(view.columns, shown.column_stride, marks.columns):
            x = origin.x() + (shown.column_place(column) + 0.5) * shown.cell.width()
            if grid.left() <= x <= grid.right():
                marked = column in marks.columns
                self._draw_above(painter, x, column, metrics, marked=marked)
        for row in _labelled(view.rows, shown.row_stride, marks.rows):
            y = origin.y() + row * shown.cell.height() + shown.cell.height() / 2
            if grid.top() <= y <= grid.bottom():
                marked = row in marks.rows
                self._draw_beside(painter, y, row, metrics, marked=marked)

    def _draw_above(
        self, painter: QPainter, x: float, column: int, metrics: QFontMetricsF, *, marked: bool
    ) -> None:
        shown, text = self.geometry, label_of(self.view.columns, column, LONGEST_LABEL_EM)
        painter.save()
        painter.translate(QPointF(x, shown.top - GAP / 2))
        place = QPointF(-metrics.horizontalAdvance(text) / 2, 0)
        if shown.rotation:
            painter.rotate(shown.rotation)
            lift = (metrics.ascent() - metrics.descent()) / 2  # from the baseline to the middle
            place = QPointF(0, lift) if shown.rotation == UPRIGHT else QPointF(lift * 0.35, 0)
        is_faint = self.view.columns.is_special(column)
        self._write(painter, place, text, metrics, is_faint=is_faint, marked=marked)
        painter.restore()

    def _draw_beside(
        self, painter: QPainter, y: float, row: int, metrics: QFontMetricsF, *, marked: bool
    ) -> None:
        text = label_of(self.view.rows, row, LONGEST_LABEL_EM)
        x = self.geometry.left - GAP - metrics.horizontalAdvance(text)
        baseline = y + (metrics.ascent() - metrics.descent()) / 2
        is_faint = self.view.rows.is_special(row)
        self._write(painter, QPointF(x, baseline), text, metrics, is_faint=is_faint, marked=marked)

    def _write(
        self,
        painter: QPainter,
        place: QPointF,
        text: str,
        metrics: QFontMetricsF,
        *,
        is_faint: bool,
        marked: bool,
    ) -> None:
        colours, shown = self.colours, self.geometry
        if marked and max(shown.row_stride, shown.column_stride) > 1:
            size = QPointF(metrics.horizontalAdvance(text), metrics.descent())
            ground = QRectF(place - QPointF(0, metrics.ascent()), place + size)
            painter.fillRect(ground, QColor(colours.panel))
        faint = colours.muted if is_faint else colours.text
        painter.setPen(QColor(colours.accent if marked else faint))
        painter.drawText(place, text)

    def _draw_names(self, painter: QPainter) -> None:
        """In the corner that no label reaches."""
        shown = self.geometry
        painter.setFont(self.font)
        painter.setPen(QColor(self.colours.muted))
        columns, rows = self.names
        height = ceil(QFontMetricsF(self.font).height())
        above = QRect(GAP // 2, 2, shown.left - GAP, height)
        below = QRect(GAP // 2, shown.top - GAP // 2 - height, shown.left - GAP, height)
        arrow = f"← {columns}" if shown.mirrored else f"{columns} →"
        painter.drawText(above, _CENTRE_LEFT, arrow)
        painter.drawText(below, _CENTRE_LEFT, f"{rows} ↓")

    def _draw_scale(self, painter: QPainter, origin: QPoint, grid: QRect) -> None:
        """What the colours stand for, close to the cells."""
        bar = scale_rect(self.geometry, origin, grid)
        weights = np.linspace(1, 0, bar.height())[:, np.newaxis]
        painter.drawImage(bar, heat_image(weights, self.colour_map))
        painter.setPen(QColor(self.colours.border))
        painter.drawRect(bar.adjusted(-1, -1, 0, 0))
        font = self._font_of(_NUMBER_PX)
        painter.setFont(font)
        painter.setPen(QColor(self.colours.muted))
        height = ceil(QFontMetricsF(font).height())
        low, high = self.view.ends
        for share, number in ((0.0, high), (0.5, (low + high) / 2), (1.0, low)):
            text = with_minus(f"{number:.2g}")
            if share == 0.5 and bar.height() < 4 * height:
                continue
            y = bar.top() + round(share * (bar.height() - height))
            painter.drawText(QRect(bar.right() + 5, y, 34, height), _CENTRE_LEFT, text)

    def _font_of(self, px: int) -> QFont:
        font = QFont(self.font)
        font.setPixelSize(px)
        return font


def scale_rect(shown: HeatmapGeometry, origin: QPoint, grid: QRect) -> QRect:
    """Where the bar of colours stands: beside the cells, in what is seen."""
    x = min(origin.x() + shown.size.width(), grid.right() + 1) + GAP + 4
    bottom = min(origin.y() + shown.size.height(), grid.bottom())
    height = max(20, min(_SCALE.height(), bottom - shown.top))
    return QRect(x, shown.top, _SCALE.width(), height)


def _runs(flags: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """The first and the last place of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    for first, end in edges.reshape(-1, 2).tolist():
        yield first, end - 1


def _some(place: int | None) -> set[int]:
    return set() if place is None else {place}


def _fits(least: QSize, cell: QSize) -> bool:
    return least.width() <= cell.width() and least.height() <= cell.height()


def _labelled(units: Units, stride: int, marked: set[int]) -> Iterator[int]:
    yield from (place for place in range(0, len(units), stride) if place not in marked)
    yield from (place for place in sorted(marked) if place < len(units))
