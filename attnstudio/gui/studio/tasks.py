"""Work behind the window: a function runs in a thread, its result comes back to this one.

The threads put what happens into a queue and a timer empties it here: no signal ever crosses from
one thread to another. `TaskRunner.run` is one of the program's catchers of exceptions.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

_POLL_MS = 30

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TaskProgress:
    """How far a task is.

    Attributes:
        done: of ``total``, in whatever the task counts.
        total: None while it is unknown.
        text: what is being done.
        elapsed_s: since the task began.
        left_s: the time that it will still take; None while it is unknown.
        before: what was done before the task began.
    """

    done: float
    total: float | None
    text: str
    elapsed_s: float
    left_s: float | None
    before: float = 0.0


class TaskControl:
    """What a function in a thread gets: the question whether to stop, and a way to report."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._stop = threading.Event()
        self._clock = clock
        self._started_at = clock()
        self._before = 0.0
        self.latest: TaskProgress | None = None  # replaced as a whole, so that no lock is needed

    def request_stop(self) -> None:
        """Ask the function to end; it returns None then."""
        self._stop.set()

    def should_stop(self) -> bool:
        """Whether the function is asked to end."""
        return self._stop.is_set()

    def goes_on_from(self, done: float) -> None:
        """Say how much was done before it began, which tells nothing of its speed."""
        self._before = done

    def report(self, done: float, total: float | None = None, text: str = "") -> None:
        """Say how far it is; only the newest report is shown."""
        elapsed_s = self._clock() - self._started_at
        made = done - self._before
        left_s = elapsed_s * (total - done) / made if total and made > 0 else None
        self.latest = TaskProgress(done, total, text, elapsed_s, left_s, self._before)


class Task(QObject):
    """A piece of work that runs in a thread.

    Signals:
        progressed: a `TaskProgress`.
        ended: with a result, an error or because it was cancelled.
    """

    progressed = Signal(object)
    ended = Signal()

    def __init__(self, title: str, *, quiet: bool, parent: QObject) -> None:
        super().__init__(parent)
        self.title = title
        self.quiet = quiet
        self.control = TaskControl()
        self.is_running = True

    @property
    def is_cancelled(self) -> bool:
        """Whether it was asked to end."""
        return self.control.should_stop()

    def cancel(self) -> None:
        """Ask the function to end; its result is not wanted any more."""
        self.control.request_stop()


@dataclass(frozen=True, slots=True)
class _Callbacks:
    done: Callable[[Any], None] | None
    failed: Callable[[Exception], None]
    cancelled: Callable[[], None] | None


@dataclass(frozen=True, slots=True)
class _Outcome:
    task: Task
    result: object
    error: Exception | None


class TaskRunner(QObject):
    """Runs functions in threads of their own.

    Args:
        show_error: what becomes of an error that a caller does not take itself.
        parent: owns the runner.

    Signals:
        begun: a `Task`.
    """

    begun = Signal(object)

    def __init__(
        self, show_error: Callable[[BaseException], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._show_error = show_error
        self._outcomes: SimpleQueue[_Outcome] = SimpleQueue()
        self._running: dict[Task, tuple[threading.Thread, _Callbacks]] = {}
        self._shown: dict[Task, TaskProgress] = {}
        self._is_closed = False
        self._timer = QTimer(self, interval=_POLL_MS)
        self._timer.timeout.connect(self._poll)

    @property
    def running(self) -> list[Task]:
        """Every task that has not ended, the oldest first."""
        return list(self._running)

    def run(
        self,
        title: str,
        function: Callable[[TaskControl], T | None],
        *,
        on_done: Callable[[T], None] | None = None,
        on_failed: Callable[[Exception], None] | None = None,
        on_cancelled: Callable[[], None] | None = None,
        quiet: bool = False,
    ) -> Task:
        """Run a function in a thread and say here, in this thread, how it ended.

        Exactly one of the callbacks is called, later. A cancelled task calls ``on_cancelled``
        whatever its function still does.

        Args:
            title: what is done, for people.
            function: does the work; touches nothing of Qt.
            on_done: gets the result.
            on_failed: gets the error; without it the error is shown.
            on_cancelled: told when the function has ended after `Task.cancel`.
            quiet: not worth a place in the status bar.
        """
        task = Task(title, quiet=quiet, parent=self)
        if self._is_closed:  # the program is ending: nothing begins any more
            task.cancel()
            task.is_running = False
            return task
        callbacks = _Callbacks(on_done, on_failed or self._show_error, on_cancelled)

        def work() -> None:
            result, failure = None, None
            try:
                result = function(task.control)
            except Exception as error:  # noqa: BLE001 - whatever it is, the person is told
                failure = error
            self._outcomes.put(_Outcome(task, result, failure))

        thread = threading.Thread(target=work, name=title)
        self._running[task] = (thread, callbacks)
        thread.start()
        self._timer.start()
        self.begun.emit(task)
        return task

    def close(self) -> None:
        """Cancel everything and wait for it; no callback is called and nothing begins any more."""
        self._is_closed = True
        self._timer.stop()
        for task in self._running:
            task.cancel()
        for thread, _ in self._running.values():
            thread.join()
        self._running.clear()

    def _poll(self) -> None:
        for task in self.running:
            progress = task.control.latest
            if progress is not None and progress is not self._shown.get(task):
                self._shown[task] = progress
                task.progressed.emit(progress)
        while True:
            try:
                outcome = self._outcomes.get_nowait()
            except Empty:
                break
            self._end(outcome)
        if not self._running:
            self._timer.stop()

    def _end(self, outcome: _Outcome) -> None:
        task = outcome.task
        thread, callbacks = self._running.pop(task)
        thread.join()
        self._shown.pop(task, None)
        task.is_running = False
        task.ended.emit()
        task.deleteLater()
        if task.is_cancelled:
            if callbacks.cancelled is not None:
                callbacks.cancelled()
        elif outcome.error is not None:
            callbacks.failed(outcome.error)
        elif callbacks.done is not None:
            callbacks.done(outcome.result)
