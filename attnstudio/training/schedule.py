"""The learning rate over the updates of a run."""

from __future__ import annotations

from dataclasses import dataclass, replace

from attnstudio.config_training import Schedule, TrainingConfig
from attnstudio.errors import ConfigError
from attnstudio.training.state import TrainState


@dataclass(frozen=True, slots=True)
class RateSchedule:
    """A linear rise over the warm-up, then one of three ways on.

    Attributes:
        kind: ``peak * sqrt(warmup / step)`` (Vaswani et al. 2017, equation 3), a straight line to
            zero at the horizon, or the peak for ever.
        peak: the highest rate.
        warmup_steps: updates until there.
        horizon_steps: update at which a line reaches zero.

    Raises:
        ConfigError: a line without a horizon after its warm-up.
    """

    kind: Schedule
    peak: float
    warmup_steps: int
    horizon_steps: int = 0

    def __post_init__(self) -> None:
        if self.kind is Schedule.LINEAR and self.horizon_steps <= self.warmup_steps:
            raise ConfigError(
                "A linear schedule needs a horizon after its warm-up of {warmup} steps.",
                hint="Set training.horizon_steps to the number of updates that you plan.",
                warmup=self.warmup_steps,
            )

    @classmethod
    def of(cls, config: TrainingConfig, state: TrainState) -> RateSchedule:
        """That of a run, or what a time budget has made of it on the way."""
        return cls(
            config.schedule,
            state.peak_rate or config.learning_rate,
            config.warmup_steps,
            state.horizon_steps or config.horizon_steps,
        )

    def rate(self, step: int) -> float:
        """The rate of an update, counted from 1."""
        if step <= self.warmup_steps:
            return self.peak * step / self.warmup_steps
        match self.kind:
            case Schedule.INVERSE_SQRT:
                return float(self.peak * (max(self.warmup_steps, 1) / step) ** 0.5)
            case Schedule.LINEAR:
                return self.peak * max(0.0, self._left(step))
            case Schedule.CONSTANT:
                return self.peak

    def bent(self, step: int, horizon_steps: int) -> RateSchedule:
        """The line from the rate of an update to zero at another horizon.

        So the rate goes on without a jump. Before the end of the warm-up the peak stays.
        """
        other = replace(self, horizon_steps=max(horizon_steps, self.warmup_steps + 1))
        if step <= self.warmup_steps:
            return other
        return replace(other, peak=self.peak * self._left(step) / other._left(step))

    def _left(self, step: int) -> float:
        """The share of the way down that is left."""
        return (self.horizon_steps - step) / (self.horizon_steps - self.warmup_steps)
