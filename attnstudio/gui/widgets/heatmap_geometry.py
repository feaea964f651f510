"""Where the cells and labels of a heat map go, in the room that there is.

A window has a size to fit, zooms and measures its letters with Qt's own fonts; an exported picture
has cells of a fixed size and must come out the same where no font is known. So each has its own
places, and what they say in common (labels, their turn, mirroring) is in `interpretation.labels`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, cos, radians, sin
from typing import NamedTuple

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF

from attnstudio.axes import Units
from attnstudio.interpretation.labels import SLANTED, UPRIGHT, is_mirrored, label_of, rotation_of
from attnstudio.interpretation.view import View

GAP = 8
SCALE_WIDTH = 56  # the bar of colours and its numbers, at the right of the cells
_READABLE_CELL = 11  # rather scrolled than smaller, as long as nobody asks for all of it
_SMALLEST_CELL, _LARGEST_CELL = 2, 120
_WIDEST_FITTED, _HIGHEST_FITTED = 72, 44
_MOST_LENGTHENED = 4  # times as wide as high: what is longer reads as stripes
_SMALLEST_LABEL_PX = 9
_LINE = 1.15  # from one line of labels to the next, in units of their size
LONGEST_LABEL_EM = 10.0
_SLANTED_STEP = 1.4
_FEW_PASSES = 3  # labels take room from the cells, and cells decide the size of labels


class CellPlace(NamedTuple):
    """A place in the matrix.

    Attributes:
        row: of what looks.
        column: of the matrix, not of the picture, which may be mirrored.
    """

    row: int
    column: int


class Zoom(NamedTuple):
    """How large the cells are wanted.

    Attributes:
        whole: all of them are to be seen at once, however small.
        factor: times the size that fits the room and leaves every label readable.
    """

    whole: bool = False
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class HeatmapGeometry:
    """Where things are, in pixels; the labels stay where they are while the cells scroll.

    Attributes:
        cell: the size of a cell.
        left: width of the labels at the left.
        top: height of the labels above.
        right: width of what stands at the right.
        rotation: of the labels above, in degrees.
        label_px: size of the letters.
        mirrored: whether the first column is at the right.
        rows: number of rows.
        columns: number of columns.
    """

    cell: QSize
    left: int
    top: int
    right: int
    rotation: float
    label_px: int
    mirrored: bool
    rows: int
    columns: int

    @property
    def size(self) -> QSize:
        """Of all cells together."""
        return QSize(self.columns * self.cell.width(), self.rows * self.cell.height())

    @property
    def row_stride(self) -> int:
        """Every row has room for its label, or every second, third …"""
        return max(1, ceil(self.label_px * _LINE / self.cell.height() - 0.05))

    @property
    def column_stride(self) -> int:
        """Every column has room for its label, or every second, third …"""
        if self.rotation == 0.0:
            return 1
        return max(1, ceil(self.label_px * _LINE / self.cell.width() - 0.05))

    def column_place(self, column: int) -> int:
        """The column of the picture in which a column of the matrix stands; and back."""
        return self.columns - 1 - column if self.mirrored else column

    def rect(self, cell: CellPlace) -> QRect:
        """A cell's place, counted from the first cell."""
        width, height = self.cell.width(), self.cell.height()
        x = self.column_place(cell.column) * width
        return QRect(x, cell.row * height, width, height)


NOTHING = HeatmapGeometry(QSize(1, 1), 0, 0, 0, 0.0, 1, False, 0, 0)


def fit_heatmap(
    view: View, room: QSize, font: QFont, names: tuple[str, str], zoom: Zoom
) -> HeatmapGeometry:
    """Fill the room, with every label readable, and then as the person wants it.

    Args:
        view: what is drawn.
        room: for cells, labels and the bar of colours.
        font: of the labels where there is room for it.
        names: of the axes, which stand in the corner between the labels.
        zoom: what the person wants.
    """
    metrics = QFontMetricsF(font)
    full_px = max(_SMALLEST_LABEL_PX, QFontInfo(font).pixelSize())
    widest_beside = _widest(view.rows, metrics)
    widest_above = _widest(view.columns, metrics)
    corner = ceil(max(metrics.horizontalAdvance(name) for name in names)) + 2 * GAP
    columns, rows = len(view.columns), len(view.rows)
    mirrored = is_mirrored(view.columns)
    rotation, px = SLANTED, full_px
    shown = NOTHING
    for _ in range(_FEW_PASSES):
        share = px / full_px
        rise = _rise(widest_above * share, px, rotation)
        left = max(ceil(widest_beside * share) + 2 * GAP, corner)
        top = max(ceil(rise) + GAP, ceil(2 * metrics.height()) + GAP)
        lean = widest_above * share * cos(radians(45)) if rotation == SLANTED else 0.0
        right = max(SCALE_WIDTH, ceil(lean))
        cells = QSize(room.width() - left - right - GAP, room.height() - top - GAP)
        cell = _zoomed(QSize(cells.width() // columns, cells.height() // rows), zoom)
        shown = HeatmapGeometry(cell, left, top, right, rotation, px, mirrored, rows, columns)
        rotation = rotation_of(widest_above * share, cell.width(), px, gap=4, step=_SLANTED_STEP)
        narrowest = cell.height() if rotation != UPRIGHT else min(cell.width(), cell.height())
        px = min(full_px, max(_SMALLEST_LABEL_PX, int(narrowest / _LINE)))
        if (rotation, px) == (shown.rotation, shown.label_px):
            break
    return shown


def _zoomed(fitting: QSize, zoom: Zoom) -> QSize:
    """The size of a cell; ``fitting`` would fill the room."""
    width, height = fitting.width(), fitting.height()
    if not zoom.whole:
        width, height = max(width, _READABLE_CELL), max(height, _READABLE_CELL)
    width, height = min(width, _WIDEST_FITTED), min(height, _HIGHEST_FITTED)
    width, height = max(width, _SMALLEST_CELL), max(height, _SMALLEST_CELL)
    width, height = min(width, _MOST_LENGTHENED * height), min(height, _MOST_LENGTHENED * width)
    if zoom.whole:
        return QSize(width, height)
    sizes = (round(width * zoom.factor), round(height * zoom.factor))
    return QSize(*(min(max(size, _SMALLEST_CELL), _LARGEST_CELL) for size in sizes))


def _rise(widest_label: float, px: int, rotation: float) -> float:
    angle = radians(-rotation)
    return widest_label * sin(angle) + 1.4 * px * max(cos(angle), 0.4)


def _widest(units: Units, metrics: QFontMetricsF) -> float:
    return max(
        metrics.horizontalAdvance(label_of(units, place, LONGEST_LABEL_EM))
        for place in range(len(units))
    )
