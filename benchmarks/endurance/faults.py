"""File operations that fail: each of them, with each error that it may meet."""

from __future__ import annotations

import errno
import random
import time
from pathlib import Path

from endurance.commands import CHANGING, READING, Result, outcome
from endurance.judging import (
    against_leftovers,
    against_outside,
    against_reply,
    against_sentence,
    leftovers,
    surroundings,
    tells,
)
from endurance.kills import Watched
from endurance.places import Templates
from endurance.recovery import against_recovery
from endurance.running import (
    PartResult,
    Verdict,
    Workload,
    figures_of,
    run_cases,
    takes_the_long_way,
)
from endurance.saboteur import Deed, Kind, Sabotage
from endurance.victims import Reply, start_program, wait_for_program

_CHANGES = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.EPERM, errno.EDQUOT)
_ERRORS = {
    "create": (*_CHANGES, errno.EMFILE, errno.ENOENT),
    "write": (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EFBIG),
    "fsync": (errno.EIO, errno.ENOSPC),
    "truncate": (errno.EIO, errno.ENOSPC),
    "rename": (*_CHANGES, errno.ENOENT),
    "mkdir": _CHANGES,
    "unlink": (errno.EIO, errno.EACCES, errno.EROFS, errno.EPERM, errno.ENOENT),
    "rmdir": (errno.EIO, errno.EACCES, errno.EROFS, errno.EPERM, errno.ENOTEMPTY),
    "link": _CHANGES,
    "chmod": (errno.EPERM, errno.EROFS),
    "open": (errno.EIO, errno.EACCES, errno.EMFILE, errno.ENOENT),
    "read": (errno.EIO,),
    "mmap": (errno.ENOMEM, errno.EACCES, errno.ENODEV),
    "stat": (errno.EIO, errno.EACCES),
    "access": (errno.EACCES,),
    "list": (errno.EIO, errno.EACCES, errno.EMFILE),
}
_REMOVALS = {"unlink", "rmdir", "list", "stat", "open"}  # what a clearing up consists of
_TIMES = (1, 1, 1, 3)  # one after another
_LONGEST_S = 90.0


def run_faults(templates: Templates, wish: Workload) -> PartResult:
    """Let file operations fail, and see what is said and what is left."""
    commands = wish.chosen((*CHANGING, *READING))
    watched = [Watched(c, templates, wish.folder / "watched", Kind.ALL) for c in commands]
    faults = [
        (one, number, deed, error)
        for one in watched
        for number, operation in enumerate(one.operations, start=1)
        for error in _ERRORS[operation.name]
        for deed in (Deed.FAIL, *([Deed.TEAR_AND_FAIL] if operation.name == "write" else []))
    ]
    random.Random(wish.seed).shuffle(faults)

    def case(which: int, chance: random.Random, folder: Path) -> Verdict:
        one, number, deed, error = faults[which % len(faults)]
        sabotage = Sabotage(Kind.ALL, number, deed, error, chance.choice(_TIMES))
        return _failed(one, templates, folder, sabotage, takes_the_long_way(which))

    result = run_cases("faults", case, wish)
    result.figures["different faults"] = len(faults)
    return result


def _failed(
    one: Watched, templates: Templates, folder: Path, sabotage: Sabotage, long_way: bool
) -> Verdict:
    command, aim = one.command, one.operations[sabotage.number - 1]
    place = templates.copy(command.template, folder)
    before = surroundings(place)
    if long_way and command.words:
        command.work(place)  # makes the folder of its results
        program = start_program(place, command.arguments(place), sabotage=sabotage)
        reply = wait_for_program(place, program, time.monotonic(), _LONGEST_S)
    else:
        reply = command.start(place, sabotage=sabotage, timeout_s=_LONGEST_S)
    complaints = against_reply(reply)
    if reply.code == 0:
        is_other = outcome(command, place, reply) != one.expected
        if is_other and not tells(reply, aim.path):
            complaints.append("succeeds with another result")
    elif not complaints:
        complaints += against_sentence(reply, sabotage.error, aim.path, place)
    if aim.name not in _REMOVALS and sabotage.times == 1:  # else the clearing up failed too
        complaints += against_leftovers(place)
    complaints += against_outside(place, before)
    left, tail = leftovers(place), ""
    if command.result is not Result.ANSWER:
        later, tail = against_recovery(command, place, one.expected)
        complaints += later
    return Verdict(
        f"{command.name} | {_named(sabotage)} at {sabotage.number}: {one.aim(sabotage, place)}",
        _ending(reply),
        complaints,
        f"{reply.tail}\n{left}\n====\n{tail}" if complaints else "",
        figures_of(place, reply.seconds),
    )


def _named(sabotage: Sabotage) -> str:
    word = errno.errorcode[sabotage.error]
    torn = " in the middle" if sabotage.deed is Deed.TEAR_AND_FAIL else ""
    return f"{word}{torn}{f' x{sabotage.times}' if sabotage.times > 1 else ''}"


def _ending(reply: Reply) -> str:
    match reply.code:
        case 0:
            return "did without"
        case 1 | 2:
            return "said it"
    return "otherwise"
