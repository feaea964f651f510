"""What a person does with whole runs: delete and bring back, compare, show their folders."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from attnstudio.errors import AttentionStudioError
from attnstudio.gui.notify import Level
from attnstudio.gui.studio import Studio
from attnstudio.gui.widgets.difference_table import DifferenceTable
from attnstudio.gui.widgets.run_list import RunList
from attnstudio.project.comparison import differences
from attnstudio.project.run import Run
from attnstudio.project.trash import move_to_trash, restore


class RunKeeping(QWidget):
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

    def _delete(self, name: str) -> None:
        """Into the trash, with a way back instead of a question."""
        studio = self._studio
        if studio.project is None:
            return
        run = studio.project.run(name)
        session = studio.session
        if session.is_active and session.run is not None and session.run.folder == run.folder:
            studio.notifier.say(
                self.tr("{run} is being trained.").format(run=name),
                hint=self.tr("Stop it first."),
                level=Level.WARNING,
            )
            return
        try:
            trashed = move_to_trash(studio.project, run)
        except AttentionStudioError as error:
            studio.notifier.show_error(error)
            return
        studio.notifier.say(
            self.tr("{run} was moved to the project's trash.").format(run=name),
            action_text=self.tr("Undo"),
            action=partial(self._restore, trashed, name),
        )
        self._show(studio.project.runs()[-1:])

    def _restore(self, trashed: Path, name: str) -> None:
        project = self._studio.project
        if project is None or not trashed.is_relative_to(project.folder):
            return
        try:
            self._show([restore(project, trashed, name)])
        except AttentionStudioError as error:
            self._studio.notifier.show_error(error)

    def _show(self, runs: Sequence[Run]) -> None:
        self._studio.select_run(runs[0] if runs else None)
        self._studio.runs_were_changed()

    def _compare(self, names: Sequence[str]) -> None:
        project = self._studio.project
        if project is not None:
            rows = differences([project.run(name).definition() for name in names])
            DifferenceTable(names, rows, self.parentWidget()).open()

    def _open_folder(self, name: str) -> None:
        if self._studio.project is not None:
            folder = self._studio.project.run(name).folder
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
