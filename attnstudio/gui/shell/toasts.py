"""Sentences that appear in a corner of the window, and what can be done about them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.studio.notify import Notification, Severity

_SHOWN_MS = 4_000
_WITH_ACTION_MS = 10_000
_WIDTH = 380
_MOST = 4
_BELOW_MENU = 5 * SPACE
_MARKS = {Severity.INFO: "ℹ", Severity.SUCCESS: "✓", Severity.WARNING: "⚠", Severity.ERROR: "✕"}
_ROLES = {
    Severity.INFO: "muted",
    Severity.SUCCESS: "success",
    Severity.WARNING: "warning",
    Severity.ERROR: "error",
}


class Toast(QFrame):
    """One notification; errors stay until they are closed or the person turns elsewhere.

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
        shown_ms = _SHOWN_MS if notification.action is None else _WITH_ACTION_MS
        self._timer = QTimer(self, singleShot=True, interval=shown_ms)
        self._timer.timeout.connect(self.closed)
        if notification.level is not Severity.ERROR:
            self._timer.start()

    def leave_soon(self) -> None:
        """Stay no longer than one that is no error: it may have come with the turn itself."""
        if not self._timer.isActive():
            self._timer.start(_WITH_ACTION_MS)

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
    """The lower right corner of a window, where toasts pile up; another where buttons are there."""

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

    def turn_page(self) -> None:
        """The person looks at something else: what was told of the page before goes in a while."""
        for toast in self.toasts:
            toast.leave_soon()
        self._settle()

    def turn_project(self) -> None:
        """Another project: what was offered for the one before can be done no more."""
        for toast in self.toasts:
            if toast.notification.action is not None or toast.notification.level is Severity.ERROR:
                self._remove(toast)

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
        self.move(self._place())
        self.raise_()

    def _place(self) -> QPoint:
        """The first corner where no button is covered; the lower right one where all have some."""
        area = self._window.rect()
        right, low = area.right() - self.width() - 2 * SPACE, area.bottom() - self.height()
        places = [
            QPoint(right, low - 5 * SPACE),
            QPoint((area.width() - self.width()) // 2, low - 5 * SPACE),
            QPoint(right, _BELOW_MENU),
        ]
        buttons = [
            QRect(button.mapTo(self._window, QPoint(0, 0)), button.size())
            for button in self._window.findChildren(QAbstractButton)
            if button.isVisible() and not self.isAncestorOf(button)
        ]
        for place in places:
            covered = QRect(place, self.size())
            if not any(covered.intersects(button) for button in buttons):
                return place
        return places[0]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize and self.toasts:
            self._settle()
        return super().eventFilter(watched, event)
