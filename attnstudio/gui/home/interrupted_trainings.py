"""What became of trainings that were interrupted: found behind the window, answered once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from attnstudio.errors import AttentionStudioError
from attnstudio.gui.home.interrupted_runs import InterruptedRuns, going_on
from attnstudio.gui.look.wording import count
from attnstudio.gui.studio.notify import Severity
from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.gui.studio.tasks import Task, TaskControl

if TYPE_CHECKING:  # pydantic takes a while to load: the window answers before
    from attnstudio.project.interrupted import Interruption
    from attnstudio.project.project import Project
    from attnstudio.training.history import History


class InterruptedTrainings(QObject):
    """Looks for them in the recent projects, and does what the person says.

    Args:
        studio: what is open.
        panel: lists them.
    """

    def __init__(self, studio: Studio, panel: InterruptedRuns) -> None:
        super().__init__(panel)
        self._studio, self._panel = studio, panel
        self._task: Task | None = None
        self._found: list[Interruption] = []
        panel.resume_asked.connect(self.resume)
        panel.open_asked.connect(self.show_run)
        panel.discard_asked.connect(self.discard)
        studio.project_changed.connect(self._look_into_opened)

    def look(self) -> None:
        """Look into the recent projects, and list what was interrupted and not answered yet."""
        if self._task is not None:
            self._task.cancel()
        folders = self._studio.settings.recent_projects
        self._task = self._search(folders, self._list)

    def resume(self, one: Interruption) -> None:
        """Train it up to the limits that it had."""
        studio = self._studio
        if studio.is_training:
            studio.notifier.say(
                self.tr("A training is under way."),
                hint=self.tr("Stop it before another one goes on."),
                level=Severity.WARNING,
            )
            return
        project = self._opened(one)
        if project is None or not self._may_change():
            return
        try:
            run = project.run(one.run)
        except AttentionStudioError as error:
            studio.notifier.show_error(error)
            return

        def begin(history: History) -> None:
            if studio.is_training:  # it was asked for twice
                return
            studio.session.start(project, run, one.limits, history=history)
            self._answer(one)
            studio.select_run(run)
            studio.runs_were_changed()
            studio.go_to(PageName.TRAINING)

        studio.tasks.run(
            self.tr("Reading runs"), lambda _: run.history(), on_done=begin, quiet=True
        )

    def show_run(self, one: Interruption) -> None:
        """Look at what it has learnt."""
        project = self._opened(one)
        if project is None:
            return
        self._answer(one)
        runs = {run.name: run for run in project.runs()}
        self._studio.select_run(runs.get(one.run))
        self._studio.go_to(PageName.TRAINING)

    def discard(self, one: Interruption) -> None:
        """Into the trash, with a way back."""
        # imported here, because the window answers before pydantic is loaded
        from attnstudio.gui.studio.run_changes import delete_run

        project = self._opened(one)
        if project is not None and self._may_change():
            self._answer(one)
            delete_run(self._studio, project, one.run)

    def _may_change(self) -> bool:
        reason = self._studio.access.reason
        if reason:
            self._studio.notifier.say(reason, level=Severity.WARNING)
        return not reason

    def _opened(self, one: Interruption) -> Project | None:
        """Its project, opened if need be."""
        opened = self._studio.project
        if opened is None or opened.folder != one.project:
            self._studio.open_project(one.project)
            opened = self._studio.project
        return opened if opened is not None and opened.folder == one.project else None

    def _answer(self, one: Interruption) -> None:
        # At once, and not by another look: that may fail while the run is moved away.
        self._studio.settings.add_answered(_key(one))
        self._list(self._found)

    def _look_into_opened(self, project: Project | None) -> None:
        if project is not None:
            self._search([project.folder], partial(self._tell, project))

    def _search(self, folders: Sequence[Path], found: Callable[[list[Interruption]], None]) -> Task:
        title = self.tr("Looking for interrupted trainings")
        return self._studio.tasks.run(title, partial(_find_all, folders), on_done=found, quiet=True)

    def _list(self, interruptions: list[Interruption]) -> None:
        self._found = interruptions
        self._panel.show_interruptions(self._unanswered(interruptions))

    def _unanswered(self, interruptions: list[Interruption]) -> list[Interruption]:
        answered = set(self._studio.settings.answered)
        return [one for one in interruptions if _key(one) not in answered]

    def _tell(self, project: Project, interruptions: list[Interruption]) -> None:
        left = self._unanswered(interruptions)
        if not left or self._studio.project is not project or self._studio.access.reason:
            return
        if len(left) > 1:
            self._studio.notifier.say(
                self.tr("{n} trainings of this project were interrupted.").format(n=len(left)),
                level=Severity.WARNING,
                action_text=self.tr("Show them"),
                action=partial(self._studio.go_to, PageName.HOME),
            )
            return
        [one] = left
        words = self.tr("The training of {run} was interrupted at step {n}.")
        if not one.step:
            words = self.tr("The training of {run} was interrupted while it was being prepared.")
        self._studio.notifier.say(
            words.format(run=one.run, n=count(one.step)),
            hint=going_on(one),
            level=Severity.WARNING,
            action_text=self.tr("Resume"),
            action=partial(self.resume, one),
        )


def _find_all(folders: Sequence[Path], control: TaskControl) -> list[Interruption] | None:
    # imported here, because the window answers before pydantic is loaded
    from attnstudio.project.interrupted import find_interrupted

    found: list[Interruption] = []
    for folder in folders:
        if control.should_stop():
            return None
        found += find_interrupted(folder)
    return sorted(found, key=lambda one: one.heard_at, reverse=True)


def _key(one: Interruption) -> str:
    return f"{one.since:.3f} {one.run} {one.project}"
