"""Sentences that appear in a corner of the window, and what can be done about them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from attnstudio.gui.notify import Level, Notification
from attnstudio.gui.theme import SMALL_SPACE, SPACE, set_role

_SHOWN_MS = 4_000
_WITH_ACTION_MS = 10_000
_WIDTH = 380
_MOST = 4
_MARKS = {Level.INFO: "ℹ", Level.SUCCESS: "✓", Level.WARNING: "⚠", Level.ERROR: "✕"}
_ROLES = {
    Level.INFO: "muted",
    Level.SUCCESS: "success",
    Level.WARNING: "warning",
    Level.ERROR: "error",
}


class Toast(QFrame):
    """One notification; errors stay until they are closed.

    Signals:
        closed: it is to go.
    """

    closed = Signal()

    def __init__(self, notification: Notification, parent: QWidget) -> None:
        super().__init__(parent)
        self.notification = notification
        set_role(self, "card")
        self.setFixedWidth(_WIDTH)
        self.setAccessibleName(f"{notification.text} {notification.hint}".strip())
        mark = QLabel(_MARKS[notification.level])
        mark.setFixedWidth(2 * SPACE)
        set_role(mark, _ROLES[notification.level])
        close = QPushButton("✕")
        close.setAccessibleName(self.tr("Close this message"))
        close.setFixedSize(24, 24)
        set_role(close, "icon")
        close.clicked.connect(self.closed)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE * 2, SPACE, SPACE, SPACE)
        row.setSpacing(SPACE)
        row.addWidget(mark, alignment=Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._words(notification), stretch=1)
        row.addWidget(close, alignment=Qt.AlignmentFlag.AlignTop)
        if notification.level is not Level.ERROR:
            shown_ms = _WITH_ACTION_MS if notification.action else _SHOWN_MS
            self._timer = QTimer(self, singleShot=True, interval=shown_ms)
            self._timer.timeout.connect(self.closed)
            self._timer.start()

    def _words(self, notification: Notification) -> QVBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(SMALL_SPACE)
        for text, role in ((notification.text, ""), (notification.hint, "muted")):
            if text:
                label = QLabel(text)
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setWordWrap(True)
                label.setFixedWidth(_WIDTH - 80)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                set_role(label, role)
                words.addWidget(label)
        if notification.action is not None:
            button = QPushButton(notification.action_text)
            button.clicked.connect(self._act)
            if notification.until is not None:
                notification.until(self._outlive_action)
            self._button = button
            words.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)
        return words

    def _outlive_action(self) -> None:
        self._button.setEnabled(False)

    def _act(self) -> None:
        if self.notification.action is not None:
            self.notification.action()
        self.closed.emit()


class ToastCorner(QWidget):
    """The lower right corner of a window, where toasts pile up."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE)
        window.installEventFilter(self)
        self.hide()

    @property
    def toasts(self) -> list[Toast]:
        """What is shown, the oldest first."""
        items = (self._column.itemAt(row) for row in range(self._column.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if isinstance(widget, Toast)]

    def show_notification(self, notification: Notification) -> None:
        """Add one; the same sentence replaces itself, and the oldest gives way."""
        for toast in self.toasts:
            if toast.notification.text == notification.text:
                self._remove(toast)
        for toast in self.toasts[: -(_MOST - 1)]:
            self._remove(toast)
        toast = Toast(notification, self)
        toast.closed.connect(lambda: self._remove(toast))
        self._column.addWidget(toast)
        self._settle()
        QAccessible.updateAccessibility(
            QAccessibleAnnouncementEvent(self._window, toast.accessibleName())
        )

    def _remove(self, toast: Toast) -> None:
        self._column.removeWidget(toast)
        toast.hide()
        toast.deleteLater()
        self._settle()

    def _settle(self) -> None:
        self.setVisible(bool(self.toasts))
        for toast in self.toasts:
            toast.show()
        self._column.activate()
        self.adjustSize()
        area = self._window.rect()
        self.move(
            area.right() - self.width() - 2 * SPACE, area.bottom() - self.height() - 5 * SPACE
        )
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize and self.toasts:
            self._settle()
        return super().eventFilter(watched, event)
