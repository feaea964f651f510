"""Where a person writes about a run."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import count
from attnstudio.gui.widgets.dialog_buttons import ok_and_cancel
from attnstudio.project.run_card import LONGEST_NOTE, LONGEST_TAG, MOST_TAGS, plain_note, tags_in


class RunNoteDialog(QDialog):
    """A note in lines, and tags with commas between them.

    Args:
        name: the run's.
        note: as it is now.
        tags: the same.
        parent: where it opens.

    Signals:
        written: the note and the tags that are wanted.
    """

    written = Signal(str, object)

    def __init__(
        self, name: str, note: str, tags: Sequence[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Note and tags of {run}").format(run=name))
        self.resize(440, 320)
        self.note = QPlainTextEdit(note, tabChangesFocus=True)
        self.note.setPlaceholderText(self.tr("What it was for, what came of it"))
        self.tags = QLineEdit(", ".join(tags))
        self.tags.setPlaceholderText(self.tr("baseline, low rate"))
        about = QLabel(self.tr("Words by which runs are found, with commas between them"))
        about.setWordWrap(True)
        set_role(about, "muted")
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        set_role(self.problem, "error")
        buttons = ok_and_cancel(self, self._take)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.setSpacing(SMALL_SPACE)
        for text, widget in ((self.tr("Note"), self.note), (self.tr("Tags"), self.tags)):
            label = QLabel(text)
            label.setBuddy(widget)
            widget.setAccessibleName(text)
            column.addWidget(label)
            column.addWidget(widget)
        column.addWidget(about)
        column.addWidget(self.problem)
        column.addSpacing(SPACE)
        column.addWidget(buttons)

    def _take(self) -> None:
        note, tags = plain_note(self.note.toPlainText()), tags_in(self.tags.text())
        if problem := self._too_much(note, tags):
            self.problem.setText(problem)
            return
        self.written.emit(note, tags)
        self.accept()

    def _too_much(self, note: str, tags: Sequence[str]) -> str:
        """What there is no room for; empty where all fits."""
        if len(note) > LONGEST_NOTE:
            return self.tr("A note has room for {most} characters; this one has {n}.").format(
                most=count(LONGEST_NOTE), n=count(len(note))
            )
        if len(tags) > MOST_TAGS:
            return self.tr("A run has at most {most} tags; these are {n}.").format(
                most=count(MOST_TAGS), n=count(len(tags))
            )
        longest = max(tags, key=len, default="")
        if len(longest) > LONGEST_TAG:
            return self.tr("A tag has room for {most} characters; “{tag}” has {n}.").format(
                most=count(LONGEST_TAG), tag=longest[:LONGEST_TAG], n=count(len(longest))
            )
        return ""
