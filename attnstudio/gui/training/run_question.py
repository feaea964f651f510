"""Something that is asked of the checkpoints of one run or two: worked out in a task, and kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from PySide6.QtCore import QObject, Signal

from attnstudio.gui.studio.engine import Engine
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import Task, TaskControl, TaskProgress
from attnstudio.project.project import Project
from attnstudio.project.run import Run

T = TypeVar("T")


class AskedRuns(NamedTuple):
    """Of which runs something is asked, the one that is looked at first.

    Attributes:
        project: theirs.
        runs: one or two.
    """

    project: Project
    runs: tuple[Run, ...]

    @property
    def folders(self) -> tuple[Path, ...]:
        """What tells them from others."""
        return tuple(run.folder for run in self.runs)


class RunQuestion(QObject, Generic[T]):
    """One question, whose last answer is kept.

    Args:
        studio: where it is worked out.
        title: of the work, for people.
        parent: owns it.

    Signals:
        changed: there is an answer, or none is awaited any more.
        progressed: a `TaskProgress`.
    """

    changed = Signal()
    progressed = Signal(object)

    def __init__(self, studio: Studio, title: str, parent: QObject) -> None:
        super().__init__(parent)
        self._studio, self._title = studio, title
        self._task: Task | None = None
        self._known: tuple[tuple[Path, ...], T] | None = None

    @property
    def is_working(self) -> bool:
        """Whether an answer is awaited."""
        return self._task is not None

    def answer_of(self, asked: AskedRuns | None) -> T | None:
        """What is known of these runs."""
        if asked is None or self._known is None or self._known[0] != asked.folders:
            return None
        return self._known[1]

    def ask(
        self, asked: AskedRuns, answer: Callable[[Engine, AskedRuns, TaskControl], T | None]
    ) -> None:
        """Work it out; what is under way goes on instead.

        Args:
            asked: of which runs.
            answer: works it out in a thread; None when it is stopped.
        """
        if self._task is not None:
            return
        self._task = self._studio.tasks.run(
            self._title,
            partial(answer, self._studio.engine, asked),
            on_done=partial(self._keep, asked),
            on_failed=self._fail,
            on_cancelled=self._end,
        )
        self._task.progressed.connect(self._tell)
        self.changed.emit()

    def cancel(self) -> None:
        """It is not wanted any more."""
        if self._task is not None:
            self._task.cancel()

    def _keep(self, asked: AskedRuns, answer: T) -> None:
        self._known = asked.folders, answer
        self._end()

    def _fail(self, error: Exception) -> None:
        self._end()
        self._studio.notifier.show_error(error)

    def _end(self) -> None:
        self._task = None
        self.changed.emit()

    def _tell(self, progress: TaskProgress) -> None:
        self.progressed.emit(progress)
