"""``sweep``: what nobody needs goes to the trash, comes back, or is deleted for good."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from attnstudio.cli.output import Output
from attnstudio.errors import ProjectError, UsageError
from attnstudio.project.project import Project
from attnstudio.project.room import Kind, Unused, find_unused
from attnstudio.project.room import sweep as sweep_project
from attnstudio.project.trash import empty_trash, list_trash, restore_swept
from attnstudio.project.weight import in_units

_KIND_WORDS = {
    Kind.CORPORA: "corpora",
    Kind.LINKS: "word links",
    Kind.TOKENIZERS: "tokenizers",
    Kind.DATASETS: "datasets",
    Kind.RUNS: "runs",
    Kind.REPORTS: "reports",
    Kind.COMPARISONS: "comparisons",
    Kind.TRASH: "trash",
}
_ONE = {
    Kind.CORPORA: "corpus",
    Kind.LINKS: "word links of corpus",
    Kind.TOKENIZERS: "tokenizer",
    Kind.DATASETS: "dataset",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepRequest:
    """What ``attnstudio sweep`` is asked for.

    Attributes:
        dry_run: only say what would go.
        undo: bring back what the last sweep took.
        empty_trash: delete what is in the trash.
        yes: without asking.
    """

    dry_run: bool = False
    undo: bool = False
    empty_trash: bool = False
    yes: bool = False


def sweep(output: Output, folder: Path, wish: SweepRequest) -> None:
    """``attnstudio sweep``."""
    if wish.dry_run + wish.undo + wish.empty_trash > 1:
        raise UsageError(
            "Only one of --dry-run, --undo and --empty-trash can be done at a time.",
            hint="Look with --dry-run first.",
        )
    project = Project.open(folder)
    if wish.undo:
        _undo(output, project)
    elif wish.empty_trash:
        _empty_trash(output, project, sure=wish.yes)
    elif wish.dry_run:
        _tell(output, find_unused(project), "Would move", None)
    else:
        swept = sweep_project(project)
        _tell(output, swept.things if swept else (), "Moved", swept.folder if swept else None)


def weight_words(weights: Mapping[Kind, int]) -> str:
    """What a project weighs, in a line."""
    parts = [f"{_KIND_WORDS[kind]} {in_units(size)}" for kind, size in weights.items() if size]
    return ", ".join([f"On the disk: {in_units(sum(weights.values()))}", *parts])


def _tell(
    output: Output, things: list[Unused] | tuple[Unused, ...], verb: str, trash: Path | None
) -> None:
    size = sum(thing.size_bytes for thing in things)
    lines = ["There is nothing that nobody needs."]
    if things:
        unit = "thing" if len(things) == 1 else "things"
        lines = [f"{verb} {len(things)} {unit} to the trash: {in_units(size)}."]
        for thing in things:
            pairs = f", {thing.pairs:,} pairs" if thing.pairs is not None else ""
            lines.append(f"  {_ONE[thing.kind]} {thing.name}: {in_units(thing.size_bytes)}{pairs}")
    content = {
        "things": [
            {"kind": thing.kind.value, "name": thing.name, "bytes": thing.size_bytes}
            for thing in things
        ],
        "bytes": size,
        "trash": str(trash) if trash is not None else None,
    }
    output.result(content, lines)


def _undo(output: Output, project: Project) -> None:
    last = next((thing for thing in list_trash(project) if not thing.run), None)
    if last is None:
        raise ProjectError(
            "There is no sweep in the trash of {folder}.",
            hint="See what could be swept: attnstudio sweep {folder} --dry-run",
            folder=project.folder,
        )
    restore_swept(project, last.folder)
    words = f"Brought {in_units(last.size_bytes)} back from the trash."
    output.result({"bytes": last.size_bytes}, [words])


def _empty_trash(output: Output, project: Project, *, sure: bool) -> None:
    things = list_trash(project)
    size = in_units(sum(thing.size_bytes for thing in things))
    if things and not sure:
        if output.as_json or not sys.stdin.isatty():
            raise UsageError(
                "{size} would be deleted for good.", hint="Say --yes if they may.", size=size
            )
        output.say(f"Delete {size} for good? Type y to do so:")
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            output.say("Nothing was deleted.")
            return
    deleted = empty_trash(project)
    output.result({"bytes": deleted}, [f"Deleted {in_units(deleted)}."])
