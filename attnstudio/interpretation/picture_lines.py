"""The lines of words around a picture, and the bar of its colours."""

from collections.abc import Iterable
from dataclasses import replace
from math import ceil

from attnstudio.interpretation.lettering import elide, isolate, width_em, with_minus, wrap
from attnstudio.interpretation.picture import HeatmapLabel, LabelStyle, Rect

MARGIN = 20.0
TITLE_SIZE, NOTE_SIZE, SMALL_SIZE = 16.0, 12.0, 10.5
_LEGEND_WIDTH, _LEGEND_HEIGHT = 120.0, 9.0
_MOST_NOTE_LINES = 3


def line_of(text: str, y: float, width: float, size: float, style: LabelStyle) -> HeatmapLabel:
    """A line at the left, elided to the width."""
    return HeatmapLabel(isolate(elide(text, width / size)), text, MARGIN, y, size, style)


def paragraphs_of(texts: Iterable[str], first_y: float, width: float) -> list[HeatmapLabel]:
    """Texts below each other, each in a few lines of the width."""
    y, labels = first_y, []
    for text in texts:
        for line in wrap(text, width / NOTE_SIZE, _MOST_NOTE_LINES):
            label = line_of(line, y, width, NOTE_SIZE, LabelStyle.NOTE)
            labels.append(replace(label, full_text=text))
            y += 1.4 * NOTE_SIZE
        y += 4
    return labels


def text_width(label: HeatmapLabel) -> float:
    """How wide a line is."""
    return width_em(label.text) * label.size


def legend_of(
    y: float, scale_name: str, ends: tuple[float, float]
) -> tuple[Rect, list[HeatmapLabel]]:
    """The bar of colours with what it is of, and the numbers at its ends."""
    low, high = (with_minus(f"{number:.3g}") for number in ends)
    before, after = (width_em(text) * SMALL_SIZE for text in (low, high))
    left = MARGIN + max(12, ceil(before) + 6)
    bar = Rect(left, y - _LEGEND_HEIGHT + 0.5, _LEGEND_WIDTH, _LEGEND_HEIGHT)
    end = bar.x + bar.width
    texts = ((low, MARGIN), (high, end + 6), (scale_name, end + max(24, ceil(after) + 18)))
    return bar, [HeatmapLabel(text, text, x, y, SMALL_SIZE, LabelStyle.FAINT) for text, x in texts]
