"""Where a sentence is typed or picked, and which model is asked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextOption
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.inspector.checkpoint_choices import CheckpointChoice
from attnstudio.gui.inspector.inspector_terms import ExplainedTerm, term_words
from attnstudio.gui.inspector.what_is import WhatIs
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.interpretation.lettering import is_right_to_left
from attnstudio.search_defaults import DEFAULT_BEAM

_TEXT_LINES = 2
_MOST_BEAM = 20


class SentenceEdit(QPlainTextEdit):
    """A sentence; Tab leaves it, Enter submits it, and the text runs as it is written.

    What is pasted may have several lines; Shift+Enter makes another one.

    Signals:
        submitted: Enter.
    """

    submitted = Signal()

    def __init__(self, name: str, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * _TEXT_LINES + 2 * SPACE + 4)
        self.textChanged.connect(self._follow_direction)

    def _follow_direction(self) -> None:
        right_to_left = is_right_to_left([self.toPlainText()])
        direction = Qt.LayoutDirection.RightToLeft if right_to_left else _LEFT_TO_RIGHT
        option = QTextOption(self.document().defaultTextOption())
        if option.textDirection() != direction:
            option.setTextDirection(direction)
            # of a document of plain text, Qt puts every line at the left unless it is told not to
            option.setAlignment(_ABSOLUTE | (_RIGHT if right_to_left else _LEFT))
            self.document().setDefaultTextOption(option)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.submitted.emit()
        else:
            super().keyPressEvent(event)


_LEFT_TO_RIGHT = Qt.LayoutDirection.LeftToRight
_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
_ABSOLUTE = Qt.AlignmentFlag.AlignAbsolute


class QuestionBox(QWidget):
    """Model, sentence and, if wanted, a translation of the person's own.

    Signals:
        translate_asked: the model is to translate the sentence.
        reading_asked: it is to read the person's translation.
        run_chosen: the name of another run.
        sentence_asked: how many sentences of the corpus to move on; 0 for any.
        edited: a text, the checkpoint or a number is another.
    """

    translate_asked = Signal()
    reading_asked = Signal()
    run_chosen = Signal(str)
    sentence_asked = Signal(int)
    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs = QComboBox()
        self._runs.setAccessibleName(self.tr("Run"))
        self._runs.setMinimumWidth(140)
        self._runs.textActivated.connect(self.run_chosen)
        self._checkpoints = QComboBox()
        self._checkpoints.setAccessibleName(self.tr("Checkpoint"))
        self._checkpoints.setMinimumWidth(150)
        self._checkpoints.activated.connect(self._checkpoint_activated)
        self._beam = QSpinBox(minimum=1, maximum=_MOST_BEAM, value=DEFAULT_BEAM)
        self._beam.setAccessibleName(self.tr("Beam"))
        self._beam.setToolTip(term_words(ExplainedTerm.BEAM).what)
        self._n_best = QSpinBox(minimum=1, maximum=_MOST_BEAM, value=3)
        self._n_best.setAccessibleName(self.tr("Translations shown"))
        self._n_best.setToolTip(term_words(ExplainedTerm.SHOW_BEST).what)
        self._source = SentenceEdit(
            self.tr("Sentence to translate"),
            self.tr("Type a sentence and press Enter, or pick one from the corpus."),
        )
        self._source.submitted.connect(self.translate_asked)
        self._target = SentenceEdit(
            self.tr("Your own translation"),
            self.tr("Type a translation of your own to see how the model reads it."),
        )
        self._target.submitted.connect(self.reading_asked)
        self._translate = QPushButton(self.tr("Translate"))
        set_role(self._translate, "primary")
        self._translate.clicked.connect(self.translate_asked)
        self._read = QPushButton(self.tr("Read this translation"))
        self._read.clicked.connect(self.reading_asked)
        self._beam.valueChanged.connect(self._follow_beam)
        self._n_best.valueChanged.connect(self._follow_best)
        for changed in (
            self._source.textChanged,
            self._target.textChanged,
            self._beam.valueChanged,
            self._n_best.valueChanged,
            self._checkpoints.currentIndexChanged,
        ):
            changed.connect(self.edited)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(self._model_row())
        column.addLayout(self._text_row())

    def take_focus(self) -> None:
        """Let the person type a sentence."""
        self._source.setFocus()

    @property
    def source(self) -> str:
        """The sentence."""
        return self._source.toPlainText()

    @property
    def target(self) -> str:
        """The person's own translation."""
        return self._target.toPlainText()

    @property
    def checkpoint(self) -> str:
        """``best``, ``last`` or a step."""
        return str(self._checkpoints.currentData() or "best")

    @property
    def beam(self) -> int:
        """Hypotheses kept side by side."""
        return self._beam.value()

    @property
    def n_best(self) -> int:
        """Translations asked for."""
        return self._n_best.value()

    def _follow_best(self, wanted: int) -> None:
        """A beam finds no more translations than it is wide."""
        self._beam.setValue(max(wanted, self._beam.value()))

    def _follow_beam(self, width: int) -> None:
        self._n_best.setValue(min(width, self._n_best.value()))

    def show_pair(self, source: str, target: str) -> None:
        """Put in a sentence and its known translation."""
        self._source.setPlainText(source)
        self._target.setPlainText(target)

    def show_runs(self, names: Sequence[str], chosen: str) -> None:
        """List the runs."""
        self._runs.clear()
        self._runs.addItems(list(names))
        self._runs.setCurrentText(chosen)

    def show_checkpoints(self, choices: Sequence[CheckpointChoice]) -> None:
        """List the checkpoints of the run; the choice stays where it can."""
        before = self.checkpoint
        self._checkpoints.clear()
        for choice in choices:
            self._checkpoints.addItem(choice.text, choice.value)
        self.choose_checkpoint(before)

    def choose_checkpoint(self, value: str) -> None:
        """Choose one of the list by its value."""
        self._checkpoints.setCurrentIndex(max(0, self._checkpoints.findData(value)))

    def set_working(self, working: bool) -> None:
        """Show whether an answer is being worked out.

        A button that is switched off gives the keyboard to whatever comes next: its text is what
        the person is at.
        """
        for edit, button in ((self._source, self._translate), (self._target, self._read)):
            if working and button.hasFocus():
                edit.setFocus()
            button.setEnabled(not working)

    def focus_source(self) -> None:
        """Let the person type."""
        self._source.setFocus()

    def _model_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        for text, widget, term in (
            (self.tr("&Run"), self._runs, None),
            (self.tr("Chec&kpoint"), self._checkpoints, None),
            (self.tr("&Beam"), self._beam, ExplainedTerm.BEAM),
            (self.tr("Sh&ow best"), self._n_best, ExplainedTerm.SHOW_BEST),
        ):
            label = QLabel(text)
            label.setBuddy(widget)
            set_role(label, "muted")
            row.addWidget(label)
            row.addWidget(widget)
            if term is not None:
                row.addWidget(WhatIs(*term_words(term)))
            row.addSpacing(SMALL_SPACE)
        row.addStretch()
        pick = QLabel(self.tr("Sentence of the corpus"))
        set_role(pick, "muted")
        row.addWidget(pick)
        for sign, name, move in (
            ("‹", self.tr("Previous sentence of the corpus"), -1),
            ("›", self.tr("Next sentence of the corpus"), 1),
            ("⚂", self.tr("Any sentence of the corpus"), 0),
        ):
            button = QPushButton(sign)
            button.setAccessibleName(name)
            button.setToolTip(name)
            button.setFixedSize(30, 28)
            set_role(button, "icon")
            button.clicked.connect(lambda _=False, move=move: self.sentence_asked.emit(move))
            row.addWidget(button)
        return row

    def _text_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        for edit, button in ((self._source, self._translate), (self._target, self._read)):
            row.addWidget(edit, stretch=1)
            row.addWidget(button, alignment=Qt.AlignmentFlag.AlignTop)
        return row

    def _checkpoint_activated(self) -> None:
        if self.source.strip():
            self.translate_asked.emit()
