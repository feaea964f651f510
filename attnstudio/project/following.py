"""What keeps a training's log and checkpoints, as preparations see it, and what keeps nothing.

Of the processes that train a run together the first one keeps all that comes of it (`Keeper`). The
others have a `Follower` in its place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from attnstudio.project.run import Run
from attnstudio.training.events import Failed, TrainingEvent


class Keeps(Protocol):
    """Where a training puts what it says and makes; see `Keeper`.

    Attributes:
        run: where it is kept.
        needs_checkpoint: whether one is wanted at once.
    """

    run: Run
    needs_checkpoint: bool

    def clock(self) -> float:
        """Seconds of training."""
        ...

    def say(self, event: TrainingEvent) -> None:
        """Say an event that no log needs."""
        ...

    def record(self, event: TrainingEvent) -> None:
        """Write an event into the log, and say it."""
        ...

    def record_the_end(self, event: Failed) -> None:
        """The same for an error that ended training."""
        ...

    def keep(self, write: Callable[[Run], None]) -> None:
        """Write something into the run's folder."""
        ...


class Follower:
    """Keeps nothing and says nothing: the first process does.

    Args:
        run: that is trained.
        clock: seconds.
    """

    def __init__(self, run: Run, clock: Callable[[], float]) -> None:
        self.run = run
        self.needs_checkpoint = False
        self._clock = clock

    def clock(self) -> float:
        """Seconds."""
        return self._clock()

    def say(self, event: TrainingEvent) -> None:
        """Nothing."""

    def record(self, event: TrainingEvent) -> None:
        """Nothing."""

    def record_the_end(self, event: Failed) -> None:
        """Nothing."""

    def keep(self, write: Callable[[Run], None]) -> None:
        """Nothing."""
