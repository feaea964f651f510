"""The picture of an attention matrix as values: what stands where, without Qt or a file format.

`attnstudio.interpretation.layout` makes them. The SVG writer and the window draw the same
picture, so both look alike. Lengths are in pixels, x to the right and y downwards.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

FONT_FAMILIES = (
    "Noto Sans",
    "DejaVu Sans",
    "Segoe UI",
    "Helvetica Neue",
    "Arial",
    "Noto Sans CJK SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans",
    "Malgun Gothic",
    "Noto Sans Arabic",
    "sans-serif",
)

# From the baseline to the middle of a letter, as a share of the font size.
HALF_LETTER = 0.35


class Anchor(StrEnum):
    """Which point of a text stands at its position; the names are SVG's."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


class LabelStyle(StrEnum):
    """What a text is, and so how it looks."""

    TITLE = "title"
    TOKEN = "token"
    SPECIAL = "special"  # a token that is no text, such as </s>
    NOTE = "note"
    FAINT = "faint"


class Rect(NamedTuple):
    """A rectangle by its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class HeatmapCell:
    """One weight.

    Attributes:
        row: of the matrix.
        column: of the matrix; mirrored on the picture where columns run from right to left.
        tint: of the weight, on a scale of colours from 0 to 1.
        rect: its place.
        text: the weight with two decimals where there is room, else empty.
        tooltip: both units and the weight.
        is_blank: whether the weight is exactly 0, so that the cell has no colour.
        is_outside: whether nothing can be looked at there; a weight of 0 then says nothing.
    """

    row: int
    column: int
    tint: float
    rect: Rect
    text: str
    tooltip: str
    is_blank: bool = False
    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class HeatmapLabel:
    """One line of text.

    Attributes:
        text: as it is written, perhaps elided.
        full_text: all of it.
        x: the anchor.
        y: the baseline at the anchor.
        size: font size.
        style: what it is.
        anchor: which end of the text is at (x, y).
        rotation: degrees clockwise around (x, y).
    """

    text: str
    full_text: str
    x: float
    y: float
    size: float
    style: LabelStyle
    anchor: Anchor = Anchor.START
    rotation: float = 0.0


@dataclass(frozen=True, slots=True)
class HeatmapCaption:
    """The words of a picture, apart from its tokens.

    Attributes:
        title: one line above.
        subtitle: one line under the title.
        notes: paragraphs below the matrix.
        footer: one line at the bottom.
        description: what the picture shows, for those who cannot see it.
        columns_name: what the columns are.
        rows_name: what the rows are.
        scale_name: what the colours are.
    """

    title: str = ""
    subtitle: str = ""
    notes: tuple[str, ...] = ()
    footer: str = ""
    description: str = ""
    columns_name: str = "source"
    rows_name: str = "target"
    scale_name: str = "attention weight"


@dataclass(frozen=True, slots=True)
class HeatmapLayout:
    """The whole picture.

    Attributes:
        width: of the picture.
        height: of the picture.
        cells: row by row, each in the order of the matrix.
        column_labels: one for each column, in the order of the matrix.
        row_labels: one for each row.
        title: above everything.
        notes: everything else that is written.
        footer: at the bottom.
        legend: bar from weight 0 at its left to 1 at its right.
        cell_text_size: font size of the weights in the cells.
        description: for those who cannot see the picture.
        crossed_out: the place of the matrix where all of it is switched off; None where it is not.
    """

    width: float
    height: float
    cells: tuple[HeatmapCell, ...]
    column_labels: tuple[HeatmapLabel, ...]
    row_labels: tuple[HeatmapLabel, ...]
    title: HeatmapLabel
    notes: tuple[HeatmapLabel, ...]
    footer: HeatmapLabel
    legend: Rect
    cell_text_size: float
    description: str
    crossed_out: Rect | None = None


@dataclass(frozen=True, slots=True)
class StripPanel:
    """One of several matrices in a picture.

    Attributes:
        x: of its left edge; all that is in it is placed from there.
        y: of its upper edge.
        cells: row by row, each in the order of the matrix.
        column_labels: one for each column, in the order of the matrix.
        row_labels: one for each row.
        words: what is written above and in it.
        cell_text_size: font size of the weights in the cells.
    """

    x: float
    y: float
    cells: tuple[HeatmapCell, ...]
    column_labels: tuple[HeatmapLabel, ...]
    row_labels: tuple[HeatmapLabel, ...]
    words: tuple[HeatmapLabel, ...]
    cell_text_size: float


@dataclass(frozen=True, slots=True)
class StripLayout:
    """Several matrices in one picture, with the words that all share around them.

    Attributes:
        width: of the picture.
        height: of the picture.
        panels: in the order of reading, all of one size.
        title: above everything.
        words: everything else that is written outside the panels.
        legend: bar from the lowest number of all at its left to the highest at its right.
        description: for those who cannot see the picture.
    """

    width: float
    height: float
    panels: tuple[StripPanel, ...]
    title: HeatmapLabel
    words: tuple[HeatmapLabel, ...]
    legend: Rect
    description: str
