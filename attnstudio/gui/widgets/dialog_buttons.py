"""The buttons of a dialog: Enter presses the one that is meant, and never another."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton


def ok_and_cancel(dialog: QDialog, take: Callable[[], object]) -> QDialogButtonBox:
    """Buttons that take what was entered, or close the dialog."""
    choices = QDialogButtonBox.StandardButton
    buttons = QDialogButtonBox(choices.Ok | choices.Cancel)
    buttons.accepted.connect(take)
    buttons.rejected.connect(dialog.reject)
    return buttons


def set_only_default(dialog: QDialog, button: QPushButton | None) -> None:
    """Let Enter press that button, or none; Qt would take the first one it finds otherwise."""
    for other in dialog.findChildren(QPushButton):
        other.setAutoDefault(False)
        other.setDefault(False)
    if button is not None:
        button.setDefault(True)
