"""What the training that is under way does, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.studio.training_session import SessionState


def state_words(state: SessionState) -> str:
    """What it does now; empty where there is none."""
    return {
        SessionState.IDLE: "",
        SessionState.PREPARING: _tr("Preparing…"),
        SessionState.RUNNING: _tr("Training"),
        SessionState.PAUSING: _tr("Pausing…"),
        SessionState.PAUSED: _tr("Paused"),
        SessionState.STOPPING: _tr("Stopping…"),
        SessionState.HELD: _tr("Waiting: it cannot be saved"),
    }[state]


def _tr(text: str) -> str:
    return QCoreApplication.translate("session_words", text)
