"""What an alignment of the corpus would be, how far it is, and the way to begin or leave it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from attnstudio.gui.links.steady_time import SteadyTimeLeft
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import count, time_left
from attnstudio.gui.studio.tasks import TaskProgress

_STEPS = 1_000
_ALL = 1_000  # of the room, beside stretches of 1


class AlignBar(QWidget):
    """A sentence, and a button or a progress bar.

    Args:
        parent: owns it.
        in_middle: whether the button stands in the middle of it, below the words; else beside them.

    Signals:
        wanted: the corpus is to be aligned.
        cancelled: it is not to be aligned any more.
    """

    wanted = Signal()
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None, *, in_middle: bool = False) -> None:
        super().__init__(parent)
        self._sentence = ""
        self._is_at_work = False
        self._time_left = SteadyTimeLeft()
        self._words = QLabel(self)
        self._reason = QLabel(self)
        for label in (self._words, self._reason):
            label.setWordWrap(True)
            if in_middle:
                label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        set_role(self._reason, "warning")
        self._begin = QPushButton(self)
        set_role(self._begin, "primary")
        self._begin.clicked.connect(self.wanted)
        self._progress = QProgressBar(self, maximum=_STEPS, textVisible=False)
        self._progress.setAccessibleName(self.tr("Progress of the alignment"))
        self._cancel = QPushButton(self.tr("Cancel"), self)
        self._cancel.setAccessibleName(self.tr("Cancel the alignment"))
        self._cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE + SMALL_SPACE)
        if in_middle:
            row.addStretch(1)
            column.addWidget(self._words)
        else:
            row.addWidget(self._words, stretch=2)
        row.addWidget(self._begin)
        row.addWidget(self._progress, stretch=_ALL if in_middle else 1)
        row.addWidget(self._cancel)
        if in_middle:
            row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self._reason)
        self.allow("")
        self.end()

    def offer(self, sentence: str, button: str) -> None:
        """Say what it would be, and offer to begin as soon as it is not under way."""
        self._sentence = sentence
        self._begin.setText(button)
        if not self._is_at_work:
            self._words.setText(sentence)

    def allow(self, reason: str) -> None:
        """Let it be begun, or say why it cannot be."""
        self._reason.setText(reason)
        self._reason.setVisible(bool(reason))
        self._begin.setDisabled(bool(reason))

    def begin(self, share: float) -> None:
        """Show that it has begun, with so much of it done before."""
        self._time_left = SteadyTimeLeft()
        self._words.setText(self.tr("Reading the words of the corpus…"))
        self._progress.setValue(round(_STEPS * share))
        self._show_work(is_at_work=True)

    def show_progress(self, progress: TaskProgress) -> None:
        """Show how far it is; progress counts pairs."""
        if not progress.total:
            return
        words = self.tr("Aligning: {done} of {total} pairs").format(
            done=count(int(progress.done)), total=count(int(progress.total))
        )
        left_s = self._time_left.after(progress)
        if left_s is not None:
            words += f" · {time_left(left_s)}"
        self._words.setText(words)
        self._progress.setValue(round(_STEPS * progress.done / progress.total))

    def end(self) -> None:
        """Offer it as before."""
        self._words.setText(self._sentence)
        self._show_work(is_at_work=False)

    def _show_work(self, *, is_at_work: bool) -> None:
        self._is_at_work = is_at_work
        self._begin.setVisible(not is_at_work)
        self._progress.setVisible(is_at_work)
        self._cancel.setVisible(is_at_work)
