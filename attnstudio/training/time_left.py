"""How long a training will still take: no promise that its speed does not keep."""

from __future__ import annotations

import math

from attnstudio.config_training import LimitsConfig
from attnstudio.training.events import Step

_MEMORY_S = 60.0  # the speed of the last minute counts most; validations are part of it
_FIRST_GUESS_S = 3.0  # before that a speed is only luck


class TimeLeft:
    """Follows the steps of a training and knows which limit comes first.

    Args:
        limits: those of the training; without any, nothing is known.
    """

    def __init__(self, limits: LimitsConfig) -> None:
        self._limits = limits
        self._first: Step | None = None
        self._last: Step | None = None
        self._steps_per_second = 0.0
        self._epochs_per_second = 0.0

    def add(self, step: Step) -> None:
        """Take in the next step."""
        last, self._last = self._last, step
        if last is None or step.step <= last.step:
            self._first = step
            return
        passed_s = step.elapsed_s - last.elapsed_s
        if passed_s <= 0:
            return
        assert self._first is not None
        # the mean of all steps at first, then a moving average over time
        share = max(
            1 - math.exp(-passed_s / _MEMORY_S),
            passed_s / (step.elapsed_s - self._first.elapsed_s),
        )
        self._steps_per_second += share * (
            (step.step - last.step) / passed_s - self._steps_per_second
        )
        self._epochs_per_second += share * (
            (step.epoch - last.epoch) / passed_s - self._epochs_per_second
        )

    @property
    def share_done(self) -> float | None:
        """Of the limit that is nearest, 0 to 1; None without limits or steps."""
        if self._last is None:
            return None
        limits, last = self._limits, self._last
        shares = []
        if limits.max_steps:
            shares.append(last.step / limits.max_steps)
        if limits.max_minutes:
            shares.append(last.elapsed_s / 60 / limits.max_minutes)
        if limits.max_epochs:
            shares.append(last.epoch / limits.max_epochs)
        return min(1.0, max(shares)) if shares else None

    def seconds_to(self, step: int) -> float | None:
        """Until a step is made, whatever the limits; None while the speed is unknown."""
        if self._last is None or not self._has_speed:
            return None
        return max(0.0, (step - self._last.step) / self._steps_per_second)

    @property
    def seconds(self) -> float | None:
        """Until the first limit is reached; None while it is unknown."""
        if self._last is None:
            return None
        limits, last = self._limits, self._last
        times = []
        if limits.max_minutes:
            times.append(limits.max_minutes * 60 - last.elapsed_s)
        if self._has_speed:
            if limits.max_steps:
                times.append((limits.max_steps - last.step) / self._steps_per_second)
            if limits.max_epochs and self._epochs_per_second > 0:
                times.append((limits.max_epochs - last.epoch) / self._epochs_per_second)
        return max(0.0, min(times)) if times else None

    @property
    def _has_speed(self) -> bool:
        if self._last is None or self._first is None:
            return False
        is_long_enough = self._last.elapsed_s - self._first.elapsed_s >= _FIRST_GUESS_S
        return is_long_enough and self._steps_per_second > 0
