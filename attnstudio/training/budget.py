"""Where a time budget ends, counted in updates: planned once, followed while training goes on.

A plan is made for the pace of its first updates. Where another program slows them down, a learning
rate that was to reach zero would not get there in time, and where they become faster, it would be
there too early. So the pace is measured anew every twentieth of the budget, and the line that the
learning rate follows goes on, from where it has come to, to a zero at the new end. Small moves are
not told: every machine is a little faster and slower by turns.
"""

from __future__ import annotations

from typing import NamedTuple

VALIDATION_SHARE = 0.1  # of the time, at most, where the loss chooses the best checkpoint
_RESERVE = 0.03  # of the budget: the last validation and checkpoint
_STRETCH = 0.05  # of the budget, to measure the pace anew
_STRETCH_UPDATES = 3
_LEAST_MOVE = 0.05  # of the updates that are left
_LEAST_MOVE_OF_ALL = 0.01  # of all updates: near the end a twentieth is but an update or two
_LATEST = 0.5  # what the last stretch counts in the pace
_WORTH_TELLING = 0.15  # of the horizon that was told last

HORIZON_MOVED = (
    "Updates take {seconds:.2f} s now: the time budget ends at step {horizon:,} "
    "instead of {planned:,}."
)


def updates_that_fit(
    budget_s: float, spent_s: float, update_s: float, *, validation_share: float = VALIDATION_SHARE
) -> int:
    """The updates in what is left of a budget; may be negative.

    Args:
        budget_s: seconds in all.
        spent_s: seconds of it that are gone.
        update_s: seconds an update, validation not counted.
        validation_share: of the time that is left.
    """
    left_s = budget_s * (1.0 - _RESERVE) - spent_s
    return int(left_s * (1.0 - validation_share) / max(update_s, 1e-9))


class Moment(NamedTuple):
    """How far a training is.

    Attributes:
        step: updates done.
        elapsed_s: seconds over all segments.
        validation_s: seconds of them spent on validation.
    """

    step: int
    elapsed_s: float
    validation_s: float


class NewEnd(NamedTuple):
    """Where the budget ends as it looks now.

    Attributes:
        horizon_steps: the update.
        update_s: seconds an update, lately.
        instead_of: what was told last, if that is far from it.
    """

    horizon_steps: int
    update_s: float
    instead_of: int | None


class BudgetFollower:
    """Measures the pace of a training with a time budget, stretch by stretch.

    Args:
        budget_s: the budget.
        begin: where this segment begins.
        horizon_steps: where the budget ends by the plan.
    """

    def __init__(self, budget_s: float, begin: Moment, horizon_steps: int) -> None:
        self._budget_s = budget_s
        self._since = begin
        self._told = horizon_steps
        self._update_s: float | None = None

    def new_end(self, now: Moment, horizon_steps: int) -> NewEnd | None:
        """Where the budget ends, if that is not near the horizon of the plan.

        Returns:
            None also while the stretch is too short to measure, and when the budget is used up: a
            run that is told to go on keeps its plan.
        """
        since = self._since
        updates = now.step - since.step
        passed_s = now.elapsed_s - since.elapsed_s
        is_short = updates < _STRETCH_UPDATES or passed_s < _STRETCH * self._budget_s
        if is_short or now.elapsed_s >= self._budget_s:
            return None
        self._since = now
        latest_s = (passed_s - (now.validation_s - since.validation_s)) / updates
        before_s = latest_s if self._update_s is None else self._update_s
        self._update_s = update_s = _LATEST * latest_s + (1.0 - _LATEST) * before_s
        share = now.validation_s / now.elapsed_s if now.validation_s else VALIDATION_SHARE
        left = updates_that_fit(self._budget_s, now.elapsed_s, update_s, validation_share=share)
        horizon = now.step + max(1, left)
        least = max(_LEAST_MOVE * (horizon_steps - now.step), _LEAST_MOVE_OF_ALL * horizon_steps)
        if abs(horizon - horizon_steps) <= least:
            return None
        told = self._told
        if abs(horizon - told) <= _WORTH_TELLING * told:
            return NewEnd(horizon, update_s, None)
        self._told = horizon
        return NewEnd(horizon, update_s, told)
