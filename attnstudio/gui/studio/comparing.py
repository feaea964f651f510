"""Kinds that are trained in turn behind the window: when one has ended, it is measured, and so on.

Each run is trained by the one training session that there is, and measured in a task. What was done
and what comes next is read from the project each time (`attnstudio.project.comparison_queue`), so
that nothing is lost by a stop, a closed window or a run that a person deleted meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from attnstudio.gui.studio.tasks import Task, TaskControl, TaskRunner
from attnstudio.gui.studio.training_session import SessionState, TrainingSession
from attnstudio.training.stop import StopReason

if TYPE_CHECKING:  # pydantic and numpy take a while to load: the window answers before
    from attnstudio.project.comparison_queue import Entry
    from attnstudio.project.kind_comparison import Comparison
    from attnstudio.project.project import Project
    from attnstudio.project.run import Run
    from attnstudio.training.events import TrainingEvent
    from attnstudio.training.history import History
    from attnstudio.training.time_left import TimeLeft


class QueueState(StrEnum):
    """What is done now for the comparison."""

    IDLE = "idle"
    BEGINNING = "beginning"  # the next run is looked for, or made
    TRAINING = "training"  # by the session, which may be paused
    MEASURING = "measuring"


@dataclass(frozen=True, slots=True)
class Turn:
    """What a task has found to be next.

    Attributes:
        comparison: as it is kept now.
        entries: all its runs, as they stood.
        entry: the one that is next; None where all is done.
        run: its run; None where all is done.
        history: what that has said so far.
    """

    comparison: Comparison
    entries: tuple[Entry, ...]
    entry: Entry | None = None
    run: Run | None = None
    history: History | None = None

    @property
    def number(self) -> int:
        """The place of its run, counted from 1; 0 where all is done."""
        return 0 if self.entry is None else 1 + self.entries.index(self.entry)


@dataclass(frozen=True, slots=True)
class QueueEnd:
    """How the work on a comparison has ended.

    Attributes:
        project: whose it is.
        name: the comparison's.
        turn: where it was; None where it had not begun.
        was_stopped: whether the person stopped it.
        error: what has ended it, where that was not said already.
        why: in a sentence, where the training itself has said it.
    """

    project: Project
    name: str
    turn: Turn | None
    was_stopped: bool = False
    error: Exception | None = None
    why: str = ""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to be trained."""
        return not self.was_stopped and self.error is None and not self.why


