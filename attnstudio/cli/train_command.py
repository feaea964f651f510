"""``train``: the one loop on a terminal, in a log or for a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import typer

from attnstudio.cli.output import Output
from attnstudio.cli.training_run import stopping_on_signals, train_reporting
from attnstudio.config import RunConfig
from attnstudio.config_text import lay_over, merge_config, parse_assignments, read_config_file
from attnstudio.config_training import Device, LimitsConfig
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.errors import (
    DisagreementError,
    DivergedError,
    LoneShortageError,
    MemoryShortError,
    NotFiniteError,
    PeerLostError,
    UsageError,
)
from attnstudio.plain_values import plain_line
from attnstudio.presets import DEFAULT_PRESET, find_preset
from attnstudio.project.joint_training import (
    each_can,
    open_together,
    refuse_other_runs,
    share_device,
)
from attnstudio.project.launch import find_relaunched, launch_told, remember_launch
from attnstudio.project.own_sentences import (
    read_own_sentences,
    with_sentence,
    write_own_sentences,
)
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.run_creation import create_run
from attnstudio.project.taught import why_untaught
from attnstudio.training.events import Failed
from attnstudio.training.ranks import Ranks, joined
from attnstudio.training.stop import StopReason, StopToken

_LOWER_RATE = 0.5  # what is proposed when the losses have gone wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainRequest:
    """The options of ``attnstudio train``; None where none was given."""

    preset: str | None = None
    config_file: Path | None = None
    assignments: tuple[str, ...] = ()
    minutes: float | None = None
    max_steps: int | None = None
    max_minutes: float | None = None
    max_epochs: float | None = None
    reverse: bool = False
    name: str | None = None
    resume: str | None = None
    from_checkpoint: int | None = None
    rate_scale: float | None = None
    seed: int | None = None
    device: str | None = None
    threads: int | None = None
    precision: str | None = None
    watch: tuple[str, ...] = ()

    def limits(self) -> dict[str, float]:
        """The limits that were given."""
        given = {
            "max_steps": self.max_steps,
            "max_minutes": self.max_minutes,
            "max_epochs": self.max_epochs,
        }
        return {name: value for name, value in given.items() if value is not None}

    def run_config(self) -> RunConfig:
        """Preset, then config file, then ``--set``, then the options of their own.

        Only their sum is checked: a schedule may come from one place and its horizon from another.
        """
        training = {
            "budget_minutes": self.minutes,
            "seed": self.seed,
            "device": self.device,
            "threads": self.threads,
            "precision": self.precision,
        }
        layers: list[Mapping[str, Any]] = [
            read_config_file(self.config_file) if self.config_file is not None else {},
            parse_assignments(list(self.assignments)),
            {
                "training": {name: value for name, value in training.items() if value is not None},
                "limits": self.limits(),
            },
        ]
        changes: Mapping[str, Any] = {}
        for layer in layers:
            changes = lay_over(changes, layer)
        return merge_config(find_preset(self.preset or DEFAULT_PRESET).config, changes)


def train(output: Output, folder: Path, request: TrainRequest) -> StopReason:
    """``attnstudio train``, alone or as one of the processes that ``torchrun`` starts.

    Returns:
        Why training ended.
    """
    with joined() as ranks:
        told = output if ranks.is_first else replace(output, is_silent=True)
        try:
            reason = _train(told, folder, request, ranks)
        except (PeerLostError, DivergedError, NotFiniteError, MemoryShortError) as error:
            if ranks.is_first or isinstance(error, LoneShortageError):
                raise
            raise typer.Exit(error.exit_code) from error  # the first process tells it
        except DisagreementError as error:
            if ranks.local_rank == 0:
                raise
            raise typer.Exit(error.exit_code) from error  # one on each machine tells it
    if reason is StopReason.REQUESTED and launch_told() is not None:
        raise typer.Exit  # any other code would make torchrun start what was just stopped
    return reason


def _train(output: Output, folder: Path, request: TrainRequest, ranks: Ranks) -> StopReason:
    project = open_together(folder, ranks)
    for sentence in request.watch:
        with_sentence((), sentence)  # refused before a run is made
    request = ranks.of_first(_as_restarted(output, project, request))
    if not ranks.is_alone:
        share_device(each_can(ranks, lambda: _device_asked(project, request)), ranks)
    run, limits = _shared_run(output, project, request, ranks)
    refuse_other_runs(run, ranks)
    stop = StopToken()
    go_on = f"attnstudio train {folder} --resume {run.name}"
    try:
        with stopping_on_signals(stop):
            reason = train_reporting(
                output,
                project,
                run,
                stop,
                limits=limits,
                from_checkpoint=request.from_checkpoint,
                rate_scale=request.rate_scale or 1.0,
                ranks=ranks,
            )
    except (DivergedError, NotFiniteError):
        ending = run.outline().ending
        if isinstance(ending, Failed) and ending.go_on_from is not None:
            checkpoint = f"--from-checkpoint {ending.go_on_from}"
            output.say(f"Go on with: {go_on} {checkpoint} --rate-scale {_LOWER_RATE}")
        raise
    if reason is StopReason.REQUESTED:
        output.say(f"Stopped. Go on with: {go_on}")
    return reason


def _as_restarted(output: Output, project: Project, request: TrainRequest) -> TrainRequest:
    """The request, or where ``torchrun`` starts it once more, to go on with what it began."""
    told = launch_told()
    if told is None or not told[1]:
        return request
    before = find_relaunched(project, told[0])
    if before is None:  # it had not come so far
        return request
    output.say(f"Started again: run {before.run.name} goes on from its last checkpoint.")
    if request.resume is None:
        return TrainRequest(resume=before.run.name, watch=request.watch)
    if before.has_saved:  # the checkpoint that was asked for, and its rate, are behind it
        return replace(request, from_checkpoint=None, rate_scale=None)
    return request


def _device_asked(project: Project, request: TrainRequest) -> Device:
    if request.resume is None:
        return request.run_config().training.device
    return project.run(request.resume).definition().config.training.device


def _shared_run(
    output: Output, project: Project, request: TrainRequest, ranks: Ranks
) -> tuple[Run, LimitsConfig]:
    """The run that all processes train, which the first one makes where it is a new one."""
    if ranks.is_first:
        run, limits = _run_and_limits(output, project, request)
        if (told := launch_told()) is not None:
            remember_launch(run, told[0])
        _watch_also(run, request.watch)
        ranks.of_first((run.name, limits))
        return run, limits
    name, limits = ranks.of_first(("", LimitsConfig()))
    return Run(project.runs_folder / name), limits


def _run_and_limits(
    output: Output, project: Project, request: TrainRequest
) -> tuple[Run, LimitsConfig]:
    if request.resume is None:
        if request.from_checkpoint is not None:
            raise UsageError(
                "A new run has no checkpoint to go on from.",
                hint="Name the run with --resume as well.",
            )
        if request.rate_scale is not None:
            raise UsageError(
                "--rate-scale is for a run that goes on.",
                hint="Name it with --resume, or give a new run --set training.learning_rate=X.",
            )
        config = request.run_config()
        run = create_run(
            project,
            config,
            preset=request.preset or DEFAULT_PRESET,
            reverse=request.reverse,
            name=request.name,
        )
        if why := why_untaught(config, project.corpus().counts()[Split.TRAIN]):
            output.say(why.message)
        return run, run.definition().config.limits
    others = TrainRequest(
        resume=request.resume,
        from_checkpoint=request.from_checkpoint,
        rate_scale=request.rate_scale,
        max_steps=request.max_steps,
        max_minutes=request.max_minutes,
        max_epochs=request.max_epochs,
        watch=request.watch,
    )
    if request != others:
        raise UsageError(
            "A resumed run takes new limits, another rate and watch sentences only.",
            hint="Give --max-steps, --max-minutes, --max-epochs, --rate-scale or --watch, "
            "or train a new run.",
        )
    run = project.run(request.resume)
    if request.from_checkpoint is not None:
        run.checkpoint_step(request.from_checkpoint)  # there is one, or it is said at once
    own = run.definition().config
    if not request.limits():
        return run, own.limits
    fresh = own.model_copy(update={"limits": LimitsConfig()})
    return run, merge_config(fresh, {"limits": request.limits()}).limits


def _watch_also(run: Run, sentences: Sequence[str]) -> None:
    """Sentences of the person's own for this run; one that it has already is no mistake."""
    if sentences:
        language = run.definition().watched_as
        own = read_own_sentences(run.folder, language) or ()
        for sentence in sentences:
            own = own if plain_line(sentence) in own else with_sentence(own, sentence)
        write_own_sentences(run.folder, language, own)
