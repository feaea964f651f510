"""What ``train`` does while the disk refuses what it keeps: try again, until somebody gives up."""

from __future__ import annotations

import time
from collections.abc import Callable

from attnstudio.errors import StorageError
from attnstudio.project.holding import Decision, GiveUp, TryAgain
from attnstudio.training.events import Held, TrainingEvent
from attnstudio.training.stop import StopToken

_RETRY_S = 5.0
_LOOK_S = 0.1


class Waiting:
    """Tries again every few seconds; a stop that is asked for meanwhile gives up.

    A stop from before only asked for a checkpoint, which is what cannot be written: it is waited
    for, and a second Ctrl-C ends the program as anywhere.

    Args:
        stop: asked for by a signal.
        sleep: waits for so many seconds.
    """

    def __init__(self, stop: StopToken, sleep: Callable[[float], None] = time.sleep) -> None:
        self._stop = stop
        self._sleep = sleep
        self._was_stopped = False

    def hear(self, event: TrainingEvent) -> None:
        """Note whether a stop was asked for before anybody is told that it waits."""
        if isinstance(event, Held):
            self._was_stopped = self._stop.requested

    def __call__(self, _: StorageError, _attempt: int) -> Decision:
        """Wait, and decide."""
        for _look in range(round(_RETRY_S / _LOOK_S)):
            if self._stop.requested and not self._was_stopped:
                return GiveUp()
            self._sleep(_LOOK_S)
        return TryAgain()
