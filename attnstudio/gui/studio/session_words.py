"""What the training that is under way does, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.look.wording import count, duration
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.training.events import FindingLinks


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


def finding_words(finding: FindingLinks) -> str:
    """How far the links are found that a training teaches, and how long that still takes."""
    words = _tr("Finding word links in the text: {n} %").format(n=count(int(100 * finding.share)))
    if finding.left_s is None:
        return words
    left = _tr("{words}, about {duration} left")
    return left.format(words=words, duration=duration(max(1.0, finding.left_s)))


def _tr(text: str) -> str:
    return QCoreApplication.translate("session_words", text)
