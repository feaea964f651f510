"""Whether this window may change the open project, and if not, why, and when it may again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:  # pydantic takes a while to load: the window answers before
    from attnstudio.project.ownership import HeldByOther, Hold, WriteProtected

_LOOK_MS = 3_000


class ProjectAccess(QObject):
    """Holds the open project, or looks now and then whether it can be had.

    Signals:
        changed: this window may change the project now, or it may not, or somebody else has it.
        looked: it still may not; what the other window does may be looked at anew.
    """

    changed = Signal()
    looked = Signal()

    def __init__(self, parent: QObject, *, look_ms: int = _LOOK_MS) -> None:
        super().__init__(parent)
        self._folder: Path | None = None
        self.state: Hold | HeldByOther | WriteProtected | None = None
        self._timer = QTimer(self, interval=look_ms)
        self._timer.timeout.connect(self._look)
        self._alive = QTimer(self)
        self._alive.timeout.connect(self._say_alive)

    @property
    def reason(self) -> str:
        """Why nothing of the project can be changed, in a sentence; empty where it can."""
        held, protected = self.held_by_other, self.write_protected
        if held is not None:
            return self.tr("This project is open in another window, so nothing is changed here.")
        if protected is not None:
            return self.tr("This project is write-protected, so nothing can be changed here.")
        return ""

    @property
    def held_by_other(self) -> HeldByOther | None:
        """Who else has the project."""
        from attnstudio.project.ownership import HeldByOther  # brings pydantic

        return self.state if isinstance(self.state, HeldByOther) else None

    @property
    def write_protected(self) -> WriteProtected | None:
        """Why the project cannot be written."""
        from attnstudio.project.ownership import WriteProtected  # brings pydantic

        return self.state if isinstance(self.state, WriteProtected) else None

    def open(self, folder: Path) -> None:
        """Take a project, or look at it only."""
        self.close()
        self._folder = folder
        self._claim()

    def close(self) -> None:
        """Let go of the project."""
        from attnstudio.project.ownership import Hold  # brings pydantic

        self._timer.stop()
        self._alive.stop()
        if isinstance(self.state, Hold):
            self.state.release()
        self.state, self._folder = None, None

    def take_over(self) -> None:
        """Take the project from a window that has been silent for long."""
        if self._folder is not None:
            self._claim(take_over=True)
            self.changed.emit()

    def _claim(self, *, take_over: bool = False) -> None:
        from attnstudio.project.ownership import HEARTBEAT_S, Hold, claim  # brings pydantic

        assert self._folder is not None
        self.state = claim(self._folder, take_over=take_over)
        if isinstance(self.state, Hold):
            self._timer.stop()
            self._alive.start(round(1_000 * HEARTBEAT_S))
        else:
            self._timer.start()

    def _look(self) -> None:
        before = self.state
        self._claim()
        (self.looked if self.state == before else self.changed).emit()

    def _say_alive(self) -> None:
        from attnstudio.project.ownership import Hold  # brings pydantic

        if isinstance(self.state, Hold):
            self.state.say_alive()
