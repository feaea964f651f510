"""What is shown when the program itself is at fault."""

from __future__ import annotations

import platform

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QWidget

from attnstudio import __version__
from attnstudio.gui.notify import Notification
from attnstudio.gui.widgets.text_dialog import TextDialog


def versions() -> str:
    """What the program runs on, for a report."""
    return (
        f"Attention Studio {__version__}\nPython {platform.python_version()}\nQt {qVersion()}\n"
        f"{platform.platform()}"
    )


class FaultBox(TextDialog):
    """A sentence, the traceback, and a button that copies it."""

    def __init__(self, notification: Notification, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("A fault of the program"),
            f"{notification.text}\n\n{versions()}\n\n{notification.details}",
            heading=notification.text,
            sentence=self.tr(
                "Your project on disk is safe. The details below help to mend the fault."
            ),
            parent=parent,
        )
