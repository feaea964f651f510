"""Reads the comparisons of the open project behind the window: there may be many runs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from attnstudio.errors import AttentionStudioError
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import Task, TaskControl
from attnstudio.project.comparison_table import ComparisonTable, read_table
from attnstudio.project.kept_comparisons import list_comparisons, read_comparison
from attnstudio.project.project import Project


@dataclass(frozen=True, slots=True)
class ReadComparisons:
    """What a project has.

    Attributes:
        project: whose they are.
        names: of all.
        name: of the one that is shown; empty where there is none.
        table: how that stands; None where it cannot be read.
        problem: why it cannot be read.
    """

    project: Project
    names: tuple[str, ...]
    name: str = ""
    table: ComparisonTable | None = None
    problem: str = ""


class ComparisonReading(QObject):
    """Reads one at a time; what is asked meanwhile is read after it.

    Args:
        studio: whose project, and where tasks run.
        parent: owns it.

    Signals:
        read: a `ReadComparisons`.
    """

    read = Signal(object)

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._task: Task | None = None
        self._again: str | None = None

    def ask(self, wanted: str) -> None:
        """Read how they stand; show the one of this name, or that has a run of it, or the last."""
        project = self._studio.project
        if project is None:
            return
        if self._task is not None and self._task.is_running:
            self._again = wanted
            return
        self._task = self._studio.tasks.run(
            self.tr("Reading comparisons"),
            partial(_read, project, wanted),
            on_done=self._take,
            on_failed=self._fail,
            quiet=True,
        )

    def _take(self, found: ReadComparisons) -> None:
        if self._again is None and found.project is self._studio.project:
            self.read.emit(found)
        self._go_on()

    def _fail(self, error: Exception) -> None:
        self._studio.notifier.show_error(error)
        self._go_on()

    def _go_on(self) -> None:
        wanted, self._again = self._again, None
        if wanted is not None:
            self.ask(wanted)


def _read(project: Project, wanted: str, _: TaskControl) -> ReadComparisons:
    names = tuple(list_comparisons(project))
    name = _chosen(project, names, wanted)
    if not name:
        return ReadComparisons(project, names)
    try:
        table = read_table(project, read_comparison(project, name))
    except AttentionStudioError as error:
        return ReadComparisons(project, names, name, None, f"{error.message} {error.hint}")
    return ReadComparisons(project, names, name, table)


def _chosen(project: Project, names: tuple[str, ...], wanted: str) -> str:
    if not names:
        return ""
    if wanted in names:
        return wanted
    for name in names if wanted else ():
        try:
            if wanted in read_comparison(project, name).runs:
                return name
        except AttentionStudioError:  # it says why where it is chosen
            continue
    return names[-1]
