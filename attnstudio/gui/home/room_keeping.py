"""Sweeps, returns from the trash and its emptying, behind the window and on the undo stack."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from attnstudio.errors import AttentionStudioError
from attnstudio.gui.home.room_dialog import RoomDialog, RoomFacts
from attnstudio.gui.studio.run_changes import push_return, show_runs
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.gui.studio.undo_commands import Work
from attnstudio.project.project import Project
from attnstudio.project.room import Swept, find_unused, sweep, weigh
from attnstudio.project.run import Run
from attnstudio.project.trash import Trashed, empty_trash, list_trash, restore, restore_swept
from attnstudio.project.weight import in_units


class RoomKeeping(QObject):
    """Does what the dialog asks for.

    Args:
        studio: what is open.
        project: whose room it is.
        parent: the window that the dialog belongs to.

    Attributes:
        dialog: to be opened.
    """

    def __init__(self, studio: Studio, project: Project, parent: QWidget) -> None:
        self.dialog = RoomDialog(project.folder.name, parent)
        super().__init__(self.dialog)
        self._studio, self._project = studio, project
        self.dialog.sweep_asked.connect(self._sweep)
        self.dialog.restore_asked.connect(self._restore)
        self.dialog.emptying_asked.connect(self._empty)
        self.dialog.finished.connect(self.dialog.deleteLater)
        studio.changes.busy_changed.connect(self._follow)
        studio.access.changed.connect(self._follow)
        self._follow()

    def _follow(self, busy: bool = False) -> None:
        self.dialog.allow(self._studio.access.reason, busy=busy)
        if not busy:
            self._studio.tasks.run(
                self.tr("Weighing the project"),
                partial(_facts, self._project),
                on_done=self._show,
                quiet=True,
            )

    def _show(self, facts: RoomFacts) -> None:
        if shiboken6.isValid(self.dialog):  # else it was closed meanwhile
            self.dialog.show_facts(facts)

    def _sweep(self) -> None:
        self._studio.changes.make(self._sweeping(self._say_swept))

    def _sweeping(self, done: Callable[[Swept | None], None]) -> Work[Swept | None]:
        def work(control: TaskControl) -> Swept | None:
            return sweep(self._project, progress=control.report, should_stop=control.should_stop)

        return Work(self.tr("Sweeping"), work, done)

    def _say_swept(self, swept: Swept | None) -> None:
        if swept is None or self._studio.project is not self._project:
            return
        latest = [swept]

        def again(done: Swept | None) -> None:
            if done is not None:
                latest[0] = done

        back: Work[None] = Work(
            self.tr("Bringing back what was swept"),
            lambda _: restore_swept(self._project, latest[0].folder),
            lambda _: None,
        )
        self._studio.changes.push(self.tr("sweep"), back, self._sweeping(again))
        words = self.tr("{size} were moved to the trash.")
        self._studio.changes.offer_undo(words.format(size=in_units(swept.size_bytes)))

    def _restore(self, thing: Trashed) -> None:
        title = self.tr("Bringing it back")
        if thing.run:
            run_work: Work[Run] = Work(
                title,
                lambda _: restore(self._project, thing.folder, thing.run),
                partial(self._say_restored, thing),
            )
            self._studio.changes.make(run_work)
            return
        work: Work[None] = Work(
            title, lambda _: restore_swept(self._project, thing.folder), lambda _: None
        )
        self._studio.changes.make(work)

    def _say_restored(self, thing: Trashed, run: Run) -> None:
        if self._studio.project is self._project:
            push_return(self._studio, self._project, thing.run, thing.folder)
            show_runs(self._studio, [run])

    def _empty(self) -> None:
        def work(control: TaskControl) -> int:
            return empty_trash(
                self._project, progress=control.report, should_stop=control.should_stop
            )

        def say(deleted: int) -> None:
            words = self.tr("{size} were deleted.").format(size=in_units(deleted))
            self._studio.notifier.say(words)

        self._studio.changes.make(Work(self.tr("Emptying the trash"), work, say))


def _facts(project: Project, control: TaskControl) -> RoomFacts | None:
    weights = weigh(project, control.should_stop)
    if weights is None:
        return None
    try:
        unused, problem = find_unused(project), ""
    except AttentionStudioError as error:
        unused, problem = [], str(error)
    return RoomFacts(weights, unused, list_trash(project), problem)
