"""Ctrl-C and SIGTERM from the first moment of a program to its last.

Every fourth turn programs are started as a person starts them, because what matters is also what
happens before the first line of ours runs and after the last one has.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from endurance.commands import (
    CLEAN,
    EVALUATE,
    IMPORT,
    INFO,
    RESUME,
    TOKENISE,
    TRAIN,
    TRANSLATE,
    Command,
    runs_of,
)
from endurance.judging import against_leftovers, against_outside, against_reply, surroundings
from endurance.places import STEPS, Templates
from endurance.running import PartResult, Verdict, Workload, run_cases
from endurance.victims import (
    HANG_S,
    Place,
    Reply,
    end_group,
    run_command,
    start_child,
    start_program,
    wait_for_program,
)

_COMMANDS = (TRAIN, INFO, RESUME, TRANSLATE, TOKENISE, IMPORT, EVALUATE, CLEAN)
_NUMBERS = (signal.SIGINT, signal.SIGINT, signal.SIGTERM)
_PROGRAM_EVERY = 4
_ORPHAN_S = 1.0
_SLOW_S = 5.0
_BEYOND = 1.05  # of the time that a command takes, so that some come too late
_STOPPED = 130
_TERMINATED = 143


def run_signals(templates: Templates, wish: Workload) -> PartResult:
    """Send signals at random times."""
    commands = wish.chosen(_COMMANDS)

    @cache
    def usual_s(command: Command, program: bool) -> float:
        place = templates.copy(command.template, wish.folder / f"timed-{os.getpid()}")
        reply, _ = _run(command, place, program)
        if reply.code != 0:
            raise RuntimeError(f"{command.name} fails by itself: {reply.tail}")
        return reply.seconds

    def case(which: int, chance: random.Random, folder: Path) -> Verdict:
        command = commands[which % len(commands)]
        program = which // len(commands) % _PROGRAM_EVERY == 0
        number = chance.choice(_NUMBERS)
        after_s = chance.random() * _BEYOND * usual_s(command, program)
        place = templates.copy(command.template, folder)
        return _signalled(command, place, program, number, after_s)

    return run_cases("signals", case, wish)


def _run(
    command: Command, place: Place, program: bool, send: Callable[[int], None] = lambda _: None
) -> tuple[Reply, int]:
    """Run a command as a program of its own or as a child; with the number of its session."""
    work = command.work(place)
    started_at = time.monotonic()
    if not program:
        child = start_child(place, work)
        return child.wait(started_at + HANG_S, send), child.number
    started = start_program(place, command.arguments(place))
    while started.poll() is None and time.monotonic() < started_at + HANG_S:
        send(started.pid)
        time.sleep(0.002)
    return wait_for_program(place, started, started_at), started.pid


def _signalled(
    command: Command, place: Place, program: bool, number: signal.Signals, after_s: float
) -> Verdict:
    before = surroundings(place)
    send_at, sent_at = time.monotonic() + after_s, 0.0

    def send(process: int) -> None:
        nonlocal sent_at
        if not sent_at and time.monotonic() > send_at:
            sent_at = time.monotonic()
            os.kill(process, number)

    reply, session = _run(command, place, program, send)
    took_s = time.monotonic() - sent_at if sent_at else 0.0
    complaints = against_reply(reply, _codes(number))
    if took_s > max(_SLOW_S, reply.seconds / 2):
        complaints.append("stops slowly")
    if _is_left(session):
        complaints.append("leaves a process")
    end_group(session)
    if reply.code >= 0:  # else Python itself was ended, which clears nothing up
        complaints += against_leftovers(place)
    complaints += against_outside(place, before)
    tail = reply.tail
    if not complaints and command.run in runs_of(place):
        words = ["--resume", command.run, "--max-steps", str(STEPS)]
        later = run_command(place, ["train", place.project, *words])
        complaints += [f"then resuming {what}" for what in against_reply(later, (0,))]
        tail += later.tail
    how = "started" if program else "forked"
    return Verdict(
        f"{command.name}, {how} | {number.name} after {after_s:.2f} s",
        _ending(reply),
        complaints,
        tail if complaints else "",
        {"slowest_stop_s": round(took_s, 2)},
    )


def _codes(number: signal.Signals) -> tuple[int, ...]:
    """Done already, stopped; SIGTERM may end Python before a line of ours has run."""
    early = (_TERMINATED, -signal.SIGTERM) if number is signal.SIGTERM else ()
    return (0, _STOPPED, *early)


def _ending(reply: Reply) -> str:
    names = {0: "done already", _STOPPED: "stopped", _TERMINATED: "terminated"}
    return names.get(reply.code, f"exit code {reply.code}")


def _is_left(session: int) -> bool:
    """Whether anything that a program has started outlives it for a second."""
    until = time.monotonic() + _ORPHAN_S
    while _members(session):
        if time.monotonic() > until:
            return True
        time.sleep(0.02)
    return False


def _members(session: int) -> Sequence[int]:
    """The processes of a session that are alive; none are known where there is no ``/proc``."""
    found = []
    for number in (int(path.name) for path in Path("/proc").glob("[0-9]*")):
        with contextlib.suppress(ProcessLookupError):
            if os.getsid(number) == session and not _is_dead(number):
                found.append(number)
    return found


def _is_dead(number: int) -> bool:
    try:
        status = Path(f"/proc/{number}/stat").read_text("utf-8", "replace")
    except OSError:
        return True
    return status.rpartition(")")[2].split()[0] == "Z"
