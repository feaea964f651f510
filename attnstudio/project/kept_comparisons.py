"""``comparisons/NAME.json``: what is compared, kept in the project until a person deletes it.

A file may come from a stranger or be damaged: all that it holds is checked as if it were asked for
now, and one that does not hold is refused in a sentence and left as it is.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from attnstudio.config import PresetName, RunConfig
from attnstudio.errors import AttentionStudioError, OutdatedError, ProjectError
from attnstudio.files import read_small, write_bytes, write_text
from attnstudio.names import is_run_name
from attnstudio.plain_values import read_json
from attnstudio.project.kind_comparison import (
    ComparedKind,
    Comparison,
    refuse_what_cannot_be_compared,
    run_names,
)
from attnstudio.project.project import Project
from attnstudio.storage_errors import READ, storing

FOLDER = "comparisons"
_ENDING = ".json"
_MOST_BYTES = 2**21


def create_comparison(
    project: Project,
    name: str | None,
    *,
    preset: str,
    base: RunConfig,
    kinds: Sequence[ComparedKind],
    seeds: Sequence[int],
    reverse: bool = False,
) -> Comparison:
    """Make a comparison and keep it; nothing is trained yet, and no run is made.

    All is checked here: a kind that cannot be combined is refused before anything is trained.

    Args:
        project: where it is kept.
        name: also the beginning of the names of its runs; None for the next free one.
        preset: whose settings the base began with.
        base: every knob; its limits are the budget of each run.
        kinds: the first is what the others are held against.
        seeds: each kind is trained with each of them.
        reverse: whether target is translated to source.

    Raises:
        ConfigError: a kind cannot be combined; it is named, with the reason.
        UsageError: kinds, seeds or names are too many, missing or not apart.
        ProjectError: there is a comparison of that name, or a run of the name of one of its own.
        StorageError: it cannot be written.
    """
    with project.changing():
        name = name or _free_name(project)
        kinds, seeds = tuple(kinds), tuple(seeds)
        comparison = Comparison(
            name, preset, base, kinds, seeds, reverse, run_names(name, kinds, seeds)
        )
        refuse_what_cannot_be_compared(comparison)
        _refuse_taken(project, comparison)
        _write(project, comparison)
    return comparison


def list_comparisons(project: Project) -> list[str]:
    """The names of all that are kept, in their order; see `read_comparison`.

    Raises:
        StorageError: they cannot be listed.
    """
    folder = project.folder / FOLDER
    with storing(folder, READ):
        if not folder.is_dir():
            return []
        names = (path.stem for path in folder.glob(f"*{_ENDING}"))
        return sorted(name for name in names if is_run_name(name))


def read_comparison(project: Project, name: str) -> Comparison:
    """A comparison that is kept.

    Raises:
        ProjectError: there is none of that name, or its file is damaged.
        StorageError: it is there and cannot be read.
    """
    path = _listed_path(project, name)
    with storing(path, READ):
        try:
            return _comparison(name, read_small(path, _MOST_BYTES))
        except (ValueError, AttentionStudioError) as error:
            raise ProjectError(
                "The comparison in {path} cannot be read: {reason}.",
                hint="It was damaged, or made by a newer Attention Studio. Its runs are as they "
                "were; delete the file, or update the program.",
                path=path,
                reason=_reason(error),
            ) from error


def remember_begun(project: Project, comparison: Comparison, run: str) -> Comparison:
    """Note that a run was made, so that its folder is missed when it is deleted.

    Returns:
        The comparison as it is kept now.

    Raises:
        ProjectError: the comparison is there no longer, or another program is changing the project.
        StorageError: it cannot be written.
    """
    return _with_begun(project, comparison, run, is_begun=True)


def make_again(project: Project, comparison: Comparison, run: str) -> Comparison:
    """Let a run that was deleted be made anew, as one that was never begun; the rest stays.

    Returns:
        The comparison as it is kept now.

    Raises:
        ProjectError: the comparison is there no longer, or another program is changing the project.
        StorageError: it cannot be written.
    """
    return _with_begun(project, comparison, run, is_begun=False)


def remove_comparison(project: Project, name: str) -> bytes:
    """Delete a comparison; its runs stay.

    Returns:
        What was kept of it, for `put_back_comparison`.

    Raises:
        ProjectError: there is none of that name, or another program is changing the project.
        StorageError: it cannot be deleted.
    """
    with project.changing():
        path = _listed_path(project, name)
        with storing(path):
            kept = _bytes_in(path)
            path.unlink()
    return kept


def put_back_comparison(project: Project, name: str, kept: bytes) -> None:
    """Undo `remove_comparison`.

    Raises:
        OutdatedError: another one has that name by now.
        ProjectError: another program is changing the project.
        StorageError: it cannot be written.
    """
    with project.changing():
        if name.casefold() in map(str.casefold, list_comparisons(project)):
            raise OutdatedError(
                "There is another comparison {name} now.",
                hint="Delete that one first.",
                name=name,
            )
        write_bytes(_path(project, name), kept)


def _with_begun(
    project: Project, comparison: Comparison, run: str, *, is_begun: bool
) -> Comparison:
    with project.changing():
        kept = read_comparison(project, comparison.name)
        begun = kept.begun | {run} if is_begun else kept.begun - {run}
        if begun != kept.begun:
            kept = replace(kept, begun=frozenset(begun))
            _write(project, kept)
    return kept


def _listed_path(project: Project, name: str) -> Path:
    """Of one that is there."""
    names = list_comparisons(project)
    if name not in names:
        raise ProjectError(
            "There is no comparison {name}.",
            hint="There are: {names}." if names else "None was made yet.",
            name=name,
            names=", ".join(names),
        )
    return _path(project, name)


def _bytes_in(path: Path) -> bytes:
    """What is kept, damaged or not."""
    try:
        return read_small(path, _MOST_BYTES)
    except ValueError as error:
        raise ProjectError(
            "{path} is too large for a comparison.", hint="Look at it, and delete it.", path=path
        ) from error


def _path(project: Project, name: str) -> Path:
    assert is_run_name(name)  # whoever asks has checked it
    return project.folder / FOLDER / f"{name}{_ENDING}"


def _free_name(project: Project) -> str:
    taken = set(list_comparisons(project))
    return next(name for n in range(1, len(taken) + 2) if (name := f"comparison-{n}") not in taken)


def _refuse_taken(project: Project, comparison: Comparison) -> None:
    if comparison.name.casefold() in map(str.casefold, list_comparisons(project)):
        raise ProjectError(
            "There is a comparison {name} already.",
            hint="Choose another name, or go on with that one.",
            command_hint="Choose another name, or go on with it: --name {name} and nothing else",
            name=comparison.name,
        )
    taken = {run.name.casefold(): run.name for run in project.runs()}
    for run in comparison.runs:
        if run.casefold() in taken:
            raise ProjectError(
                "There is a run {name} already, which would be one of the comparison.",
                hint="Give the comparison another name.",
                name=taken[run.casefold()],
            )


# the file


class _Kind(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    label: str
    changes: dict[str, Any]


class _Kept(BaseModel):
    """What a file holds; its base is checked as the config of a run is."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    format: Literal[1]
    preset: PresetName
    reverse: bool
    base: dict[str, Any]
    kinds: list[_Kind]
    seeds: list[int]
    runs: list[str]
    begun: list[str]


