"""Where several moments of one attention go: panels of one size, and what they share once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from attnstudio.axes import Record
from attnstudio.interpretation.grid import (
    Grid,
    cells_of,
    column_labels_of,
    empty_row_labels,
    place_grids,
    right_end,
    row_labels_of,
    sizes_for,
)
from attnstudio.interpretation.lettering import elide, isolate
from attnstudio.interpretation.picture import (
    Anchor,
    HeatmapCaption,
    HeatmapLabel,
    LabelStyle,
    StripLayout,
    StripPanel,
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
from attnstudio.sites import TARGET

WIDEST = 1920.0  # of a row of panels; where more would be wider, there are several rows
_BETWEEN = 28.0
_STEP_SIZE = 13.0
_PANEL_HEADER = 40.0  # the step and the translation
_NARROWEST_PANEL, _NARROWEST_PAGE = 120.0, 420.0
_LEAST_TOKENS = 21  # no numbers in the cells: moments are compared by their colours


@dataclass(frozen=True, slots=True)
class StripMoment:
    """What one panel shows.

    Attributes:
        step: of the training.
        record: what was taken down then.
        view: what is seen of it.
        caption: what is to be said of it.
    """

    step: int
    record: Record
    view: View
    caption: HeatmapCaption


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the panels go.

    Attributes:
        columns: panels in a row.
        width: of a panel.
        height: of a panel.
        top: of the first row.
    """

    columns: int
    width: float
    height: float
    top: float

    def at(self, number: int) -> tuple[float, float]:
        """The upper left corner of a panel."""
        row, column = divmod(number, self.columns)
        x = MARGIN + column * (self.width + _BETWEEN)
        return x, self.top + row * (self.height + _BETWEEN)


def layout_strip(moments: Sequence[StripMoment]) -> StripLayout:
    """Lay out moments in the order of reading; all have the scale that the strongest one asks for.

    Args:
        moments: at least one, of one reading.
    """
    moments = _on_one_scale(moments)
    views, caption = [each.view for each in moments], moments[0].caption
    longest = max(max(view.weights.shape) for view in views)
    sizes = sizes_for(max(longest, _LEAST_TOKENS))
    grids = place_grids(views, sizes, left=0.0, top=_PANEL_HEADER)
    ends = [right_end(grid, view.columns) for grid, view in zip(grids, views, strict=True)]
    width = max(_NARROWEST_PANEL, ceil(max(ends)))
    height = max(grid.frame.y + grid.frame.height for grid in grids)
    columns = _columns_for(len(moments), width)
    inside = max(_NARROWEST_PAGE, columns * (width + _BETWEEN) - _BETWEEN)
    header = _header(moments, inside)
    places = _Places(columns, width, height, ceil(header[-1].y + 16))
    last_y = places.at(len(moments) - 1)[1] + height + 34
    legend, foot = legend_of(last_y, caption.scale_name, views[0].ends)
    footer = line_of(caption.footer, last_y, inside, SMALL_SIZE, LabelStyle.FAINT)
    if MARGIN + inside - text_width(footer) < max(each.x + text_width(each) for each in foot):
        footer = replace(footer, y=last_y + 18)
    footer = replace(footer, x=MARGIN + inside, anchor=Anchor.END)
    return StripLayout(
        width=inside + 2 * MARGIN,
        height=footer.y + MARGIN,
        panels=tuple(
            _panel(moment, grid, places.at(number), width)
            for number, (moment, grid) in enumerate(zip(moments, grids, strict=True))
        ),
        title=header[0],
        words=(*header[1:], *foot, footer),
        legend=legend,
        description=caption.description,
    )


def _on_one_scale(moments: Sequence[StripMoment]) -> list[StripMoment]:
    strongest = max(moment.view.strongest for moment in moments)
    return [replace(each, view=replace(each.view, strongest=strongest)) for each in moments]


def _columns_for(count: int, width: float) -> int:
    """As many panels in each row, or nearly so."""
    most = max(1, int((WIDEST - 2 * MARGIN + _BETWEEN) // (width + _BETWEEN)))
    return ceil(count / ceil(count / most))


def _header(moments: Sequence[StripMoment], width: float) -> list[HeatmapLabel]:
    """The title, how it is read, and what is said of every moment, such as the source."""
    caption = moments[0].caption
    shared = [note for note in caption.notes if all(note in each.caption.notes for each in moments)]
    return [
        line_of(caption.title, MARGIN + 13, width, TITLE_SIZE, LabelStyle.TITLE),
        line_of(caption.subtitle, MARGIN + 33, width, NOTE_SIZE, LabelStyle.NOTE),
        *paragraphs_of(shared, MARGIN + 53, width),
    ]


def _panel(
    moment: StripMoment, grid: Grid, corner: tuple[float, float], width: float
) -> StripPanel:
    view, record = moment.view, moment.record
    step = f"Step {moment.step:,}"
    words = [HeatmapLabel(step, step, 0.0, _STEP_SIZE, _STEP_SIZE, LabelStyle.TITLE)]
    if record.has_text(TARGET):
        text = record.text_of(TARGET).text
        short = isolate(elide(text, width / NOTE_SIZE))
        words.append(HeatmapLabel(short, text, 0.0, 31.0, NOTE_SIZE, LabelStyle.NOTE))
    return StripPanel(
        *corner,
        cells=tuple(cells_of(view, grid)),
        column_labels=tuple(column_labels_of(view.columns, grid)),
        row_labels=tuple(row_labels_of(view.rows, grid)),
        words=(*words, *empty_row_labels(view, grid)),
        cell_text_size=grid.sizes.cell_text,
    )
