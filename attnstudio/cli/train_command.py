"""``train``: the one loop on a terminal, in a log or for a script."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from attnstudio.cli.output import Output
from attnstudio.config import (
    LimitsConfig,
    RunConfig,
    merge_config,
    parse_assignments,
    read_config_file,
)
from attnstudio.errors import UsageError
from attnstudio.presets import DEFAULT_PRESET, find_preset
from attnstudio.project.pipeline import create_run
from attnstudio.project.pipeline import train as train_run
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.training.events import (
    Finished,
    Notice,
    Started,
    Step,
    TrainingEvent,
    Validation,
    to_json,
)
from attnstudio.training.stop import StopReason, StopToken


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainRequest:
    """The options of ``attnstudio train``; None where none was given."""

    preset: str | None = None
    config_file: Path | None = None
    assignments: tuple[str, ...] = ()
    max_steps: int | None = None
    max_minutes: float | None = None
    max_epochs: float | None = None
    reverse: bool = False
    name: str | None = None
    resume: str | None = None
    seed: int | None = None
    device: str | None = None
    threads: int | None = None

    def limits(self) -> dict[str, float]:
        """The limits that were given."""
        given = {
            "max_steps": self.max_steps,
            "max_minutes": self.max_minutes,
            "max_epochs": self.max_epochs,
        }
        return {name: value for name, value in given.items() if value is not None}

    def run_config(self) -> RunConfig:
        """Preset, then config file, then ``--set``, then the options of their own."""
        config = find_preset(self.preset or DEFAULT_PRESET).config
        if self.config_file is not None:
            config = merge_config(config, read_config_file(self.config_file))
        config = merge_config(config, parse_assignments(list(self.assignments)))
        training = {"seed": self.seed, "device": self.device, "threads": self.threads}
        return merge_config(
            config,
            {
                "training": {name: value for name, value in training.items() if value is not None},
                "limits": self.limits(),
            },
        )


def train(output: Output, folder: Path, request: TrainRequest) -> int:
    """``attnstudio train``.

    Returns:
        0, or 128 and the number of the signal that stopped it.
    """
    project = Project.open(folder)
    run, limits = _run_and_limits(project, request)
    stop = StopToken()
    received: list[int] = []
    with _stopping_on_signals(stop, received), _reporter(output, run, limits) as report:
        reason = train_run(project, run, emit=report, stop=stop, limits=limits)
    if reason is StopReason.REQUESTED and received:
        output.say(f"Stopped. Go on with: attnstudio train {folder} --resume {run.name}")
        return 128 + received[0]
    return 0


def _run_and_limits(project: Project, request: TrainRequest) -> tuple[Run, LimitsConfig]:
    if request.resume is None:
        config = request.run_config()
        run = create_run(
            project,
            config,
            preset=request.preset or DEFAULT_PRESET,
            reverse=request.reverse,
            name=request.name,
        )
        return run, config.limits
    others = TrainRequest(
        resume=request.resume,
        max_steps=request.max_steps,
        max_minutes=request.max_minutes,
        max_epochs=request.max_epochs,
    )
    if request != others:
        raise UsageError(
            "A resumed run takes new limits only.",
            hint="Give --max-steps, --max-minutes or --max-epochs, or train a new run.",
        )
    run = project.run(request.resume)
    own = run.definition().config
    if not request.limits():
        return run, own.limits
    fresh = own.model_copy(update={"limits": LimitsConfig()})
    return run, merge_config(fresh, {"limits": request.limits()}).limits


@contextmanager
def _stopping_on_signals(stop: StopToken, received: list[int]) -> Iterator[None]:
    """The first Ctrl-C asks for an end with a checkpoint, the second ends at once."""

    def ask(number: int, _: FrameType | None) -> None:
        received.append(number)
        stop.request()
        signal.signal(number, before[signal.Signals(number)])

    signals = [signal.SIGINT, signal.SIGTERM]
    before = {number: signal.signal(number, ask) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _reporter(
    output: Output, run: Run, limits: LimitsConfig
) -> Iterator[Callable[[TrainingEvent], None]]:
    if output.as_json:
        yield lambda event: output.line(to_json(event))
    elif sys.stderr.isatty():
        with _Bar(run.name, limits) as bar:
            yield bar.show
    else:
        output.say(f"Run {run.name}: preparing …")
        yield lambda event: _say(output, event)


def _say(output: Output, event: TrainingEvent) -> None:
    sentence = _sentence(event)
    if sentence:
        output.say(sentence)


def _sentence(event: TrainingEvent) -> str:
    match event:
        case Started():
            origin = f"from step {event.resumed_from}" if event.resumed_from else "from scratch"
            return (
                f"Training {event.parameters:,} parameters on {event.train_pairs:,} pairs {origin} "
                f"({event.device}, {event.threads} threads)."
            )
        case Step() if event.step % 50 == 0 or event.step == 1:
            return (
                f"step {event.step}, epoch {event.epoch:.2f}: loss {event.loss:.3f}, "
                f"{event.tokens_per_second:,.0f} tokens/s"
            )
        case Validation():
            return _validation_sentence(event)
        case Notice():
            return event.message
        case Finished():
            reason = event.reason.replace("_", " ")
            return f"Ended at step {event.step} ({reason}); best step {event.best_step}."
    return ""


def _validation_sentence(event: Validation) -> str:
    figures = [f"loss {event.loss:.3f}", f"perplexity {event.perplexity:.2f}"]
    if event.bleu is not None and event.chrf is not None:
        figures += [f"BLEU {event.bleu:.1f}", f"chrF {event.chrf:.1f}"]
    if event.aer is not None:
        figures.append(f"AER {event.aer:.3f} ({event.reading})")
    mark = " *" if event.is_best else ""
    return f"validation at step {event.step}: {', '.join(figures)}{mark}"


class _Bar:
    """A progress bar with step, loss, speed and time left; lines above it for the rest."""

    def __init__(self, name: str, limits: LimitsConfig) -> None:
        self._limits = limits
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        total = 1.0 if limits.model_dump(exclude_none=True) else None
        self._task = self._progress.add_task(f"{name}: preparing …", total=total)

    def __enter__(self) -> _Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, event: TrainingEvent) -> None:
        if isinstance(event, Step):
            self._progress.update(
                self._task,
                completed=self._share_done(event),
                description=f"step {event.step} · loss {event.loss:.3f} · "
                f"{event.tokens_per_second:,.0f} tokens/s",
            )
        elif sentence := _sentence(event):
            self._progress.console.print(sentence, highlight=False, markup=False)

    def _share_done(self, event: Step) -> float:
        """Of the limit that will be reached first."""
        limits = self._limits
        done = (
            event.step / limits.max_steps if limits.max_steps else 0.0,
            event.elapsed_s / 60 / limits.max_minutes if limits.max_minutes else 0.0,
            event.epoch / limits.max_epochs if limits.max_epochs else 0.0,
        )
        return min(1.0, max(done))
