"""Waiting where what a training keeps cannot be written: its state stays in memory, one decides.

Log, checkpoints and the attention of watch sentences go through a `Keeper`. When the disk refuses
one of them, or the run's folder is no longer there, it asks what to do, in the thread that trains,
and does it again. Nothing is ever written into a folder that merely has the name of the run's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from attnstudio.errors import StorageError
from attnstudio.project.failure import told_by
from attnstudio.project.marker import read_marker
from attnstudio.project.recorder import EventRecorder
from attnstudio.project.run import Run
from attnstudio.run_definition import RunDefinition
from attnstudio.storage_errors import storage_error, storing
from attnstudio.training.events import (
    CheckpointSaved,
    Failed,
    Finished,
    Held,
    Notice,
    TrainingEvent,
)

WENT_ON = "Training goes on after it had to wait for {seconds:.0f} s."
MOVED_TO = "From here on the run is kept in {folder}."
_MUST_LAST = (CheckpointSaved, Finished, Failed)


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Write it once more."""


@dataclass(frozen=True, slots=True)
class SaveElsewhere:
    """Keep the run in another folder from here on.

    Attributes:
        folder: the run's own folder or its project, wherever it was moved to; in any other the
            run gets a folder of its own, which can be put into the ``runs`` of a project.
    """

    folder: Path


@dataclass(frozen=True, slots=True)
class GiveUp:
    """End training; what came after the last checkpoint is lost."""


Decision = TryAgain | SaveElsewhere | GiveUp
Hold = Callable[[StorageError, int], Decision]


def give_up(_: StorageError, __: int) -> Decision:
    """What a program does where there is nobody to ask."""
    return GiveUp()


class Identity(NamedTuple):
    """Which folder it is, whatever its name."""

    device: int
    number: int


def identity_of(folder: Path) -> Identity | None:
    """Which folder stands there; None where there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return Identity(found.st_dev, found.st_ino)


class Keeper:
    """Writes what a training keeps into its run's folder; a context manager.

    Args:
        run: held and marked by the caller.
        definition: what the run was asked.
        hold: asked what to do, and how often it was asked about the same thing.
        emit: receives every event after it was recorded.
        clock: seconds.

    Attributes:
        run: where it keeps things now.
        needs_checkpoint: whether the folder is a new one without any.

    Raises:
        StorageError: the log cannot be opened.
    """

    def __init__(
        self,
        run: Run,
        definition: RunDefinition,
        *,
        hold: Hold,
        emit: Callable[[TrainingEvent], None],
        clock: Callable[[], float],
    ) -> None:
        self.run = run
        self.needs_checkpoint = False
        self._definition = definition
        self._hold = hold
        self._emit = emit
        self._clock = clock
        self._waited_s = 0.0
        self._gave_up = False
        self._identity = identity_of(run.folder)
        self._marker = read_marker(run.folder)
        self._saved_step = run.checkpoints().last
        self._last: TrainingEvent | None = None
        self._news: deque[Notice] = deque()
        with storing(run.events_path):
            self._recorder = EventRecorder(run.events_path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._recorder.__exit__(kind, error, traceback)

    def clock(self) -> float:
        """Seconds without those spent waiting: they are no time of training."""
        return self._clock() - self._waited_s

    def say(self, event: TrainingEvent) -> None:
        """Say an event that is no part of the log."""
        self._emit(event)

    def record_the_end(self, event: Failed) -> None:
        """The same for an error that ended training; where even that cannot be written, say it."""
        self._gave_up = True
        try:
            self.record(event)
        except StorageError:
            self._emit(event)

    def record(self, event: TrainingEvent) -> None:
        """Write an event into the log, and then say it.

        Raises:
            StorageError: it cannot be written, and somebody gave up.
        """
        self._recorder.wait_with(event)
        must_last = isinstance(event, _MUST_LAST)
        self._write(lambda _: self._recorder.write_waiting(to_disk=must_last))
        self._last = event
        if isinstance(event, CheckpointSaved):
            self._saved_step, self.needs_checkpoint = event.step, False
        self._emit(event)
        self._tell_news()

    def keep(self, write: Callable[[Run], None]) -> None:
        """Write something into the run's folder; wait and write again where that fails.

        Raises:
            StorageError: somebody gave up.
        """
        self._write(write)
        self._tell_news()

    def _write(self, write: Callable[[Run], None]) -> None:
        attempt = 0
        began = self._clock()
        while True:
            try:
                self._refuse_another_folder()
                write(self.run)
                break
            except (OSError, StorageError) as error:
                told = _as_storage_error(error, self.run.folder)
            if self._gave_up:
                raise told
            attempt += 1
            self._ask(told, attempt)
        if attempt:
            waited_s = self._clock() - began
            self._waited_s += waited_s
            self._news.append(self._notice(WENT_ON, seconds=round(waited_s, 1)))

    def _tell_news(self) -> None:
        """What happened while it waited, after what it waited with."""
        while self._news:
            self.record(self._news.popleft())

    def _ask(self, error: StorageError, attempt: int) -> None:
        if attempt == 1:
            last, told = self._last, told_by(error)
            self._emit(
                Held(
                    step=last.step if last is not None else 0,
                    elapsed_s=last.elapsed_s if last is not None else 0.0,
                    template=told.template,
                    hint_template=told.hint_template,
                    values=told.values,
                    saved_step=self._saved_step,
                )
            )
        match self._hold(error, attempt):
            case GiveUp():
                self._gave_up = True
                raise error
            case SaveElsewhere(folder):
                with suppress(OSError, StorageError):  # then it is asked once more
                    self._move_to(folder)

    def _refuse_another_folder(self) -> None:
        """Notice that the run's folder was moved, removed or put back from a copy."""
        found = identity_of(self.run.folder)
        if found is not None and found == self._identity:
            return
        if found is not None and self._is_marked(self.run.folder):
            self._recorder.move_to(self.run.events_path)
            self._identity = found
            return
        raise StorageError(
            "{path} was moved or removed while the run is trained.",
            hint="Put it back and try again, or save the run elsewhere.",
            path=self.run.folder,
        )

    def _is_marked(self, folder: Path) -> bool:
        """Whether the marker of this very training lies there."""
        return self._marker is not None and read_marker(folder) == self._marker

    def _move_to(self, folder: Path) -> None:
        places = (folder, folder / self.run.name, folder / "runs" / self.run.name)
        home = next((place for place in places if self._is_ours(place)), None)
        if home is None:
            home = _free_name(folder / self.run.name)
            home.mkdir()
            Run(home).write_definition(self._definition)
            self.needs_checkpoint = True
            self._saved_step = None
        self._recorder.move_to(Run(home).events_path)
        self.run, self._identity = Run(home), identity_of(home)
        self._marker = read_marker(home)
        self._news.append(self._notice(MOVED_TO, folder=str(home)))

    def _is_ours(self, folder: Path) -> bool:
        found = identity_of(folder)
        return found is not None and (found == self._identity or self._is_marked(folder))

    def _notice(self, template: str, **values: int | float | str) -> Notice:
        last = self._last
        return Notice(
            step=last.step if last is not None else 0,
            elapsed_s=last.elapsed_s if last is not None else 0.0,
            template=template,
            values=values,
        )


def _free_name(folder: Path) -> Path:
    number = 2
    free = folder
    while free.exists():
        free = folder.with_name(f"{folder.name}-{number}")
        number += 1
    return free


def _as_storage_error(error: OSError | StorageError, folder: Path) -> StorageError:
    return error if isinstance(error, StorageError) else storage_error(error, folder)
