"""A card: the frame that a picture stands in on a page."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from attnstudio.gui.look.theme import set_role

_MARGIN = 4


def framed(widget: QWidget) -> QFrame:
    """A card with nothing but this widget in it."""
    frame = QFrame()
    set_role(frame, "card")
    row = QHBoxLayout(frame)
    row.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    row.addWidget(widget)
    return frame
