"""The marker of a training that is under way: ``running.json`` in the run's folder.

It is written before anything is prepared and taken away at every orderly end. Where it lies and
nobody holds the run, the training was killed, perhaps before it had said a word.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from attnstudio.config_training import LimitsConfig
from attnstudio.files import write_text
from attnstudio.project.program import RunningProgram, WorkPlace, this_program

SILENT_S = 180.0
"""For how long a training on another machine, which cannot be asked, may say nothing."""

_NAME = "running.json"
_MOST_BYTES = 2**14


class Marker(BaseModel):
    """Who trains a run, since when and until when.

    Attributes:
        program: that trains it.
        since: in seconds since the epoch.
        limits: it was started with; None for the run's own.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    program: RunningProgram
    since: float = Field(ge=0, allow_inf_nan=False)
    limits: LimitsConfig | None = None


@contextmanager
def marked(run_folder: Path, limits: LimitsConfig | None, place: WorkPlace) -> Iterator[None]:
    """Mark a run as being trained; the caller holds its lock.

    What ends a program at once, as a second Ctrl-C does, leaves the marker.
    """
    marker = Marker(program=this_program(place), since=time.time(), limits=limits)
    write_text(run_folder / _NAME, marker.model_dump_json(indent=1) + "\n")
    try:
        yield
    except Exception:
        remove_marker(run_folder)
        raise
    remove_marker(run_folder)


def is_marked(run_folder: Path) -> bool:
    """Whether a marker lies there, even a damaged one."""
    return (run_folder / _NAME).is_file()


def read_marker(run_folder: Path) -> Marker | None:
    """What the marker says; None where there is none or it cannot be read."""
    path = run_folder / _NAME
    try:
        if path.stat().st_size > _MOST_BYTES:
            return None
        return Marker.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def marked_at(run_folder: Path) -> float:
    """When the marker was written, in seconds since the epoch; 0 where there is none."""
    try:
        return (run_folder / _NAME).stat().st_mtime
    except OSError:
        return 0.0


def is_heard_from_elsewhere(run_folder: Path, log: Path) -> bool:
    """Whether another machine marked the run and has written there not long ago.

    Locks of other machines may not be seen here, so what is written is all there is to ask.
    """
    marker = read_marker(run_folder)
    if marker is None or marker.program.is_here:
        return False
    return time.time() - heard_at(run_folder, log) < SILENT_S


def heard_at(run_folder: Path, log: Path) -> float:
    """When a training that left its marker was last heard of, in seconds since the epoch."""
    try:
        written_at = log.stat().st_mtime
    except OSError:
        written_at = 0.0
    return max(marked_at(run_folder), written_at)


def remove_marker(run_folder: Path) -> None:
    """Take the marker away."""
    (run_folder / _NAME).unlink(missing_ok=True)
