"""Which window may change a project: the first that opened it, until it closes it or dies.

The owner holds ``owner.lock`` and says in ``owner.json`` who it is; it touches that file now and
then, as another machine, where locks may not be seen, can ask for nothing else. Commands need no
ownership: they hold the project's lock for as long as they change it, and a run's lock for as long
as they train it.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from attnstudio.errors import StorageError
from attnstudio.files import write_text
from attnstudio.project.program import RunningProgram, WorkPlace, this_program

HEARTBEAT_S = 60.0
_SILENT_S = 4 * HEARTBEAT_S
_NAME = "owner.json"
_LOCK = "owner.lock"
_MOST_BYTES = 2**14


class Owner(BaseModel):
    """``owner.json``.

    Attributes:
        program: the window's.
        since: when it opened the project, in seconds since the epoch.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    program: RunningProgram
    since: float = Field(ge=0, allow_inf_nan=False)


class Hold:
    """A project in our hands; `release` lets go of it."""

    def __init__(self, folder: Path, lock: FileLock) -> None:
        self._folder, self._lock = folder, lock

    def say_alive(self) -> None:
        """Tell windows on other machines that this one still has the project."""
        with suppress(OSError):  # the folder may have gone, which whoever writes there finds out
            os.utime(self._folder / _NAME)

    def release(self) -> None:
        """Let another window have it."""
        with suppress(OSError):
            (self._folder / _NAME).unlink(missing_ok=True)
        self._lock.release()


@dataclass(frozen=True, slots=True)
class HeldByOther:
    """A project that another window has.

    Attributes:
        owner: who; None while that cannot be read.
        heard_at: when it last said that it lives, in seconds since the epoch.
        may_take_over: whether it has been silent for so long that it may be dead.
    """

    owner: Owner | None
    heard_at: float
    may_take_over: bool


@dataclass(frozen=True, slots=True)
class WriteProtected:
    """A project that cannot be written.

    Attributes:
        reason: as the system says it.
    """

    reason: str


def claim(folder: Path, *, take_over: bool = False) -> Hold | HeldByOther | WriteProtected:
    """Take a project for this window, unless another has it.

    What a window on this machine left when it died is taken without a word.

    Args:
        folder: the project's.
        take_over: from a window on another machine that has been silent for long.
    """
    # Not bound to a thread: the window may close the project in another than it opened it.
    lock = FileLock(folder / _LOCK, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        owner, heard_at = _read(folder)
        return HeldByOther(owner, heard_at, may_take_over=False)
    except OSError as error:
        return WriteProtected(str(error.strerror or error))
    owner, heard_at = _read(folder)
    if owner is not None and _may_live(owner):
        silent = not owner.program.is_here and time.time() - heard_at > _SILENT_S
        if not (silent and take_over):
            lock.release()
            return HeldByOther(owner, heard_at, may_take_over=silent)
    new = Owner(program=this_program(WorkPlace.WINDOW), since=time.time())
    try:
        write_text(folder / _NAME, new.model_dump_json(indent=1) + "\n")
    except StorageError as error:
        lock.release()
        return WriteProtected(str(error.values["reason"]))
    return Hold(folder, lock)


def _may_live(owner: Owner) -> bool:
    """Whether the window that wrote this may still be there, although nobody holds the lock."""
    return owner.program.is_alive and owner.program != this_program(WorkPlace.WINDOW)


def _read(folder: Path) -> tuple[Owner | None, float]:
    path = folder / _NAME
    try:
        stat = path.stat()
        content = path.read_bytes() if stat.st_size <= _MOST_BYTES else b""
    except OSError:
        return None, 0.0
    try:
        return Owner.model_validate_json(content), stat.st_mtime
    except ValidationError:
        return None, stat.st_mtime
