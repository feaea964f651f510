"""What belongs to the person's machine and not to a run: looks, places, recent projects."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

from attnstudio.gui.look.theme import Scheme

_MOST_RECENT = 20
_MOST_ANSWERED = 200

T = TypeVar("T", str, bool, int, float)


class Settings:
    """An INI file in the person's configuration folder.

    Args:
        path: another file, for tests.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._store = QSettings(str(path or _default_path()), QSettings.Format.IniFormat)

    @property
    def scheme(self) -> Scheme:
        """Light, dark or as the system is."""
        known = {scheme.value: scheme for scheme in Scheme}
        return known.get(self.value("look/scheme", ""), Scheme.SYSTEM)

    @scheme.setter
    def scheme(self, scheme: Scheme) -> None:
        self.set_value("look/scheme", scheme.value)

    @property
    def still(self) -> bool:
        """Whether nothing is to move by itself."""
        return self.value("look/still", False)

    @still.setter
    def still(self, still: bool) -> None:
        self.set_value("look/still", still)

    @property
    def recent_projects(self) -> list[Path]:
        """Folders of projects, the last opened first; some may be gone."""
        stored = self._store.value("projects/recent")
        names = [stored] if isinstance(stored, str) else list(stored or ())
        return [Path(name) for name in names if name]

    def add_recent(self, folder: Path) -> None:
        """Put a project in front of the recent ones."""
        others = [known for known in self.recent_projects if known != folder]
        self._set_recent([folder, *others][:_MOST_RECENT])

    def forget(self, folder: Path) -> None:
        """Take a project from the recent ones; its folder stays."""
        self._set_recent([known for known in self.recent_projects if known != folder])

    @property
    def answered(self) -> list[str]:
        """The interrupted trainings that the person has said something about."""
        stored = self._store.value("interrupted/answered")
        return [stored] if isinstance(stored, str) else list(stored or ())

    def add_answered(self, key: str) -> None:
        """Do not ask about an interrupted training again."""
        others = [known for known in self.answered if known != key]
        self._store.setValue("interrupted/answered", [key, *others][:_MOST_ANSWERED])

    @property
    def last_project(self) -> Path | None:
        """The project that was open at the end, None if none was."""
        name = self.value("projects/last", "")
        return Path(name) if name else None

    @last_project.setter
    def last_project(self, folder: Path | None) -> None:
        self.set_value("projects/last", str(folder) if folder else "")

    def value(self, key: str, default: T) -> T:
        """A stored value of the default's type; the default where none of that type is stored."""
        value = self._store.value(key, default, type=type(default))
        return value if isinstance(value, type(default)) else default

    def set_value(self, key: str, value: str | bool | int | float) -> None:
        """Store a value."""
        self._store.setValue(key, value)

    def bytes_value(self, key: str) -> QByteArray:
        """The state of a window or splitter; empty where none is stored."""
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_bytes_value(self, key: str, value: QByteArray) -> None:
        """Store the state of a window or splitter."""
        self._store.setValue(key, value)

    def clear(self) -> None:
        """Forget everything."""
        self._store.clear()

    def save(self) -> None:
        """Write the file now."""
        self._store.sync()

    def _set_recent(self, folders: list[Path]) -> None:
        self._store.setValue("projects/recent", [str(folder) for folder in folders])


def _default_path() -> Path:
    location = QStandardPaths.StandardLocation.GenericConfigLocation
    return Path(QStandardPaths.writableLocation(location)) / "attnstudio" / "window.ini"
