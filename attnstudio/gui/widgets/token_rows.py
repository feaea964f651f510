"""Two rows of tokens, one above the other: which is chosen, and where the arrow keys lead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt


class Side(StrEnum):
    """Which row a token is in."""

    SOURCE = "source"  # above: what is looked at
    TARGET = "target"  # below: what looks

    @property
    def other(self) -> Side:
        """The other row."""
        return Side.TARGET if self is Side.SOURCE else Side.SOURCE


@dataclass(frozen=True, slots=True)
class ChosenToken:
    """A token by its row and its place in it."""

    side: Side
    index: int


def neighbour(
    key: int,
    choice: ChosenToken,
    *,
    count: int,
    is_mirrored: bool,
    across: Callable[[ChosenToken], ChosenToken],
) -> ChosenToken | None:
    """Where a key leads to from a token; None where it leads nowhere.

    Left and right move along the row as it reads, Home and End to its ends, up and down to the
    other row.

    Args:
        key: of Qt.
        choice: where it begins.
        count: of the tokens in that row.
        is_mirrored: whether that row runs from right to left.
        across: the token of the other row that one leads to.
    """
    side, index, last = choice.side, choice.index, count - 1
    match key:
        case Qt.Key.Key_Left | Qt.Key.Key_Right:
            is_forward = (key == Qt.Key.Key_Right) != is_mirrored
            return ChosenToken(side, min(max(index + (1 if is_forward else -1), 0), last))
        case Qt.Key.Key_Home:
            return ChosenToken(side, 0)
        case Qt.Key.Key_End:
            return ChosenToken(side, last)
        case Qt.Key.Key_Up if side is Side.TARGET:
            return across(choice)
        case Qt.Key.Key_Down if side is Side.SOURCE:
            return across(choice)
    return None
