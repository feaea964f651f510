"""Every file of a project spoilt in every way, and all commands on it.

A command may do without the file, with the result that it would have had; or it says what is wrong
with it and what to do. Results that are others without a word are the worst of all. What a person
may edit (``project.toml``, ``config.toml``) may have other results for other settings, and a mere
look at a corpus (``info``, ``clean --dry-run``) does not compare its checksums.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from endurance.commands import (
    AGAIN,
    ALIGN,
    ATTEND,
    CLEAN,
    DRAW,
    EVALUATE,
    IMPORT,
    INFO,
    LOOK,
    RESTORE,
    RESUME,
    TRAIN,
    TRANSLATE,
    UNDO,
    Command,
    Result,
    loss_of,
    outcome,
)
from endurance.judging import against_outside, against_reply, surroundings, tells
from endurance.places import STEPS, Templates, hash_of
from endurance.running import PartResult, Verdict, Workload, run_cases, takes_the_long_way
from endurance.saboteur import Deed, Kind, Sabotage, operations
from endurance.spoiling import spoil
from endurance.victims import Place, Reply, run_child, start_program, wait_for_program

COMMANDS = (
    INFO, LOOK, CLEAN, AGAIN, UNDO, IMPORT, TRANSLATE, ATTEND, DRAW, ALIGN, EVALUATE, RESUME, TRAIN,
    RESTORE,
)  # fmt: skip
_EDITED = ("project.toml", "config.toml")
_GONE = ("missing", "a file instead")
_SWAPPED = "swapped with "  # the name of a file beside it
_LOGS = ("events.jsonl",)  # what a run said: its figures are shown, nothing is computed from them
_FOLDER_SHARE = 0.08
_NEW_NAME_SHARE = 0.04
_NEW_NAMES = (
    ".project.toml.new", "project.lock", "prepare.lock", "runs/first/run.lock", "reports",
    "runs/half/run.lock", "runs/half/.checkpoints.json.new", "runs/half/checkpoints/.6.new",
    "runs/.r.new", "runs/r", "corpus/.new", "runs/half/history.cache", "trash",
    "runs/half/.config.toml.new",
)  # fmt: skip
_TRIES = 20
_READ_SHARE = 0.75
_HANG_S = 30.0
_PROGRAM_HANG_S = 180.0  # it loads everything first
_WAITS = '"event": "held"'


def run_mutations(templates: Templates, wish: Workload) -> PartResult:
    """Spoil files, run commands, and compare."""
    sound = [
        _Sound(command, templates, wish.folder / "expected") for command in wish.chosen(COMMANDS)
    ]

    def case(which: int, chance: random.Random, folder: Path) -> Verdict:
        one = sound[which % len(sound)]
        command = one.command
        place = templates.copy(command.template, folder)
        is_read = chance.random() < _READ_SHARE and one.read
        path, done = _spoilt(place, one.read if is_read else one.files, chance)
        before = surroundings(place)
        reply = _run(command, place, takes_the_long_way(which))
        waits = reply.hung and _WAITS in reply.out  # it has told so, and that Ctrl-C ends it
        complaints = [] if waits else against_reply(reply)
        complaints += against_outside(place, before)
        ending, more = _ending(command, place, reply, path, one.expected, done)
        complaints += more
        kind = kind_of(path)
        return Verdict(
            f"{kind} | {command.name}: {path}: {done}",
            ending,
            complaints,
            reply.tail if complaints else "",
            {"longest_s": round(reply.seconds, 2), "most_memory_mb": reply.grew_kb / 1024},
        )

    return run_cases("mutations", case, wish)


class _Sound:
    """What a command does with a project that nobody has spoilt.

    Attributes:
        command: the command.
        expected: its result.
        files: all files of the project, by their kinds.
        read: those that it opens, where that is known.
    """

    def __init__(self, command: Command, templates: Templates, folder: Path) -> None:
        place = templates.copy(command.template, folder)
        self.command = command
        self.files = _grouped(place.project)
        reply = command.start(place, sabotage=Sabotage(Kind.ALL, 0, Deed.WATCH))
        if reply.code != 0:
            raise RuntimeError(f"{command.name} fails by itself: {reply.tail}")
        self.expected = _result(command, place, reply)
        opened = {seen.path for seen in operations(place.scratch / "operations")}
        self.read = {
            kind: kept
            for kind, paths in self.files.items()
            if (kept := [path for path in paths if place.project / path in opened])
        }


def kind_of(path: Path) -> str:
    """What a file of a project is for."""
    first, name = path.parts[0], path.name
    if first in ("trash", "reports"):
        return first
    if first == "runs" and len(path.parts) > 3:
        return f"{path.parts[2]}/{name if path.parts[2] == 'checkpoints' else '*'}"
    if first in ("corpus", "datasets", "tokenizers"):
        return f"{first}/{path.suffix or name}"
    return name


def _grouped(project: Path) -> Mapping[str, Sequence[Path]]:
    groups: dict[str, list[Path]] = {}
    for path in sorted(project.rglob("*")):
        if path.is_file():
            relative = path.relative_to(project)
            groups.setdefault(kind_of(relative), []).append(relative)
    return groups


def _spoilt(
    place: Place, groups: Mapping[str, Sequence[Path]], chance: random.Random
) -> tuple[Path, str]:
    """Something in the project, and what was done to it."""
    for _ in range(_TRIES):
        dice = chance.random()
        if dice < _NEW_NAME_SHARE:
            path = Path(chance.choice(_NEW_NAMES))
            done = _put(place.project / path, place.outside, chance)
        elif dice < _NEW_NAME_SHARE + _FOLDER_SHARE:
            folders = sorted(p for p in place.project.rglob("*") if p.is_dir())
            path = chance.choice(folders).relative_to(place.project)
            done = spoil(place.project / path, place.outside, chance)
        else:
            path = chance.choice(groups[chance.choice(sorted(groups))])
            before = hash_of(place.project / path)
            done = spoil(place.project / path, place.outside, chance)
            changed = place.project / path
            if done and changed.is_file() and not changed.is_symlink():
                done = done if _is_other(changed, before) else ""
        if done:
            return path, done
    return path, "nothing"


def _is_other(path: Path, before: str) -> bool:
    return path.stat().st_size > 1 << 30 or hash_of(path) != before


def _put(path: Path, outside: Path, chance: random.Random) -> str:
    """A link or a pipe where a file is to be made, or garbage."""
    if path.exists() or path.is_symlink():
        return spoil(path, outside, chance)
    path.parent.mkdir(parents=True, exist_ok=True)
    match chance.randrange(4):
        case 0:
            path.symlink_to(outside / "diary.txt")
            return "a new link to a file outside"
        case 1:
            path.symlink_to(outside / "x")
            return "a new link to a folder outside"
        case 2:
            path.mkdir()
            (path / "6").mkdir()
            return "a new folder"
    path.write_bytes(b"garbage")
    return "a new file"


def _run(command: Command, place: Place, long_way: bool) -> Reply:
    if long_way and command.words:
        command.work(place)
        program = start_program(place, command.arguments(place))
        return wait_for_program(place, program, time.monotonic(), _PROGRAM_HANG_S)
    return run_child(place, command.work(place), timeout_s=_HANG_S)


def _ending(
    command: Command,
    place: Place,
    reply: Reply,
    path: Path,
    expected: Any,  # noqa: ANN401
    done: str,
) -> tuple[str, list[str]]:
    """How a command took a spoilt file, and what is to be said against it."""
    if reply.hung and _WAITS in reply.out:
        return "waits", []
    if reply.code in (1, 2):
        return "said it", [] if _names(reply, path, place) else ["names no file"]
    if reply.code != 0:
        return "otherwise", []
    if _result(command, place, reply) == expected:
        return "the same result", []
    spoilt = {path.name, done.removeprefix(_SWAPPED)}
    if not spoilt.isdisjoint(_EDITED):
        return "as edited", []
    if not spoilt.isdisjoint(_LOGS) and command is INFO:
        return "shows the log", []
    if path.parts[0] == "runs" and command is INFO and done in _GONE:
        return "shows what is there", []
    if path.parts[0] == "corpus" and command in (INFO, LOOK):
        return "a look, without checksums", []
    if tells(reply, path):
        return "told, another result", []
    return "silently another result", ["takes it silently"]


def _names(reply: Reply, path: Path, place: Place) -> bool:
    said = " ".join(reply.error or ("", ""))
    return str(place.project) in said or any(part in said for part in path.parts[-2:])


def _result(command: Command, place: Place, reply: Reply) -> Any:  # noqa: ANN401
    """What is compared; of a training what it says itself, as the log may be what is spoilt."""
    if command.result is not Result.TRAINING:
        return outcome(command, place, reply)
    said = []
    for line in reply.out.splitlines():
        with suppress(ValueError):
            event = json.loads(line)
            if event.get("event") in ("step", "validation"):
                said.append((event["event"], event["step"], loss_of(event)))
    folder = place.project / "runs" / command.run / "checkpoints" / str(STEPS)
    return [said, [hash_of(path) for path in sorted(folder.glob("*.safetensors"))]]
