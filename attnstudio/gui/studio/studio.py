"""What is open now; the pages share this and nothing else."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from attnstudio.errors import AttentionStudioError
from attnstudio.gui.studio.comparing import Comparing
from attnstudio.gui.studio.engine import Engine, Hardware
from attnstudio.gui.studio.known_runs import KnownRuns
from attnstudio.gui.studio.leaving import Guard
from attnstudio.gui.studio.notify import Notifier
from attnstudio.gui.studio.project_access import ProjectAccess
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.studio.tasks import TaskRunner
from attnstudio.gui.studio.training_session import SessionState, TrainingSession
from attnstudio.gui.studio.trainings_elsewhere import TrainingsElsewhere
from attnstudio.gui.studio.undo_commands import ProjectChanges

if TYPE_CHECKING:  # pydantic and numpy take a while to load: the window answers before
    from attnstudio.config import RunConfig
    from attnstudio.project.project import Project
    from attnstudio.project.run import Run


_logger = logging.getLogger(__name__)


class PageName(StrEnum):
    """The pages that others lead to."""

    HOME = "home"
    CORPUS = "corpus"
    LINKS = "links"
    SETUP = "setup"
    TRAINING = "training"
    INSPECTOR = "inspector"
    LAB = "lab"
    COMPARING = "comparing"
    TRANSLATING = "translating"


@dataclass(frozen=True, slots=True)
class RunDraft:
    """A run that is being set up.

    Attributes:
        preset: where it began.
        config: every knob.
        reverse: whether it translates against the project's direction.
        name: empty for one that is made up.
    """

    preset: str
    config: RunConfig
    reverse: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class WordRequest:
    """A word of a translated sentence that is to be looked at, by the model of the selected run.

    Attributes:
        source: the sentence, in the direction of the run.
        target: its translation, whoever made it; empty where there is none.
        step: of the checkpoint that is to be looked into; None for the one that is chosen.
        in_target: whether the word is one of the translation.
        place: where it begins in its text, in characters; None for no word.
    """

    source: str
    target: str
    step: int | None = None
    in_target: bool = True
    place: int | None = None


class Studio(QObject):
    """The open project, the run that is looked at, and what works behind the window.

    Attributes:
        run: the one that training and inspector page show.
        known_runs: what the files of the project's runs say.
        elsewhere: what other programs train in the project.
        hardware: what there is to compute on; None until that is known.
        comparing: kinds that are trained in turn.
        guards: those whose work would be lost with the window; each may ask before it closes.

    Signals:
        project_changed: another `Project` was opened, or None.
        corpus_changed: the project's current corpus is another.
        runs_changed: a run was made, ended, renamed or deleted.
        run_selected: the `Run` that training and inspector page show, or None.
        page_requested: the name of a page.
        pair_requested: a `SentencePair` to look at.
        word_requested: a `WordRequest`.
        setup_requested: a `RunDraft` to go on from.
        comparison_requested: the name of a comparison to look at, or of one of its runs.
        recent_changed: the list of recent projects is shorter.
        about_to_save: settings are written, perhaps for the last time.
        all_loaded: the window and its pages are there, and the last project is open.
        hardware_found: it is known now what there is to compute on.
    """

    project_changed = Signal(object)
    corpus_changed = Signal()
    runs_changed = Signal()
    run_selected = Signal(object)
    page_requested = Signal(object)
    pair_requested = Signal(object)
    word_requested = Signal(object)
    setup_requested = Signal(object)
    comparison_requested = Signal(str)
    recent_changed = Signal()
    all_loaded = Signal()
    hardware_found = Signal()
    about_to_save = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.notifier = Notifier(self)
        self.tasks = TaskRunner(self.notifier.show_error, self)
        self.session = TrainingSession(self)
        self.comparing = Comparing(self.session, self.tasks, self)
        self.engine = Engine(lambda: self.session.threads)
        self.guards: list[Guard] = []
        self.undo_stack = QUndoStack(self)
        self.access = ProjectAccess(self)
        self.access.changed.connect(self._read_project_anew)
        self.access.looked.connect(self._follow_other_window)
        self.changes = ProjectChanges(
            self.undo_stack, self.tasks, self.notifier, lambda: self.access.reason, self
        )
        self.project: Project | None = None
        self._seen: tuple[object, ...] = ()
        self.run: Run | None = None
        self.hardware: Hardware | None = None
        self.known_runs = KnownRuns(self.tasks, self.session, self)
        self.elsewhere = TrainingsElsewhere(self.tasks, self.session, self.known_runs, self)
        self.elsewhere.came.connect(self._welcome_runs)
        self.elsewhere.moved.connect(self.known_runs.look)

    @property
    def projects_folder(self) -> Path:
        """Where new projects go unless the person says otherwise."""
        chosen = self.settings.value("projects/folder", "")
        return Path(chosen) if chosen else Path.home() / "AttentionStudio"

    def open_project(self, folder: Path) -> bool:
        """Open a project; an error is shown.

        Returns:
            Whether it is open.
        """
        # imported here, because the window answers before pydantic and numpy are loaded
        from attnstudio.project.project import Project

        try:
            project = Project.open(folder)
        except AttentionStudioError as error:
            self.notifier.show_error(error)
            return False
        _logger.info("project %s opened", folder)
        self._show_project(project)
        self.settings.add_recent(folder)
        return True

    def open_and_show(self, folder: Path) -> None:
        """Open a project and go to where its work goes on."""
        if self.open_project(folder):
            self.go_to(PageName.CORPUS if self.run is None else PageName.TRAINING)

    def close_project(self) -> None:
        """Go back to where no project is open."""
        self._show_project(None)

    def select_run(self, run: Run | None) -> None:
        """Show a run on the training and the inspector page."""
        self.run = run
        if run is not None:
            self.known_runs.look([run])
        self.run_selected.emit(run)

    def take_hardware(self, hardware: Hardware) -> None:
        """Say what there is to compute on."""
        self.hardware = hardware
        self.hardware_found.emit()

    def corpus_was_changed(self) -> None:
        """Say that the project's current corpus is another."""
        self.corpus_changed.emit()

    def runs_were_changed(self) -> None:
        """Say that a run was made, ended, renamed or deleted."""
        if self.project is not None:
            self.known_runs.look(self.project.runs())
        self.runs_changed.emit()

    def go_to(self, page: str) -> None:
        """Show the page of a name."""
        self.page_requested.emit(page)

    @property
    def is_training(self) -> bool:
        """Whether a training is under way or paused, or a comparison is: no other can begin."""
        return self.session.state is not SessionState.IDLE or self.comparing.is_active

    @property
    def training_elsewhere(self) -> Path | None:
        """The project folder of the training that is under way, if it is not the open one's."""
        trained = self.session.project if self.session.state is not SessionState.IDLE else None
        if self.comparing.is_active:
            trained = self.comparing.project
        if trained is None or (self.project and self.project.folder == trained.folder):
            return None
        return trained.folder

    def show_comparison(self, name: str) -> None:
        """Show a comparison of the open project, by its name or that of one of its runs."""
        self.go_to(PageName.COMPARING)
        self.comparison_requested.emit(name)

    def show_training(self) -> None:
        """Show the training that is under way, and the project that it belongs to."""
        folder = self.training_elsewhere
        if folder is None or self.open_project(folder):
            if self.session.run is not None:
                self.select_run(self.session.run)
            self.go_to(PageName.TRAINING)

    def close(self) -> None:
        """End everything that works behind the window."""
        self.elsewhere.follow(None)
        self.session.close()
        self.tasks.close()
        # A stack that dies full would tell of it, and its listeners would ask it while it dies.
        self.undo_stack.clear()
        self.access.close()
        self.save()

    def save(self) -> None:
        """Write what is kept for the next start."""
        self.about_to_save.emit()
        self.settings.save()

    def _welcome_runs(self, runs: Sequence[Run]) -> None:
        """Another program has made these."""
        if self.run is None:
            self.select_run(runs[-1])
        self.runs_were_changed()

    def _follow_other_window(self) -> None:
        if self.project is not None and self._seen != _stamp(self.project):
            self._read_project_anew()

    def _read_project_anew(self) -> None:
        """What another window has changed meanwhile."""
        # imported here, because the window answers before pydantic and numpy are loaded
        from attnstudio.project.project_file import read_project_file

        if self.project is None:
            return
        self._seen = _stamp(self.project)
        before = self.project.file.corpus
        try:
            self.project.file = read_project_file(self.project.folder)
        except AttentionStudioError:  # it is being changed, or will be found damaged when opened
            return
        if self.project.file.corpus != before:
            self.corpus_was_changed()
        self.runs_were_changed()

    def _show_project(self, project: Project | None) -> None:
        self.project = project
        self.run = None  # until the one is selected that the project was left with
        self.known_runs.clear()
        self.undo_stack.clear()
        if project is None:
            self.access.close()
        else:
            self.access.open(project.folder)
            self._seen = _stamp(project)
            self.known_runs.look(project.runs())
        self.elsewhere.follow(project)
        self.settings.last_project = project.folder if project else None
        self.project_changed.emit(project)
        names = {run.name: run for run in project.runs()} if project else {}
        last = project.file.last_run if project else ""
        self.select_run(names.get(last))


def _stamp(project: Project) -> tuple[object, ...]:
    """What tells that another program has changed a project, or trained in it."""
    runs = project.runs()
    paths = [project.folder / "project.toml", *(run.events_path for run in runs)]
    times = tuple(path.stat().st_mtime_ns if path.is_file() else 0 for path in paths)
    return (*(run.name for run in runs), *times)
