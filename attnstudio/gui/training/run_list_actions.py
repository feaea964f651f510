"""What a person does with whole runs: delete, bring back, compare, show their folders."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from attnstudio.errors import AttentionStudioError
from attnstudio.gui.studio.notify import Severity
from attnstudio.gui.studio.run_changes import delete_run, find_run
from attnstudio.gui.studio.run_look import definition_of
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.training.difference_table import DifferenceTable
from attnstudio.gui.training.run_list import RunList
from attnstudio.project.comparison import differences


class RunListActions(QWidget):
    """Does what the list of runs asks for; it is never seen itself.

    Args:
        studio: what is open.
        runs: the list.
        page: where the list is; dialogs belong to it.
    """

    def __init__(self, studio: Studio, runs: RunList, page: QWidget) -> None:
        super().__init__(page)
        self._studio = studio
        self.hide()
        runs.deletion_asked.connect(self._delete)
        runs.differences_asked.connect(self._compare)
        runs.folder_asked.connect(self._open_folder)
        runs.comparison_asked.connect(studio.show_comparison)

    def _delete(self, name: str) -> None:
        """Into the trash, with a way back instead of a question."""
        studio, run = self._studio, find_run(self._studio, name)
        if studio.project is None or run is None:
            return
        session, comparing = studio.session, studio.comparing
        if comparing.is_between_trainings and comparing.runs_in(run.folder):
            studio.notifier.say(
                self.tr("{run} is being evaluated.").format(run=name),
                hint=self.tr("Wait until it is done, or stop the comparison first."),
                level=Severity.WARNING,
            )
            return
        if session.is_active and session.run is not None and session.run.folder == run.folder:
            studio.notifier.say(
                self.tr("{run} is being trained.").format(run=name),
                hint=self.tr("Stop it first."),
                level=Severity.WARNING,
            )
            return
        delete_run(studio, studio.project, name)

    def _compare(self, names: Sequence[str]) -> None:
        project = self._studio.project
        if project is None:
            return
        try:
            runs = [project.run(name) for name in names]
            known = self._studio.known_runs
            rows = differences([definition_of(run, known.of(run)) for run in runs])
        except AttentionStudioError as error:
            self._studio.notifier.show_error(error)
        else:
            DifferenceTable(names, rows, self.parentWidget()).open()

    def _open_folder(self, name: str) -> None:
        run = find_run(self._studio, name)
        if run is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(run.folder)))
