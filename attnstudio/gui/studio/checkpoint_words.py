"""When the first checkpoint of a training comes, in words: before it there is no model to see."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.config_training import TrainingConfig
from attnstudio.gui.look.wording import count, duration
from attnstudio.interpretation.lettering import isolate

_MINUTE_S = 60.0


def first_checkpoint_words(run: str, training: TrainingConfig) -> str:
    """By its step and by its time, of which one comes first."""
    template = QCoreApplication.translate(
        "checkpoint_words",
        "The first checkpoint of {run} comes at step {n}, or after {duration} of training.",
    )
    return template.format(
        run=isolate(run),
        n=count(training.validate_every),
        duration=duration(training.checkpoint_minutes * _MINUTE_S),
    )
