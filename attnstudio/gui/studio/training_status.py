"""The training that is under way, in the status bar: what it does, and the way to it."""

from __future__ import annotations

import html

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QPushButton, QWidget

from attnstudio.gui.look.theme import set_role
from attnstudio.gui.look.wording import decimals
from attnstudio.gui.studio.comparing_words import between_words, queue_words
from attnstudio.gui.studio.session_words import finding_words, state_words
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.interpretation.lettering import isolate
from attnstudio.training.events import Step, TrainingEvent

TRAINING_LINK = "training"
"""Where the link in `busy_words` points to."""


def busy_words(studio: Studio) -> str:
    """Why no training can begin beside the one that is under way, with a link to that."""
    words = _tr("A training is under way. Stop it before another one begins.")
    if (folder := studio.training_elsewhere) is not None:
        words = _tr("The project {name} is training. Stop that before another one begins.")
        words = words.format(name=isolate(folder.name))
    return f'{html.escape(words)} <a href="{TRAINING_LINK}">{_tr("Show it")}</a>'


class TrainingStatus(QPushButton):
    """Says how the training goes on and leads to its page, out of another project too."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._words = ""
        set_role(self, "quiet")
        self.setToolTip(self.tr("Show this training"))
        self.clicked.connect(studio.show_training)
        studio.session.state_changed.connect(self._show_state)
        studio.session.events_arrived.connect(self._hear)
        studio.project_changed.connect(self._write)
        studio.comparing.changed.connect(self._write)
        self._show_state(studio.session.state)

    def _show_state(self, state: SessionState) -> None:
        self._words = state_words(state)
        self._write()

    def _hear(self, events: list[TrainingEvent]) -> None:
        session = self._studio.session
        if session.state is SessionState.PREPARING and session.finding_links is not None:
            self._words = finding_words(session.finding_links)
            self._write()
        steps = [event for event in events if isinstance(event, Step)]
        if steps and self._studio.session.state is SessionState.RUNNING:
            words = self.tr("Training · step {step} · {speed} tokens/s")
            speed = decimals(steps[-1].tokens_per_second, 0)
            self._words = words.format(step=steps[-1].step, speed=speed)
            self._write()

    def _write(self) -> None:
        elsewhere, comparing = self._studio.training_elsewhere, self._studio.comparing
        parts = (between_words(comparing) or self._words, queue_words(comparing))
        words = " · ".join(filter(None, parts))
        self.setText(f"{isolate(elsewhere.name)}: {words}" if elsewhere and words else words)
        self.setVisible(bool(words))


def _tr(text: str) -> str:
    return QCoreApplication.translate("TrainingStatus", text)
