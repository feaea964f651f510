"""Which program works on something: whose it is, on which machine, and whether it still lives."""

from __future__ import annotations

import getpass
import platform
from enum import StrEnum

import psutil
from pydantic import BaseModel, ConfigDict, Field

_SAME_START_S = 2.0  # the clock may have been set since
_LONGEST_NAME = 256


class WorkPlace(StrEnum):
    """Where a person works with the program."""

    WINDOW = "window"
    COMMAND_LINE = "command line"


class RunningProgram(BaseModel):
    """A process, told from a later one that got the same number by when it was started.

    Attributes:
        user: who started it.
        host: the name of the machine.
        pid: its number there.
        created_at: when it was started, in seconds since the epoch.
        place: how it is used.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    user: str = Field(max_length=_LONGEST_NAME)
    host: str = Field(max_length=_LONGEST_NAME)
    pid: int = Field(ge=0, lt=2**31)
    created_at: float = Field(ge=0, allow_inf_nan=False)
    place: WorkPlace

    @property
    def is_here(self) -> bool:
        """Whether it runs, or ran, on this machine."""
        return self.host == platform.node()

    @property
    def is_alive(self) -> bool:
        """Whether it still runs; one on another machine, which cannot be asked, may."""
        if not self.is_here:
            return True
        try:
            process = psutil.Process(self.pid)
            if abs(process.create_time() - self.created_at) > _SAME_START_S:
                return False
            return bool(process.status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:  # somebody runs under this number
            return True


def this_program(place: WorkPlace) -> RunningProgram:
    """The process that asks."""
    process = psutil.Process()
    return RunningProgram(
        user=_user(),
        host=platform.node(),
        pid=process.pid,
        created_at=process.create_time(),
        place=place,
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a number without a name, as in a container
        return ""
