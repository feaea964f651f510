"""When charts are drawn: in small steps, so that the window answers between them, and in rounds."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer

Step = Callable[[], object]

FIRST_SLICE_MS = 50
REST_MS = 2_000  # between rounds: charts that move faster would take time from the training
_NEXT_SLICE_MS = 2
_SLICE_S = 0.005  # then the window gets a turn, once the step that is begun is done


class DrawingSchedule(QObject):
    """Does the steps of a round; what is asked for meanwhile has its own round afterwards.

    Args:
        steps: all that there is to do, none of which takes long.
        parent: owns it.

    Attributes:
        waiting: the steps of this round that are still to be done.
        next_wait_ms: until the round that was asked for while this one is under way; None if none.
    """

    def __init__(self, steps: Callable[[], Iterable[Step]], parent: QObject) -> None:
        super().__init__(parent)
        self._steps = steps
        self.waiting: deque[Step] = deque()
        self.next_wait_ms: int | None = None
        self._is_begun = False
        self._done_at = 0.0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._do_some)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to be done."""
        return not self._timer.isActive()

    def do_now(self) -> None:
        """Do everything at once."""
        self._timer.stop()
        self.next_wait_ms = None
        self.waiting.clear()
        for step in self._steps():
            step()

    def do_soon(self) -> None:
        """Begin a round for what a person has changed."""
        self._begin_in(FIRST_SLICE_MS)

    def do_at_leisure(self) -> None:
        """Begin a round for what training has added since the last one."""
        rested_ms = 0 if self._is_drawing else int(1000 * (time.perf_counter() - self._done_at))
        self._begin_in(max(FIRST_SLICE_MS, REST_MS - rested_ms))

    @property
    def _is_drawing(self) -> bool:
        return self._is_begun and bool(self.waiting)

    def _begin_in(self, wait_ms: int) -> None:
        if self._is_drawing:  # what is new has its own round afterwards
            self.next_wait_ms = min(wait_ms, self.next_wait_ms or wait_ms)
            return
        self.waiting = deque(self._steps())
        if not self._timer.isActive() or self._timer.remainingTime() > wait_ms:
            self._timer.start(wait_ms)
        self._is_begun, self.next_wait_ms = False, None

    def _do_some(self) -> None:
        self._is_begun = True
        begun_at = time.perf_counter()
        while self.waiting and time.perf_counter() - begun_at < _SLICE_S:
            self.waiting.popleft()()
        if self.waiting:
            self._timer.start(_NEXT_SLICE_MS)
            return
        self._done_at = time.perf_counter()
        if self.next_wait_ms is not None:
            self._begin_in(self.next_wait_ms)
