"""The line from a run's definition to its trained model: the module that joins the stages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from attnstudio.allocator import keeping_memory, returning_memory
from attnstudio.config_training import LimitsConfig
from attnstudio.errors import ProjectError
from attnstudio.project.failure import failure, in_our_words
from attnstudio.project.following import Follower, Keeps
from attnstudio.project.holding import Hold, Keeper, give_up
from attnstudio.project.marker import marked
from attnstudio.project.preparation import Preparation
from attnstudio.project.program import WorkPlace
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.starting import ready_trainer
from attnstudio.training.events import TrainingEvent
from attnstudio.training.ranks import ALONE, Ranks
from attnstudio.training.stop import StopReason, StopToken


def train(
    project: Project,
    run: Run,
    *,
    emit: Callable[[TrainingEvent], None],
    stop: StopToken,
    limits: LimitsConfig | None = None,
    from_checkpoint: int | None = None,
    rate_scale: float = 1.0,
    hold: Hold = give_up,
    place: WorkPlace = WorkPlace.COMMAND_LINE,
    clock: Callable[[], float] = time.monotonic,
    ranks: Ranks = ALONE,
) -> StopReason:
    """Train a run from a checkpoint, or from the beginning if it has none.

    Args:
        project: the run's project.
        run: made by `create_run`.
        emit: receives every event after it was recorded.
        stop: ends training at the next step, with a checkpoint.
        limits: other limits than the run's own.
        from_checkpoint: the step to go on from; None for the newest checkpoint that is whole. What
            was trained after it is void in the log, and later checkpoints are kept until the next
            one is saved, the best of them beyond that until there is a better one.
        rate_scale: multiplies all learning rates from here on, also where the run goes on later.
        hold: asked, in this thread, what to do when something cannot be written.
        place: where the person works, for others who look at the run meanwhile.
        clock: seconds.
        ranks: who trains it together; the first one alone writes, and tells events.

    Returns:
        Why training ended.

    Raises:
        AttentionStudioError: training could not begin or go on; the log says so too.
    """
    _refuse_imported(run)
    with _kept(run, limits, place, hold, emit=emit, clock=clock, ranks=ranks) as keeper:
        started_at = keeper.clock()
        try:
            preparation = Preparation(
                project, run, stop, from_checkpoint, say=keeper.say, ranks=ranks
            )
            if not _is_prepared(project, preparation, stop, ranks=ranks, clock=clock):
                return StopReason.REQUESTED
            started_at += preparation.finding_s
            with returning_memory() if preparation.is_sharded else keeping_memory():
                if not preparation.plan(started_at, clock):
                    return StopReason.REQUESTED
                trainer = ready_trainer(preparation, limits, keeper)
                if rate_scale != 1.0:
                    trainer.scale_rate(rate_scale)
                if ranks.is_first:
                    project.set_last_run(run)
                return trainer.run(started_at)
        except Exception as error:  # the log must say how the run ended; the error goes on
            told = in_our_words(error)
            if ranks.is_first:
                keeper.record_the_end(failure(keeper.run, told, keeper.clock() - started_at))
            if told is error:
                raise
            raise told from error


@contextmanager
def _kept(
    run: Run,
    limits: LimitsConfig | None,
    place: WorkPlace,
    hold: Hold,
    *,
    emit: Callable[[TrainingEvent], None],
    clock: Callable[[], float],
    ranks: Ranks,
) -> Iterator[Keeps]:
    """Hold a run and keep what comes of its training, where this is the process that does so."""
    if not ranks.is_first:
        yield Follower(run, clock)
        return
    with (
        run.locked(),
        marked(run.folder, limits, place),
        Keeper(run, run.definition(), hold=hold, emit=emit, clock=clock) as keeper,
        _history_kept(keeper),
    ):
        yield keeper


def _is_prepared(
    project: Project,
    preparation: Preparation,
    stop: StopToken,
    *,
    ranks: Ranks,
    clock: Callable[[], float],
) -> bool:
    """Make what is missing, or wait until it is made and read it; False when stopped."""
    if not ranks.is_first:
        return ranks.of_first(False) and preparation.read(clock)
    with project.preparing(lambda: stop.requested) as may_prepare:
        return ranks.of_first(may_prepare and preparation.prepare(clock))


def _refuse_imported(run: Run) -> None:
    if run.is_imported:
        raise ProjectError(
            "Run {name} was imported with its weights alone, so it cannot be trained further.",
            hint="Translate with it as it is, or train a new run.",
            name=run.name,
        )


@contextmanager
def _history_kept(keeper: Keeper) -> Iterator[None]:
    """Read a long log once at its end, so that what is kept of it opens at once."""
    try:
        yield
    finally:
        keeper.run.history()
