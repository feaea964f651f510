"""The one word that a trainer hears, and why training ended."""

from __future__ import annotations

import threading
from enum import StrEnum


class StopReason(StrEnum):
    """Why training ended."""

    REQUESTED = "requested"
    STEP_LIMIT = "step_limit"
    TIME_LIMIT = "time_limit"
    EPOCH_LIMIT = "epoch_limit"
    SCHEDULE_END = "schedule_end"  # the learning rate is zero from here on
    NO_IMPROVEMENT = "no_improvement"


class StopToken:
    """Says stop from any thread or signal handler; it cannot be taken back."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def request(self) -> None:
        """Ask for an end at the next step; calling it again changes nothing."""
        self._event.set()

    @property
    def requested(self) -> bool:
        """Whether an end was asked for."""
        return self._event.is_set()
