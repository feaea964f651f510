"""The row that begins work on checkpoints, shows how far it is and stops it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import time_left
from attnstudio.gui.studio.tasks import TaskProgress
from attnstudio.gui.training.run_question import RunQuestion
from attnstudio.gui.widgets.busy_bar import BusyBar
from attnstudio.gui.widgets.one_line import OneLine

_BAR_WIDTH = 160


class QuestionRow(QWidget):
    """A button, and while the work is under way a bar and another one.

    Args:
        question: what is worked out.
        begin: what the first button says.
        parent: owns it.

    Attributes:
        begin: begins it.
        stop: stops it.

    Signals:
        asked: the person wants it worked out.
    """

    asked = Signal()

    def __init__(
        self, question: RunQuestion[Any], begin: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._question, self._words = question, ""
        self.begin, self.stop = QPushButton(begin), QPushButton(self.tr("Cancel"))
        set_role(self.begin, "primary")
        self._bar = BusyBar(begin)
        self._bar.setFixedWidth(_BAR_WIDTH)
        self._left = OneLine()
        set_role(self._left, "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        for part in (self.begin, self._bar, self.stop):
            row.addWidget(part)
        row.addWidget(self._left, stretch=1)
        self.begin.clicked.connect(self.asked)
        self.stop.clicked.connect(question.cancel)
        question.changed.connect(self._show_state)
        question.progressed.connect(self._show_progress)
        self._show_state()

    def say(self, words: str) -> None:
        """Say beside the button, while nothing is under way, what is to be known before."""
        self._words = words
        self._show_state()

    def _show_state(self) -> None:
        is_working = self._question.is_working
        self.begin.setVisible(not is_working)
        for part in (self._bar, self.stop):
            part.setVisible(is_working)
        self._bar.show_busy()
        self._left.show_words("" if is_working else self._words)

    def _show_progress(self, progress: TaskProgress) -> None:
        if progress.total:
            self._bar.show_share(progress.done / progress.total)
        self._left.show_words("" if progress.left_s is None else time_left(progress.left_s))
