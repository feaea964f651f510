"""The work on a disk with so many bytes left: a small tmpfs of its own for every case.

Commands that end must say that there is no room, and leave neither rubbish nor damage. A training
may wait for room instead, and must go on to the same result once there is some.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from endurance.commands import CHANGING, READING, Command, Result, outcome
from endurance.judging import against_leftovers, against_outside, against_reply, surroundings
from endurance.kills import Watched
from endurance.places import Templates, place_at
from endurance.recovery import against_recovery
from endurance.running import PartResult, Verdict, Workload, run_cases
from endurance.victims import Place, Reply, end_group, start_child

_COMMANDS = (*CHANGING, *READING)
_DISK = "64m"
_PAGE_BYTES = 4096
_FULL = ("no space", "full", "room")  # what is said of a disk without room
_LOOK_EVERY_S = 0.2
_LATEST_S = 30.0  # a command that still runs then is waiting without a word
_GIVE_UP_SHARE = 0.2
_HANG_S = 60.0
_STOPPED = 130


def run_full_disk(templates: Templates, wish: Workload) -> PartResult:
    """Do everything with too little room; nothing is tried where no disk can be made."""
    if not _can_mount(wish.folder):
        return PartResult(figures={"left out": "it needs root, to mount a tmpfs"})
    commands = wish.chosen(_COMMANDS)

    @cache
    def known(command: Command) -> tuple[Watched, int]:
        folder = wish.folder / f"known-{os.getpid()}"
        return Watched(command, templates, folder), _needed(command, templates, wish.folder)

    def case(which: int, chance: random.Random, folder: Path) -> Verdict:
        one, pages = known(commands[which % len(commands)])
        room = chance.randrange(max(1, pages))
        gives_up = chance.random() < _GIVE_UP_SHARE
        with _disk(folder):
            return _with_room(one, templates, folder, room, gives_up)

    return run_cases("full-disk", case, wish)


def _with_room(
    one: Watched, templates: Templates, folder: Path, room: int, gives_up: bool
) -> Verdict:
    command = one.command
    place = _furnished(command, templates, folder)
    before = surroundings(place)
    work = command.work(place)
    filler = _fill(folder, room)
    began_at = time.monotonic()
    child = start_child(place, work)
    has_waited, look_at = False, began_at

    def make_room(number: int) -> None:
        nonlocal has_waited, look_at
        now = time.monotonic()
        if has_waited or now < look_at:
            return
        look_at = now + _LOOK_EVERY_S
        if any(words in child.said().lower() for words in _FULL) or now > began_at + _LATEST_S:
            has_waited = True
            if gives_up:
                os.kill(number, signal.SIGINT)
            filler.unlink(missing_ok=True)

    reply = child.wait(began_at + _HANG_S, make_room)
    end_group(child.number)
    filler.unlink(missing_ok=True)
    complaints = _against(one, place, reply, has_waited and gives_up)
    complaints += against_outside(place, before)
    tail = ""
    if command.result is not Result.ANSWER:
        more, tail = against_recovery(command, place, one.expected)
        complaints += more
    return Verdict(
        f"{command.name} | {room * _PAGE_BYTES // 1024} KiB left",
        f"waited, {_ending(reply)}" if has_waited else _ending(reply),
        complaints,
        f"{reply.tail}\n====\n{tail}" if complaints else "",
    )


def _against(one: Watched, place: Place, reply: Reply, has_given_up: bool) -> list[str]:
    found = against_reply(reply, (0, 1, 2, *([_STOPPED] if has_given_up else [])))
    if reply.code == 0:
        return found if outcome(one.command, place, reply) == one.expected else [
            *found, "succeeds with another result"
        ]  # fmt: skip
    if reply.code in (1, 2) and not found:
        message, hint = reply.error or ("", "")
        said = f"{message} {hint}".lower()
        if not any(words in said for words in _FULL):
            found.append("does not say that the disk is full")
        if not hint:
            found.append("gives no hint")
    return found + against_leftovers(place)


def _ending(reply: Reply) -> str:
    names = {0: "done", 1: "said it", 2: "said it", _STOPPED: "given up"}
    return names.get(reply.code, "otherwise")


def _furnished(command: Command, templates: Templates, folder: Path) -> Place:
    source = templates.place(command.template)
    shutil.copytree(source.folder, folder, symlinks=True, dirs_exist_ok=True)
    return place_at(folder)


def _needed(command: Command, templates: Templates, folder: Path) -> int:
    """How many pages a command takes at its end, and some more."""
    disk = folder / f"needed-{os.getpid()}"
    with _disk(disk):
        place = _furnished(command, templates, disk)
        before = shutil.disk_usage(disk).used
        command.start(place)
        return (shutil.disk_usage(disk).used - before) // _PAGE_BYTES + 8


def _fill(disk: Path, pages: int) -> Path:
    """A file that leaves so many pages."""
    filler = disk / "results" / ".filler"
    filler.parent.mkdir(exist_ok=True)
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(1 << 20))
    left = shutil.disk_usage(disk).free
    os.truncate(filler, filler.stat().st_size - max(0, pages * _PAGE_BYTES - left))
    return filler


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "none", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def _can_mount(folder: Path) -> bool:
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    try:
        with _disk(folder / "disk"):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False
