"""The recent projects as a menu; those that are gone can be taken from the list."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from attnstudio.gui.studio.settings import Settings

_MOST = 10


class RecentMenu(QMenu):
    """Made anew each time it opens.

    Signals:
        opened: the `Path` of a project.
        shortened: some are not in the list any more.
    """

    opened = Signal(object)
    shortened = Signal()

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(self.tr("Open &recent"), parent)
        self._settings = settings
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """List what is known now."""
        self.clear()
        folders = self._settings.recent_projects[:_MOST]
        names = [folder.name for folder in folders]
        gone = [folder for folder in folders if not (folder / "project.toml").is_file()]
        for number, folder in enumerate(folders, start=1):
            is_told_apart = names.count(folder.name) == 1
            name = folder.name if is_told_apart else f"{folder.name} – {folder.parent}"
            name = name.replace("&", "&&")
            if folder in gone:
                action = self.addAction(self.tr("{name} (not there any more)").format(name=name))
                action.setEnabled(False)
            else:
                text = f"&{number} {name}" if number < _MOST else name
                action = self.addAction(text, partial(self.opened.emit, folder))
            action.setToolTip(str(folder))
            action.setStatusTip(str(folder))
        if not folders:
            self.addAction(self.tr("No project was opened yet")).setEnabled(False)
            return
        self.addSeparator()
        if gone:
            self.addAction(
                self.tr("&Remove what is not there any more"), partial(self._forget, gone)
            )
        self.addAction(self.tr("&Clear the list"), self._clear)

    def _forget(self, folders: list[Path]) -> None:
        for folder in folders:
            self._settings.forget(folder)
        self.shortened.emit()

    def _clear(self) -> None:
        self._forget(self._settings.recent_projects)
