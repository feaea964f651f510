"""A label of the cleaning panel."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from attnstudio.gui.look.theme import set_role


def cleaning_label(parent: QWidget, role: str, text: str = "") -> QLabel:
    """Plain words that are wrapped."""
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    set_role(label, role)
    return label
