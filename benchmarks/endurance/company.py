"""Two commands at once on one project, in all pairs."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Sequence
from pathlib import Path

from endurance.commands import (
    CLEAN,
    DELETE,
    ENCODE,
    EVALUATE,
    IMPORT,
    INFO,
    RESUME,
    TOKENISE,
    TRAIN,
    TRANSLATE,
    UNDO,
    Command,
    runs_of,
)
from endurance.judging import against_leftovers, against_outside, against_reply, surroundings
from endurance.places import STEPS, Templates
from endurance.running import PartResult, Verdict, Workload, run_cases
from endurance.victims import HANG_S, Place, Reply, end_group, run_command, start_child

_COMMANDS = (
    INFO, IMPORT, CLEAN, UNDO, TRAIN, RESUME, DELETE, TRANSLATE, EVALUATE, TOKENISE, ENCODE,
)  # fmt: skip
_LATEST_S = 0.6
_TEMPLATES = ("untokenised", "unencoded")  # else the one that has everything


def run_company(templates: Templates, wish: Workload) -> PartResult:
    """Start two commands within half a second, and look at both and at the project."""
    pairs = list(itertools.combinations_with_replacement(wish.chosen(_COMMANDS), 2))
    random.Random(wish.seed).shuffle(pairs)

    def case(which: int, chance: random.Random, folder: Path) -> Verdict:
        return _both(pairs[which % len(pairs)], templates, folder, chance.random() * _LATEST_S)

    return run_cases("two-processes", case, wish)


def _both(pair: Sequence[Command], templates: Templates, folder: Path, later_s: float) -> Verdict:
    named = {command.template for command in pair}
    template = next((name for name in _TEMPLATES if name in named), "half")
    place = templates.copy(template, folder)
    before = surroundings(place)
    until = time.monotonic() + HANG_S
    children = []
    for name, command in zip(("a-", "b-"), pair, strict=True):
        children.append(start_child(place, command.work(place), name=name))
        if name == "a-":
            time.sleep(later_s)
    replies = [child.wait(until) for child in children]
    for child in children:
        end_group(child.number)
    complaints = [what for reply in replies for what in against_reply(reply)]
    complaints += _against_project(place, pair)
    complaints += against_leftovers(place)
    complaints += against_outside(place, before)
    return Verdict(
        f"{pair[0].name} + {pair[1].name} | {later_s:.2f} s later",
        f"{_ending(replies[0])} + {_ending(replies[1])}",
        complaints,
        "\n====\n".join(reply.tail for reply in replies) if complaints else "",
    )


def _against_project(place: Place, pair: Sequence[Command]) -> list[str]:
    """It opens, and every run goes on."""
    shown = run_command(place, INFO.arguments(place))
    found = [f"then info {what}" for what in against_reply(shown, (0,))]
    for name in {command.run for command in pair if command.run}:
        if not found and name in runs_of(place):
            words = ["--resume", name, "--max-steps", str(STEPS)]
            reply = run_command(place, ["train", place.project, *words])
            found += [f"then resuming {what}" for what in against_reply(reply, (0,))]
    return found


def _ending(reply: Reply) -> str:
    return {0: "done", 1: "failed", 2: "refused"}.get(reply.code, "otherwise")
