"""Who follows, and who may end, what takes a while."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Work:
    """What is told and asked meanwhile.

    Attributes:
        progress: told the share that is done, 0 to 1.
        should_stop: asked now and then; once it says yes, it keeps saying so.
    """

    progress: Callable[[float], None] = lambda _: None
    should_stop: Callable[[], bool] = lambda: False

    def until_share(self, end: float) -> Work:
        """The first part of it, for what counts its own share from 0 to 1."""
        return Work(lambda share: self.progress(end * share), self.should_stop)

    def from_share(self, start: float) -> Work:
        """The rest of it, for what counts its own share from 0 to 1."""
        return Work(lambda share: self.progress(start + (1.0 - start) * share), self.should_stop)
