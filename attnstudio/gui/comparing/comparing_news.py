"""What a comparison has to say while it goes on and at its end, and how it goes on later."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from attnstudio.gui.look.wording import count
from attnstudio.gui.studio.comparing import QueueEnd
from attnstudio.gui.studio.notify import Severity
from attnstudio.gui.studio.studio import Studio
from attnstudio.project.comparison_queue import EntryState
from attnstudio.project.project import Project
from attnstudio.project.run import Run

_OPEN = "comparing/open"  # what was under way when the program ended


class ComparingNews(QObject):
    """Tells how a comparison has ended, and lets the pages follow from run to run.

    What was under way when the window closed is offered when its project is opened again.

    Args:
        studio: whose comparison it is.
        parent: owns it.
    """

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._followed: Path | None = None
        studio.comparing.run_begun.connect(self._follow)
        studio.comparing.ended.connect(self._tell)
        studio.comparing.changed.connect(self._keep)
        studio.project_changed.connect(self._offer)
        self._offer(studio.project)

    def _follow(self, run: Run) -> None:
        """Whoever watches one run watches the next."""
        studio = self._studio
        project = studio.comparing.project
        if studio.project is None or project is None or studio.project.folder != project.folder:
            return
        turn = studio.comparing.turn
        is_first = turn is not None and turn.number == 1
        if is_first or studio.run is None or studio.run.folder == self._followed:
            studio.select_run(run)
        self._followed = run.folder
        if is_first:
            studio.corpus_was_changed()  # splits may have been cut
        studio.runs_were_changed()

    def _tell(self, end: QueueEnd) -> None:
        studio = self._studio
        if studio.comparing.is_leaving:
            return
        studio.settings.set_value(_OPEN, "")
        studio.runs_were_changed()
        if end.error is not None:
            studio.notifier.show_error(end.error)
        if end.is_done:
            self._tell_done(end)
        else:
            words = self.tr("Comparison {name} was stopped.")
            if not end.was_stopped:
                words = self.tr("Comparison {name} has ended early.")
            self._say_not_done(end, words.format(name=end.name))

    def _tell_done(self, end: QueueEnd) -> None:
        assert end.turn is not None
        entries = end.turn.entries
        bad = sum(each.state in (EntryState.FAILED, EntryState.GONE) for each in entries)
        words = self.tr("Comparison {name} is done: {n} of {all} runs are finished.")
        self._studio.notifier.say(
            words.format(name=end.name, n=count(len(entries) - bad), all=count(len(entries))),
            level=Severity.WARNING if bad else Severity.SUCCESS,
            action_text=self.tr("Show the table"),
            action=partial(self._show, end.project, end.name),
        )

    def _say_not_done(self, end: QueueEnd, words: str) -> None:
        self._studio.notifier.say(
            f"{words} {end.why}".strip(),
            hint=self.tr("It goes on from there whenever you like."),
            level=Severity.WARNING,
            action_text=self.tr("Go on"),
            action=partial(self._go_on, end.project.folder, end.name),
        )

    def _show(self, project: Project, name: str) -> None:
        if self._open(project.folder):
            self._studio.show_comparison(name)

    def _open(self, folder: Path) -> bool:
        opened = self._studio.project
        return (opened is not None and opened.folder == folder) or self._studio.open_project(folder)

    def _go_on(self, folder: Path, name: str) -> None:
        studio = self._studio
        if not self._open(folder) or studio.project is None:
            return
        if reason := studio.access.reason:
            studio.notifier.say(reason, level=Severity.WARNING)
        elif studio.is_training:
            studio.notifier.say(
                self.tr("A training is under way."),
                hint=self.tr("Stop it before another one goes on."),
                level=Severity.WARNING,
            )
        else:
            studio.comparing.start(studio.project, name)
            studio.show_comparison(name)

    # from one start of the program to the next

    def _keep(self) -> None:
        comparing = self._studio.comparing
        if comparing.is_active and comparing.project is not None:
            kept = f"{comparing.name}\n{comparing.project.folder}"
            self._studio.settings.set_value(_OPEN, kept)

    def _offer(self, project: Project | None) -> None:
        name, _, folder = self._studio.settings.value(_OPEN, "").partition("\n")
        if project is None or not name or Path(folder) != project.folder:
            return
        if self._studio.comparing.is_active:
            return
        self._studio.settings.set_value(_OPEN, "")  # it is offered once, and has its page
        self._studio.notifier.say(
            self.tr("Comparison {name} was under way when the window closed.").format(name=name),
            level=Severity.INFO,
            action_text=self.tr("Go on"),
            action=partial(self._go_on, project.folder, name),
        )
