"""The inspector: type a sentence, click a word, see what the model looks at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from attnstudio.config import DecodingConfig
from attnstudio.corpus.alignment import GoldLinks
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.gui.inspector.answer_box import AnswerBox
from attnstudio.gui.inspector.asking import Asking
from attnstudio.gui.inspector.attention_keeping import AttentionKeeping
from attnstudio.gui.inspector.attention_panel import AttentionPanel
from attnstudio.gui.inspector.candidate_list import CandidateList
from attnstudio.gui.inspector.flow_asking import FlowAsking
from attnstudio.gui.inspector.formula_numbers import FormulaNumbers
from attnstudio.gui.inspector.formula_page import FormulaPage
from attnstudio.gui.inspector.head_choice import HeadChoice
from attnstudio.gui.inspector.inspection import Candidate, Inspection
from attnstudio.gui.inspector.lecture import Lecture
from attnstudio.gui.inspector.model_choice import ModelChoice
from attnstudio.gui.inspector.nothing_to_inspect import NothingToInspect
from attnstudio.gui.inspector.question_box import QuestionBox
from attnstudio.gui.inspector.trust_asking import TrustAsking
from attnstudio.gui.inspector.trust_averaging import TrustAveraging
from attnstudio.gui.inspector.trust_page import TrustPage
from attnstudio.gui.inspector.what_if_page import WhatIfPage
from attnstudio.gui.inspector.what_if_work import Subject
from attnstudio.gui.inspector.word_asking import WordAsking
from attnstudio.gui.look.theme import PAGE_MARGIN, SPACE
from attnstudio.gui.look.wording import count
from attnstudio.gui.studio.actions import ActionRegistry, MenuName
from attnstudio.gui.studio.notify import Severity
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.widgets.file_dialogs import choose_save_path


class InspectorPage(QWidget):
    """One sentence, its translations and the attention behind them.

    Args:
        studio: what is open.
        actions: takes the page's actions.
        parent: owns the page.
        choose_path: asks for a file to write; see `choose_save_path`.

    Attributes:
        nothing: what is shown while there is no model.
        question: what is asked.
        asking: the question that is being answered, and the answer.
        answer_box: the translation and what speaks against it.
        candidates: all translations of the answer.
        panel: the attention of the answer.
        formula: how the model came to a word of it.
        what_if: what would be otherwise.
        keeping: takes it along.
        trust: how far its picture can be trusted.
    """

    def __init__(
        self,
        studio: Studio,
        actions: ActionRegistry,
        parent: QWidget | None = None,
        *,
        choose_path: Callable[[QWidget, str, str, str], str] = choose_save_path,
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._choose_path = choose_path
        self._picked: SentencePair | None = None  # with the links that people drew in it
        self._make_widgets()
        self._add_actions(actions)
        self._lay_out()
        self._connect()
        self._model.show()

    @property
    def is_empty(self) -> bool:
        """Whether there is no model to look into."""
        return self._stack.currentWidget() is self.nothing

    @property
    def answer(self) -> Inspection | None:
        """What is shown."""
        return self.asking.answer

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.question.isVisible():
            self.question.take_focus()

    def event(self, event: QEvent) -> bool:
        """Ask for Ctrl+Z before the program does, wherever one is, if there is a change here."""
        if event.type() is QEvent.Type.ShortcutOverride and self._undoes(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._undoes(event):
            self.what_if.undo()
        else:
            super().keyPressEvent(event)

    def _undoes(self, event: QEvent) -> bool:
        is_undo = isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Undo)
        return is_undo and self.what_if.can_undo

    def _make_widgets(self) -> None:
        self.nothing = NothingToInspect(self._studio)
        self.question = QuestionBox()
        self.panel = AttentionPanel()
        self.candidates = CandidateList()
        self.panel.add_side_page(self.candidates, self.tr("Translations"))
        self.what_if = WhatIfPage(self._studio, self.panel.shown)
        self.panel.add_side_page(self.what_if, self.tr("What if"))
        self.asking = Asking(self._studio, self.question, self)
        self.trust = TrustPage(
            self.panel,
            TrustAsking(self._studio, self.asking, self),
            TrustAveraging(self._studio, self.asking, self),
            self,
        )
        self.panel.add_side_page(self.trust, self.tr("Trust"))
        self.answer_box = AnswerBox(self.asking)
        self.head_choice = HeadChoice(self._studio, self.asking, self)
        self.formula = FormulaPage(
            self.panel.shown,
            FormulaNumbers(self._studio, self.asking, self),
            FormulaNumbers(self._studio, self.asking, self),
        )
        self.panel.add_side_page(self.formula, self.tr("Formula"))
        self.flow = FlowAsking(self._studio, self.asking, self.panel.shown, self)
        self._lecture: Lecture | None = None  # a window of its own, made when it is asked for
        self._model = ModelChoice(self._studio, self.question, self.asking, self.nothing, self)

    def _add_actions(self, actions: ActionRegistry) -> None:
        add = partial(actions.add, menu=MenuName.INSPECT)
        self._asking_actions = [
            add("inspect.translate", self.tr("&Translate"), self.asking.translate),
            add("inspect.read", self.tr("&Read my translation"), self.asking.read_forced),
        ]
        self._give_lecture = add(
            "inspect.lecture", self.tr("For a &lecture"), self._show_large, shortcut="F11"
        )
        self._let_go = add("inspect.clear", self.tr("&Let go of the token"), self.panel.let_go)
        self.keeping = AttentionKeeping(
            self.panel,
            self._studio,
            actions,
            self,
            choose_path=self._choose_path,
            numbers_finder=self.formula.numbers_finder,
        )

    def _lay_out(self) -> None:
        self._content = self._make_content()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.nothing)
        self._stack.addWidget(self._content)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)

    def _make_content(self) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(PAGE_MARGIN, 2 * SPACE, PAGE_MARGIN, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self.question)
        column.addLayout(self._answer_row())
        column.addWidget(self.panel, stretch=1)
        return content

    def _answer_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.answer_box, stretch=1)
        row.addWidget(self.keeping.button, alignment=Qt.AlignmentFlag.AlignBottom)
        return row

    def _connect(self) -> None:
        self._studio.pair_requested.connect(self._show_pair)
        self._model.changed.connect(self._show_whether_empty)
        self._model.languages_changed.connect(self.answer_box.set_languages)
        self.question.translate_asked.connect(self.asking.translate)
        self.question.reading_asked.connect(self.asking.read_forced)
        self.question.sentence_asked.connect(self._pick_sentence)
        self.question.edited.connect(self.asking.aged)
        self.candidates.rows.currentRowChanged.connect(self._show_candidate)
        self.what_if.candidate_chosen.connect(self._show_other)
        self.panel.place_chosen.connect(self.what_if.choose)
        self.panel.heads.overview.switch_asked.connect(self.what_if.switch)
        self.formula.temperature_asked.connect(self.what_if.set_temperature)
        self.panel.change_note.outcome_asked.connect(self._show_outcome)
        self.panel.options.flow.triggered.connect(self.flow.ask)
        self.asking.answered.connect(self._show_answer)
        self.panel.heads.ask_best.clicked.connect(self.head_choice.ask)
        self.head_choice.found.connect(self.panel.heads.show_choice)
        self.panel.place_chosen.connect(self.formula.choose_place)
        self.asking.aged.connect(self._show_age)
        self._let_go.triggered.connect(self.trust.refresh)
        self._word_asking = WordAsking(  # after what shows the answer, in which it chooses a word
            self._studio, self.question, self.asking, self.candidates, self.panel, self
        )

    def _show_whether_empty(self, there: bool) -> None:
        self._stack.setCurrentWidget(self._content if there else self.nothing)

    # which sentence

    def _pick_sentence(self, move: int) -> None:
        pair = self._model.picked(move)
        if pair is not None:
            self._picked = pair
            self.question.show_pair(pair.source, pair.target)
            self.asking.translate()

    def _show_pair(self, pair: SentencePair) -> None:
        if self.asking.run is not None:
            self.question.show_pair(*self._model.in_its_direction(pair))
            self.asking.translate()

    # what is shown

    def _show_outcome(self) -> None:
        self.panel.side.setCurrentWidget(self.what_if)
        self.what_if.show_page(self.what_if.attention)

    def _show_large(self) -> None:
        options = self.panel.options
        if self._lecture is None:
            self._lecture = Lecture(self.panel.shown, self)
        self._lecture.begin(
            self.panel.strips.choice,
            links=options.links.isChecked(),
            sureness=options.sureness.isChecked(),
            order=self.panel.heatmap.order_kind,
        )

    def _show_answer(self, answer: Inspection | None) -> None:
        self.candidates.show_candidates(answer.candidates if answer is not None else ())
        if answer is None:
            self.answer_box.show_candidate(None)
            self.panel.shown.show_record(None)
            self.formula.show_candidate(None)
            self.what_if.look_at(None)
            self.trust.show_candidate(None)
            self.flow.show_candidate(None)
            return
        if answer.truncated:
            self._studio.notifier.say(
                self.tr("The sentence is too long: only its beginning was read."),
                level=Severity.WARNING,
            )
        if answer.places_exceeded:
            self._studio.notifier.say(
                self.tr(
                    "This is longer than the {n} places that the model has learnt: where further "
                    "words stand, it does not know."
                ).format(n=count(answer.places_exceeded)),
                level=Severity.WARNING,
            )
        if answer.notice:
            self._studio.notifier.say(answer.notice, level=Severity.WARNING)
        self._show_candidate()

    def _show_candidate(self) -> None:
        answer, row = self.asking.answer, self.candidates.rows.currentRow()
        if answer is None or row < 0:
            return
        candidate = answer.candidates[row]
        origin = self.tr("run {run}, step {step}").format(run=answer.run, step=answer.step)
        self.keeping.origin = self.panel.shown.origin = origin
        self._show_other(candidate)
        self.what_if.look_at(self._subject(answer, candidate), self._links_of(candidate))
        self._show_age()

    def _show_other(self, candidate: Candidate) -> None:
        """Show a translation, of the answer or of another beginning."""
        answer = self.asking.answer
        if answer is not None:
            self.answer_box.show_candidate(candidate, answer.unknown)
            self.panel.shown.show_record(candidate.record, answer.reading)
            self.formula.show_candidate(candidate)
            self.trust.show_candidate(candidate)
            self.flow.show_candidate(candidate)
            self._show_age()

    def _subject(self, answer: Inspection, candidate: Candidate) -> Subject | None:
        """What can be asked about a translation that is shown."""
        project, run, asked = self._studio.project, self.asking.run, self.asking.of_answer
        if project is None or run is None or asked is None:
            return None
        decoding = DecodingConfig(beam_size=asked.beam) if asked.beam else DecodingConfig()
        source = candidate.record.source.text
        return Subject(
            project, run, answer.step, source, candidate, decoding, answer.has_temperature
        )

    def _links_of(self, candidate: Candidate) -> GoldLinks | None:
        """What people linked, where they did so in this very pair."""
        pair, record = self._picked, candidate.record
        is_same = pair is not None and (pair.source, pair.target) == (
            record.source.text,
            record.target.text,
        )
        return pair.gold if pair is not None and is_same else None

    def _show_age(self) -> None:
        """What is of another question than the box's is pale, and cannot be taken along."""
        is_stale = self.asking.is_stale
        self.panel.setEnabled(not is_stale)
        has_picture = self.panel.shown.view is not None and not is_stale
        for action in self._asking_actions:
            action.setEnabled(self.asking.run is not None)
        self._let_go.setEnabled(has_picture)
        self._give_lecture.setEnabled(has_picture)
        self.keeping.allow(allowed=has_picture)
