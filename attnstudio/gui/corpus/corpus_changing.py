"""How the open corpus is changed: its splits are cut, pairs are dropped and brought back."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from attnstudio.config import CleaningConfig
from attnstudio.corpus.cleaning import LEAKS_ONLY
from attnstudio.corpus.cleaning_report import CleaningReport
from attnstudio.gui.look.wording import count
from attnstudio.gui.studio.corpus_changes import CorpusChange, corpus_work_to, push_corpus_change
from attnstudio.gui.studio.notify import Severity
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.gui.studio.undo_commands import ProjectChange, Work
from attnstudio.project.cleaning import clean, undo_cleaning
from attnstudio.project.corpus_history import CorpusState
from attnstudio.project.project import Project
from attnstudio.project.project_file import AppliedCleaning


class CorpusChanging(QObject):
    """Gives the open project another corpus, says so, and leaves a way back.

    Args:
        studio: has the project.
        parent: owns it.

    Signals:
        begun: the project is about to be changed, perhaps its corpus.
        ended: it has been, or it stays.
    """

    begun = Signal()
    ended = Signal()

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._cleaning: ProjectChange | None = None
        studio.changes.busy_changed.connect(self._tell_busy)

    def cut_splits(self) -> None:
        """Cut validation and test pairs from the training pairs, once and for all."""
        if (project := self._studio.project) is None:
            return

        def cut(_: TaskControl) -> CorpusChange:
            before = CorpusState.of(Project.open(project.folder).file)
            project.freeze_splits()
            return CorpusChange(before, CorpusState.of(project.file))

        title = self.tr("Cutting validation and test pairs")
        self._make(Work(title, cut, partial(self._say_cut, project)), project)

    def remove_leaks(self) -> None:
        """Drop the training pairs that share a sentence with validation or test."""
        self.clean(LEAKS_ONLY)

    def clean(self, config: CleaningConfig) -> None:
        """Drop training pairs."""
        if (project := self._studio.project) is None:
            return

        def drop(control: TaskControl) -> CleaningReport | None:
            return clean(project, config, progress=control.report, should_stop=control.should_stop)

        title = self.tr("Dropping training pairs")
        self._make(Work(title, drop, partial(self._say_cleaned, project)), project)

    def undo_cleaning(self) -> None:
        """Bring back what the last cleaning dropped, as Ctrl+Z does right after it."""
        changes, project = self._studio.changes, self._studio.project
        if changes.is_last(self._cleaning):
            changes.undo()
        elif project is not None:
            self._make(self._work_back(project, None), project)

    def _make(self, work: Work[Any], project: Project) -> None:
        """Give the project another corpus; an error may come after a change, so look anew."""
        self._studio.changes.make(
            work,
            on_failed=partial(self._show_failure, project),
            on_cancelled=partial(self._show_change, project),
        )

    def _show_failure(self, project: Project, error: Exception) -> None:
        self._show_change(project)
        self._studio.notifier.show_error(error)

    def _show_change(self, project: Project) -> None:
        if self._studio.project is project:
            self._studio.corpus_was_changed()

    def _tell_busy(self, busy: bool) -> None:
        (self.begun if busy else self.ended).emit()

    def _say_cut(self, project: Project, change: CorpusChange) -> None:
        self._show_change(project)
        if change.before == change.after:
            self._studio.notifier.say(
                self.tr("Too few training pairs: nothing was cut."), level=Severity.WARNING
            )
        elif self._studio.project is project:
            push_corpus_change(self._studio, project, self.tr("cut of the splits"), change)
            self._studio.changes.offer_undo(self.tr("Validation and test pairs were cut."))

    def _say_cleaned(self, project: Project, report: CleaningReport) -> None:
        self._show_change(project)
        if not report.dropped:
            self._studio.notifier.say(self.tr("There was nothing to drop."))
            return
        words = self.tr("{n} training pairs were removed.").format(n=count(report.dropped))
        if report.dropped == 1:
            words = self.tr("One training pair was removed.")
        if self._studio.project is not project:
            self._studio.notifier.say(words, level=Severity.SUCCESS)
            return
        done = project.file.cleanings[-1]
        after = CorpusState.of(project.file)
        before = replace(after, corpus=done.before, cleanings=after.cleanings[:-1])
        self._cleaning = self._studio.changes.push(
            self.tr("removal of training pairs"),
            self._work_back(project, done),
            corpus_work_to(self._studio, project, after, before),
        )
        self._studio.changes.offer_undo(words)

    def _work_back(self, project: Project, done: AppliedCleaning | None) -> Work[AppliedCleaning]:
        """Bring back what a cleaning dropped; None for the last, whichever it is."""
        title = self.tr("Bringing dropped pairs back")
        said = partial(self._say_undone, project)
        return Work(title, lambda _: undo_cleaning(project, done), said)

    def _say_undone(self, project: Project, undone: AppliedCleaning) -> None:
        self._show_change(project)
        words = self.tr("{n} training pairs are back.").format(n=count(undone.dropped))
        self._studio.notifier.say(words, level=Severity.SUCCESS)
