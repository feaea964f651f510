"""From a person's wish for an empty project to its folder."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from attnstudio.errors import AttentionStudioError
from attnstudio.gui.home.new_project_dialog import NewProject, NewProjectDialog
from attnstudio.gui.look.wording import error_text
from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.project.project import Project


class NewProjects(QObject):
    """Asks for languages and a name, makes the project and shows it, ready for files."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self.dialog: NewProjectDialog | None = None

    def ask(self, window: QWidget) -> None:
        """Open the dialog."""
        self.dialog = NewProjectDialog(self._studio.projects_folder, window)
        self.dialog.wished.connect(self._make)
        self.dialog.open()

    def _make(self, wish: NewProject) -> None:
        assert self.dialog is not None
        try:
            Project.create(wish.folder, *wish.languages)
        except AttentionStudioError as error:
            self.dialog.show_problem(" ".join(error_text(error)).strip())
            return
        self.dialog.accept()
        if self._studio.open_project(wish.folder):
            self._studio.go_to(PageName.CORPUS)
