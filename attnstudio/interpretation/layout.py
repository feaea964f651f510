"""Where everything in the picture of an attention matrix goes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, cos, radians, sin

from attnstudio.inference.record import Weights
from attnstudio.interpretation.lettering import elide, is_right_to_left, isolate, width_em, wrap
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
from attnstudio.tokenizer import END, PADDING, START, UNKNOWN, Token

_SPECIAL = {START, END, PADDING, UNKNOWN}
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
        rows: upper edge of each target token's row.
        columns: left edge of each source token's column, in the order of the source.
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


def layout_heatmap(
    weights: Weights,
    source_tokens: Sequence[Token],
    target_tokens: Sequence[Token],
    caption: HeatmapCaption,
) -> HeatmapLayout:
    """Lay out one attention matrix, the source along the top and the target down the left.

    A source written from right to left runs so here too: its first token is the last column.

    Args:
        weights: (target, source), 0 to 1, at least one of each.
        source_tokens: the columns.
        target_tokens: the rows.
        caption: the words around it.
    """
    if weights.shape != (len(target_tokens), len(source_tokens)):
        raise ValueError(f"{weights.shape} weights, {len(target_tokens)} x {len(source_tokens)}")
    grid = _place_grid(source_tokens, target_tokens)
    right = ceil(max(_MARGIN + _NARROWEST_CONTENT, _right_end(grid, source_tokens)))
    width = right - _MARGIN
    paragraphs = _paragraphs(caption.notes, grid.frame.y + grid.frame.height + 24, width)
    last_line = paragraphs[-1].y + 30 if paragraphs else grid.frame.y + grid.frame.height + 30
    legend, legend_labels = _legend(last_line, caption.scale_name)
    footer = _line(caption.footer, last_line, width, _SMALL_SIZE, LabelStyle.FAINT)
    return HeatmapLayout(
        width=right + _MARGIN,
        height=ceil(last_line + _MARGIN),
        cells=tuple(_cells(weights, source_tokens, target_tokens, grid)),
        source_labels=tuple(_source_labels(source_tokens, grid)),
        target_labels=tuple(_target_labels(target_tokens, grid)),
        title=_line(caption.title, _MARGIN + 13, width, _TITLE_SIZE, LabelStyle.TITLE),
        notes=(
            _line(caption.subtitle, _MARGIN + 33, width, _NOTE_SIZE, LabelStyle.NOTE),
            *_axis_names(caption, grid.frame),
            *paragraphs,
            *legend_labels,
        ),
        footer=replace(footer, x=right, anchor=Anchor.END),
        legend=legend,
        cell_text_size=grid.sizes.cell_text,
        description=caption.description,
    )


def _place_grid(source_tokens: Sequence[Token], target_tokens: Sequence[Token]) -> _Grid:
    """Whole pixels, so that cells meet without a seam."""
    sizes = _sizes_for(max(len(source_tokens), len(target_tokens)))
    widest_source = max(_label_width(token, sizes) for token in source_tokens)
    widest_target = max(_label_width(token, sizes) for token in target_tokens)
    rotation = _source_rotation(widest_source, sizes)
    angle = radians(-rotation)
    rise = widest_source * sin(angle) + sizes.label * cos(angle)
    left = ceil(_MARGIN + _AXIS_NAME + widest_target + _LABEL_GAP)
    top = ceil(_HEADER + _AXIS_NAME + rise + _LABEL_GAP)
    columns = [left + index * sizes.cell for index in range(len(source_tokens))]
    # neither </s> nor a byte piece such as <0xD7> says how the sentence runs
    if is_right_to_left(token.text for token in source_tokens if not token.text.startswith("<")):
        columns.reverse()
    rows = [top + index * sizes.cell for index in range(len(target_tokens))]
    return _Grid(tuple(rows), tuple(columns), rotation, sizes)


def _sizes_for(tokens: int) -> _Sizes:
    if tokens <= _MOST_TOKENS_WITH_TEXT:
        return _Sizes(cell=38, gap=1, label=13, cell_text=10.5)
    if tokens <= 40:
        return _Sizes(cell=22, gap=1, label=12, cell_text=0)
    if tokens <= 100:
        return _Sizes(cell=14, gap=0, label=10.5, cell_text=0)
    return _Sizes(cell=9, gap=0, label=7.5, cell_text=0)


def _label_width(token: Token, sizes: _Sizes) -> float:
    return min(width_em(token.text), _LONGEST_LABEL_EM) * sizes.label


def _source_rotation(widest_label: float, sizes: _Sizes) -> float:
    """Level where every label fits over its column, upright where slanted ones would touch."""
    if widest_label <= sizes.cell - 2:
        return 0.0
    return -45.0 if sizes.cell * cos(radians(45)) >= 1.2 * sizes.label else -90.0


def _right_end(grid: _Grid, source_tokens: Sequence[Token]) -> float:
    """Of the cells and of the slanted labels that lean over them."""
    lean = cos(radians(grid.rotation)) if grid.rotation else 0.0
    labels_end = max(
        left + grid.sizes.cell / 2 + grid.sizes.label / 2 + _label_width(token, grid.sizes) * lean
        for left, token in zip(grid.columns, source_tokens, strict=True)
    )
    return max(grid.frame.x + grid.frame.width, labels_end)


def _cells(
    weights: Weights,
    source_tokens: Sequence[Token],
    target_tokens: Sequence[Token],
    grid: _Grid,
) -> Iterator[HeatmapCell]:
    side = grid.sizes.cell - grid.sizes.gap
    source_names = [isolate(token.text) for token in source_tokens]
    for target, (token, row) in enumerate(zip(target_tokens, weights.tolist(), strict=True)):
        target_name = isolate(token.text)
        for source, weight in enumerate(row):
            yield HeatmapCell(
                target,
                source,
                weight,
                Rect(grid.columns[source], grid.rows[target], side, side),
                text=f"{weight:.2f}" if grid.sizes.cell_text else "",
                tooltip=f"{target_name} ← {source_names[source]}: {weight:.4f}",
            )


def _source_labels(tokens: Sequence[Token], grid: _Grid) -> Iterator[HeatmapLabel]:
    angle = radians(-grid.rotation)
    to_baseline = HALF_LETTER * grid.sizes.label if grid.rotation else 0.0
    for token, left in zip(tokens, grid.columns, strict=True):
        middle = left + (grid.sizes.cell - grid.sizes.gap) / 2
        yield replace(
            _token_label(token, grid.sizes.label),
            x=middle + to_baseline * sin(angle),
            y=grid.frame.y - _LABEL_GAP + to_baseline * cos(angle),
            anchor=Anchor.START if grid.rotation else Anchor.MIDDLE,
            rotation=grid.rotation,
        )


def _target_labels(tokens: Sequence[Token], grid: _Grid) -> Iterator[HeatmapLabel]:
    for token, top in zip(tokens, grid.rows, strict=True):
        middle = top + (grid.sizes.cell - grid.sizes.gap) / 2
        yield replace(
            _token_label(token, grid.sizes.label),
            x=grid.frame.x - _LABEL_GAP,
            y=middle + HALF_LETTER * grid.sizes.label,
            anchor=Anchor.END,
        )


def _token_label(token: Token, size: float) -> HeatmapLabel:
    """A label that has no place yet."""
    style = LabelStyle.SPECIAL if token.text in _SPECIAL else LabelStyle.TOKEN
    text = isolate(elide(token.text, _LONGEST_LABEL_EM))
    return HeatmapLabel(text, token.text, 0.0, 0.0, size, style)


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
    source = HeatmapLabel(
        caption.source_name,
        caption.source_name,
        frame.x + frame.width / 2,
        _HEADER + _SMALL_SIZE,
        _SMALL_SIZE,
        LabelStyle.FAINT,
        Anchor.MIDDLE,
    )
    target = replace(
        source,
        text=caption.target_name,
        full_text=caption.target_name,
        x=_MARGIN + 0.8 * _SMALL_SIZE,
        y=frame.y + frame.height / 2,
        rotation=-90.0,
    )
    return source, target


def _legend(y: float, scale_name: str) -> tuple[Rect, list[HeatmapLabel]]:
    bar = Rect(_MARGIN + 12, y - _LEGEND_HEIGHT + 0.5, _LEGEND_WIDTH, _LEGEND_HEIGHT)
    end = bar.x + bar.width
    texts = (("0", _MARGIN), ("1", end + 6), (scale_name, end + 24))
    return bar, [HeatmapLabel(text, text, x, y, _SMALL_SIZE, LabelStyle.FAINT) for text, x in texts]
