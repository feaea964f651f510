"""Where the chips of two rows of tokens go, in the room that there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from PySide6.QtCore import QRectF

from attnstudio.gui.widgets.token_rows import ChosenToken, Side

MARGIN = 8
CHIP_HEIGHT = 32
NUMBER_HEIGHT = 16  # of the weight above a chip
LEAST_BETWEEN_ROWS, BETWEEN_ROWS = 30, 64
CHIP_PADDING = 9
SMALLEST_CHIP = 38
LONGEST_CHIP_EM = 14.0
_CHIP_GAP = 6


@dataclass(frozen=True, slots=True)
class ChipLayout:
    """Where things are, in pixels, as if nothing had to be scrolled.

    Attributes:
        chips: of each row, in the order of its tokens.
        mirrored: the rows that run from right to left.
        width: of all of it.
    """

    chips: Mapping[Side, tuple[QRectF, ...]]
    mirrored: frozenset[Side]
    width: float

    def rect(self, token: ChosenToken) -> QRectF:
        """A token's place."""
        return self.chips[token.side][token.index]


def rows_height(between_rows: int, below: int = 0) -> int:
    """Of both rows with so much between them, and so much for what stands below."""
    return 2 * MARGIN + NUMBER_HEIGHT + 2 * CHIP_HEIGHT + between_rows + below


def row_tops(height: int, below: int = 0) -> dict[Side, float]:
    """The rows move apart in a high window, so that curves are less steep."""
    between = max(LEAST_BETWEEN_ROWS, min(height - rows_height(0, below), 2 * BETWEEN_ROWS))
    first = float(MARGIN + NUMBER_HEIGHT)
    return {Side.SOURCE: first, Side.TARGET: first + CHIP_HEIGHT + between}


def place_chips(
    widths: Mapping[Side, Sequence[float]],
    mirrored: frozenset[Side],
    tops: Mapping[Side, float],
    room: int,
) -> ChipLayout:
    """Side by side in the middle; what must be scrolled begins at its beginning.

    Args:
        widths: of the chips of each row.
        mirrored: the rows that run from right to left: they begin at the right.
        tops: of the rows.
        room: width that can be seen at once.
    """
    needed = {side: sum(row) + _CHIP_GAP * (len(row) - 1) for side, row in widths.items()}
    width = max(*needed.values(), room - 2.0 * MARGIN)
    fits = max(needed.values()) + 2 * MARGIN <= room
    chips: dict[Side, tuple[QRectF, ...]] = {}
    for side, row in widths.items():
        first = MARGIN + ((width - needed[side]) / 2 if fits else 0.0)
        lefts = accumulate((chip + _CHIP_GAP for chip in row[:-1]), initial=first)
        whole = width + 2 * MARGIN
        chips[side] = tuple(
            QRectF(whole - left - chip if side in mirrored else left, tops[side], chip, CHIP_HEIGHT)
            for left, chip in zip(lefts, row, strict=False)
        )
    return ChipLayout(chips, mirrored, width)


NOTHING = ChipLayout({Side.SOURCE: (), Side.TARGET: ()}, frozenset(), 0.0)
