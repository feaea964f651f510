"""What ``torchrun`` started, remembered in the run's folder, so that a restart goes on with it.

Where a worker is killed, ``torchrun --max-restarts`` ends the others and starts all of them again
with the same command. A command that made a run finds it by this; one that went back to an earlier
checkpoint, or took another learning rate, does not do so twice.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from attnstudio.files import write_text
from attnstudio.project.checkpoint_index import folder_of
from attnstudio.project.project import Project
from attnstudio.project.run import Run

_NAME = "launch.json"
_MOST_BYTES = 2**14
_LONGEST_NAME = 256
_NOBODY = "none"  # torchrun's own word for a launch that nobody gave a name


class Launch(BaseModel):
    """One start of ``torchrun``, whatever it restarts.

    Attributes:
        name: given by ``--rdzv-id``, the same on all machines.
        host: the machine of the first process.
        agent_pid: what started that process there, and outlives it.
        agent_created_at: when that was started, in seconds since the epoch.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str = Field(max_length=_LONGEST_NAME)
    host: str = Field(max_length=_LONGEST_NAME)
    agent_pid: int = Field(ge=0, lt=2**31)
    agent_created_at: float = Field(ge=0, allow_inf_nan=False)

    def is_same(self, other: Launch) -> bool:
        """Whether this is another life of the same launch."""
        if self.name != _NOBODY or other.name != _NOBODY:
            return self.name == other.name
        return self == other


class _Kept(BaseModel):
    """``launch.json``: the launch, since when, and the last checkpoint that there was before."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    launch: Launch
    since: float = Field(ge=0, allow_inf_nan=False)
    saved: tuple[int, float] | None


@dataclass(frozen=True, slots=True)
class Relaunched:
    """What an earlier life of a launch trained.

    Attributes:
        run: its run.
        has_saved: whether it has come to keep a checkpoint.
    """

    run: Run
    has_saved: bool


def launch_told(environment: Mapping[str, str] = os.environ) -> tuple[Launch, int] | None:
    """The launch that this process belongs to, and how often it was restarted; None for none."""
    name = environment.get("TORCHELASTIC_RUN_ID")
    restarts = environment.get("TORCHELASTIC_RESTART_COUNT", "0")
    if name is None or not restarts.isdecimal():
        return None
    agent = psutil.Process().parent()
    if agent is None:
        return None
    launch = Launch(
        name=name[:_LONGEST_NAME],
        host=platform.node(),
        agent_pid=agent.pid,
        agent_created_at=agent.create_time(),
    )
    return launch, int(restarts)


def remember_launch(run: Run, launch: Launch) -> None:
    """Write down which launch trains a run from here on, unless it is an earlier life's already.

    Raises:
        StorageError: the disk would not take it.
    """
    kept = _read(run.folder)
    if kept is not None and kept.launch.is_same(launch):
        return
    now = _Kept(launch=launch, since=time.time(), saved=_last_saved(run))
    write_text(run.folder / _NAME, now.model_dump_json(indent=1) + "\n")


def find_relaunched(project: Project, launch: Launch) -> Relaunched | None:
    """What an earlier life of this launch trained; None where it did not come so far."""
    found = [(kept, run) for run in project.runs() if (kept := _read(run.folder)) is not None]
    own = [(kept, run) for kept, run in found if kept.launch.is_same(launch)]
    if not own:
        return None
    kept, run = max(own, key=lambda each: each[0].since)
    return Relaunched(run, _last_saved(run) != kept.saved)


def _last_saved(run: Run) -> tuple[int, float] | None:
    """The step of the last checkpoint, and when it was written."""
    last = run.checkpoints().last
    if last is None:
        return None
    try:
        return last, folder_of(run.folder, last).stat().st_mtime
    except OSError:
        return last, 0.0


def _read(run_folder: Path) -> _Kept | None:
    path = run_folder / _NAME
    try:
        if path.stat().st_size > _MOST_BYTES:
            return None
        return _Kept.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
