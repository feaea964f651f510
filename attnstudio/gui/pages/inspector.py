"""The inspector: type a sentence, click a word, see what the model looks at."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from attnstudio.config import DecodingConfig
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.errors import AttentionStudioError
from attnstudio.gui import attention_export
from attnstudio.gui.actions import ActionRegistry, MenuName
from attnstudio.gui.attention_export import Shown
from attnstudio.gui.inspection import Candidate, Inspection, Question, inspect
from attnstudio.gui.notify import Level
from attnstudio.gui.studio import PageName, Studio
from attnstudio.gui.tasks import Task
from attnstudio.gui.theme import PAGE_MARGIN, SPACE, set_role
from attnstudio.gui.widgets.attention_panel import AttentionPanel
from attnstudio.gui.widgets.empty_state import EmptyState
from attnstudio.gui.widgets.file_dialogs import choose_save_path
from attnstudio.gui.widgets.question_box import CheckpointChoice, QuestionBox
from attnstudio.gui.wording import count, decimals
from attnstudio.interpretation.lettering import isolate
from attnstudio.project.run import Run
from attnstudio.training.events import CheckpointSaved, TrainingEvent

_EXPORTS = (".png", ".svg", ".pdf", ".csv", ".tsv", ".json", ".txt")


class InspectorPage(QWidget):
    """One sentence, its translations and the attention behind them.

    Args:
        studio: what is open.
        actions: takes the page's actions.
        parent: owns the page.
        choose_path: asks for a file to write; see `choose_save_path`.
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
        self._run: Run | None = None
        self._make_widgets()
        self._add_actions(actions)
        self._lay_out(actions)
        self._connect()
        self._show_runs()

    @property
    def answer(self) -> Inspection | None:
        """What is shown."""
        return self._answer

    def _make_widgets(self) -> None:
        self._question = QuestionBox()
        self._panel = AttentionPanel()
        self._candidates = QListWidget()
        self._candidates.setAccessibleName(self.tr("Translations, the best first"))
        self._candidates.setWordWrap(True)
        self._panel.add_side_page(self._candidates, self.tr("Translations"))
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
        add("inspect.translate", self.tr("&Translate"), self._translate)
        add("inspect.read", self.tr("&Read my translation"), self._read_forced)
        add("inspect.clear", self.tr("&Let go of the token"), self._panel.let_go)
        add("inspect.export", self.tr("&Export…"), self._export, shortcut="Ctrl+E")
        add("inspect.copy_image", self.tr("Copy as &image"), self._copy_image)
        add("inspect.copy_data", self.tr("Copy the &weights"), partial(self._copy, "table"))
        add("inspect.copy_links", self.tr("Copy the &links"), partial(self._copy, "links"))

    def _lay_out(self, actions: ActionRegistry) -> None:
        self._empty = EmptyState("", "", "")
        self._empty.acted.connect(self._leave_empty)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._content(actions))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)

    def _content(self, actions: ActionRegistry) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(PAGE_MARGIN, 2 * SPACE, PAGE_MARGIN, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self._question)
        column.addLayout(self._answer_row(actions))
        column.addWidget(self._panel, stretch=1)
        return content

    def _answer_row(self, actions: ActionRegistry) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._badge)
        words.addWidget(self._translation)
        menu = QMenu(self)
        for name in ("export", "copy_image", "copy_data", "copy_links"):
            menu.addAction(actions[f"inspect.{name}"])
        self._export_button = QPushButton(self.tr("Export"))
        self._export_button.setMenu(menu)
        row = QHBoxLayout()
        row.addLayout(words, stretch=1)
        row.addWidget(self._export_button, alignment=Qt.AlignmentFlag.AlignBottom)
        return row

    def _connect(self) -> None:
        studio = self._studio
        studio.project_changed.connect(self._show_runs)
        studio.runs_changed.connect(self._show_runs)
        studio.run_selected.connect(self._show_runs)
        studio.pair_requested.connect(self._show_pair)
        studio.session.events_arrived.connect(self._hear)
        self._question.translate_asked.connect(self._translate)
        self._question.reading_asked.connect(self._read_forced)
        self._question.run_chosen.connect(self._choose_run)
        self._question.sentence_asked.connect(self._pick_sentence)
        self._candidates.currentRowChanged.connect(self._show_candidate)

    # which model

    def _show_runs(self) -> None:
        project = self._studio.project
        runs = project.runs() if project else []
        usable = [run for run in runs if run.checkpoints().last is not None]
        if project is None or not usable:
            self._show_nothing(has_project=project is not None)
            return
        names = [run.name for run in usable]
        chosen = self._studio.run
        run = next((r for r in usable if chosen and r.name == chosen.name), usable[-1])
        self._question.show_runs(names, run.name)
        self._show_run(run)
        self._stack.setCurrentIndex(1)

    def _show_nothing(self, *, has_project: bool) -> None:
        self._run = None
        self._ask_no_more()
        self._show_answer(None)
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
        self._studio.go_to(PageName.SETUP if self._studio.project else PageName.HOME)

    def _choose_run(self, name: str) -> None:
        if self._studio.project is not None:
            self._studio.select_run(self._studio.project.run(name))

    def _show_run(self, run: Run) -> None:
        project = self._studio.project
        assert project is not None
        is_same = self._run is not None and self._run.folder == run.folder
        self._run = run
        self._show_checkpoints(run)
        if is_same:
            return
        self._ask_no_more()
        self._show_answer(None)
        definition = run.definition()
        reverse = definition.source_language != project.file.source_language
        self._corpus = project.corpus(definition.corpus, reverse=reverse)
        self._place = -1

    def _show_checkpoints(self, run: Run) -> None:
        index = run.checkpoints()
        named = (("best", self.tr("Best"), index.best), ("last", self.tr("Last"), index.last))
        choices = [
            CheckpointChoice(key, self.tr("{name} (step {n})").format(name=name, n=count(step)))
            for key, name, step in named
            if step is not None
        ]
        choices += [
            CheckpointChoice(str(step), self.tr("Step {n}").format(n=count(step)))
            for step in reversed(index.steps)
        ]
        self._question.show_checkpoints(choices)

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
        self._question.show_pair(pair.source, pair.target)
        self._translate()

    def _show_pair(self, pair: SentencePair) -> None:
        if self._run is None:
            return
        definition = self._run.definition()
        project = self._studio.project
        reverse = project is not None and definition.source_language != project.file.source_language
        source, target = (pair.target, pair.source) if reverse else (pair.source, pair.target)
        self._question.show_pair(source, target)
        self._translate()

    # what is asked

    def _translate(self) -> None:
        self._ask(None)

    def _read_forced(self) -> None:
        if not self._question.target.strip():
            self._studio.notifier.say(
                self.tr("There is no translation to read."),
                hint=self.tr("Type one in the field at the right first."),
                level=Level.WARNING,
            )
            return
        self._ask(self._question.target)

    def _ask(self, forced: str | None) -> None:
        project, run = self._studio.project, self._run
        if project is None or run is None:
            return
        if not self._question.source.strip():
            self._question.focus_source()
            return
        self._ask_no_more()
        decoding = DecodingConfig(beam_size=self._question.beam, n_best=self._question.n_best)
        question = Question(
            project, run, self._question.checkpoint, self._question.source, forced, decoding
        )
        self._question.set_working(True)
        self._badge.setText(self.tr("Working…"))
        self._task = self._studio.tasks.run(
            self.tr("Looking at the sentence"),
            partial(inspect, self._studio.engine, question),
            on_done=self._show_answer,
            on_failed=self._show_failure,
            on_cancelled=self._show_cancelled,
        )

    def _ask_no_more(self) -> None:
        """An earlier question is not of interest any more."""
        if self._task is not None and self._task.is_running:
            self._task.cancel()
        self._task = None
        self._question.set_working(False)

    def _show_failure(self, error: Exception) -> None:
        self._ask_no_more()
        self._badge.setText("")
        self._studio.notifier.show_error(error)

    def _show_cancelled(self) -> None:
        """The person ended it in the status bar; not so where another question took its place."""
        if self._task is not None and self._task.is_cancelled:
            self._ask_no_more()
            self._badge.setText(self.tr("Cancelled: nothing new was looked at."))

    # what is shown

    def _show_answer(self, answer: Inspection | None) -> None:
        self._task = None
        self._question.set_working(False)
        self._answer = answer
        self._list_candidates(answer.candidates if answer is not None else ())
        if answer is None:
            self._badge.setText(self.tr("Type a sentence above to see what the model looks at."))
            self._translation.setText("")
            self._panel.show_record(None)
            self._export_button.setEnabled(False)
            return
        if answer.truncated:
            self._studio.notifier.say(
                self.tr("The sentence is too long: only its beginning was read."),
                level=Level.WARNING,
            )
        self._show_candidate()

    def _list_candidates(self, candidates: Sequence[Candidate]) -> None:
        """In silence: a list that is emptied moves its choice through rows of the old answer."""
        self._candidates.blockSignals(True)
        self._candidates.clear()
        for candidate in candidates:
            score = decimals(candidate.score, 3) if candidate.score is not None else ""
            QListWidgetItem(f"{score}   {isolate(candidate.text)}".strip(), self._candidates)
        self._candidates.setCurrentRow(0)
        self._candidates.blockSignals(False)

    def _show_candidate(self) -> None:
        candidate = self._candidate()
        if candidate is None or self._answer is None:
            return
        if candidate.record.forced:
            self._badge.setText(self.tr("Forced: your translation, as the model reads it"))
        else:
            self._badge.setText(self.tr("Free translation: the model's own"))
        self._translation.setText(isolate(candidate.text) or self.tr("(empty)"))
        self._panel.show_record(candidate.record, self._answer.reading)
        self._export_button.setEnabled(self._panel.view is not None)

    def _candidate(self) -> Candidate | None:
        row = self._candidates.currentRow()
        return self._answer.candidates[row] if self._answer is not None and row >= 0 else None

    # what leaves the page

    def _shown(self) -> Shown | None:
        panel, answer = self._panel, self._answer
        if panel.record is None or panel.view is None or answer is None:
            return None
        origin = self.tr("run {run}, step {step}").format(run=answer.run, step=answer.step)
        return Shown(panel.record, panel.reading, panel.view, panel.colour_map, origin)

    def _export(self) -> None:
        shown = self._shown()
        if shown is None:
            return
        kinds = ";;".join(f"*{ending}" for ending in _EXPORTS)
        path = self._choose_path(self, self.tr("Export the attention"), "attention.png", kinds)
        if not path:
            return
        try:
            attention_export.write(shown, Path(path))
        except AttentionStudioError as error:
            self._studio.notifier.show_error(error)
        else:
            said = self.tr("{name} was written.").format(name=Path(path).name)
            self._studio.notifier.say(said, level=Level.SUCCESS)

    def _copy_image(self) -> None:
        if self._panel.view is not None:
            QGuiApplication.clipboard().setImage(self._panel.picture())

    def _copy(self, what: str) -> None:
        shown = self._shown()
        if shown is not None:
            text = (
                attention_export.to_table(shown, "\t")
                if what == "table"
                else attention_export.to_pharaoh(shown)
            )
            QGuiApplication.clipboard().setText(text)
