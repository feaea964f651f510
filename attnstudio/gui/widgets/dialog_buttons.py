"""Which button Enter presses in a dialog: the one that is meant, and never another."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QPushButton


def set_only_default(dialog: QDialog, button: QPushButton | None) -> None:
    """Let Enter press that button, or none; Qt would take the first one it finds otherwise."""
    for other in dialog.findChildren(QPushButton):
        other.setAutoDefault(False)
        other.setDefault(False)
    if button is not None:
        button.setDefault(True)
