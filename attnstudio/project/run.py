"""A run's folder: what it was asked, what it said and what it kept."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from filelock import FileLock, Timeout, lock_descriptor, unlock_descriptor

from attnstudio.config_text import read_definition, to_toml
from attnstudio.errors import AlignmentError, AttentionStudioError, ProjectError
from attnstudio.files import read_small, write_text
from attnstudio.names import is_run_name
from attnstudio.plain_values import read_json
from attnstudio.project import history_cache
from attnstudio.project.checkpoint_index import (
    CheckpointIndex,
    folder_of,
    read_index,
    refuse_unreadable_checkpoints,
)
from attnstudio.project.marker import is_heard_from_elsewhere, is_marked, read_marker
from attnstudio.project.recorder import read_outline
from attnstudio.reading import Reading
from attnstudio.run_definition import RunDefinition
from attnstudio.seals import check_seal
from attnstudio.storage_errors import READ, storing
from attnstudio.training.events import Failed, Finished
from attnstudio.training.history import History
from attnstudio.training.stop import StopReason

_LOCK = "run.lock"
_LOCK_WAIT_S = 2.0
_ASKING_PAUSES_S = (0.005, 0.02, 0.05, 0.0)
# As filelock opens one that is there; no system has all of these.
_TO_ASK = os.O_RDWR | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)


class RunState(StrEnum):
    """What became of a run."""

    NEW = "new"  # nothing was trained yet
    RUNNING = "running"
    STOPPED = "stopped"  # by a person or a limit: it can go on
    FINISHED = "finished"  # no further gain
    FAILED = "failed"
    INTERRUPTED = "interrupted"  # killed in the middle: it can go on
    IMPORTED = "imported"  # from an exported model: it translates, and cannot be trained


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
    def origin_path(self) -> Path:
        """What an imported run was where it came from; other runs have no such file."""
        return self.folder / "origin.json"

    @property
    def is_imported(self) -> bool:
        """Whether it came as an exported model: its weights alone are there."""
        return self.origin_path.is_file()

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
        """What the run said, folded.

        Raises:
            StorageError: its log cannot be read.
        """
        with storing(self.events_path, READ):
            return history_cache.read(self.events_path)

    def outline(self) -> History:
        """The same without the curves, read at once: of the steps the last of each segment."""
        with storing(self.events_path, READ):
            return read_outline(self.events_path)

    def problem(self) -> str:
        """Why the run cannot be used, in a sentence; empty where it can."""
        if not is_run_name(self.name):
            return f"{self.name!r} cannot be the name of a run: rename its folder."
        try:
            self.definition()
            self.outline()
        except AttentionStudioError as error:
            return error.message
        return ""

    def state(self, history: History) -> RunState:
        """What became of the run."""
        if self.is_imported:
            return RunState.IMPORTED
        was_killed = is_marked(self.folder)
        try:
            # Opened and not made: a look must not bring back the folder of a run that was moved.
            lock = os.open(self.folder / _LOCK, _TO_ASK)
            try:
                if not self._can_lock(lock):
                    return RunState.RUNNING
                # Under the lock: a training that has just ended has taken its marker away.
                was_killed = is_marked(self.folder)
                unlock_descriptor(lock)
            finally:
                os.close(lock)
        except FileNotFoundError:
            pass  # what is trained has its lock before its marker, so that marker was left behind
        except OSError:  # the lock cannot be asked where nothing can be written, but the marker can
            marker = read_marker(self.folder)
            if marker is not None and marker.program.is_alive:
                return RunState.RUNNING
            was_killed = is_marked(self.folder)
        if was_killed and is_heard_from_elsewhere(self.folder, self.events_path):
            return RunState.RUNNING
        return RunState.INTERRUPTED if was_killed else state_by_ending(history)

    def _can_lock(self, descriptor: int) -> bool:
        """Take the lock, unless somebody trains.

        Others who ask for the state hold it for an instant: that is no training.
        """
        for pause_s in _ASKING_PAUSES_S:
            if lock_descriptor(descriptor, blocking=False):
                return True
            marker = read_marker(self.folder)
            if marker is not None and marker.program.is_alive:
                return False
            time.sleep(pause_s)
        return False

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the run while it trains.

        Raises:
            ProjectError: another program is training it.
            StorageError: nothing can be written there.
        """
        # Whoever asks for the state holds the lock for an instant: that is no training.
        lock = FileLock(self.folder / _LOCK, timeout=_LOCK_WAIT_S)
        with storing(self.folder):
            try:
                lock.acquire()
            except Timeout as error:
                raise ProjectError(
                    "Run {name} is being trained by another program.",
                    hint="Wait until it is done, or stop it there.",
                    name=self.name,
                ) from error
        try:
            yield
        finally:
            lock.release()

    def checkpoints(self) -> CheckpointIndex:
        """Which steps have a checkpoint."""
        return read_index(self.folder)

    def checkpoint_step(self, which: str | int) -> int:
        """The step of the ``best``, the ``last``, the ``aligned`` or a numbered checkpoint.

        Raises:
            ProjectError: there is no such checkpoint.
            StorageError: nobody may look for them.
        """
        index = self.checkpoints()
        if not index.steps:
            refuse_unreadable_checkpoints(self.folder)
            index = self.checkpoints()  # what kept them from being listed may have passed
        if not index.steps:
            raise ProjectError(
                "Run {name} has no checkpoint yet.",
                hint="Go on training it, until its first checkpoint.",
                command_hint="Go on training it: --resume {name}",
                name=self.name,
            )
        names = index.named | {str(s): s for s in index.steps}
        step = names.get(str(which))
        if step is None:
            raise ProjectError(
                "Run {name} has no checkpoint {which}.",
                hint="There are: {names}.",
                name=self.name,
                which=which,
                names=", ".join(names),
            )
        return step

    def checkpoint_folder(self, which: str | int) -> Path:
        """The folder of the ``best``, the ``last`` or a numbered checkpoint.

        Raises:
            ProjectError: there is no such checkpoint.
        """
        return folder_of(self.folder, self.checkpoint_step(which))

    def reading(self, checkpoint: Path) -> Reading | None:
        """The reading of the attention that was best on gold links, None where none was chosen.

        Raises:
            ProjectError: the file that tells it is damaged.
        """
        for folder in (checkpoint, self.folder):
            path = folder / "reading.json"
            if path.exists():
                return _read_reading(path)
        return None


def state_by_ending(history: History) -> RunState:
    """What became of a run that nobody trains and whose training was not killed."""
    match history.ending:
        case Failed():
            return RunState.FAILED
        case Finished(reason=StopReason.NO_IMPROVEMENT | StopReason.SCHEDULE_END):
            return RunState.FINISHED
        case Finished():
            return RunState.STOPPED
    return RunState.INTERRUPTED if history.started else RunState.NEW


def _read_reading(path: Path) -> Reading:
    try:
        check_seal(path.parent, [path.name])
        content = read_json(read_small(path))
        if not isinstance(content, dict):
            raise ValueError("it is no table of values")
        return Reading.from_mapping(content)
    except (OSError, ValueError, AlignmentError) as error:
        raise ProjectError(
            "{path} is damaged: {reason}.",
            hint="Delete it: the average of all heads is shown until it is chosen again.",
            path=path,
            reason=str(error).rstrip("."),
        ) from error
