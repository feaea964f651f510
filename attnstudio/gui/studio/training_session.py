"""One training at a time, in a thread, seen from the window.

The thread puts events into a queue; a timer empties it here, in batches. Whether training goes on
is asked of the thread and not of the events, so that one that dies without a word ends as well.
The window's own thread does no arithmetic of torch: OpenMP would keep threads for it from then on,
and let those of the training wait less patiently for each other, which costs a third of its speed.
"""

from __future__ import annotations

import logging
import threading
from enum import StrEnum
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from attnstudio.logs import write_down
from attnstudio.training.events import FindingLinks, Held, Notice, Started, TrainingEvent
from attnstudio.training.history import History
from attnstudio.training.stop import StopReason, StopToken

if TYPE_CHECKING:  # pydantic and numpy take a while to load: the window answers before
    from attnstudio.config_training import LimitsConfig
    from attnstudio.errors import StorageError
    from attnstudio.project.holding import Decision
    from attnstudio.project.project import Project
    from attnstudio.project.run import Run

_logger = logging.getLogger(__name__)

_POLL_MS = 100  # each look takes Python's lock from the training; nobody sees a tenth of a second
_RETRY_S = 10.0  # while what is kept cannot be written
_MOST_EVENTS_AT_ONCE = 2_000  # of a torrent: the window must get a turn


class SessionState(StrEnum):
    """What the training is doing."""

    IDLE = "idle"
    PREPARING = "preparing"  # torch, tokenizer, dataset, model
    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"  # its thread has ended; the checkpoint has all that is needed to go on
    STOPPING = "stopping"
    HELD = "held"  # what it keeps cannot be written: it waits for a decision


_WITH_THREAD = frozenset(set(SessionState) - {SessionState.IDLE, SessionState.PAUSED})


