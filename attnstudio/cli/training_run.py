"""A run that is trained by a command: signals, progress, and a disk that would not take it."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from attnstudio.cli.interruption import leave_at_once
from attnstudio.cli.output import Output, stop_speaking
from attnstudio.cli.training_progress import reporter
from attnstudio.cli.waiting import Waiting
from attnstudio.config_training import LimitsConfig
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.training.events import TrainingEvent
from attnstudio.training.ranks import ALONE, Ranks
from attnstudio.training.stop import StopReason, StopToken


def train_reporting(
    output: Output,
    project: Project,
    run: Run,
    stop: StopToken,
    *,
    limits: LimitsConfig,
    from_checkpoint: int | None = None,
    rate_scale: float = 1.0,
    ranks: Ranks = ALONE,
) -> StopReason:
    """Train a run and tell what happens, as `attnstudio.project.pipeline.train` does it.

    Of several processes the first one alone tells anything.

    Raises:
        AttentionStudioError: training could not begin or go on; the run's log says so too.
    """
    with reporter(output, run.name, limits) as report:
        waiting, tell = Waiting(stop), _while_heard(report, stop)

        def emit(event: TrainingEvent) -> None:
            waiting.hear(event)  # first: a stop may come as soon as it is told
            tell(event)

        return train(
            project,
            run,
            emit=emit,
            stop=stop,
            limits=limits,
            from_checkpoint=from_checkpoint,
            rate_scale=rate_scale,
            hold=waiting,
            ranks=ranks,
        )


@contextmanager
def stopping_on_signals(stop: StopToken) -> Iterator[None]:
    """The first signal asks for an end with a checkpoint, the second ends at once."""
    numbers = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        numbers.append(signal.SIGHUP)  # the terminal is closed, and nobody said nohup
    before = {number: signal.getsignal(number) for number in numbers}

    def ask(_: int, __: FrameType | None) -> None:
        stop.request()
        for number in before:
            signal.signal(number, end)

    def end(_: int, __: FrameType | None) -> None:
        signal.signal(signal.SIGINT, leave_at_once)
        raise KeyboardInterrupt

    for number in before:
        signal.signal(number, ask)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _while_heard(
    report: Callable[[TrainingEvent], None], stop: StopToken
) -> Callable[[TrainingEvent], None]:
    """A reader that goes away, as ``head`` does, ends training with a checkpoint."""

    def report_or_stop(event: TrainingEvent) -> None:
        try:
            report(event)
        except BrokenPipeError:
            stop_speaking()
            stop.request()

    return report_or_stop
