"""The inspector: type a sentence, click a word, see what the model looks at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.errors import AttentionStudioError
from attnstudio.gui.inspector.answer_box import AnswerBox
from attnstudio.gui.inspector.asking import Asking
from attnstudio.gui.inspector.attention_keeping import AttentionKeeping
from attnstudio.gui.inspector.attention_panel import AttentionPanel
from attnstudio.gui.inspector.candidate_list import CandidateList
from attnstudio.gui.inspector.checkpoint_choices import checkpoint_choices
from attnstudio.gui.inspector.inspection import Inspection
from attnstudio.gui.inspector.nothing_to_inspect import NothingToInspect
from attnstudio.gui.inspector.question_box import QuestionBox
from attnstudio.gui.inspector.sentence_picking import SentencePicking
from attnstudio.gui.look.theme import PAGE_MARGIN, SPACE
from attnstudio.gui.studio.actions import ActionRegistry, MenuName
from attnstudio.gui.studio.notify import Severity
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.widgets.file_dialogs import choose_save_path
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.run_data import corpus_of, is_reversed
from attnstudio.training.events import CheckpointSaved, TrainingEvent


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
        keeping: takes it along.
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
        self._picking: SentencePicking | None = None
        self._reverse = False  # it translates against the project's direction
        open_now = studio.project
        self._folder = open_now.folder if open_now else None  # whose sentences stand here
        self._make_widgets()
        self._add_actions(actions)
        self._lay_out()
        self._connect()
        self._show_runs()

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

    def _make_widgets(self) -> None:
        self.nothing = NothingToInspect(self._studio)
        self.question = QuestionBox()
        self.panel = AttentionPanel()
        self.candidates = CandidateList()
        self.panel.add_side_page(self.candidates, self.tr("Translations"))
        self.asking = Asking(self._studio, self.question, self)
        self.answer_box = AnswerBox(self.asking)

    def _add_actions(self, actions: ActionRegistry) -> None:
        add = partial(actions.add, menu=MenuName.INSPECT)
        self._asking_actions = [
            add("inspect.translate", self.tr("&Translate"), self.asking.translate),
            add("inspect.read", self.tr("&Read my translation"), self.asking.read_forced),
        ]
        self._let_go = add("inspect.clear", self.tr("&Let go of the token"), self.panel.let_go)
        self.keeping = AttentionKeeping(
            self.panel, self._studio.notifier, actions, self, choose_path=self._choose_path
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
        studio = self._studio
        studio.project_changed.connect(self._show_project)
        studio.runs_changed.connect(self._show_runs)
        studio.run_selected.connect(self._show_runs)
        studio.pair_requested.connect(self._show_pair)
        studio.session.events_arrived.connect(self._hear)
        self.question.translate_asked.connect(self.asking.translate)
        self.question.reading_asked.connect(self.asking.read_forced)
        self.question.run_chosen.connect(self._choose_run)
        self.question.sentence_asked.connect(self._pick_sentence)
        self.question.edited.connect(self.asking.aged)
        self.candidates.rows.currentRowChanged.connect(self._show_candidate)
        self.asking.answered.connect(self._show_answer)
        self.asking.aged.connect(self._show_age)

    # which model

    def _show_project(self, project: Project | None) -> None:
        """Another project has other languages: the sentences of the last one go."""
        folder = project.folder if project is not None else None
        if folder != self._folder:
            self._folder = folder
            self.question.show_pair("", "")
        self._show_runs()

    def _show_runs(self) -> None:
        project = self._studio.project
        runs = project.runs() if project else []
        usable = [run for run in runs if run.checkpoints().last is not None]
        if project is None or not usable:
            self._show_no_run()
            self.nothing.say_no_model()
            return
        names = [run.name for run in usable]
        chosen = self._studio.run
        wanted = next((r for r in usable if chosen and r.name == chosen.name), None)
        run = wanted or self._first_sound(usable) or usable[-1]
        self.question.show_runs(names, run.name)
        try:
            self._show_run(run)
        except AttentionStudioError as error:
            self._show_no_run()
            self.nothing.say_damaged(run, error, self._first_sound(usable))
        else:
            self._stack.setCurrentWidget(self._content)

    @staticmethod
    def _first_sound(runs: Sequence[Run]) -> Run | None:
        """The newest run that can be read."""
        return next((run for run in reversed(runs) if not run.problem()), None)

    def _show_no_run(self) -> None:
        self.asking.set_run(None, {})
        self.asking.drop()
        self.asking.show(None)
        self._stack.setCurrentWidget(self.nothing)

    def _choose_run(self, name: str) -> None:
        if self._studio.project is not None:
            self._studio.select_run(self._studio.project.run(name))

    def _show_run(self, run: Run) -> None:
        project = self._studio.project
        assert project is not None
        before = self.asking.run
        is_same = before is not None and before.folder == run.folder
        if not is_same:
            definition = run.definition()  # first: where it cannot be read, there is no such run
            self._reverse = is_reversed(project, definition)
            languages = (definition.source.language, definition.target.language)
            self.answer_box.set_languages(*languages)
            self._picking = SentencePicking(corpus_of(project, definition))
        choices = checkpoint_choices(run.checkpoints())
        self.question.show_checkpoints(choices)
        self.asking.set_run(run, {choice.value: choice.step for choice in choices})
        if not is_same:
            self.asking.drop()
            self.asking.show(None)

    def _hear(self, events: Sequence[TrainingEvent]) -> None:
        if any(isinstance(event, CheckpointSaved) for event in events):
            self._show_runs()

    # which sentence

    def _pick_sentence(self, move: int) -> None:
        if self._picking is None:
            return
        pair = self._picking.pick(move)
        self.question.show_pair(pair.source, pair.target)
        self.asking.translate()

    def _show_pair(self, pair: SentencePair) -> None:
        if self.asking.run is None:
            return
        source, target = (pair.source, pair.target)
        if self._reverse:
            source, target = target, source
        self.question.show_pair(source, target)
        self.asking.translate()

    # what is shown

    def _show_answer(self, answer: Inspection | None) -> None:
        self.candidates.show_candidates(answer.candidates if answer is not None else ())
        if answer is None:
            self.answer_box.show_candidate(None)
            self.panel.shown.show_record(None)
            return
        if answer.truncated:
            self._studio.notifier.say(
                self.tr("The sentence is too long: only its beginning was read."),
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
        self.answer_box.show_candidate(candidate, answer.unknown)
        self.panel.shown.show_record(candidate.record, answer.reading)
        self.keeping.origin = self.tr("run {run}, step {step}").format(
            run=answer.run, step=answer.step
        )
        self._show_age()

    def _show_age(self) -> None:
        """What is of another question than the box's is pale, and cannot be taken along."""
        is_stale = self.asking.is_stale
        self.panel.setEnabled(not is_stale)
        has_picture = self.panel.shown.view is not None and not is_stale
        for action in self._asking_actions:
            action.setEnabled(self.asking.run is not None)
        self._let_go.setEnabled(has_picture)
        self.keeping.allow(allowed=has_picture)