def _write(project: Project, comparison: Comparison) -> None:
    kept = _Kept(
        format=1,
        preset=comparison.preset,
        reverse=comparison.reverse,
        base=comparison.base.model_dump(mode="json"),
        kinds=[_Kind(label=kind.label, changes=dict(kind.changes)) for kind in comparison.kinds],
        seeds=list(comparison.seeds),
        runs=list(comparison.runs),
        begun=sorted(comparison.begun),
    )
    path = _path(project, comparison.name)
    with storing(path):
        path.parent.mkdir(exist_ok=True)
    text = json.dumps(kept.model_dump(mode="json"), ensure_ascii=False, allow_nan=False, indent=1)
    write_text(path, text + "\n")


def _comparison(name: str, content: bytes) -> Comparison:
    """What a file holds.

    Raises:
        ValueError: it holds something else.
        AttentionStudioError: what it asks for cannot be.
    """
    kept = _Kept.model_validate(read_json(content))
    comparison = Comparison(
        name,
        kept.preset,
        RunConfig.model_validate(kept.base),
        tuple(ComparedKind(kind.label, kind.changes) for kind in kept.kinds),
        tuple(kept.seeds),
        kept.reverse,
        tuple(kept.runs),
        frozenset(kept.begun),
    )
    refuse_what_cannot_be_compared(comparison)
    if not comparison.begun <= set(comparison.runs):
        raise ValueError("runs were begun that are not its own")
    return comparison


def _reason(error: Exception) -> str:
    if isinstance(error, AttentionStudioError):
        return error.message.rstrip(".")
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        return f"{where}: {first['msg']}" if where else str(first["msg"])
    return str(error).rstrip(".")
