"""The inspector: type a sentence, click a word, see what the model looks at."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from attnstudio.config import DecodingConfig
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.errors import AttentionStudioError
from attnstudio.gui.inspector.attention_keeping import AttentionKeeping
from attnstudio.gui.inspector.attention_panel import AttentionPanel
from attnstudio.gui.inspector.candidate_list import CandidateList
from attnstudio.gui.inspector.doubt_words import certainty_words, doubts_about
from attnstudio.gui.inspector.inspection import Candidate, Inspection, Question, inspect
from attnstudio.gui.inspector.question_box import CheckpointChoice, QuestionBox
from attnstudio.gui.look.theme import PAGE_MARGIN, SPACE, set_role
from attnstudio.gui.look.wording import count, decimals, language_name
from attnstudio.gui.studio.actions import ActionRegistry, MenuName
from attnstudio.gui.studio.notify import Level
from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.gui.studio.tasks import Task
from attnstudio.gui.widgets.empty_state import EmptyState
from attnstudio.gui.widgets.file_dialogs import choose_save_path
from attnstudio.interpretation.lettering import elide, isolate
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.run_data import corpus_of, is_reversed
from attnstudio.training.events import CheckpointSaved, TrainingEvent

_TOLD_EM = 24.0


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an answer depends on, besides the run.

    Attributes:
        source: the sentence.
        forced: the translation that was given; None where the model translates.
        checkpoint: ``best``, ``last`` or a step.
        step: what that stood for.
        beam: translations kept side by side; 0 where one was given.
        n_best: translations asked for; 0 where one was given.
    """

    source: str
    forced: str | None
    checkpoint: str
    step: int | None
    beam: int
    n_best: int


