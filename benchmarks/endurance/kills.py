"""Kills (-9) before every change of a file, in the middle of writes, and at random times."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path
from typing import Any

from endurance.commands import CHANGING, TRANSLATE, Command, outcome
from endurance.judging import Surroundings, against_outside, surroundings
from endurance.places import Templates
from endurance.recovery import against_recovery, once_more
from endurance.running import (
    PartResult,
    Verdict,
    Workload,
    figures_of,
    run_cases,
    takes_the_long_way,
)
from endurance.saboteur import Deed, Kind, Operation, Sabotage, operations
from endurance.victims import Place, Reply, start_program, wait_for_program

_RANDOM_EVERY = 4
_TWICE_SHARE = 0.3  # killed again while it is done once more
VICTIMS = (*CHANGING, TRANSLATE)


class Watched:
    """What a command does to files when nothing is done to it, and its result.

    Args:
        command: the command.
        templates: where its project comes from.
        folder: where it is tried.
        kinds: which operations are wanted.
    """

    def __init__(
        self, command: Command, templates: Templates, folder: Path, kinds: Kind = Kind.CHANGE
    ) -> None:
        place = templates.copy(command.template, folder)
        reply = command.start(place, sabotage=Sabotage(kinds, 0, Deed.WATCH))
        if reply.code != 0:
            raise RuntimeError(f"{command.name} fails by itself: {reply.tail}")
        self.command = command
        self.operations: list[Operation] = operations(place.scratch / "operations")
        self.expected: Any = outcome(command, place, reply)
        self.seconds = reply.seconds

    def aim(self, sabotage: Sabotage, place: Place) -> str:
        """The operation that is hit, without the folder of its case."""
        operation = self.operations[sabotage.number - 1]
        path = "/".join(operation.path.parts[len(place.folder.parts) :])
        return f"{operation.name} {path}"


def run_kills(templates: Templates, wish: Workload) -> PartResult:
    """Kill programs, and see what is left of their projects."""
    watched = [
        Watched(command, templates, wish.folder / "watched") for command in wish.chosen(VICTIMS)
    ]
    points = [_points(one, wish.seed) for one in watched]

    def case(which: int, chance: random.Random, folder: Path) -> Verdict:
        turn, index = divmod(which, len(watched))
        one, ways = watched[index], points[index]
        if turn % _RANDOM_EVERY == _RANDOM_EVERY - 1 or not ways:
            return _killed_at(one, templates, folder, chance.random())
        first = ways[(turn - turn // _RANDOM_EVERY) % len(ways)]
        second = chance.choice(ways) if chance.random() < _TWICE_SHARE else None
        long_way = takes_the_long_way(which)
        return _killed_before(one, templates, folder, (first, second), long_way=long_way)

    result = run_cases("kills", case, wish)
    result.figures["different moments"] = sum(map(len, points))
    return result


def _points(one: Watched, seed: int) -> list[Sabotage]:
    """A kill before every change of a file, and in the middle of every write."""
    ways = [
        Sabotage(Kind.CHANGE, number, deed)
        for number, operation in enumerate(one.operations, start=1)
        for deed in (Deed.KILL, *([Deed.TEAR_AND_KILL] if operation.name == "write" else []))
    ]
    random.Random(seed).shuffle(ways)
    return ways


def _killed_before(
    one: Watched,
    templates: Templates,
    folder: Path,
    kills: tuple[Sabotage, Sabotage | None],
    *,
    long_way: bool,
) -> Verdict:
    command, (first, second) = one.command, kills
    place = templates.copy(command.template, folder)
    before = surroundings(place)
    if long_way and command.words:
        command.work(place)  # makes the folder of its results
        program = start_program(place, command.arguments(place), sabotage=first)
        reply = wait_for_program(place, program, time.monotonic())
    else:
        reply = command.start(place, sabotage=first)
    name = f"{first.deed.name.lower()} {first.number}: {one.aim(first, place)}"
    if second is not None:
        once_more(command, place, second)
        name += f", then {second.deed.name.lower()} {second.number}"
    return _verdict(one, place, before, reply, name)


def _killed_at(one: Watched, templates: Templates, folder: Path, moment: float) -> Verdict:
    place = templates.copy(one.command.template, folder)
    before = surroundings(place)
    kill_at = time.monotonic() + moment * one.seconds

    def kill(number: int) -> None:
        if time.monotonic() > kill_at:
            os.kill(number, signal.SIGKILL)

    reply = one.command.start(place, meanwhile=kill)
    return _verdict(one, place, before, reply, f"after {moment * one.seconds:.3f} s")


def _verdict(one: Watched, place: Place, before: Surroundings, reply: Reply, name: str) -> Verdict:
    complaints, tail = against_recovery(one.command, place, one.expected)
    complaints += against_outside(place, before)
    killed = "killed" if reply.code == -signal.SIGKILL else "ended before"
    return Verdict(
        f"{one.command.name} | {name}",
        killed,
        complaints,
        f"{reply.tail}\n====\n{tail}" if complaints else "",
        figures_of(place, reply.seconds),
    )
