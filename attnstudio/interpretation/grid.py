"""Where cells and the labels beside them go: of one matrix, or of several that begin alike."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, cos, radians, sin

from attnstudio.axes import Units
from attnstudio.interpretation.hiding import ON_NO_WORD, OUT_OF_REACH
from attnstudio.interpretation.labels import is_mirrored, label_of, rotation_of
from attnstudio.interpretation.lettering import isolate, width_em, with_minus
from attnstudio.interpretation.picture import (
    HALF_LETTER,
    Anchor,
    HeatmapCell,
    HeatmapLabel,
    LabelStyle,
    Rect,
)
from attnstudio.interpretation.view import View
from attnstudio.interpretation.zeros import weight_text

_LABEL_GAP = 7.0
MOST_TOKENS_WITH_TEXT = 20
_LONGEST_LABEL_EM = 12.0
_SLANTED_STEP = 1.7


@dataclass(frozen=True, slots=True)
class Sizes:
    """What follows from the number of tokens."""

    cell: int
    gap: int
    label: float
    cell_text: float  # 0 where a cell has no room for text


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the cells are.

    Attributes:
        rows: upper edge of each row.
        columns: left edge of each column, in the order of the matrix.
        rotation: of the labels above, in degrees.
        sizes: of cells and letters.
    """

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    rotation: float
    sizes: Sizes

    @property
    def frame(self) -> Rect:
        """What the cells cover."""
        cell = self.sizes.cell
        width, height = len(self.columns) * cell, len(self.rows) * cell
        return Rect(min(self.columns), min(self.rows), width, height)


def place_grids(views: Sequence[View], sizes: Sizes, *, left: float, top: float) -> list[Grid]:
    """Grids whose cells begin at one place, as the widest labels of all ask for.

    They are in whole pixels, so that cells meet without a seam.

    Args:
        views: at least one.
        sizes: of cells and letters.
        left: where the labels of rows may begin.
        top: where the labels of columns may begin.
    """
    widest_above = max(_widest(view.columns, sizes) for view in views)
    widest_beside = max(_widest(view.rows, sizes) for view in views)
    rotation = rotation_of(widest_above, sizes.cell, sizes.label, gap=2, step=_SLANTED_STEP)
    angle = radians(-rotation)
    rise = widest_above * sin(angle) + sizes.label * cos(angle)
    first_x, first_y = ceil(left + widest_beside + _LABEL_GAP), ceil(top + rise + _LABEL_GAP)
    return [_grid_at(first_x, first_y, view, rotation, sizes) for view in views]


def _grid_at(left: int, top: int, view: View, rotation: float, sizes: Sizes) -> Grid:
    columns = [left + index * sizes.cell for index in range(len(view.columns))]
    if is_mirrored(view.columns):
        columns.reverse()
    rows = [top + index * sizes.cell for index in range(len(view.rows))]
    return Grid(tuple(rows), tuple(columns), rotation, sizes)


def _widest(units: Units, sizes: Sizes) -> float:
    return max(_label_width(units, place, sizes) for place in range(len(units)))


def sizes_for(tokens: int) -> Sizes:
    """What fits, by the number of tokens of the longer side."""
    if tokens <= MOST_TOKENS_WITH_TEXT:
        return Sizes(cell=38, gap=1, label=13, cell_text=10.5)
    if tokens <= 40:
        return Sizes(cell=22, gap=1, label=12, cell_text=0)
    if tokens <= 100:
        return Sizes(cell=14, gap=0, label=10.5, cell_text=0)
    return Sizes(cell=9, gap=0, label=7.5, cell_text=0)


def _label_width(units: Units, place: int, sizes: Sizes) -> float:
    return min(width_em(units.label(place)), _LONGEST_LABEL_EM) * sizes.label


def right_end(grid: Grid, columns: Units) -> float:
    """The right end of the cells and the slanted labels that lean over them."""
    lean = cos(radians(grid.rotation)) if grid.rotation else 0.0
    labels_end = max(
        left
        + grid.sizes.cell / 2
        + grid.sizes.label / 2
        + _label_width(columns, place, grid.sizes) * lean
        for place, left in enumerate(grid.columns)
    )
    return max(grid.frame.x + grid.frame.width, labels_end)


def cells_of(view: View, grid: Grid) -> Iterator[HeatmapCell]:
    """The cells, row by row."""
    side = grid.sizes.cell - grid.sizes.gap
    column_names = [isolate(view.columns.label(place)) for place in range(len(view.columns))]
    tints, zeros = view.tints.tolist(), view.zeros.tolist()
    for row, weights in enumerate(view.weights.tolist()):
        row_name = isolate(view.rows.label(row))
        if row in view.empty_rows:
            continue
        for column, weight in enumerate(weights):
            is_blank = zeros[row][column]
            number = "0" if is_blank else with_minus(f"{weight:z.2f}")
            is_outside = view.outside is not None and bool(view.outside[row, column])
            is_silent = is_outside or view.is_off or not grid.sizes.cell_text
            told = OUT_OF_REACH if is_outside else with_minus(weight_text(view, row, column))
            yield HeatmapCell(
                row,
                column,
                tints[row][column],
                Rect(grid.columns[column], grid.rows[row], side, side),
                text="" if is_silent else number,
                tooltip=f"{row_name} ← {column_names[column]}: {told}",
                is_blank=is_blank,
                is_outside=is_outside,
            )


def column_labels_of(columns: Units, grid: Grid) -> Iterator[HeatmapLabel]:
    """What stands above the cells."""
    angle = radians(-grid.rotation)
    to_baseline = HALF_LETTER * grid.sizes.label if grid.rotation else 0.0
    for place, left in enumerate(grid.columns):
        middle = left + (grid.sizes.cell - grid.sizes.gap) / 2
        yield replace(
            _unit_label(columns, place, grid.sizes.label),
            x=middle + to_baseline * sin(angle),
            y=grid.frame.y - _LABEL_GAP + to_baseline * cos(angle),
            anchor=Anchor.START if grid.rotation else Anchor.MIDDLE,
            rotation=grid.rotation,
        )


def row_labels_of(rows: Units, grid: Grid) -> Iterator[HeatmapLabel]:
    """What stands beside the cells."""
    for place, top in enumerate(grid.rows):
        middle = top + (grid.sizes.cell - grid.sizes.gap) / 2
        yield replace(
            _unit_label(rows, place, grid.sizes.label),
            x=grid.frame.x - _LABEL_GAP,
            y=middle + HALF_LETTER * grid.sizes.label,
            anchor=Anchor.END,
        )


def empty_row_labels(view: View, grid: Grid) -> Iterator[HeatmapLabel]:
    """A word where a row has no cells."""
    size = grid.sizes.label
    for row in view.empty_rows:
        middle = grid.rows[row] + (grid.sizes.cell - grid.sizes.gap) / 2
        place = grid.frame.x + _LABEL_GAP, middle + HALF_LETTER * size
        yield HeatmapLabel(ON_NO_WORD, ON_NO_WORD, *place, size, LabelStyle.FAINT)


def _unit_label(units: Units, place: int, size: float) -> HeatmapLabel:
    """A label that has no place yet."""
    style = LabelStyle.SPECIAL if units.is_special(place) else LabelStyle.TOKEN
    text = label_of(units, place, _LONGEST_LABEL_EM)
    return HeatmapLabel(text, units.label(place), 0.0, 0.0, size, style)
