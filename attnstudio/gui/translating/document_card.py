"""The document at hand: what it is, where its translation goes, how far that is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import count, time_left
from attnstudio.gui.studio.tasks import TaskProgress
from attnstudio.gui.widgets.busy_bar import BusyBar
from attnstudio.gui.widgets.one_line import OneLine
from attnstudio.gui.widgets.plain_line import plain_line
from attnstudio.interpretation.lettering import isolate

_BAR_WIDTH = 220


class DocumentCard(QFrame):
    """Tells of a document and asks what is to be done with it.

    Signals:
        other_asked: another document is to be chosen.
        place_asked: the translation is to go elsewhere.
        translation_asked: it is to begin, or to go on.
        cancelled: it is to end with what there is.
        saving_asked: what there is is to be written where the person says.
        copying_asked: the translation is to be put on the clipboard.
        folder_asked: the folder of what was written is to be shown.
    """

    other_asked = Signal()
    place_asked = Signal()
    translation_asked = Signal()
    cancelled = Signal()
    saving_asked = Signal()
    copying_asked = Signal()
    folder_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self.name = OneLine()
        set_role(self.name, "heading")
        self.facts = OneLine()
        set_role(self.facts, "muted")
        self._other = QPushButton(self.tr("Choose another…"))
        self._other.clicked.connect(self.other_asked)
        self._steps = QStackedWidget()
        self._ready, self._working, self._ended = (
            self._make_ready(), self._make_working(), self._make_ended(),
        )  # fmt: skip
        for step in (self._ready, self._working, self._ended):
            self._steps.addWidget(step)
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        told = QVBoxLayout()
        told.setSpacing(SMALL_SPACE)
        told.addWidget(self.name)
        told.addWidget(self.facts)
        top.addLayout(told, stretch=1)
        top.addWidget(self._other, alignment=Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE)
        column.addLayout(top)
        column.addWidget(self._steps)

    @property
    def is_ready(self) -> bool:
        """Whether a translation can begin."""
        return self._steps.currentWidget() is self._ready

    # what is shown

    def show_document(self, name: str, facts: str) -> None:
        """Another document.

        Args:
            name: of the document.
            facts: what it is.
        """
        self.name.show_words(isolate(name))
        self.facts.show_words(facts)

    def show_ready(self, to: Path | None, button: str) -> None:
        """It can be translated.

        Args:
            to: where the translation goes; None where it goes nowhere by itself.
            button: what the button to begin says.
        """
        words = self.tr("Will be saved as {path}").format(path=isolate(str(to)))
        self._place.show_words(words if to is not None else "")
        self._change.setVisible(to is not None)
        self._begin.setText(button)
        self._show_step(self._ready)

    def show_working(self, words: str, *, can_cancel: bool = True) -> None:
        """Something is done of which nobody knows how far it is."""
        self.bar.show_busy()
        self.progress.show_words(words)
        self._cancel.setEnabled(can_cancel)
        self._show_step(self._working)

    def show_progress(self, progress: TaskProgress) -> None:
        """So many segments are translated."""
        if not self._cancel.isEnabled() or not progress.total:
            return
        self.bar.show_share(progress.done / progress.total)
        words = self.tr("{n} of {total} segments").format(
            n=count(round(progress.done)), total=count(round(progress.total))
        )
        if progress.left_s is not None:
            words = f"{words} · {time_left(progress.left_s)}"
        self.progress.show_words(words)

    def show_stopping(self) -> None:
        """The person has asked for the end."""
        self._cancel.setEnabled(False)
        self.progress.show_words(self.tr("Stopping…"))

    def show_ended(
        self,
        words: str,
        role: str,
        *,
        go_on: bool = False,
        save: str = "",
        folder: Path | None = None,
        copy: bool = False,
    ) -> None:
        """It has come to an end.

        Args:
            words: what came of it.
            role: the look of the words.
            go_on: whether the rest can be translated.
            save: what the button to write what there is says; empty where there is nothing.
            folder: where it was written; None where it was not.
            copy: whether it can be copied as a whole.
        """
        self.outcome.setText(words)
        set_role(self.outcome, role)
        self._go_on.setVisible(go_on)
        self._save.setText(save)
        self._save.setVisible(bool(save))
        self._copy.setVisible(copy)
        self._folder.setVisible(folder is not None)
        self._folder.setToolTip(str(folder or ""))
        self._show_step(self._ended)

    def take_focus(self) -> None:
        """Let the keyboard work where one goes on."""
        for button in (
            self._begin, self._cancel, self._go_on, self._copy, self._folder, self._save
        ):  # fmt: skip
            if button.isVisible() and button.isEnabled():
                button.setFocus()
                return
        self._other.setFocus()

    # what it is made of

    def _show_step(self, step: QWidget) -> None:
        """The keyboard stays with the card when the button that it was at goes."""
        had_focus = self._steps.isAncestorOf(self.focusWidget() or self)
        self._other.setEnabled(step is not self._working)
        self._steps.setCurrentWidget(step)
        if had_focus:
            self.take_focus()

    def _make_ready(self) -> QWidget:
        self._place = OneLine()
        self._change = QPushButton(self.tr("Save &elsewhere…"))
        self._change.clicked.connect(self.place_asked)
        self._begin = QPushButton()
        set_role(self._begin, "primary")
        self._begin.clicked.connect(self.translation_asked)
        return _row(self._place, self._change, self._begin)

    def _make_working(self) -> QWidget:
        self.bar = BusyBar(self.tr("Progress of the translation"))
        self.bar.setFixedWidth(_BAR_WIDTH)
        self.progress = OneLine()
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.clicked.connect(self.cancelled)
        step = _row(self.progress, self._cancel)
        layout = step.layout()
        assert isinstance(layout, QHBoxLayout)
        layout.insertWidget(0, self.bar)
        return step

    def _make_ended(self) -> QWidget:
        self.outcome: QLabel = plain_line()
        self._copy = QPushButton(self.tr("&Copy the translation"))
        self._copy.clicked.connect(self.copying_asked)
        self._folder = QPushButton(self.tr("Open the &folder"))
        self._folder.clicked.connect(self.folder_asked)
        self._save = QPushButton()
        self._save.clicked.connect(self.saving_asked)
        self._go_on = QPushButton(self.tr("Go &on"))
        set_role(self._go_on, "primary")
        self._go_on.clicked.connect(self.translation_asked)
        return _row(self.outcome, self._copy, self._folder, self._save, self._go_on)


def _row(words: QWidget, *buttons: QWidget) -> QWidget:
    """What is said, and beside it what can be done."""
    step = QWidget()
    row = QHBoxLayout(step)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE)
    row.addWidget(words, stretch=1)
    for button in buttons:
        row.addWidget(button)
    return step
