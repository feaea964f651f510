"""The thumbnails of an overview of heads: which there are, in which order, and where each goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage

from attnstudio.axes import Record
from attnstudio.gui.widgets.heat_image import heat_image
from attnstudio.interpretation.colours import ColourMap
from attnstudio.interpretation.head_figures import IDLE, HeadFigure, head_figure, idle_share
from attnstudio.interpretation.labels import is_mirrored
from attnstudio.interpretation.view import view_of
from attnstudio.reading import Measure, Reading

THUMB = 60
GAP = 10
LABEL = 16
SIDE = 52  # of the names of the layers
NAME_WIDTH = 100  # of a layer and head named above a map
_IN_A_ROW = 4

OfHead = Callable[[int | None, int | None], Reading]


class HeadOrder(StrEnum):
    """How heads are ordered."""

    LAYERS = "layers"  # a row a layer, a column a head
    GREATEST = "greatest"  # by their figure, one after the other
    LEAST = "least"


@dataclass(frozen=True, slots=True)
class HeadSorting:
    """By what heads are told apart.

    Attributes:
        figure: stands below each map.
        order: of the maps.
    """

    figure: HeadFigure = HeadFigure.SPREAD
    order: HeadOrder = HeadOrder.LAYERS

    @property
    def is_grid(self) -> bool:
        """Whether layers are rows and heads columns."""
        return self.order is HeadOrder.LAYERS


class Thumb(NamedTuple):
    """One map of an overview.

    Attributes:
        reading: of which it is.
        row: of the overview.
        column: of the overview.
        image: the map, a pixel a cell.
        figure: what stands below it.
        error: of its links, where that is known.
        idle: share of what words look at that is no word; None of averages.
        place: where the map is drawn, in pixels.
    """

    reading: Reading
    row: int
    column: int
    image: QImage
    figure: float | None
    error: float | None
    idle: float | None
    place: QRect

    @property
    def is_idle(self) -> bool:
        """Whether the head rests: more than half of what it looks at is no word."""
        return self.idle is not None and self.idle > IDLE


def thumbs_of(
    record: Record,
    reading: Reading,
    sorting: HeadSorting,
    colour_map: ColourMap,
    error_of: Callable[[Reading], float | None],
    of_head: OfHead,
) -> list[Thumb]:
    """All maps of the site of a reading.

    In a grid the averages stand before the heads, or alone where heads have nothing; in any other
    order there are no averages, but of a measure that only whole layers have.

    Args:
        record: whose heads they are.
        reading: that names the site and the measure.
        sorting: which figure stands below, and the order.
        colour_map: the scale.
        error_of: of the links of a reading; None where nobody knows it.
        of_head: how each layer and head is read, None standing for all of them.
    """
    thumbs = [
        _thumb(record, of_head(layer, head), (row, column), sorting, colour_map)
        for row, column, layer, head in _grid(record, reading)
    ]
    thumbs = [thumb._replace(error=error_of(thumb.reading)) for thumb in thumbs]
    return thumbs if sorting.is_grid else _in_order(thumbs, sorting.order)


def _grid(record: Record, reading: Reading) -> Iterator[tuple[int, int, int | None, int | None]]:
    """Row and column of each layer and head, None for all of them."""
    layers, heads = record.shape_of(reading.site)
    are_layers_whole = reading.measure is Measure.ALTI
    has_average = layers * heads > 1
    if has_average:
        yield 0, 0, None, None
    for layer in range(layers):
        row = layer + has_average
        if heads > 1 or are_layers_whole:
            yield row, 0, layer, None
        if not are_layers_whole:
            for head in range(heads):
                yield row, head + (heads > 1), layer, head


def _thumb(
    record: Record,
    reading: Reading,
    cell: tuple[int, int],
    sorting: HeadSorting,
    colour_map: ColourMap,
) -> Thumb:
    view = view_of(record, reading)
    image = heat_image(view.tints, colour_map, view.zeros)
    if is_mirrored(view.columns):
        image = image.flipped(Qt.Orientation.Horizontal)
    figure = head_figure(view, sorting.figure)
    idle = None if reading.head is None else idle_share(view)
    return Thumb(reading, *cell, image, figure, None, idle, _grid_place(*cell))


def _in_order(thumbs: Sequence[Thumb], order: HeadOrder) -> list[Thumb]:
    """One after the other by their figure; those without one come last."""
    heads = [thumb for thumb in thumbs if thumb.reading.head is not None]
    heads = heads or [thumb for thumb in thumbs if thumb.reading.layer is not None]
    sign = 1 if order is HeadOrder.LEAST else -1
    heads.sort(key=lambda thumb: (thumb.figure is None, sign * (thumb.figure or 0.0)))
    return [
        thumb._replace(
            row=number // _IN_A_ROW,
            column=number % _IN_A_ROW,
            place=_listed_place(number // _IN_A_ROW, number % _IN_A_ROW),
        )
        for number, thumb in enumerate(heads)
    ]


def _grid_place(row: int, column: int) -> QRect:
    """Layers are named at the side, heads above the first row."""
    x, y = SIDE + column * (THUMB + GAP), LABEL + GAP + row * (THUMB + LABEL + GAP)
    return QRect(x, y, THUMB, THUMB)


def _listed_place(row: int, column: int) -> QRect:
    """Each map is named above itself."""
    x, y = column * NAME_WIDTH, LABEL + GAP + row * (THUMB + 2 * LABEL + GAP)
    return QRect(x + (NAME_WIDTH - THUMB) // 2, y, THUMB, THUMB)
