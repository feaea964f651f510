"""The machine does not fall asleep while a training is under way."""

from __future__ import annotations

from contextlib import ExitStack

from PySide6.QtCore import QObject
from wakepy import keep

from attnstudio.gui.studio.comparing import Comparing
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.studio.training_session import TrainingSession


class KeepAwake(QObject):
    """Asks the system to stay awake from the beginning of a training to its end.

    Of a comparison that is the end of the last one.

    A system that does not know how is left as it is.
    """

    def __init__(self, session: TrainingSession, comparing: Comparing, settings: Settings) -> None:
        super().__init__(session)
        self._session, self._comparing = session, comparing
        self._settings = settings
        self._held: ExitStack | None = None
        session.state_changed.connect(self._follow)
        comparing.changed.connect(self._follow)

    @property
    def is_held(self) -> bool:
        """Whether the machine is kept awake now."""
        return self._held is not None

    def _follow(self) -> None:
        works = self._session.is_active or self._comparing.is_between_trainings
        wanted = works and self._settings.value("training/keep_awake", True)
        if wanted and self._held is None:
            self._held = ExitStack()
            self._held.enter_context(keep.running(on_fail="pass"))
        elif not wanted and self._held is not None:
            self._held.close()
            self._held = None
