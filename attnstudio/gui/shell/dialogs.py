"""What is loaded behind the window that answers already: the ways into a project, the dialogs.

numpy and pydantic come with it. Only `attnstudio.gui.shell.app` knows when.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import psutil
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from attnstudio.gui.home.new_project import NewProjects
from attnstudio.gui.home.room_keeping import RoomKeeping
from attnstudio.gui.home.sample_projects import SampleProjects
from attnstudio.gui.importing.import_flow import ImportFlow
from attnstudio.gui.shell.about_box import AboutBox
from attnstudio.gui.shell.command_palette import CommandPalette
from attnstudio.gui.shell.log_dialog import LogDialog
from attnstudio.gui.shell.page_table import Page
from attnstudio.gui.shell.settings_dialog import SettingsDialog
from attnstudio.gui.shell.shortcut_sheet import ShortcutSheet
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.studio import Studio
from attnstudio.log_files import earlier_logs


class Dialogs(QObject):
    """The ways into a project, and the dialogs of the whole window.

    Args:
        studio: what is open.
        actions: everything that can be done.
        pages: whose keys the sheet of keys shows.
        window: whose dialogs they are; it takes files from now on.

    Attributes:
        import_flow: from files to a corpus.
        new_projects: from a name and two languages to an empty project.
    """

    def __init__(
        self, studio: Studio, actions: ActionRegistry, pages: Sequence[Page], window: QWidget
    ) -> None:
        super().__init__(studio)
        self._studio = studio
        self._actions = actions
        self._pages = pages
        self._window = window
        self._samples = SampleProjects(studio)
        self.new_projects = NewProjects(studio)
        self.import_flow = ImportFlow(studio)
        self.import_flow.attach(window)

    def new_project(self) -> None:
        """Ask for what an empty project needs, and make it."""
        self.new_projects.ask(self._window)

    def open_sample(self, name: str) -> None:
        """Open the project of a sample."""
        self._samples.open(name)

    def start_import(self, paths: Sequence[Path]) -> None:
        """Import files, or open a project."""
        self.import_flow.start(paths)

    def show_commands(self) -> None:
        """Everything that can be done, to be found by typing."""
        CommandPalette(self._actions, self._window).open()

    def show_log(self, path: Path | None = None) -> None:
        """What the program did since its start, or what an earlier start wrote."""
        LogDialog(earlier_logs(), shown=path, parent=self._window).open()

    def show_settings(self) -> None:
        """What is set for this machine."""
        studio = self._studio
        SettingsDialog(studio.settings, self._actions, studio.projects_folder, self._window).open()

    def show_shortcuts(self) -> None:
        """The keys."""
        ShortcutSheet(self._actions, self._pages, self._window).open()

    def show_room(self) -> None:
        """What the open project weighs."""
        if self._studio.project is not None:
            RoomKeeping(self._studio, self._studio.project, self._window).dialog.open()

    def show_about(self) -> None:
        """What the program is."""
        AboutBox(self._window).open()

    def used_megabytes(self) -> float:
        """What the program holds of the machine's memory."""
        return float(psutil.Process().memory_info().rss / 2**20)
