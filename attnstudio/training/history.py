"""What a run's events add up to: the curves, live and reopened."""

from __future__ import annotations

from dataclasses import dataclass, field

from attnstudio.training.events import (
    CheckpointSaved,
    Failed,
    Finished,
    Notice,
    Started,
    Step,
    TrainingEvent,
    Validation,
    WatchTranslated,
)
from attnstudio.training.step_table import StepTable


@dataclass(slots=True)
class History:
    """A fold over events; feed them in order with `add`.

    Attributes:
        started: the latest segment's beginning.
        segments: the beginnings of all segments of which something is left, ascending.
        steps: reported updates, ascending.
        validations: ascending.
        watched: translations of watch sentences.
        checkpoints: steps with a checkpoint.
        notices: sentences for the person.
        ending: how the latest segment ended; None while it runs or when it was killed.
    """

    started: Started | None = None
    segments: list[Started] = field(default_factory=list)
    steps: StepTable = field(default_factory=StepTable)
    validations: list[Validation] = field(default_factory=list)
    watched: list[WatchTranslated] = field(default_factory=list)
    checkpoints: list[int] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    ending: Finished | Failed | None = None

    @property
    def step(self) -> int:
        """The last step that is known of."""
        ended = self.ending.step if self.ending else 0
        return max(ended, self.steps[-1].step if self.steps else 0, *self.checkpoints[-1:], 0)

    @property
    def best(self) -> Validation | None:
        """The best validation so far."""
        return next((v for v in reversed(self.validations) if v.is_best), None)

    def add(self, event: TrainingEvent) -> None:
        """Take in the next event."""
        match event:
            case Started():
                self._void_after(event.resumed_from or 0)
                self.started, self.ending = event, None
                self.segments.append(event)
            case Step():
                self.steps.append(event)
            case Validation():
                self.validations.append(event)
            case WatchTranslated():
                self.watched.append(event)
            case CheckpointSaved():
                self.checkpoints.append(event.step)
            case Notice():
                self.notices.append(event)
            case Finished() | Failed():
                self.ending = event

    def _void_after(self, step: int) -> None:
        """Forget what a killed segment did after the checkpoint that training went on from."""
        self.steps.void_after(step)
        self.segments = [begun for begun in self.segments if begun.step < step]
        self.validations = [event for event in self.validations if event.step <= step]
        self.watched = [event for event in self.watched if event.step <= step]
        self.checkpoints = [saved for saved in self.checkpoints if saved <= step]
