"""How far a comparison is: what became of each of its runs, and which is next.

All is read from the folders of the runs, so that it is right after a stop, a kill and whatever a
person did with the runs meanwhile. A program trains a whole comparison so::

    while (entry := next_entry(project, comparison)) is not None:
        run, comparison = begin_entry(project, comparison, entry)  # made, or found to go on with
        if entry.state is not EntryState.TRAINED:
            train(project, run, emit=…, stop=…)      # pipeline.train, or a training of the window
        measure_entry(project, run)                  # when it was neither stopped nor has failed

`begin_entry` and `measure_entry` are in `attnstudio.project.comparison_work`, which brings torch.
A training that fails leaves its reason in its log: the next call passes over it. A person's stop,
a kill and a full disk leave the entry `EntryState.STOPPED`: the next call gives it again.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from attnstudio.config import RunConfig
from attnstudio.errors import AttentionStudioError, ProjectError
from attnstudio.project.kind_comparison import ComparedKind, Comparison, KindRun
from attnstudio.project.outcome import read_outcome
from attnstudio.project.project import Project
from attnstudio.project.run import Run, RunState
from attnstudio.run_definition import Direction, RunDefinition
from attnstudio.training.events import Failed, FailureCause, Finished
from attnstudio.training.history import History
from attnstudio.training.stop import StopReason


class EntryState(StrEnum):
    """What became of one run of a comparison."""

    WAITING = "waiting"  # not begun
    RUNNING = "running"  # in this program or another
    STOPPED = "stopped"  # by a person, a kill or a full disk: it goes on where it was
    TRAINED = "trained"  # to the end of its budget, but not measured yet
    FINISHED = "finished"  # trained and measured
    FAILED = "failed"  # it cannot be trained, or diverged: the others go on
    GONE = "gone"  # a person deleted it: it is made again only when asked


GOES_ON = frozenset({EntryState.STOPPED, EntryState.TRAINED, EntryState.WAITING})


@dataclass(frozen=True, slots=True)
class Entry:
    """One run of a comparison, as it stands.

    Attributes:
        kind: what it trains.
        seed: where its randomness starts.
        run: its name; see `Project.run` where it is not waiting or gone.
        state: what became of it.
        problem: why it failed, in a sentence; empty where it did not.
        elapsed_s: seconds that it was trained so far.
    """

    kind: ComparedKind
    seed: int
    run: str
    state: EntryState
    problem: str = ""
    elapsed_s: float = 0.0


def entries_of(project: Project, comparison: Comparison) -> tuple[Entry, ...]:
    """All runs in the order in which they are trained, as they stand now.

    Raises:
        StorageError: their folders cannot be read.
    """
    return tuple(_entry(project, comparison, each) for each in comparison.all_runs())


def next_entry(project: Project, comparison: Comparison) -> Entry | None:
    """What is to be trained or measured next; None where all is done.

    One that was begun comes before those that were not, as they come in order. Those that failed
    or were deleted are passed over.

    Raises:
        ProjectError: one of them is being trained, here or by another program: two at once would
            not have the machine for themselves.
        StorageError: their folders cannot be read.
    """
    return next_of(comparison, entries_of(project, comparison))


def next_of(comparison: Comparison, entries: Sequence[Entry]) -> Entry | None:
    """See `next_entry`, of entries that were read already; one of them.

    Raises:
        ProjectError: one of them is being trained.
    """
    for entry in entries:
        if entry.state is EntryState.RUNNING:
            raise ProjectError(
                "Run {run} of comparison {name} is being trained already.",
                hint="Wait until it is done, or stop it there.",
                run=entry.run,
                name=comparison.name,
            )
    return next((entry for entry in entries if entry.state in GOES_ON), None)


def seconds_left(
    comparison: Comparison, entries: Sequence[Entry], elapsed_s: float = 0.0
) -> float | None:
    """How long the training of all that is left will take; None while nobody knows.

    A limit in minutes says it; else the mean of what the finished ones took is taken for each.

    Args:
        comparison: whose entries they are.
        entries: as `entries_of` gives them.
        elapsed_s: seconds of the run that is trained now, where more is known than its entry says.
    """
    limit = comparison.base.limits.max_minutes or comparison.base.training.budget_minutes
    done = [each.elapsed_s for each in entries if each.state is EntryState.FINISHED]
    if limit:
        each_s = 60.0 * limit
    elif done:
        each_s = statistics.fmean(done)
    else:
        return None
    open_ = [each for each in entries if each.state in GOES_ON or each.state is EntryState.RUNNING]
    spent = sum(each.elapsed_s for each in open_)
    return max(0.0, each_s * len(open_) - max(spent, elapsed_s))


def _entry(project: Project, comparison: Comparison, asked: KindRun) -> Entry:
    def entry(state: EntryState, problem: str = "", elapsed_s: float = 0.0) -> Entry:
        return Entry(asked.kind, asked.seed, asked.name, state, problem, elapsed_s)

    run = Run(project.runs_folder / asked.name)
    if not run.folder.exists():
        return entry(EntryState.GONE if asked.name in comparison.begun else EntryState.WAITING)
    if problem := run.problem() or _another(comparison, asked, run.definition()):
        return entry(EntryState.FAILED, problem)
    history = run.outline()
    state, problem = _state(run, history)
    return entry(state, problem, _elapsed_s(history))


def _state(run: Run, history: History) -> tuple[EntryState, str]:
    found, ending = run.state(history), history.ending
    if found is RunState.RUNNING:
        return EntryState.RUNNING, ""
    if read_outcome(run) is not None:
        return EntryState.FINISHED, ""
    match ending:
        case Failed() if ending.cause != FailureCause.STORAGE:
            return EntryState.FAILED, ending.message
        case Finished() if found is not RunState.INTERRUPTED:
            was_stopped = ending.reason == StopReason.REQUESTED
            return (EntryState.STOPPED if was_stopped else EntryState.TRAINED), ""
    return EntryState.STOPPED, ""


def _elapsed_s(history: History) -> float:
    if history.ending is not None:
        return history.ending.elapsed_s
    return history.steps[-1].elapsed_s if history.steps else 0.0


def _another(comparison: Comparison, asked: KindRun, found: RunDefinition) -> str:
    """Why a run of that name is not the comparison's; empty where it is.

    A file names runs, and a run may have been renamed: none is trained or counted that was asked
    for something else. Threads, precision and the plan of a schedule are fixed when it begins.
    """
    try:
        wanted = comparison.config_of(asked.kind, asked.seed)
    except AttentionStudioError as error:
        return error.message
    is_reverse = found.direction is Direction.REVERSE
    same = is_reverse == comparison.reverse and _asked(found.config) == _asked(wanted)
    return "" if same else f"Run {asked.name} has other settings than the comparison asks for."


def _asked(config: RunConfig) -> dict[str, object]:
    """What is asked for, without what is fixed when a run begins (see `create_run`, `plan`)."""
    asked = config.model_dump(mode="json")
    fixed = [("training", "threads"), ("training", "precision"), ("guidance", "weight")]
    if config.training.budget_minutes:
        planned = ("schedule", "horizon_steps", "warmup_steps", "patience")
        fixed += [("training", knob) for knob in planned] + [("limits", "max_minutes")]
    for table, knob in fixed:
        del asked[table][knob]
    return asked
