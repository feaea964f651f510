"""Where the words of two sentences go, one above the other, in the room that there is."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFont, QFontMetricsF

from attnstudio.gui.widgets.token_rows import Side
from attnstudio.interpretation.lettering import elide, isolate

MARGIN = 10
LEAST_BETWEEN, _MOST_BETWEEN = 36, 120
_WORD_HEIGHT = 28
_WORD_PADDING = 6
_GAP = 6
_LONGEST_EM = 16.0
LEAST_HEIGHT = 2 * MARGIN + 2 * _WORD_HEIGHT + LEAST_BETWEEN


class WordRow(NamedTuple):
    """The words of one side, and where they stand.

    Attributes:
        words: in the order of the sentence.
        rects: their places, in pixels, as if nothing had to be scrolled.
        is_mirrored: whether the row runs from right to left.
        marked: the places of the words that were searched for.
    """

    words: tuple[str, ...] = ()
    rects: tuple[QRectF, ...] = ()
    is_mirrored: bool = False
    marked: frozenset[int] = frozenset()


NO_ROWS: Mapping[Side, WordRow] = {side: WordRow() for side in Side}


def place_words(
    rows: Mapping[Side, WordRow], room: QSize, font: QFont
) -> tuple[dict[Side, WordRow], float]:
    """Each row in the middle; where one does not fit, both are spread over the same width.

    Args:
        rows: the words.
        room: what can be seen at once.
        font: that of the words.

    Returns:
        The rows with their places, and the width of all of it without its margins.
    """
    metrics = QFontMetricsF(font)
    widths = {
        side: [
            metrics.horizontalAdvance(label_of_word(word)) + 2 * _WORD_PADDING for word in row.words
        ]
        for side, row in rows.items()
    }
    needed = {side: sum(row) + _GAP * max(0, len(row) - 1) for side, row in widths.items()}
    across = room.width() - 2.0 * MARGIN
    longest = max(needed.values())
    width = max(longest, across)
    whole = width + 2 * MARGIN
    tops = _tops(room.height())
    placed = {}
    for side, row in rows.items():
        gap, first = float(_GAP), MARGIN + (width - needed[side]) / 2
        if longest > across:
            gap += (longest - needed[side]) / max(1, len(row.words) - 1)
            first = float(MARGIN)
        lefts = accumulate((word + gap for word in widths[side][:-1]), initial=first)
        rects = tuple(
            QRectF(whole - left - word if row.is_mirrored else left, tops[side], word, _WORD_HEIGHT)
            for left, word in zip(lefts, widths[side], strict=False)
        )
        placed[side] = row._replace(rects=rects)
    return placed, width


def label_of_word(word: str) -> str:
    """A word as it is drawn: not too long, and without turning what stands beside it."""
    return isolate(elide(word, _LONGEST_EM))


def _tops(height: int) -> dict[Side, float]:
    """The rows stand in the middle of the height, and not too far from each other."""
    room = height - 2 * MARGIN - 2 * _WORD_HEIGHT
    between = max(LEAST_BETWEEN, min(room, _MOST_BETWEEN))
    first = MARGIN + max(0.0, (room - between) / 2)
    return {Side.SOURCE: first, Side.TARGET: first + _WORD_HEIGHT + between}
