"""Where everything in the picture of an attention matrix goes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import ceil, cos, radians, sin

from attnstudio.axes import Units
from attnstudio.interpretation.hiding import ON_NO_WORD
from attnstudio.interpretation.labels import is_mirrored, label_of, rotation_of
from attnstudio.interpretation.lettering import elide, isolate, width_em, wrap
from attnstudio.interpretation.picture import (
    HALF_LETTER,
    Anchor,
    HeatmapCaption,
    HeatmapCell,
    HeatmapLabel,
    HeatmapLayout,
    LabelStyle,
    Rect,
)
from attnstudio.interpretation.view import View

_MARGIN = 20.0
_HEADER = 70.0  # title and subtitle
_AXIS_NAME = 20.0
_LABEL_GAP = 7.0
_MOST_TOKENS_WITH_TEXT = 20
_LONGEST_LABEL_EM = 12.0
_NARROWEST_CONTENT = 380.0
_TITLE_SIZE, _NOTE_SIZE, _SMALL_SIZE = 16.0, 12.0, 10.5
_LEGEND_WIDTH, _LEGEND_HEIGHT = 120.0, 9.0
_MOST_NOTE_LINES = 3
_FOOTER_LINE = 18.0  # below the scale, where it has no room beside it
_SLANTED_STEP = 1.7


@dataclass(frozen=True, slots=True)
class _Sizes:
    """What follows from the number of tokens."""

    cell: int
    gap: int
    label: float
    cell_text: float  # 0 where a cell has no room for text


@dataclass(frozen=True, slots=True)
class _Grid:
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
    sizes: _Sizes

    @property
    def frame(self) -> Rect:
        cell = self.sizes.cell
        width, height = len(self.columns) * cell, len(self.rows) * cell
        return Rect(min(self.columns), min(self.rows), width, height)


def layout_heatmap(view: View, caption: HeatmapCaption) -> HeatmapLayout:
    """Lay out one matrix, what is looked at along the top and what looks down the left.

    Columns of a text that is written from right to left run so here too: the first is at the right.

    Args:
        view: at least one row and one column of numbers.
        caption: the words around it.
    """
    if view.weights.shape != (len(view.rows), len(view.columns)):
        raise ValueError(f"{view.weights.shape} weights, {len(view.rows)} x {len(view.columns)}")
    grid = _place_grid(view)
    right = ceil(max(_MARGIN + _NARROWEST_CONTENT, _right_end(grid, view.columns)))
    width = right - _MARGIN
    paragraphs = _paragraphs(caption.notes, grid.frame.y + grid.frame.height + 24, width)
    last_line = paragraphs[-1].y + 30 if paragraphs else grid.frame.y + grid.frame.height + 30
    legend, legend_labels = _legend(last_line, caption.scale_name, view.ends)
    footer = _line(caption.footer, last_line, width, _SMALL_SIZE, LabelStyle.FAINT)
    if right - _text_width(footer) < max(label.x + _text_width(label) for label in legend_labels):
        last_line += _FOOTER_LINE
        footer = replace(footer, y=last_line)
    return HeatmapLayout(
        width=right + _MARGIN,
        height=ceil(last_line + _MARGIN),
        cells=tuple(_cells(view, grid)),
        column_labels=tuple(_column_labels(view.columns, grid)),
        row_labels=tuple(_row_labels(view.rows, grid)),
        title=_line(caption.title, _MARGIN + 13, width, _TITLE_SIZE, LabelStyle.TITLE),
        notes=(
            _line(caption.subtitle, _MARGIN + 33, width, _NOTE_SIZE, LabelStyle.NOTE),
            *_axis_names(caption, grid.frame),
            *paragraphs,
            *legend_labels,
            *_empty_rows(view, grid),
        ),
        footer=replace(footer, x=right, anchor=Anchor.END),
        legend=legend,
        cell_text_size=grid.sizes.cell_text,
        description=caption.description,
    )


def _place_grid(view: View) -> _Grid:
    """Whole pixels, so that cells meet without a seam."""
    sizes = _sizes_for(max(len(view.columns), len(view.rows)))
    widest_above, widest_beside = (
        max(_label_width(units, place, sizes) for place in range(len(units)))
        for units in (view.columns, view.rows)
    )
    rotation = rotation_of(widest_above, sizes.cell, sizes.label, gap=2, step=_SLANTED_STEP)
    angle = radians(-rotation)
    rise = widest_above * sin(angle) + sizes.label * cos(angle)
    left = ceil(_MARGIN + _AXIS_NAME + widest_beside + _LABEL_GAP)
    top = ceil(_HEADER + _AXIS_NAME + rise + _LABEL_GAP)
    columns = [left + index * sizes.cell for index in range(len(view.columns))]
    if is_mirrored(view.columns):
        columns.reverse()
    rows = [top + index * sizes.cell for index in range(len(view.rows))]
    return _Grid(tuple(rows), tuple(columns), rotation, sizes)


def _sizes_for(tokens: int) -> _Sizes:
    if tokens <= _MOST_TOKENS_WITH_TEXT:
        return _Sizes(cell=38, gap=1, label=13, cell_text=10.5)
    if tokens <= 40:
        return _Sizes(cell=22, gap=1, label=12, cell_text=0)
    if tokens <= 100:
        return _Sizes(cell=14, gap=0, label=10.5, cell_text=0)
    return _Sizes(cell=9, gap=0, label=7.5, cell_text=0)


def _label_width(units: Units, place: int, sizes: _Sizes) -> float:
    return min(width_em(units.label(place)), _LONGEST_LABEL_EM) * sizes.label


def _right_end(grid: _Grid, columns: Units) -> float:
    """Of the cells and of the slanted labels that lean over them."""
    lean = cos(radians(grid.rotation)) if grid.rotation else 0.0
    labels_end = max(
        left
        + grid.sizes.cell / 2
        + grid.sizes.label / 2
        + _label_width(columns, place, grid.sizes) * lean
        for place, left in enumerate(grid.columns)
    )
    return max(grid.frame.x + grid.frame.width, labels_end)


def _cells(view: View, grid: _Grid) -> Iterator[HeatmapCell]:
    side = grid.sizes.cell - grid.sizes.gap
    column_names = [isolate(view.columns.label(place)) for place in range(len(view.columns))]
    tints = view.tints.tolist()
    for row, weights in enumerate(view.weights.tolist()):
        row_name = isolate(view.rows.label(row))
        if row in view.empty_rows:
            continue
        for column, weight in enumerate(weights):
            yield HeatmapCell(
                row,
                column,
                tints[row][column],
                Rect(grid.columns[column], grid.rows[row], side, side),
                text=f"{weight:z.2f}" if grid.sizes.cell_text else "",
                tooltip=f"{row_name} ← {column_names[column]}: {weight:.4f}",
            )


def _column_labels(columns: Units, grid: _Grid) -> Iterator[HeatmapLabel]:
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


def _row_labels(rows: Units, grid: _Grid) -> Iterator[HeatmapLabel]:
    for place, top in enumerate(grid.rows):
        middle = top + (grid.sizes.cell - grid.sizes.gap) / 2
        yield replace(
            _unit_label(rows, place, grid.sizes.label),
            x=grid.frame.x - _LABEL_GAP,
            y=middle + HALF_LETTER * grid.sizes.label,
            anchor=Anchor.END,
        )


def _empty_rows(view: View, grid: _Grid) -> Iterator[HeatmapLabel]:
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


def _line(text: str, y: float, width: float, size: float, style: LabelStyle) -> HeatmapLabel:
    return HeatmapLabel(isolate(elide(text, width / size)), text, _MARGIN, y, size, style)


def _paragraphs(texts: Iterable[str], first_y: float, width: float) -> list[HeatmapLabel]:
    y, labels = first_y, []
    for text in texts:
        for line in wrap(text, width / _NOTE_SIZE, _MOST_NOTE_LINES):
            label = _line(line, y, width, _NOTE_SIZE, LabelStyle.NOTE)
            labels.append(replace(label, full_text=text))
            y += 1.4 * _NOTE_SIZE
        y += 4
    return labels


def _axis_names(caption: HeatmapCaption, frame: Rect) -> tuple[HeatmapLabel, HeatmapLabel]:
    columns = HeatmapLabel(
        caption.columns_name,
        caption.columns_name,
        frame.x + frame.width / 2,
        _HEADER + _SMALL_SIZE,
        _SMALL_SIZE,
        LabelStyle.FAINT,
        Anchor.MIDDLE,
    )
    rows = replace(
        columns,
        text=caption.rows_name,
        full_text=caption.rows_name,
        x=_MARGIN + 0.8 * _SMALL_SIZE,
        y=frame.y + frame.height / 2,
        rotation=-90.0,
    )
    return columns, rows


def _text_width(label: HeatmapLabel) -> float:
    return width_em(label.text) * label.size


def _legend(
    y: float, scale_name: str, ends: tuple[float, float]
) -> tuple[Rect, list[HeatmapLabel]]:
    low, high = (f"{number:.3g}" for number in ends)
    before, after = (width_em(text) * _SMALL_SIZE for text in (low, high))
    left = _MARGIN + max(12, ceil(before) + 6)
    bar = Rect(left, y - _LEGEND_HEIGHT + 0.5, _LEGEND_WIDTH, _LEGEND_HEIGHT)
    end = bar.x + bar.width
    texts = ((low, _MARGIN), (high, end + 6), (scale_name, end + max(24, ceil(after) + 18)))
    return bar, [HeatmapLabel(text, text, x, y, _SMALL_SIZE, LabelStyle.FAINT) for text, x in texts]
