"""What is shown when the program itself is at fault."""

from __future__ import annotations

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QWidget

from attnstudio.gui.shell.text_dialog import TextDialog
from attnstudio.gui.studio.notify import Notification
from attnstudio.logs import log_tail, machine_facts


def versions() -> str:
    """What the program runs on, for a report."""
    return "\n".join((*machine_facts(), f"Qt {qVersion()}"))


def log_end() -> str:
    """The end of the log under a heading, for a report; empty where nothing was written."""
    tail = log_tail()
    return f"Log:\n{tail}" if tail else ""


class FaultBox(TextDialog):
    """A sentence, the traceback, and a button that copies it."""

    def __init__(self, notification: Notification, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("A fault of the program"),
            "\n\n".join((notification.text, versions(), notification.details, log_end())),
            heading=notification.text,
            sentence=self.tr(
                "Your project on disk is safe. The details below help to mend the fault."
            ),
            parent=parent,
        )