class Comparing(QObject):
    """Trains and measures one comparison at a time.

    Args:
        session: trains.
        tasks: look for what is next, and measure.
        parent: owns this.

    Attributes:
        state: what it does.
        project: whose comparison it is; None before the first.
        name: of the comparison.
        turn: the run that is trained or measured, and all others; None before the first.
        run: what the session trains for it, or trained last.
        is_leaving: whether it was stopped because the program ends.

    Signals:
        changed: the state or the run is another.
        run_begun: the `Run` that is trained now.
        ended: a `QueueEnd`.
    """

    changed = Signal()
    run_begun = Signal(object)
    ended = Signal(object)

    def __init__(
        self, session: TrainingSession, tasks: TaskRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._tasks = session, tasks
        self.state = QueueState.IDLE
        self.project: Project | None = None
        self.name = ""
        self.turn: Turn | None = None
        self.run: Run | None = None
        self.is_leaving = False
        self._before = ""  # the run of the turn before: it comes again only where it could not end
        self._task: Task | None = None
        self._time_left: TimeLeft | None = None
        session.ended.connect(self._training_ended)
        session.state_changed.connect(self._follow)
        session.events_arrived.connect(self._hear)

    @property
    def is_active(self) -> bool:
        """Whether a comparison is under way, also while its training is paused."""
        return self.state is not QueueState.IDLE

    @property
    def is_between_trainings(self) -> bool:
        """Whether it works, but no training does: another must not begin."""
        return self.state in (QueueState.BEGINNING, QueueState.MEASURING)

    @property
    def seconds_left(self) -> float | None:
        """For all that is left; None while nobody knows."""
        from attnstudio.project.comparison_queue import GOES_ON, seconds_left

        if self.turn is None or not self.is_active:
            return None
        steps = self._session.history.steps if self.run is not None else ()
        elapsed_s = steps[-1].elapsed_s if steps else 0.0
        turn = self.turn
        left_s = seconds_left(turn.comparison, turn.entries, elapsed_s)
        own_s = self._time_left.seconds if self._time_left is not None else None
        if left_s is not None or own_s is None:
            return left_s
        others = sum(each.state in GOES_ON for each in turn.entries) - 1
        return own_s + others * (elapsed_s + own_s)

    def start(self, project: Project, name: str) -> None:
        """Train and measure what is left of a comparison."""
        if self.is_active or self._session.state is not SessionState.IDLE:
            raise RuntimeError("a training is under way already")
        self.project, self.name = project, name
        self.turn = self.run = self._time_left = None
        self._before, self.is_leaving = "", False
        self._begin()

    def stop(self) -> None:
        """End after a checkpoint, or without what is being measured; it can go on from there."""
        if self.is_between_trainings and self._task is not None:
            self._task.cancel()
        elif self.state is QueueState.TRAINING:
            self._session.stop()

    def leave(self) -> None:
        """Stop because the program ends; it is meant to go on at the next start."""
        self.is_leaving = True
        self.stop()

    def runs_in(self, folder: Path) -> bool:
        """Whether a folder is that of the run that it has trained last, or trains."""
        return self.run is not None and self.run.folder == folder

    # one turn after another

    def _begin(self) -> None:
        assert self.project is not None
        self._task = self._tasks.run(
            self.tr("Looking for what is compared next"),
            partial(_next_turn, self.project, self.name),
            on_done=self._take_turn,
            on_failed=lambda error: self._end(error=error),
            on_cancelled=lambda: self._end(was_stopped=True),
            quiet=True,
        )
        self._change_state(QueueState.BEGINNING)

    def _take_turn(self, turn: Turn) -> None:
        self.turn = turn
        if turn.run is None or turn.entry is None:
            self._end()
        elif turn.run.name == self._before:  # else it would come again and again
            self._end(why=self.tr("{run} cannot go on.").format(run=turn.run.name))
        elif _is_trained(turn.entry):
            self.run, self._before = turn.run, turn.run.name
            self._measure()
        else:
            self._train(turn, turn.run)

    def _train(self, turn: Turn, run: Run) -> None:
        from attnstudio.training.time_left import TimeLeft  # pydantic loads after the window

        assert self.project is not None
        if self._session.state is not SessionState.IDLE:
            self._end(why=self.tr("Another training is under way."))
            return
        self.run, self._before = run, run.name
        self._time_left = TimeLeft(turn.comparison.base.limits)
        self._change_state(QueueState.TRAINING)
        self._session.start(self.project, run, history=turn.history)
        self.run_begun.emit(run)

    def _training_ended(self, outcome: StopReason | Exception | None) -> None:
        from attnstudio.errors import StorageError

        if self.state is not QueueState.TRAINING:
            return
        if outcome is StopReason.REQUESTED:
            self._end(was_stopped=True)
        elif isinstance(outcome, StorageError):  # the others would meet the same disk
            self._end(why=outcome.message)
        elif isinstance(outcome, Exception):
            self._begin()
        else:
            self._measure()

    def _measure(self) -> None:
        assert self.project is not None
        assert self.run is not None
        title = self.tr("Evaluating {run} on the test pairs").format(run=self.run.name)
        self._task = self._tasks.run(
            title,
            partial(_measure, self.project, self.run),
            on_done=lambda _: self._begin(),
            on_failed=lambda error: self._end(error=error),
            on_cancelled=lambda: self._end(was_stopped=True),
        )
        self._change_state(QueueState.MEASURING)

    def _end(
        self, *, was_stopped: bool = False, error: Exception | None = None, why: str = ""
    ) -> None:
        assert self.project is not None
        self._task = None
        end = QueueEnd(self.project, self.name, self.turn, was_stopped, error, why)
        self._change_state(QueueState.IDLE)
        self.ended.emit(end)

    # the session

    def _follow(self, state: SessionState) -> None:
        if state is SessionState.PREPARING and not self.is_active:
            self.run = None  # the person trains on, and that is no turn of a comparison

    def _hear(self, events: list[TrainingEvent]) -> None:
        from attnstudio.training.events import Step

        if self.state is QueueState.TRAINING and self._time_left is not None:
            for event in events:
                if isinstance(event, Step):
                    self._time_left.add(event)

    def _change_state(self, state: QueueState) -> None:
        self.state = state
        self.changed.emit()


def _next_turn(project: Project, name: str, _: TaskControl) -> Turn:
    # imported here because it brings torch
    from attnstudio.project.comparison_queue import entries_of, next_of
    from attnstudio.project.comparison_work import begin_entry
    from attnstudio.project.kept_comparisons import read_comparison

    comparison = read_comparison(project, name)
    entries = entries_of(project, comparison)
    entry = next_of(comparison, entries)
    if entry is None:
        return Turn(comparison, entries)
    run, comparison = begin_entry(project, comparison, entry)
    return Turn(comparison, entries, entry, run, run.history())


def _is_trained(entry: Entry) -> bool:
    from attnstudio.project.comparison_queue import EntryState

    return entry.state is EntryState.TRAINED


def _measure(project: Project, run: Run, control: TaskControl) -> object:
    # imported here because it brings torch
    from attnstudio.corpus.parallel_corpus import Split
    from attnstudio.project.comparison_work import measure_entry
    from attnstudio.project.run_data import corpus_of

    total = corpus_of(project, run.definition()).counts()[Split.TEST]
    return measure_entry(
        project,
        run,
        progress=lambda done: control.report(done, total),
        should_stop=control.should_stop,
    )
