"""The setup page: choose the attention, the preset and every knob, and start."""

from __future__ import annotations

import html
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.gui.look.theme import PAGE_MARGIN, SPACE
from attnstudio.gui.setup.command_copying import CommandCopying
from attnstudio.gui.setup.comparing_start import ComparingStart
from attnstudio.gui.setup.draft_column import DraftColumn, heading
from attnstudio.gui.setup.draft_editing import DraftEditor
from attnstudio.gui.setup.draft_keeping import DraftKeeper
from attnstudio.gui.setup.piece_section import PieceSection
from attnstudio.gui.setup.run_estimate import RunEstimate
from attnstudio.gui.setup.run_start import RunStart, why_not_start
from attnstudio.gui.setup.run_summary import RunSummary
from attnstudio.gui.studio.actions import ActionRegistry, MenuName
from attnstudio.gui.studio.studio import PageName, RunDraft, Studio
from attnstudio.gui.studio.training_status import TRAINING_LINK
from attnstudio.gui.widgets.config_form import ConfigForm
from attnstudio.gui.widgets.empty_state import EmptyState
from attnstudio.presets import DEFAULT_PRESET, find_preset
from attnstudio.project.project import Project

_SETTLED_AFTER_MS = 400  # without an edit
_SAMPLE_PRESET = "tiny"


