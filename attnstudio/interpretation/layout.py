"""Where everything in the picture of an attention matrix goes."""

from dataclasses import replace
from math import ceil

from attnstudio.interpretation.grid import (
    cells_of,
    column_labels_of,
    empty_row_labels,
    place_grids,
    right_end,
    row_labels_of,
    sizes_for,
)
from attnstudio.interpretation.picture import (
    Anchor,
    HeatmapCaption,
    HeatmapLabel,
    HeatmapLayout,
    LabelStyle,
    Rect,
)
from attnstudio.interpretation.picture_lines import (
    MARGIN,
    NOTE_SIZE,
    SMALL_SIZE,
    TITLE_SIZE,
    legend_of,
    line_of,
    paragraphs_of,
    text_width,
)
from attnstudio.interpretation.view import View

_HEADER = 70.0  # title and subtitle
_AXIS_NAME = 20.0
_NARROWEST_CONTENT = 380.0
_FOOTER_LINE = 18.0  # below the scale, where it has no room beside it


def layout_heatmap(view: View, caption: HeatmapCaption) -> HeatmapLayout:
    """Lay out one matrix, what is looked at along the top and what looks down the left.

    Columns of a text that is written from right to left run so here too: the first is at the right.

    Args:
        view: at least one row and one column of numbers.
        caption: the words around it.
    """
    if view.weights.shape != (len(view.rows), len(view.columns)):
        raise ValueError(f"{view.weights.shape} weights, {len(view.rows)} x {len(view.columns)}")
    sizes = sizes_for(max(len(view.columns), len(view.rows)))
    [grid] = place_grids([view], sizes, left=MARGIN + _AXIS_NAME, top=_HEADER + _AXIS_NAME)
    right = ceil(max(MARGIN + _NARROWEST_CONTENT, right_end(grid, view.columns)))
    width = right - MARGIN
    paragraphs = paragraphs_of(caption.notes, grid.frame.y + grid.frame.height + 24, width)
    last_line = paragraphs[-1].y + 30 if paragraphs else grid.frame.y + grid.frame.height + 30
    legend, legend_labels = legend_of(last_line, caption.scale_name, view.ends)
    footer = line_of(caption.footer, last_line, width, SMALL_SIZE, LabelStyle.FAINT)
    if right - text_width(footer) < max(label.x + text_width(label) for label in legend_labels):
        last_line += _FOOTER_LINE
        footer = replace(footer, y=last_line)
    return HeatmapLayout(
        width=right + MARGIN,
        height=ceil(last_line + MARGIN),
        cells=tuple(cells_of(view, grid)),
        column_labels=tuple(column_labels_of(view.columns, grid)),
        row_labels=tuple(row_labels_of(view.rows, grid)),
        title=line_of(caption.title, MARGIN + 13, width, TITLE_SIZE, LabelStyle.TITLE),
        notes=(
            line_of(caption.subtitle, MARGIN + 33, width, NOTE_SIZE, LabelStyle.NOTE),
            *_axis_names(caption, grid.frame),
            *paragraphs,
            *legend_labels,
            *empty_row_labels(view, grid),
        ),
        footer=replace(footer, x=right, anchor=Anchor.END),
        legend=legend,
        cell_text_size=grid.sizes.cell_text,
        description=caption.description,
        crossed_out=grid.frame if view.is_off else None,
    )


def _axis_names(caption: HeatmapCaption, frame: Rect) -> tuple[HeatmapLabel, HeatmapLabel]:
    columns = HeatmapLabel(
        caption.columns_name,
        caption.columns_name,
        frame.x + frame.width / 2,
        _HEADER + SMALL_SIZE,
        SMALL_SIZE,
        LabelStyle.FAINT,
        Anchor.MIDDLE,
    )
    rows = replace(
        columns,
        text=caption.rows_name,
        full_text=caption.rows_name,
        x=MARGIN + 0.8 * SMALL_SIZE,
        y=frame.y + frame.height / 2,
        rotation=-90.0,
    )
    return columns, rows
