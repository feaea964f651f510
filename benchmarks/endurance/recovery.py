"""After a kill or a fault: the project opens, and what was interrupted is done once more."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from endurance.commands import (
    DELETE,
    INFO,
    NEW,
    RESTORE,
    UNDO,
    Command,
    events,
    last_checkpoint,
    outcome,
    runs_of,
)
from endurance.judging import against_leftovers, against_reply, leftovers
from endurance.places import STEPS
from endurance.saboteur import Sabotage
from endurance.victims import Place, Reply, run_command


def against_recovery(command: Command, place: Place, expected: Any) -> tuple[list[str], str]:  # noqa: ANN401
    """Against the project after a command was interrupted.

    Returns:
        The complaints, and what the program said about them.
    """
    has_project = (place.project / "project.toml").exists() or command is not NEW
    if has_project:
        shown = run_command(place, INFO.arguments(place))
        complaints = [f"then info {what}" for what in against_reply(shown, (0,))]
        if not complaints and _is_no_json(shown):
            complaints = ["then info says no JSON"]
        if complaints:
            return complaints, shown.tail
    saved = last_checkpoint(place, command.run) if command.run else 0
    reply = once_more(command, place)
    complaints = [f"once more {what}" for what in against_reply(reply, (0,))]
    if not complaints and outcome(command, place, reply) != expected:
        complaints = ["once more has another result"]
    if command.run and not complaints:
        complaints = _against_lost_steps(command, place, saved)
    if not complaints:
        complaints = [f"once more {what}" for what in against_leftovers(place)]
    return complaints, f"{reply.tail}\n{leftovers(place)}" if complaints else ""


def _is_no_json(reply: Reply) -> bool:
    with suppress(ValueError):
        return not isinstance(json.loads(reply.out), dict)
    return True


def once_more(command: Command, place: Place, sabotage: Sabotage | None = None) -> Reply:
    """The command again, or what a person would do where it had done its work already."""
    has_run = "first" in runs_of(place)
    is_done = (
        (command is NEW and (place.project / "project.toml").exists())
        or (command is DELETE and not has_run)
        or (command is RESTORE and has_run)
    )
    if is_done:
        return run_command(place, INFO.arguments(place), sabotage=sabotage)
    if command.run and command.run in runs_of(place):
        words = ["--resume", command.run, "--max-steps", str(STEPS), "--json"]
        return run_command(place, ["train", place.project, *words], sabotage=sabotage)
    reply = command.start(place, sabotage=sabotage)
    if command is UNDO and reply.code == 2 and "Nothing was cleaned" in reply.out + reply.err:
        return run_command(place, INFO.arguments(place))
    return reply


def _against_lost_steps(command: Command, place: Place, saved: int) -> list[str]:
    """Against going on from before the last checkpoint that was reported as saved."""
    started = [event for event in events(place, command.run) if event.get("event") == "started"]
    resumed_from = (started[-1]["resumed_from"] or 0) if started else 0
    return ["loses a checkpoint"] if resumed_from < saved else []
