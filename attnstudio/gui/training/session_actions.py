"""Pause, resume and stop in the menu."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from attnstudio.gui.studio.actions import ActionRegistry, MenuName
from attnstudio.gui.studio.training_session import SessionState, TrainingSession


class SessionActions(QObject):
    """Can be chosen where they mean something.

    Args:
        session: the training that is under way.
        actions: takes them.
        parent: owns this.
    """

    def __init__(self, session: TrainingSession, actions: ActionRegistry, parent: QObject) -> None:
        super().__init__(parent)
        add = partial(actions.add, menu=MenuName.TRAIN)
        self._pause = add("train.pause", self.tr("&Pause"), session.pause, shortcut="Ctrl+P")
        self._resume = add(
            "train.resume", self.tr("&Resume"), session.resume, shortcut="Ctrl+Shift+R"
        )
        self._stop = add("train.stop", self.tr("S&top"), session.stop, shortcut="Ctrl+.")
        self._follow(SessionState.IDLE)
        session.state_changed.connect(self._follow)

    def _follow(self, state: SessionState) -> None:
        self._pause.setEnabled(state in (SessionState.PREPARING, SessionState.RUNNING))
        self._resume.setEnabled(state is SessionState.PAUSED)
        self._stop.setEnabled(state not in (SessionState.IDLE, SessionState.STOPPING))
