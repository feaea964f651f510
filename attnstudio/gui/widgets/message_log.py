"""What the person was told since the program was started."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QWidget

from attnstudio.gui.notify import Notification
from attnstudio.gui.widgets.text_dialog import TextDialog


class MessageLog(TextDialog):
    """Every notification, the newest first, to read again and to copy."""

    def __init__(
        self, notifications: Iterable[Notification], parent: QWidget | None = None
    ) -> None:
        text = "\n\n".join(map(_words, notifications))
        super().__init__(
            self.tr("Messages"), text or self.tr("Nothing was said yet."), parent=parent
        )


def _words(notification: Notification) -> str:
    parts = (notification.text, notification.hint, notification.details)
    return "\n".join(part for part in parts if part)