class SetupPage(QWidget):
    """A run is set up here."""

    def __init__(
        self, studio: Studio, actions: ActionRegistry, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._studio, self._actions = studio, actions
        self._corpus: ParallelCorpus | None = None
        self._editor = DraftEditor(_fresh_draft(DEFAULT_PRESET), studio.undo_stack, self)
        self._keeper = DraftKeeper(studio.settings, self._editor)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_AFTER_MS)
        self._settled.timeout.connect(self._work_out)
        self._is_due = False  # it was not seen when it was time to work it out
        pieces = PieceSection(studio.tasks, heading(self.tr("How a sentence is cut")))
        self._column = DraftColumn(self._editor, pieces)
        self._summary = RunSummary()
        self._estimate = RunEstimate(
            studio,
            self._editor,
            self._column.presets,
            pieces=pieces,
            summary=self._summary,
            parent=self,
        )
        self._run_start = RunStart(studio, self._editor, self)
        self._comparing_start = ComparingStart(studio, self._editor, self._estimate, self)
        self._add_actions()
        self._lay_out()
        self._connect()
        self._open_corpus()
        # in a turn of its own: there are many
        QTimer.singleShot(0, self._column, self._column.show_fields)

    @property
    def draft(self) -> RunDraft:
        """The run as it would be started."""
        return self._editor.draft

    @property
    def form(self) -> ConfigForm:
        """Every knob."""
        return self._column.form

    def _add_actions(self) -> None:
        self._start = self._actions.add(
            "train.start",
            self.tr("&Start training"),
            self._start_training,
            menu=MenuName.TRAIN,
            shortcut="Ctrl+R",
            tip=self.tr("Train with these settings"),
        )
        self._compare = self._actions.add(
            "train.compare",
            self.tr("Compare &kinds…"),
            self._ask_what_to_compare,
            menu=MenuName.TRAIN,
            tip=self.tr("Train several kinds in turn and hold them together"),
        )
        self._copying = CommandCopying(
            self._studio, self._actions, self._editor, self._summary, self
        )

    def _lay_out(self) -> None:
        self._empty = EmptyState("", "", "")
        self._empty.acted.connect(self._leave_empty)
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._column, stretch=1)
        row.addWidget(self._beside())
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(content)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)

    def _beside(self) -> QFrame:
        outer = QFrame()
        around = QVBoxLayout(outer)
        around.setContentsMargins(SPACE, 2 * SPACE, PAGE_MARGIN, 2 * SPACE)
        around.addWidget(self._summary)
        outer.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        return outer

    def _connect(self) -> None:
        studio = self._studio
        studio.project_changed.connect(self._open_corpus)
        studio.corpus_changed.connect(self._open_corpus)
        studio.setup_requested.connect(self._take_draft)
        studio.session.state_changed.connect(self._say_whether_ready)
        studio.comparing.changed.connect(self._say_whether_ready)
        studio.access.changed.connect(self._say_whether_ready)
        studio.about_to_save.connect(self._keeper.keep)
        self._editor.changed.connect(self._show_draft)
        self._column.costs_asked.connect(partial(studio.go_to, PageName.LAB))
        self._summary.direction_chosen.connect(self._choose_direction)
        self._summary.name_edited.connect(self._choose_name)
        self._summary.knob_asked.connect(self._follow_link)
        self._summary.start_asked.connect(self._start.trigger)
        self._summary.comparing_asked.connect(self._compare.trigger)
        self._run_start.failed.connect(self._stay)

    # the project

    def _open_corpus(self) -> None:
        project = self._studio.project
        has_corpus = project is not None and bool(project.file.corpus)
        self._corpus = project.corpus() if project is not None and has_corpus else None
        self._estimate.set_corpus(self._corpus)
        self._stack.setCurrentIndex(1 if self._corpus is not None else 0)
        if project is None:
            self._empty.say(
                self.tr("No project is open"),
                self.tr("Open a project, or a sample, to set up a model for it."),
                self.tr("Go home"),
            )
        else:
            self._empty.say(
                self.tr("No sentence pairs yet"),
                self.tr("Drop two text files on the window, or open them, to begin."),
                self.tr("Go to the corpus"),
            )
        if project is not None and self._corpus is not None:
            file = project.file
            self._summary.list_directions(file.source_language, file.target_language)
            if not self._keeper.is_for(project.folder):  # else what was set stays
                preset = _SAMPLE_PRESET if _is_sample(project) else DEFAULT_PRESET
                self._keeper.take_up(project.folder, _fresh_draft(preset))
        self._say_whether_ready()

    def _leave_empty(self) -> None:
        self._studio.go_to(PageName.CORPUS if self._studio.project else PageName.HOME)

    # the draft

    def _take_draft(self, draft: RunDraft) -> None:
        self._editor.set_draft(draft, self.tr("take over settings"), "taken")

    def _show_draft(self) -> None:
        draft = self.draft
        self._column.show_draft()
        self._summary.show_choice(reverse=draft.reverse, name=draft.name)
        self._estimate.show()
        self._say_whether_ready()
        self._settled.start()

    def _follow_link(self, target: str) -> None:
        """To a knob, or to the training that is in the way."""
        if target == TRAINING_LINK:
            self._studio.show_training()
        else:
            self._column.show_knob(target)

    def _choose_direction(self, reverse: bool) -> None:
        draft = replace(self.draft, reverse=reverse)
        self._editor.set_draft(draft, self.tr("direction"), "direction")

    def _choose_name(self, name: str) -> None:
        self._editor.set_draft(replace(self.draft, name=name.strip()), self.tr("name"), "name")

    # what follows from it

    def _say_whether_ready(self) -> None:
        reason = why_not_start(self._studio, self._corpus, self._editor)
        for action in (self._start, self._compare):
            action.setEnabled(not reason)
        for name in ("train.start", "train.compare"):
            self._actions.explain(name, html.unescape(reason.partition(" <a ")[0]))
        self._summary.show_ready(reason)
        self._copying.allow(has_corpus=self._corpus is not None)

    def _work_out(self) -> None:
        """What takes a while follows when the person rests, and sees it."""
        self._keeper.keep()
        self._is_due = not self.isVisible()
        if not self._is_due:
            self._estimate.work_out()

    # what leaves the page

    def _start_training(self) -> None:
        project = self._studio.project
        if project is None or why_not_start(self._studio, self._corpus, self._editor):
            return
        self._estimate.give_way()
        self._start.setEnabled(False)
        self._summary.show_starting()
        self._run_start.start(project)

    def _ask_what_to_compare(self) -> None:
        project = self._studio.project
        if project is not None and not why_not_start(self._studio, self._corpus, self._editor):
            self._comparing_start.ask(project, self)

    def _stay(self) -> None:
        self._say_whether_ready()
        self._estimate.go_on()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_due:
            self._settled.start()


def _fresh_draft(preset: str) -> RunDraft:
    return RunDraft(preset, find_preset(preset).config)


def _is_sample(project: Project) -> bool:
    imports = project.file.imports
    return bool(imports) and imports[0].files[0].startswith("sample ")
