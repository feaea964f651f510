"""A run's folder: what it was asked, what it said and what it kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from filelock import FileLock, Timeout

from attnstudio.config import RunDefinition
from attnstudio.config_text import read_definition, to_toml
from attnstudio.errors import ProjectError
from attnstudio.files import write_text
from attnstudio.interpretation.links import Reading
from attnstudio.project import history_cache
from attnstudio.project.marker import is_marked, read_marker
from attnstudio.project.recorder import read_outline
from attnstudio.training.events import Failed, Finished
from attnstudio.training.history import History
from attnstudio.training.stop import StopReason

_LOCK_WAIT_S = 2.0


class RunState(StrEnum):
    """What became of a run."""

    NEW = "new"  # nothing was trained yet
    RUNNING = "running"
    STOPPED = "stopped"  # by a person or a limit: it can go on
    FINISHED = "finished"  # no further gain
    FAILED = "failed"
    INTERRUPTED = "interrupted"  # killed in the middle: it can go on


@dataclass(frozen=True, slots=True)
class CheckpointIndex:
    """``checkpoints.json``: which steps have a checkpoint.

    Attributes:
        steps: all of them, ascending.
        last: the newest.
        best: the one with the best validation; the newest while there was none.
    """

    steps: tuple[int, ...] = ()
    last: int | None = None
    best: int | None = None

    def with_saved(self, step: int, *, best: bool, keep: int) -> CheckpointIndex:
        """The index after a checkpoint was saved; old ones beyond ``keep`` are let go."""
        chosen_best = step if best else self.best
        others = [s for s in self.steps if s != step]
        newest = sorted((*others, step))[-keep:]
        kept = {*newest, *([chosen_best] if chosen_best in (*others, step) else [])}
        return replace(
            self, steps=tuple(sorted(s for s in kept if s is not None)), last=step, best=chosen_best
        )


class Run:
    """A run, found by its folder.

    Attributes:
        folder: where it lies; its name is the run's.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def name(self) -> str:
        """The run's name."""
        return self.folder.name

    @property
    def events_path(self) -> Path:
        """The log of its events."""
        return self.folder / "events.jsonl"

    @property
    def watch_folder(self) -> Path:
        """The attention of watch sentences over time."""
        return self.folder / "watch"

    def definition(self) -> RunDefinition:
        """What the run was asked."""
        return read_definition(self.folder / "config.toml")

    def write_definition(self, definition: RunDefinition) -> None:
        """Write down what the run is asked; a plan that is made once training begins is part."""
        write_text(self.folder / "config.toml", to_toml(definition))

    def history(self) -> History:
        """What the run said, folded."""
        return history_cache.read(self.events_path)

    def outline(self) -> History:
        """The same without the curves, read at once: of the steps the last of each segment."""
        return read_outline(self.events_path)

    def state(self, history: History) -> RunState:
        """What became of the run."""
        try:
            # Under the lock: a training that has just ended has taken its marker away.
            with FileLock(self.folder / "run.lock", timeout=0):
                was_killed = is_marked(self.folder)
        except Timeout:
            return RunState.RUNNING
        except OSError:  # the lock cannot be asked where nothing can be written, but the marker can
            marker = read_marker(self.folder)
            if marker is not None and marker.program.is_alive:
                return RunState.RUNNING
            was_killed = is_marked(self.folder)
        if was_killed:
            return RunState.INTERRUPTED
        match history.ending:
            case Failed():
                return RunState.FAILED
            case Finished(reason=StopReason.NO_IMPROVEMENT | StopReason.SCHEDULE_END):
                return RunState.FINISHED
            case Finished():
                return RunState.STOPPED
        return RunState.INTERRUPTED if history.started else RunState.NEW

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the run while it trains.

        Raises:
            ProjectError: another program is training it.
        """
        try:
            # Whoever asks for the state holds the lock for an instant: that is no training.
            with FileLock(self.folder / "run.lock", timeout=_LOCK_WAIT_S):
                yield
        except Timeout as error:
            raise ProjectError(
                "Run {name} is being trained by another program.",
                hint="Wait until it is done, or stop it there.",
                name=self.name,
            ) from error

    def checkpoints(self) -> CheckpointIndex:
        """Which steps have a checkpoint."""
        try:
            content = json.loads((self.folder / "checkpoints.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return CheckpointIndex()
        return CheckpointIndex(tuple(content["steps"]), content["last"], content["best"])

    def write_checkpoints(self, index: CheckpointIndex) -> None:
        """Write ``checkpoints.json``."""
        content = {"steps": index.steps, "last": index.last, "best": index.best}
        write_text(self.folder / "checkpoints.json", json.dumps(content) + "\n")

    def checkpoint_folder(self, which: str | int) -> Path:
        """The folder of the ``best``, the ``last`` or a numbered checkpoint.

        Raises:
            ProjectError: there is no such checkpoint.
        """
        index = self.checkpoints()
        if not index.steps:
            raise ProjectError(
                "Run {name} has no checkpoint yet.",
                hint="Go on training it: --resume {name}",
                name=self.name,
            )
        step: int | None
        if which == "best":
            step = index.best if index.best is not None else index.last
        elif which == "last":
            step = index.last
        else:
            step = int(which) if str(which).isdecimal() else None
        if step not in index.steps:
            raise ProjectError(
                "Run {name} has no checkpoint {which}.",
                hint="There are: best, last, {steps}.",
                name=self.name,
                which=which,
                steps=", ".join(map(str, index.steps)),
            )
        return self.folder / "checkpoints" / str(step)

    def reading(self, checkpoint: Path) -> Reading | None:
        """The reading of the attention that was best on gold links, None where none was chosen."""
        for folder in (checkpoint, self.folder):
            path = folder / "reading.json"
            if path.exists():
                return Reading.from_mapping(json.loads(path.read_text(encoding="utf-8")))
        return None
