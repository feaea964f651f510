"""Whether processes can train one run together: the same program, one folder, the same run.

Each of them says what it has, and all of them refuse what does not fit, in one sentence.
"""

from __future__ import annotations

import platform
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, TypeVar

import torch

from attnstudio import __version__
from attnstudio.config_training import Device
from attnstudio.errors import AttentionStudioError, DisagreementError
from attnstudio.files import write_text
from attnstudio.model.device import resolve_device, resolve_shared_device
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.storage_errors import storing
from attnstudio.training.ranks import Ranks

_LONGEST_S = 20.0  # until another machine sees a new file, as network drives are late
_LOOK_S = 0.2

_Value = TypeVar("_Value")


def each_can(ranks: Ranks, work: Callable[[], _Value]) -> _Value:
    """What some work gives here, where it succeeds in every process.

    Raises:
        AttentionStudioError: of this process, if it is the first that fails.
        DisagreementError: what the first process says that fails, in all others.
    """
    if ranks.is_alone:
        return work()
    own: AttentionStudioError | None = None
    try:
        found = work()
    except AttentionStudioError as error:
        own = error
    said = ranks.gathered((platform.node(), own.message if own is not None else ""))
    failing = next((rank for rank, (_, reason) in enumerate(said) if reason), None)
    if failing is None:
        return found
    if own is not None and failing == ranks.rank:
        raise own
    host, reason = said[failing]
    raise DisagreementError(
        "Process {number} of {world}, on {host}, cannot train along: {reason}",
        hint="All processes need the same project, and a device each.",
        number=failing + 1,
        world=ranks.world,
        host=host,
        reason=reason,
    )


def refuse_other_programs(ranks: Ranks) -> None:
    """Refuse processes of other versions.

    Raises:
        DisagreementError: in all of them.
    """
    program = f"Attention Studio {__version__} with torch {torch.__version__.partition('+')[0]}"
    if odd := _odd_one(ranks, program):
        raise DisagreementError(
            "Process {number} of {world}, on {host}, runs {other}, and the first one {first}.",
            hint="Install the same versions on all machines.",
            number=odd.number,
            world=ranks.world,
            host=odd.host,
            other=odd.own,
            first=odd.first,
        )


def open_together(folder: Path, ranks: Ranks) -> Project:
    """The project, which has to be one and the same folder for every process.

    Raises:
        AttentionStudioError: it cannot be opened.
        DisagreementError: another process cannot open it, or has another one.
        StorageError: nothing can be written there.
    """
    if ranks.is_alone:
        return Project.open(folder)
    refuse_other_programs(ranks)
    project = each_can(ranks, lambda: Project.open(folder))
    with storing(project.folder):
        _refuse_other_folders(project.folder, ranks)
    return project


def share_device(device: Device, ranks: Ranks) -> torch.device:
    """The device of this process, of the same kind as those of the others.

    Raises:
        ConfigError: this process has none.
        DisagreementError: another one has none, or one of another kind.
    """
    if ranks.is_alone:
        return resolve_device(device)
    found = each_can(ranks, lambda: resolve_shared_device(device, local_rank=ranks.local_rank))
    refuse_differing(ranks, found.type, "another device: {own} instead of {first}")
    return found


def refuse_other_runs(run: Run, ranks: Ranks) -> None:
    """Refuse to go on where a process reads other settings of the run.

    Raises:
        AttentionStudioError: they cannot be read.
        DisagreementError: in all processes.
    """
    if ranks.is_alone:
        return
    told = ranks.of_first(run.definition())
    _wait_until(lambda: (run.folder / "config.toml").is_file())
    own = each_can(ranks, run.definition)
    refuse_differing(ranks, "the same" if own == told else "others", "other settings of the run")


def refuse_differing(ranks: Ranks, value: str, what: str) -> None:
    """Refuse to go on where a value is not the same in every process.

    Args:
        ranks: who trains together.
        value: of this process.
        what: the process has that differs, perhaps with both values.

    Raises:
        DisagreementError: in all of them.
    """
    if odd := _odd_one(ranks, value):
        raise DisagreementError(
            "Process {number} of {world}, on {host}, has {what}.",
            hint="All processes need one shared project folder and the same kind of device.",
            number=odd.number,
            world=ranks.world,
            host=odd.host,
            what=what.format(own=odd.own, first=odd.first),
        )


class _Odd(NamedTuple):
    """A process that has another value than the first one, counted from 1, and both values."""

    number: int
    host: str
    own: str
    first: str


def _odd_one(ranks: Ranks, value: str) -> _Odd | None:
    """The first of those whose value differs, which all processes find; None where none does."""
    told = ranks.gathered((platform.node(), value))
    first = told[0][1]
    for rank, (host, own) in enumerate(told):
        if own != first:
            return _Odd(rank + 1, host, own, first)
    return None


def _refuse_other_folders(folder: Path, ranks: Ranks) -> None:
    """A file that the first process writes has to be seen by all."""
    token = folder / ranks.of_first(f".together-{secrets.token_hex(8)}")
    if ranks.is_first:
        write_text(token, f"{ranks.world}\n")
    try:
        ranks.of_first(None)  # now it is there
        is_seen = _wait_until(token.is_file)
        refuse_differing(ranks, str(is_seen), "another project folder of that name")
    finally:
        if ranks.is_first:
            with suppress(OSError):
                token.unlink()


def _wait_until(is_there: Callable[[], bool]) -> bool:
    until = time.monotonic() + _LONGEST_S
    while not (found := is_there()) and time.monotonic() < until:
        time.sleep(_LOOK_S)
    return found
