"""What a training has to say meanwhile and at its end, in a corner of the window."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject

from attnstudio.gui.studio.notify import Severity
from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.training.events import Notice, TrainingEvent
from attnstudio.training.stop import StopReason


class SessionNews(QObject):
    """Tells notices, and how the training that was under way has ended.

    Args:
        studio: whose training it is.
        parent: owns it.
    """

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        studio.session.events_arrived.connect(self._hear)
        studio.session.ended.connect(self._tell_end)

    def _hear(self, events: Sequence[TrainingEvent]) -> None:
        for event in events:
            if isinstance(event, Notice):
                self._studio.notifier.say(event.message)

    def _tell_end(self, outcome: StopReason | Exception | None) -> None:
        studio, run = self._studio, self._studio.session.run
        if isinstance(outcome, Exception):
            studio.notifier.show_error(outcome)
        elif run is not None and studio.comparing.runs_in(run.folder):
            pass  # one of many: the comparison says how all have ended
        elif outcome is not None and run is not None:
            words = {
                StopReason.REQUESTED: self.tr("{run} was stopped and kept."),
                StopReason.STEP_LIMIT: self.tr("{run} has made all its steps."),
                StopReason.TIME_LIMIT: self.tr("The time of {run} is over."),
                StopReason.EPOCH_LIMIT: self.tr("{run} has seen all its epochs."),
                StopReason.SCHEDULE_END: self.tr("{run} is through with its plan."),
                StopReason.NO_IMPROVEMENT: self.tr("{run} does not improve any more."),
            }[outcome]
            studio.notifier.say(
                words.format(run=run.name),
                level=Severity.SUCCESS,
                action_text=self.tr("Look inside"),
                action=partial(studio.go_to, PageName.INSPECTOR),
            )
        studio.runs_were_changed()
