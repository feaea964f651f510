"""How many updates fit into a time budget, found out by making a few."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass

from attnstudio.config_training import LimitsConfig, Schedule, TrainingConfig
from attnstudio.model.interface import SequenceModel
from attnstudio.training.batch import ExampleStream
from attnstudio.training.budget import updates_that_fit
from attnstudio.training.events import Step
from attnstudio.training.hooks import TrainerHooks
from attnstudio.training.loss import Objective
from attnstudio.training.ranks import ALONE, Ranks
from attnstudio.training.stop import StopToken
from attnstudio.training.trainer import Trainer

_WARM_UP_STEPS = 4
_MEASURED_STEPS = 16
_MOST_SHARE = 0.05  # of the budget
_MOST_WARM_UP = 0.15  # of all updates


@dataclass(frozen=True, slots=True)
class MeasuredPace:
    """How fast a model trains here.

    Attributes:
        update_s: seconds an update, validation not counted.
        spent_s: what it took to find out.
    """

    update_s: float
    spent_s: float


def measure_pace(
    model: SequenceModel,
    stream: ExampleStream,
    config: TrainingConfig,
    *,
    objective: Objective | None = None,
    stop: StopToken,
    clock: Callable[[], float] = time.monotonic,
    ranks: Ranks = ALONE,
) -> MeasuredPace | None:
    """Make a few updates of a copy of the model.

    It draws random numbers: seed the generators anew before training.

    Args:
        model: on its device.
        stream: the examples.
        config: how to train, with a time budget.
        objective: see `Trainer`.
        stop: asked before every update.
        clock: seconds.
        ranks: who trains together.

    Returns:
        None when stopped.
    """
    began = clock()
    most_s = config.budget_minutes * _MOST_SHARE * 60
    times = time_updates(
        model,
        stream,
        config,
        most_s=most_s,
        objective=objective,
        stop=stop,
        clock=clock,
        ranks=ranks,
    )
    if stop.requested:
        return None
    spent_s = clock() - began
    warm = warm_times(times)
    if len(warm) < 2:  # a single update takes longer than there is time for
        return MeasuredPace(spent_s, spent_s)
    return MeasuredPace((warm[-1] - warm[0]) / (len(warm) - 1), spent_s)


def time_updates(
    model: SequenceModel,
    stream: ExampleStream,
    config: TrainingConfig,
    *,
    most_s: float,
    objective: Objective | None = None,
    stop: StopToken,
    clock: Callable[[], float] = time.monotonic,
    ranks: Ranks = ALONE,
) -> list[float]:
    """Make a few updates of a copy of the model; it draws random numbers.

    Args:
        model: on its device.
        stream: the examples.
        config: how to train.
        most_s: begin no update later than this; the first is made whatever it takes.
        objective: see `Trainer`.
        stop: asked before every update.
        clock: seconds.
        ranks: who trains together.

    Returns:
        When each update was done.
    """
    times: list[float] = []
    told = config.model_copy(
        update={
            "report_every": 1,
            "validate_every": 1_000_000,
            "schedule": Schedule.CONSTANT,
            "dropout_epochs": 0.0,  # an update with all of its dropout
            "adapt_threads": False,
        }
    )
    limits = LimitsConfig(max_steps=_WARM_UP_STEPS + _MEASURED_STEPS, max_minutes=most_s / 60)
    hooks = TrainerHooks(
        validate=lambda *_: None,
        save=lambda *_: None,
        emit=lambda event: times.append(clock()) if isinstance(event, Step) else None,
        clock=clock,
    )
    trainer = Trainer(
        copy.deepcopy(model),
        stream,
        objective=objective,
        config=told,
        limits=limits,
        hooks=hooks,
        stop=stop,
        ranks=ranks,
    )
    trainer.run(clock())
    return times


def warm_times(times: list[float]) -> list[float]:
    """Those after the first updates, which allocate memory and load modules."""
    return times[min(_WARM_UP_STEPS, len(times) // 2) - 1 :]


def plan_schedule(config: TrainingConfig, pace: MeasuredPace, spent_s: float) -> TrainingConfig:
    """The config with a learning rate that falls to zero when the time budget ends.

    Patience is taken out: the last and lowest rates bring most, and a loss that rises in between
    says nothing about them.

    Args:
        config: with a time budget.
        pace: of its updates.
        spent_s: seconds of the budget that are gone.
    """
    horizon = max(2, updates_that_fit(config.budget_minutes * 60, spent_s, pace.update_s))
    warmup = min(config.warmup_steps, int(horizon * _MOST_WARM_UP))
    planned = {
        "schedule": Schedule.LINEAR,
        "horizon_steps": horizon,
        "warmup_steps": warmup,
        "patience": 0,
    }
    return config.model_copy(update=planned)
