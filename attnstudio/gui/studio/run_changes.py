"""Runs that leave the open project, and those that come back, on the undo stack."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from attnstudio.errors import AttentionStudioError
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.undo_commands import ProjectChange, Work
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.trash import move_to_trash, restore


class _Way:
    """Between the runs and the trash, for one run; its place in the trash changes each time."""

    def __init__(self, studio: Studio, project: Project, name: str, trashed: Path) -> None:
        self._studio, self._project = studio, project
        self._name, self._trashed = name, trashed

    @property
    def there(self) -> Work[Path]:
        """To the trash."""
        title = _tr("Deleting {run}").format(run=self._name)
        return Work(title, lambda _: self._delete(), self._forget)

    @property
    def back(self) -> Work[Run]:
        """To the runs."""
        title = _tr("Bringing {run} back").format(run=self._name)
        return Work(title, lambda _: self._restore(), self._welcome)

    def _delete(self) -> Path:
        return move_to_trash(self._project, self._project.run(self._name))

    def _restore(self) -> Run:
        return restore(self._project, self._trashed, self._name)

    def _forget(self, trashed: Path) -> None:
        self._trashed = trashed
        if self._studio.project is self._project:
            show_runs(self._studio, self._project.runs()[-1:])

    def _welcome(self, run: Run) -> None:
        if self._studio.project is self._project:
            show_runs(self._studio, [run])


def find_run(studio: Studio, name: str) -> Run | None:
    """A run of the open project; where it is gone, that is said."""
    if studio.project is None:
        return None
    try:
        return studio.project.run(name)
    except AttentionStudioError as error:
        studio.notifier.show_error(error)
        return None


def delete_run(studio: Studio, project: Project, name: str) -> None:
    """Move a run to the trash behind the window, with a way back instead of a question."""

    def said(trashed: Path) -> None:
        if studio.project is project:
            push_deletion(studio, project, name, trashed)
            words = _tr("{run} was moved to the project's trash.").format(run=name)
            studio.changes.offer_undo(words)
            show_runs(studio, project.runs()[-1:])

    title = _tr("Deleting {run}").format(run=name)
    work = Work(title, lambda _: move_to_trash(project, project.run(name)), said)
    studio.changes.make(work)


def push_deletion(studio: Studio, project: Project, name: str, trashed: Path) -> ProjectChange:
    """Put the deletion of a run on the stack."""
    way = _Way(studio, project, name, trashed)
    return studio.changes.push(_tr("deletion of {run}").format(run=name), way.back, way.there)


def push_return(studio: Studio, project: Project, name: str, trashed: Path) -> ProjectChange:
    """Put the return of a run from the trash on the stack."""
    way = _Way(studio, project, name, trashed)
    return studio.changes.push(_tr("return of {run}").format(run=name), way.there, way.back)


def show_runs(studio: Studio, runs: Sequence[Run]) -> None:
    """The runs are others now; look at the first of these."""
    studio.select_run(runs[0] if runs else None)
    studio.runs_were_changed()


def _tr(text: str) -> str:
    return QCoreApplication.translate("run_changes", text)
