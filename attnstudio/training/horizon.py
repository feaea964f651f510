"""The end of a schedule, moved on the way to where a time budget will end."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from attnstudio.config_training import Schedule, TrainingConfig
from attnstudio.training.budget import HORIZON_MOVED, BudgetFollower, Moment
from attnstudio.training.contention import Remark
from attnstudio.training.schedule import RateSchedule
from attnstudio.training.state import TrainState


class Moved(NamedTuple):
    """Another end of the schedule.

    Attributes:
        state: that goes on towards it.
        finding: what to tell the person; None while it is near what was told.
    """

    state: TrainState
    finding: Remark | None


class Horizon:
    """Lets the learning rate reach zero where the time budget ends as it looks now.

    Args:
        config: how to train; without a time budget and a line nothing is ever moved.
        state: where this segment begins.
        elapsed_s: when that is, over all segments.
    """

    def __init__(self, config: TrainingConfig, state: TrainState, elapsed_s: float) -> None:
        self._config = config
        self._budget: BudgetFollower | None = None
        if config.budget_minutes and config.schedule is Schedule.LINEAR:
            horizon = RateSchedule.of(config, state).horizon_steps
            began = Moment(state.step, elapsed_s, state.validation_s)
            self._budget = BudgetFollower(config.budget_minutes * 60, began, horizon)

    def is_reached(self, state: TrainState) -> bool:
        """Whether the learning rate of a time budget is zero from here on."""
        horizon = RateSchedule.of(self._config, state).horizon_steps
        is_budget = bool(self._config.budget_minutes)
        return self._config.schedule is Schedule.LINEAR and is_budget and state.step >= horizon

    def after_update(self, state: TrainState, elapsed_s: float) -> Moved | None:
        """Take in an update; where the schedule ends now, if that is elsewhere."""
        schedule = RateSchedule.of(self._config, state)
        if self._budget is None or state.step >= schedule.horizon_steps:
            return None
        now = Moment(state.step, elapsed_s, state.validation_s)
        end = self._budget.new_end(now, schedule.horizon_steps)
        if end is None:
            return None
        bent = schedule.bent(state.step, end.horizon_steps)
        moved = replace(state, horizon_steps=bent.horizon_steps, peak_rate=bent.peak)
        if end.instead_of is None:
            return Moved(moved, None)
        values: dict[str, int | float | str] = {
            "seconds": round(end.update_s, 3),
            "horizon": bent.horizon_steps,
            "planned": end.instead_of,
        }
        return Moved(moved, Remark(HORIZON_MOVED, values))
