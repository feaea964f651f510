"""The sets of changes that a person keeps by name: those of the project that is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from attnstudio.errors import AttentionStudioError
from attnstudio.gui.studio.notify import Notifier, Severity
from attnstudio.project.kept_changes import (
    Change,
    Sets,
    forget_changes,
    keep_changes,
    name_for_changes,
    read_kept_changes,
)


class KeptSets(QObject):
    """Keeps sets in the project's folder; where that cannot be written, until the window is closed.

    Args:
        notifier: is told what could not be read or written.
        parent: owns it.

    Signals:
        changed: there are other sets.
    """

    changed = Signal()

    def __init__(self, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notifier = notifier
        self._folder: Path | None = None
        self._stored: Sets = {}
        self._unstored: Sets = {}
        self._said = ""  # so that a damaged file is told once and not at every sentence

    @property
    def sets(self) -> Mapping[str, tuple[Change, ...]]:
        """All of them by their names."""
        return {**self._stored, **self._unstored}

    def open(self, folder: Path) -> None:
        """Read those of a project, which another window may have written to."""
        if folder != self._folder:
            self._folder, self._unstored, self._said = folder, {}, ""
        self._stored = {}
        self._try(lambda: read_kept_changes(folder))

    def keep(self, name: str, changes: tuple[Change, ...]) -> None:
        """Keep changes under a name, in place of those that had it."""
        folder, name = self._folder, name_for_changes(name)
        if folder is None or not name or not changes:
            return
        self._said = ""
        self._unstored[name] = changes  # whatever the disk says
        if self._try(lambda: keep_changes(folder, name, changes)):
            del self._unstored[name]
        else:
            self._notifier.say(
                self.tr("The changes are kept until the window is closed, and no longer."),
                level=Severity.WARNING,
            )
        self.changed.emit()

    def forget(self, name: str) -> None:
        """Keep a set no longer."""
        folder = self._folder
        is_unstored = self._unstored.pop(name, None) is not None
        if folder is not None and not (is_unstored and name not in self._stored):
            self._said = ""
            self._try(lambda: forget_changes(folder, name))
        self.changed.emit()

    def _try(self, ask: Callable[[], Sets]) -> bool:
        """Take what the disk holds, or say why it cannot be had."""
        try:
            self._stored = ask()
        except AttentionStudioError as error:
            if str(error) != self._said:
                self._said = str(error)
                self._notifier.show_error(error)
            return False
        self._said = ""
        return True
