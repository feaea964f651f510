"""How long the training that is under way still takes, and what would end it before."""

from __future__ import annotations

from dataclasses import dataclass

from attnstudio.config_training import LimitsConfig, TrainingConfig
from attnstudio.run_definition import RunDefinition
from attnstudio.training.events import Step
from attnstudio.training.history import History
from attnstudio.training.patience import validations_without_gain
from attnstudio.training.time_left import TimeLeft


@dataclass(frozen=True, slots=True)
class NextValidation:
    """The validation that comes next.

    Attributes:
        step: at which it comes; None where a limit ends the training before, with a validation.
        left_s: seconds until then; None while that cannot be guessed.
    """

    step: int | None
    left_s: float | None


class SessionOutlook:
    """Follows the steps of a training; what it was asked may be known a moment later.

    Attributes:
        training: how it is trained, with its plan; None while that is not known.
    """

    def __init__(self) -> None:
        self.training: TrainingConfig | None = None
        self._time_left = TimeLeft(LimitsConfig())
        self._early: list[Step] | None = None  # until the run's own limits are known
        self._step = 0  # the newest that was told

    def begin(self, limits: LimitsConfig | None) -> None:
        """A training begins.

        Args:
            limits: None for the run's own.
        """
        self.training = None
        self._time_left = TimeLeft(limits or LimitsConfig())
        self._early = [] if limits is None else None
        self._step = 0

    def learn(self, definition: RunDefinition, *, is_planned: bool) -> None:
        """What the run is asked.

        Args:
            definition: as it is written down.
            is_planned: whether the training has begun and the plan is part of it.
        """
        if self._early is not None:
            self._time_left = TimeLeft(definition.config.limits)
            for step in self._early:
                self._time_left.add(step)
            self._early = None
        if is_planned and self.training is None:
            self.training = definition.config.training

    def add(self, step: Step) -> None:
        """Take in the next step."""
        self._time_left.add(step)
        self._step = step.step
        if self._early is not None:
            self._early.append(step)

    @property
    def share_done(self) -> float | None:
        """Of the limit that is nearest; None while unknown."""
        return self._time_left.share_done

    @property
    def seconds(self) -> float | None:
        """Until the nearest limit; None while unknown."""
        return self._time_left.seconds

    def next_validation(self, history: History) -> NextValidation | None:
        """The one that comes next; None while it is not known how the run is trained."""
        if self.training is None:
            return None
        every = self.training.validate_every
        step = -(-max(1, self._step) // every) * every
        if any(made.step >= step for made in history.validations[-1:]):
            step += every
        left_s, end_s = self._time_left.seconds_to(step), self._time_left.seconds
        if left_s is not None and end_s is not None and end_s < left_s:
            return NextValidation(None, end_s)
        return NextValidation(step, left_s)

    def without_gain(self, history: History) -> int:
        """How many validations in a row have brought no gain."""
        if self.training is None:
            return 0
        return validations_without_gain(history.validations, self.training)