class TrainingSession(QObject):
    """Trains a run behind the window.

    Signals:
        state_changed: a `SessionState`.
        events_arrived: the next `TrainingEvent`s as a list, in order.
        ended: a `StopReason`, or the exception that ended it; not when it was paused.
    """

    state_changed = Signal(object)
    events_arrived = Signal(object)
    ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = SessionState.IDLE
        self.project: Project | None = None
        self.run: Run | None = None
        self.limits: LimitsConfig | None = None
        self.history = History()
        self.finding_links: FindingLinks | None = None
        self.held: Held | None = None
        self._before_held = SessionState.IDLE
        self._from_checkpoint: int | None = None
        self._rate_scale = 1.0
        self._decisions: SimpleQueue[Decision] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._threads: int | None = None
        self._stop = StopToken()
        self._events: SimpleQueue[TrainingEvent] = SimpleQueue()
        self._outcome: StopReason | Exception | None = None
        self._timer = QTimer(self, interval=_POLL_MS)
        self._timer.timeout.connect(self._poll)

    @property
    def is_active(self) -> bool:
        """Whether a thread is at work."""
        return self.state in _WITH_THREAD

    @property
    def threads(self) -> int | None:
        """Processor threads of the training that is under way, as they are now."""
        return self._threads if self.is_active else None

    def start(
        self,
        project: Project,
        run: Run,
        limits: LimitsConfig | None = None,
        *,
        history: History | None = None,
        from_checkpoint: int | None = None,
        rate_scale: float = 1.0,
    ) -> None:
        """Train a new run, or go on with one.

        Args:
            project: the run's project.
            run: what to train.
            limits: other limits than the run's own.
            history: what it has said so far, read in a task; None reads it here, which takes no
                time for a new run.
            from_checkpoint: its step; None for the last.
            rate_scale: multiplies all learning rates from there on.
        """
        if self.is_active:
            raise RuntimeError("a training is under way already")
        history = history or run.history()  # one that cannot be read is not this session's run
        self.project, self.run, self.limits, self.history = project, run, limits, history
        self._from_checkpoint, self._rate_scale = from_checkpoint, rate_scale
        self._begin()

    def pause(self) -> None:
        """End the thread with a checkpoint, meaning to go on."""
        if self.state in (SessionState.PREPARING, SessionState.RUNNING):
            self._change_state(SessionState.PAUSING)
            self._stop.request()

    def resume(self) -> None:
        """Go on after a pause."""
        if self.state is SessionState.PAUSED:
            self._from_checkpoint, self._rate_scale = None, 1.0
            self._begin()

    def stop(self) -> None:
        """End training with a checkpoint."""
        if self.state is SessionState.PAUSED:
            self._change_state(SessionState.IDLE)
            self.ended.emit(StopReason.REQUESTED)
        elif self.is_active:
            if self.held is not None:
                self._give_up()
            self._change_state(SessionState.STOPPING)
            self._stop.request()

    def decide(self, decision: Decision) -> None:
        """What a training that waits is to do."""
        self._decisions.put(decision)

    def _give_up(self) -> None:
        from attnstudio.project.holding import GiveUp  # pydantic loads after the window

        self._decisions.put(GiveUp())

    def wait(self) -> None:
        """Stay here until a stopped thread has ended; what it still says is heard later.

        What cannot be saved is given up, now or when it comes to wait for somebody who is gone.
        """
        if self._thread is not None:
            self._give_up()
            self._thread.join()

    def close(self) -> None:
        """Stop and wait for the thread; what it still says is not heard."""
        self._stop.request()
        self._timer.stop()
        self.wait()

    def _begin(self) -> None:
        assert self.project is not None
        assert self.run is not None
        self._stop = StopToken()
        self._decisions = SimpleQueue()
        self.held = self.finding_links = None
        self._outcome = None
        started = self.history.started
        self._threads = started.threads if started is not None else None
        self._thread = threading.Thread(
            target=self._train,
            args=(self.project, self.run, self._stop, self._decisions),
            name=f"training {self.run.name}",
        )
        _logger.info("training of %s began", self.run.folder)
        self._change_state(SessionState.PREPARING)
        self._thread.start()
        self._timer.start()

    def _train(
        self, project: Project, run: Run, stop: StopToken, decisions: SimpleQueue[Decision]
    ) -> None:
        """What the thread does; it touches nothing of Qt."""
        try:
            # imported here because it brings torch
            from attnstudio.project.holding import TryAgain
            from attnstudio.project.pipeline import train
            from attnstudio.project.program import WorkPlace

            def hold(_: StorageError, __: int) -> Decision:
                try:
                    return decisions.get(timeout=_RETRY_S)
                except Empty:
                    return TryAgain()

            self._outcome = train(
                project,
                run,
                emit=self._events.put,
                stop=stop,
                limits=self.limits,
                from_checkpoint=self._from_checkpoint,
                rate_scale=self._rate_scale,
                hold=hold,
                place=WorkPlace.WINDOW,
            )
        except Exception as error:  # noqa: BLE001 - the window says what it was
            self._outcome = error

    def _poll(self) -> None:
        assert self._thread is not None
        running = self._thread.is_alive()  # asked before the queue is emptied: nothing is missed
        events = self._take_events()
        if events:
            for event in events:
                self.history.add(event)
                if isinstance(event, FindingLinks):
                    self.finding_links = event
                if isinstance(event, Started | Notice):
                    self._threads = event.threads or self._threads
            self._follow_held(events)
            if self.state is SessionState.PREPARING and any(
                isinstance(event, Started) for event in events
            ):
                self._change_state(SessionState.RUNNING)
            self.events_arrived.emit(events)
        if not running and self._events.empty():
            self._end()

    def _follow_held(self, events: list[TrainingEvent]) -> None:
        """It waits from a `Held` on until it says anything else."""
        last = events[-1]
        if isinstance(last, Held):
            if self.held is None:
                self._before_held = self.state
            self.held = last
            self._change_state(SessionState.HELD)
        elif self.held is not None:
            self.held = None
            if self.state is SessionState.HELD:
                self._change_state(self._before_held)

    def _take_events(self) -> list[TrainingEvent]:
        events: list[TrainingEvent] = []
        while len(events) < _MOST_EVENTS_AT_ONCE:
            try:
                events.append(self._events.get_nowait())
            except Empty:
                break
        return events

    def _end(self) -> None:
        assert self._thread is not None
        self._thread.join()
        self._thread = None
        self._timer.stop()
        self.held = None
        if isinstance(self._outcome, Exception):
            write_down(self._outcome)
        else:
            _logger.info("training ended: %s", self._outcome)
        if self.state is SessionState.PAUSING and self._outcome is StopReason.REQUESTED:
            self._change_state(SessionState.PAUSED)
            return
        self._change_state(SessionState.IDLE)
        self.ended.emit(self._outcome)

    def _change_state(self, state: SessionState) -> None:
        self.state = state
        self.state_changed.emit(state)
