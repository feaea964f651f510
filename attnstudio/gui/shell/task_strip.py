"""What works behind the window, in the status bar: how far, how long still, and a way to end it."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import time_left
from attnstudio.gui.studio.tasks import Task, TaskProgress
from attnstudio.gui.widgets.busy_bar import BusyBar

_SHOWN_AFTER_MS = 500


class TaskStrip(QWidget):
    """The oldest task that has run for half a second."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[Task] = []
        self._task: Task | None = None
        self._words = QLabel()
        self._bar = BusyBar(self.tr("Progress"))
        self._bar.setFixedWidth(140)
        self._cancel = QPushButton(self.tr("Cancel"))
        set_role(self._cancel, "quiet")
        self._cancel.clicked.connect(self._ask_to_end)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, 0, SPACE, 0)
        row.setSpacing(SPACE)
        for widget in (self._words, self._bar, self._cancel):
            row.addWidget(widget)
        self._delay = QTimer(self, singleShot=True, interval=_SHOWN_AFTER_MS)
        self._delay.timeout.connect(self._show_next)
        self.hide()

    def add(self, task: Task) -> None:
        """Take in a task that has begun; quiet ones are not shown."""
        if task.quiet:
            return
        self._waiting.append(task)
        task.ended.connect(self._drop_ended)
        if self._task is None:
            self._delay.start()

    def _show_next(self) -> None:
        self._drop_ended()
        if self._task is None and self._waiting:
            self._task = self._waiting[0]
            self._task.progressed.connect(self._show_progress)
            self._words.setText(self._task.title)
            self._bar.show_busy()
            self._cancel.setEnabled(True)
            if self._task.control.latest is not None:
                self._show_progress(self._task.control.latest)
            self.show()

    def _drop_ended(self) -> None:
        self._waiting = [task for task in self._waiting if task.is_running]
        if self._task is not None and not self._task.is_running:
            self._task = None
            self.hide()
            if self._waiting:
                self._delay.start()
        if not self._waiting:
            self._delay.stop()

    def _show_progress(self, progress: TaskProgress) -> None:
        if self._task is None:
            return
        words = [progress.text or self._task.title]
        if progress.left_s is not None:
            words.append(time_left(progress.left_s))
        self._words.setText(" · ".join(words))
        if progress.total:
            self._bar.show_share(progress.done / progress.total)

    def _ask_to_end(self) -> None:
        if self._task is not None:
            self._words.setText(self.tr("Stopping…"))
            self._cancel.setEnabled(False)
            self._task.cancel()
