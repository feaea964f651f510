"""How long a training that has not begun will take, and what will end it.

What is known is said as known: a time budget and a limit in minutes end when they say, a number of
updates or passes after as much time as the measured pace makes of it. A training without a limit
ends by patience, and only its earliest end can be known before: the validations that bring nothing
better can begin no earlier than after the first one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from attnstudio.config import RunConfig

_VALIDATING_AT_MOST = 1.12  # times the updates: the share of time that validation may have, and all
_MINUTE_S = 60.0


class Ending(StrEnum):
    """What ends a training."""

    BUDGET = "budget"  # the time that it was planned for
    MINUTES = "minutes"
    STEPS = "steps"
    EPOCHS = "epochs"
    PATIENCE = "patience"
    NOTHING = "nothing"  # it goes on until it is stopped


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a training goes on this machine.

    Attributes:
        quickest_s: seconds an update, at the least that must be expected.
        slowest_s: at the most.
        updates_an_epoch: updates of one pass over the corpus.
    """

    quickest_s: float
    slowest_s: float
    updates_an_epoch: float

    def seconds(self, updates: float) -> TimeRange:
        """What so many updates take, validations between them included."""
        return TimeRange(updates * self.quickest_s, updates * self.slowest_s * _VALIDATING_AT_MOST)


@dataclass(frozen=True, slots=True)
class TimeRange:
    """A time that is known so well: from ``shortest_s`` to ``longest_s`` seconds."""

    shortest_s: float
    longest_s: float


@dataclass(frozen=True, slots=True)
class ExpectedEnd:
    """When a training will end.

    Attributes:
        ending: what ends it.
        time: after how long; for ``PATIENCE`` the earliest that can be; None where that is not
            known, for want of a pace or because nothing ends it.
        earliest: when patience can end it before a limit does, at the soonest.
    """

    ending: Ending
    time: TimeRange | None
    earliest: TimeRange | None = None


def expected_end(config: RunConfig, pace: Pace | None) -> ExpectedEnd:
    """What will end a run of this config, and when; without a pace only what is fixed is known."""
    training, limits = config.training, config.limits
    known: dict[Ending, TimeRange] = {}
    updates: dict[Ending, float] = {}
    if limits.max_minutes:
        known[Ending.MINUTES] = _exactly(limits.max_minutes)
    if training.budget_minutes:
        known[Ending.BUDGET] = _exactly(training.budget_minutes)
    if limits.max_steps:
        updates[Ending.STEPS] = limits.max_steps
    if limits.max_epochs:
        updates[Ending.EPOCHS] = limits.max_epochs * (pace.updates_an_epoch if pace else 1.0)
    if pace is not None:
        known |= {ending: pace.seconds(number) for ending, number in updates.items()}
    earliest = None
    is_patient = training.patience and not training.budget_minutes  # a plan has no patience
    if is_patient and pace is not None:
        earliest = pace.seconds((training.patience + 1) * training.validate_every)
    if known:
        first = min(known, key=lambda ending: known[ending].longest_s)
        is_before = earliest is not None and earliest.shortest_s < known[first].shortest_s
        return ExpectedEnd(first, known[first], earliest if is_before else None)
    if updates:
        return ExpectedEnd(next(iter(updates)), None)
    return ExpectedEnd(Ending.PATIENCE if is_patient else Ending.NOTHING, earliest)


def _exactly(minutes: float) -> TimeRange:
    return TimeRange(minutes * _MINUTE_S, minutes * _MINUTE_S)
