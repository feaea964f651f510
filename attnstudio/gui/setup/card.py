"""One of several things to choose, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from attnstudio.gui.look.theme import Colours

Drawing = Callable[[QPainter, QRectF, Colours], None]  # into an area, in the colours of a scheme


@dataclass(frozen=True, slots=True)
class Card:
    """One choice.

    Attributes:
        value: what it stands for.
        title: its name.
        formula: as rich text; may be empty.
        meaning: one sentence.
        source: where it was published; may be empty.
        cost: how time and memory grow; may be empty.
        drawing: a small picture of it; may be none.
    """

    value: str
    title: str
    formula: str
    meaning: str
    source: str
    cost: str = ""
    drawing: Drawing | None = None