class InspectorPage(QWidget):
    """One sentence, its translations and the attention behind them.

    Args:
        studio: what is open.
        actions: takes the page's actions.
        parent: owns the page.
        choose_path: asks for a file to write; see `choose_save_path`.

    Attributes:
        question: what is asked.
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
        self._corpus: ParallelCorpus | None = None
        self._place = -1  # of the sentence that was picked from the corpus
        self._task: Task | None = None
        self._answer: Inspection | None = None
        self._asked: _Asked | None = None  # last
        self._answered: _Asked | None = None  # what is shown is the answer to it
        self._run: Run | None = None
        self._reverse = False  # it translates against the project's direction
        self._languages = ("", "")  # of the run
        open_now = studio.project
        self._folder = open_now.folder if open_now else None  # whose sentences stand here
        self._way_out: Run | None = None  # a sound run, beside one that cannot be opened
        self._steps: dict[str, int | None] = {}  # that the choices of a checkpoint stand for
        self._make_widgets()
        self._add_actions(actions)
        self._lay_out()
        self._connect()
        self._show_runs()

    @property
    def answer(self) -> Inspection | None:
        """What is shown."""
        return self._answer

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.question.isVisible():
            self.question.take_focus()

    def _make_widgets(self) -> None:
        self.question = QuestionBox()
        self.panel = AttentionPanel()
        self._candidates = QListWidget()
        self._candidates.setAccessibleName(self.tr("Translations, the best first"))
        self._candidates.setWordWrap(True)
        self.panel.add_side_page(CandidateList(self._candidates), self.tr("Translations"))
        self._doubts = QLabel()
        self._doubts.setAccessibleName(self.tr("What speaks against it"))
        self._doubts.setTextFormat(Qt.TextFormat.PlainText)
        self._doubts.setWordWrap(True)
        set_role(self._doubts, "warning")
        self._badge = QLabel()
        self._badge.setTextFormat(Qt.TextFormat.PlainText)
        self._translation = QLabel()
        self._translation.setAccessibleName(self.tr("Translation"))
        self._translation.setTextFormat(Qt.TextFormat.PlainText)
        self._translation.setWordWrap(True)
        self._translation.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_role(self._badge, "muted")
        set_role(self._translation, "heading")

    def _add_actions(self, actions: ActionRegistry) -> None:
        add = partial(actions.add, menu=MenuName.INSPECT)
        self._asking = [
            add("inspect.translate", self.tr("&Translate"), self._translate),
            add("inspect.read", self.tr("&Read my translation"), self._read_forced),
        ]
        self._let_go = add("inspect.clear", self.tr("&Let go of the token"), self.panel.let_go)
        self.keeping = AttentionKeeping(
            self.panel, self._studio.notifier, actions, self, choose_path=self._choose_path
        )

    def _lay_out(self) -> None:
        self._empty = EmptyState("", "", "")
        self._empty.acted.connect(self._leave_empty)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._content())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)

    def _content(self) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(PAGE_MARGIN, 2 * SPACE, PAGE_MARGIN, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self.question)
        column.addLayout(self._answer_row())
        column.addWidget(self.panel, stretch=1)
        return content

    def _answer_row(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._badge)
        words.addWidget(self._translation)
        words.addWidget(self._doubts)
        row = QHBoxLayout()
        row.addLayout(words, stretch=1)
        row.addWidget(self.keeping.button, alignment=Qt.AlignmentFlag.AlignBottom)
        return row

    def _connect(self) -> None:
        studio = self._studio
        studio.project_changed.connect(self._show_project)
        studio.runs_changed.connect(self._show_runs)
        studio.run_selected.connect(self._show_runs)
        studio.pair_requested.connect(self._show_pair)
        studio.session.events_arrived.connect(self._hear)
        self.question.translate_asked.connect(self._translate)
        self.question.reading_asked.connect(self._read_forced)
        self.question.run_chosen.connect(self._choose_run)
        self.question.sentence_asked.connect(self._pick_sentence)
        self.question.edited.connect(self._show_age)
        self._candidates.currentRowChanged.connect(self._show_candidate)

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
            self._show_nothing(has_project=project is not None)
            return
        names = [run.name for run in usable]
        chosen = self._studio.run
        wanted = next((r for r in usable if chosen and r.name == chosen.name), None)
        run = wanted or self._first_sound(usable) or usable[-1]
        self.question.show_runs(names, run.name)
        try:
            self._show_run(run)
        except AttentionStudioError as error:
            self._show_damaged(run, error, self._first_sound(usable))
        else:
            self._stack.setCurrentIndex(1)

    @staticmethod
    def _first_sound(runs: Sequence[Run]) -> Run | None:
        """The newest run that can be read."""
        return next((run for run in reversed(runs) if not run.problem()), None)

    def _show_damaged(self, run: Run, error: AttentionStudioError, other: Run | None) -> None:
        """Say what is wrong with the run that was chosen, and lead to one that is sound."""
        self._show_no_run()
        self._way_out = other
        self._empty.say(
            self.tr("{run} cannot be opened").format(run=isolate(run.name)),
            self.tr("{problem} {hint} Its checkpoints were left as they are.").format(
                problem=error.message, hint=error.hint
            ),
            self.tr("Look into {run}").format(run=isolate(other.name))
            if other is not None
            else self.tr("Set up training"),
        )
        self._stack.setCurrentIndex(0)

    def _show_no_run(self) -> None:
        self._run, self._way_out = None, None
        self._ask_no_more()
        self._show_answer(None)

    def _show_nothing(self, *, has_project: bool) -> None:
        self._show_no_run()
        if has_project:
            self._empty.say(
                self.tr("No trained model yet"),
                self.tr("Train a model first. After its first checkpoint you can look into it."),
                self.tr("Set up training"),
            )
        else:
            self._empty.say(
                self.tr("No project is open"),
                self.tr("Open a project, or a sample, to look at what a model attends to."),
                self.tr("Go home"),
            )
        self._stack.setCurrentIndex(0)

    def _leave_empty(self) -> None:
        if self._way_out is not None:
            self._studio.select_run(self._way_out)
            return
        self._studio.go_to(PageName.SETUP if self._studio.project else PageName.HOME)

    def _choose_run(self, name: str) -> None:
        if self._studio.project is not None:
            self._studio.select_run(self._studio.project.run(name))

    def _show_run(self, run: Run) -> None:
        project = self._studio.project
        assert project is not None
        is_same = self._run is not None and self._run.folder == run.folder
        if not is_same:
            definition = run.definition()  # first: where it cannot be read, there is no such run
            self._reverse = is_reversed(project, definition)
            self._languages = (definition.source.language, definition.target.language)
            self._corpus = corpus_of(project, definition)
            self._place = -1
        self._run = run
        self._show_checkpoints(run)
        if not is_same:
            self._ask_no_more()
            self._show_answer(None)

    def _show_checkpoints(self, run: Run) -> None:
        index = run.checkpoints()
        named = (("best", self.tr("Best"), index.best), ("last", self.tr("Last"), index.last))
        self._steps = {
            **{str(step): step for step in index.steps},
            **{key: step for key, _, step in named},
        }
        choices = [
            CheckpointChoice(key, self.tr("{name} (step {n})").format(name=name, n=count(step)))
            for key, name, step in named
            if step is not None
        ]
        choices += [
            CheckpointChoice(str(step), self.tr("Step {n}").format(n=count(step)))
            for step in reversed(index.steps)
        ]
        self.question.show_checkpoints(choices)
        self._show_age()  # the best may be another one now

    def _hear(self, events: Sequence[TrainingEvent]) -> None:
        if any(isinstance(event, CheckpointSaved) for event in events):
            self._show_runs()

    # which sentence

    def _pick_sentence(self, move: int) -> None:
        corpus = self._corpus
        if corpus is None:
            return
        places = [*corpus.indices(Split.TEST).tolist(), *corpus.indices(Split.VALID).tolist()]
        places = places or corpus.indices(Split.TRAIN).tolist()
        if move == 0:
            self._place = random.randrange(len(places))
        else:
            self._place = (self._place + move) % len(places)
        pair = corpus[places[self._place]]
        self.question.show_pair(pair.source, pair.target)
        self._translate()

    def _show_pair(self, pair: SentencePair) -> None:
        if self._run is None:
            return
        source, target = (pair.source, pair.target)
        if self._reverse:
            source, target = target, source
        self.question.show_pair(source, target)
        self._translate()

    # what is asked

    def _translate(self) -> None:
        self._ask(None)

    def _read_forced(self) -> None:
        if not self.question.target.strip():
            self._studio.notifier.say(
                self.tr("There is no translation to read."),
                hint=self.tr("Type one in the field at the right first."),
                level=Level.WARNING,
            )
            return
        self._ask(self.question.target)

    def _ask(self, forced: str | None) -> None:
        project, run = self._studio.project, self._run
        if project is None or run is None:
            return
        if not self.question.source.strip():
            self._studio.notifier.say(
                self.tr("There is no sentence to translate."),
                hint=self.tr("Type one in the field at the left first, or pick one."),
                level=Level.WARNING,
            )
            self.question.focus_source()
            return
        self._ask_no_more()
        decoding = DecodingConfig(beam_size=self.question.beam, n_best=self.question.n_best)
        question = Question(
            project, run, self.question.checkpoint, self.question.source, forced, decoding
        )
        self._asked = self._would_ask(forced)
        self.question.set_working(True)
        self._task = self._studio.tasks.run(
            self.tr("Looking at the sentence"),
            partial(inspect, self._studio.engine, question),
            on_done=self._show_answer,
            on_failed=self._show_failure,
            on_cancelled=self._show_cancelled,
        )
        self._show_age()

    def _ask_no_more(self) -> None:
        """An earlier question is not of interest any more."""
        if self._task is not None and self._task.is_running:
            self._task.cancel()
        self._task = None
        self.question.set_working(False)

    def _would_ask(self, forced: str | None) -> _Asked:
        box = self.question
        is_free = forced is None
        return _Asked(
            box.source.strip(),
            forced.strip() if forced is not None else None,
            box.checkpoint,
            self._steps.get(box.checkpoint),
            box.beam if is_free else 0,
            box.n_best if is_free else 0,
        )

    def _show_failure(self, error: Exception) -> None:
        self._ask_no_more()
        self._show_age()
        self._studio.notifier.show_error(error)

    def _show_cancelled(self) -> None:
        """The person ended it in the status bar; not so where another question took its place."""
        if self._task is not None and self._task.is_cancelled:
            self._ask_no_more()
            self._show_age()

    # what is shown

    def _show_answer(self, answer: Inspection | None) -> None:
        self._task = None
        self.question.set_working(False)
        self._answer = answer
        self._list_candidates(answer.candidates if answer is not None else ())
        self._answered = self._asked if answer is not None else None
        if answer is None:
            self._asked = None
            self._translation.setText("")
            self._doubts.hide()
            self.panel.shown.show_record(None)
            self._show_age()
            return
        if answer.truncated:
            self._studio.notifier.say(
                self.tr("The sentence is too long: only its beginning was read."),
                level=Level.WARNING,
            )
        if answer.notice:
            self._studio.notifier.say(answer.notice, level=Level.WARNING)
        self._show_candidate()

    def _list_candidates(self, candidates: Sequence[Candidate]) -> None:
        """In silence: a list that is emptied moves its choice through rows of the old answer."""
        self._candidates.blockSignals(True)
        self._candidates.clear()
        for candidate in candidates:
            certainty = certainty_words(candidate.record)
            text = isolate(candidate.text) or self.tr("(empty)")
            said = [certainty]
            if candidate.score is not None:
                score = self.tr("score {n}").format(n=decimals(candidate.score, 2))
                said.append(score)
            QListWidgetItem(f"{' · '.join(said)}   {text}", self._candidates)
        self._candidates.setCurrentRow(0)
        self._candidates.blockSignals(False)

    def _show_candidate(self) -> None:
        candidate = self._candidate()
        if candidate is None or self._answer is None:
            return
        self._translation.setText(isolate(candidate.text) or self.tr("(empty)"))
        self.panel.shown.show_record(candidate.record, self._answer.reading)
        doubts = doubts_about(candidate.record, self._answer.unknown)
        self._doubts.setText(" ".join(doubts))
        self._doubts.setVisible(bool(doubts))
        self.keeping.origin = self.tr("run {run}, step {step}").format(
            run=self._answer.run, step=self._answer.step
        )
        self._show_age()

    def _show_age(self) -> None:
        """Say whose translation it is; what is of another question than the box's is pale."""
        answered, answer = self._answered, self._answer
        is_working = self._task is not None
        is_stale = answered is not None and (
            is_working
            or answered
            != self._would_ask(self.question.target if answered.forced is not None else None)
        )
        self.panel.setEnabled(not is_stale)
        self._translation.setEnabled(not is_stale)
        self._doubts.setEnabled(not is_stale)
        if is_working:
            words = self.tr("Working…")
        elif answer is None or answered is None:
            words = self.tr("Type a sentence in {language} to see what the model looks at.")
            words = words.format(language=language_name(self._languages[0]))
        elif is_stale:
            words = self._why_stale(answered)
        else:
            words = self._origin(answered, answer)
        self._badge.setText(words)
        set_role(self._badge, "warning" if is_stale and not is_working else "muted")
        self._allow_actions(has_picture=self.panel.shown.view is not None and not is_stale)

    def _why_stale(self, answered: _Asked) -> str:
        said = isolate(elide(answered.source, _TOLD_EM))
        if answered.forced is None:
            return self.tr("Out of date: this is of “{text}” as it was. Press Translate.").format(
                text=said
            )
        return self.tr(
            "Out of date: this is of “{text}” as it was. Press Read this translation."
        ).format(text=said)

    def _origin(self, answered: _Asked, answer: Inspection) -> str:
        words = (
            self.tr("Free translation: the model's own · run {run}, step {step}, {languages}")
            if answered.forced is None
            else self.tr(
                "Forced: your translation, as the model reads it · run {run}, step {step}, "
                "{languages}"
            )
        )
        languages = " → ".join(map(language_name, self._languages))
        return words.format(run=answer.run, step=count(answer.step), languages=languages)

    def _allow_actions(self, *, has_picture: bool) -> None:
        for action in self._asking:
            action.setEnabled(self._run is not None)
        self._let_go.setEnabled(has_picture)
        self.keeping.allow(allowed=has_picture)

    def _candidate(self) -> Candidate | None:
        row = self._candidates.currentRow()
        return self._answer.candidates[row] if self._answer is not None and row >= 0 else None
