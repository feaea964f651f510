"""What is known of the runs of the open project: read in tasks, so that the window asks no disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from attnstudio.gui.studio.tasks import TaskRunner
from attnstudio.gui.studio.training_session import TrainingSession
from attnstudio.training.events import CheckpointSaved, TrainingEvent

if TYPE_CHECKING:  # pydantic and numpy take a while to load: the window answers before
    from attnstudio.gui.studio.run_look import KnownRun
    from attnstudio.project.run import Run


class KnownRuns(QObject):
    """Looks at runs behind the window, and keeps what was seen.

    The run that is trained here is looked at by itself: when it has saved a checkpoint, and when
    its training begins, waits or ends.

    Args:
        tasks: where it looks.
        session: the training that is under way.
        parent: owns it.

    Signals:
        looked: what is known of runs may be something else now.
    """

    looked = Signal()

    def __init__(self, tasks: TaskRunner, session: TrainingSession, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks, self._session = tasks, session
        self._known: dict[Path, KnownRun] = {}
        self._looking: dict[Path, Run] = {}
        self._next: dict[Path, Run] = {}  # once that is done
        session.events_arrived.connect(self._hear)
        session.state_changed.connect(self._look_at_trained)

    def of(self, run: Run) -> KnownRun | None:
        """A run as it was at the last look; None where there was none yet."""
        return self._known.get(run.folder)

    @property
    def is_first_look(self) -> bool:
        """Whether the runs of the project are being looked at for the first time."""
        return not self._known and bool(self._looking or self._next)

    def clear(self) -> None:
        """Another project is open; what a look still brings of the last one is not kept."""
        self._known = {}
        self._next.clear()

    def look(self, runs: Sequence[Run]) -> None:
        """Read what the files of some runs say now."""
        self._next |= {run.folder: run for run in runs}
        if self._next and not self._looking:
            self._begin()

    def _begin(self) -> None:
        # imported here, because the window answers before pydantic and numpy are loaded
        from attnstudio.gui.studio.run_look import look_at

        session, known = self._session, self._known
        ours = session.run.folder if session.run is not None and session.is_active else None
        self._looking, self._next = self._next, {}
        wanted = [(run, known.get(run.folder)) for run in self._looking.values()]

        def take(found: dict[Path, KnownRun]) -> None:
            known.update(found)
            end()

        def end(_: object = None) -> None:  # one that failed was of a run that is gone meanwhile
            self._looking = {}
            self.look(())
            self.looked.emit()

        self._tasks.run(
            self.tr("Reading runs"),
            lambda _: {
                run.folder: look_at(run, before, is_ours=run.folder == ours)
                for run, before in wanted
                if run.folder.exists()
            },
            on_done=take,
            on_failed=end,
            quiet=True,
        )

    def _hear(self, events: Sequence[TrainingEvent]) -> None:
        if any(isinstance(event, CheckpointSaved) for event in events):
            self._look_at_trained()

    def _look_at_trained(self) -> None:
        if self._session.run is not None:
            self.look([self._session.run])
