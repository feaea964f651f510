"""Trainings of the open project in other programs: noticed while they begin, go on and end."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from attnstudio.gui.studio.known_runs import KnownRuns
from attnstudio.gui.studio.tasks import TaskControl, TaskRunner
from attnstudio.gui.studio.training_session import TrainingSession

if TYPE_CHECKING:  # pydantic and numpy take a while to load: the window answers before
    from attnstudio.project.project import Project
    from attnstudio.project.run import Run

_LOOK_MS = 3_000


class _Sight(NamedTuple):
    """A run as its folder looks from outside.

    Attributes:
        run: the run.
        is_trained: whether somebody trains it.
        log_bytes: size of its log; 0 where nobody trains it.
    """

    run: Run
    is_trained: bool
    log_bytes: int


class TrainingsElsewhere(QObject):
    """Looks at the folders of runs now and then, in tasks, and tells what others do there.

    Args:
        tasks: where it looks.
        session: the training of this program, which tells of itself.
        known_runs: what is known of the runs.
        parent: owns it.
        look_ms: between two looks.

    Signals:
        came: runs that others have made, oldest first.
        moved: runs whose training elsewhere began, went on or ended since the last look.
    """

    came = Signal(object)
    moved = Signal(object)

    def __init__(
        self,
        tasks: TaskRunner,
        session: TrainingSession,
        known_runs: KnownRuns,
        parent: QObject,
        *,
        look_ms: int = _LOOK_MS,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._session, self._known_runs = tasks, session, known_runs
        self._project: Project | None = None
        self._seen: dict[Path, _Sight] | None = None  # until the first look
        self._is_looking = False
        self._timer = QTimer(self, interval=look_ms)
        self._timer.timeout.connect(self.look)

    def follow(self, project: Project | None) -> None:
        """Look at the runs of a project from here on; at none where there is no project."""
        self._project, self._seen = project, None
        if project is None:
            self._timer.stop()
        else:
            self._timer.start()

    def look(self) -> None:
        """Look now, unless a look is under way."""
        project = self._project
        if project is None or self._is_looking:
            return
        self._is_looking = True

        def take(found: dict[Path, _Sight]) -> None:
            self._is_looking = False
            if project is self._project:
                self._take(found)

        def fail(_: Exception) -> None:  # the folder is gone for now: the next look tells
            self._is_looking = False

        self._tasks.run(
            self.tr("Reading runs"),
            partial(_see, project),
            on_done=take,
            on_failed=fail,
            quiet=True,
        )

    def _take(self, found: dict[Path, _Sight]) -> None:
        seen, self._seen = self._seen, found
        moved = [sight.run for sight in found.values() if self._has_changed(sight, seen or {})]
        if seen is not None:
            new = [found[folder].run for folder in found.keys() - seen.keys()]
            if unknown := [run for run in new if self._known_runs.of(run) is None]:
                self.came.emit(unknown)
        if moved:
            self.moved.emit(moved)

    def _has_changed(self, sight: _Sight, seen: dict[Path, _Sight]) -> bool:
        session, run = self._session, sight.run
        if session.is_active and session.run is not None and session.run.folder == run.folder:
            return False
        known, before = self._known_runs.of(run), seen.get(run.folder)
        if known is not None and known.is_under_way != sight.is_trained:
            return True
        return before is not None and before.log_bytes != sight.log_bytes


def _see(project: Project, _: TaskControl) -> dict[Path, _Sight]:
    return {run.folder: _sight_of(run) for run in project.runs()}


def _sight_of(run: Run) -> _Sight:
    # imported here, because the window answers before pydantic and numpy are loaded
    from attnstudio.project.marker import is_marked
    from attnstudio.project.run import RunState
    from attnstudio.training.history import History

    # Who trains has marked the run: of all others the lock need not be asked.
    if not is_marked(run.folder) or run.state(History()) is not RunState.RUNNING:
        return _Sight(run, is_trained=False, log_bytes=0)
    log = run.events_path
    return _Sight(run, is_trained=True, log_bytes=log.stat().st_size if log.is_file() else 0)
