"""Whether things may move by themselves: some people become sick of it, and some cannot look away.

What the person has told the system is not known here: Qt says it from 6.12 on only, and PySide
destroys the object of Qt that would say it as soon as nobody holds it.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

_STILL = "attnstudio_still"


def set_still(application: QApplication, *, still: bool) -> None:
    """Let nothing move by itself from now on, or let it move."""
    application.setProperty(_STILL, still)
    for effect in Qt.UIEffect:
        if still and QApplication.isEffectEnabled(effect):
            QApplication.setEffectEnabled(effect, False)


def is_still() -> bool:
    """Whether nothing is to move by itself."""
    application = QApplication.instance()
    return application is not None and bool(application.property(_STILL))
