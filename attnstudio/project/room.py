"""What a project weighs, and what of it nobody needs any more.

Every import and every cleaning makes a corpus; whoever aligns it adds its word links, and whoever
trains on it a tokenizer and a dataset.
They are all kept, as runs name them by their hashes. What no run names, not even one in the trash,
no cleaning that can be taken back and not the project itself, a sweep may move to the trash.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from attnstudio.errors import AttentionStudioError, ProjectError
from attnstudio.project.corpus_links import drop_begun_of_others, links_folder
from attnstudio.project.naming import dataset_name
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.trash import move, new_place, trashed_runs
from attnstudio.project.weight import bytes_in


class Kind(StrEnum):
    """What lies in a project; the value is the name of its folder."""

    CORPORA = "corpus"
    LINKS = "links"
    TOKENIZERS = "tokenizers"
    DATASETS = "datasets"
    RUNS = "runs"
    REPORTS = "reports"
    COMPARISONS = "comparisons"
    TRASH = "trash"


_SWEPT_KINDS = (Kind.CORPORA, Kind.LINKS, Kind.TOKENIZERS, Kind.DATASETS)


@dataclass(frozen=True, slots=True)
class Unused:
    """Something that nobody needs any more.

    Attributes:
        kind: what it is.
        name: its hash.
        size_bytes: what it weighs.
        made_at: in seconds since the epoch.
        pairs: of a corpus, its links or a dataset; None where that is unknown.
    """

    kind: Kind
    name: str
    size_bytes: int
    made_at: float
    pairs: int | None


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did.

    Attributes:
        folder: in the trash, where it lies now; see `attnstudio.project.trash.restore_swept`.
        things: what was moved there.
    """

    folder: Path
    things: tuple[Unused, ...]

    @property
    def size_bytes(self) -> int:
        """What it weighs."""
        return sum(thing.size_bytes for thing in self.things)


def weigh(
    project: Project, should_stop: Callable[[], bool] = lambda: False
) -> dict[Kind, int] | None:
    """How many bytes each kind of things takes; None when it was stopped."""
    weights = {}
    for kind in Kind:
        weights[kind] = 0
        for path in _inside(project.folder / kind.value):
            if should_stop():
                return None
            weights[kind] += bytes_in(path)
    return weights


def find_unused(project: Project) -> list[Unused]:
    """What a sweep would take, the heaviest first.

    Raises:
        ProjectError: a run cannot be read, so that nobody knows what it needs.
    """
    needed = _needed(project)
    things = [
        _unused(kind, path)
        for kind in _SWEPT_KINDS
        for path in _inside(project.folder / kind.value)
        if path.is_dir() and not path.name.startswith(".") and path.name not in needed[kind]
    ]
    return sorted(things, key=lambda thing: (-thing.size_bytes, thing.name))


def sweep(
    project: Project,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Swept | None:
    """Move what nobody needs any more to the trash.

    Args:
        project: what is swept.
        progress: told how many things of how many have been moved.
        should_stop: asked before each; what was moved until then stays in the trash.

    Returns:
        What was moved; None where there was nothing to move, or nothing was before the stop.

    Raises:
        ProjectError: a run cannot be read, or another program is changing the project.
        StorageError: something cannot be moved.
    """
    moved = []
    with project.changing():
        things = find_unused(project)
        place = new_place(project)
        for thing in things:
            if should_stop():
                break
            inside = Path(thing.kind.value, thing.name)
            move(project.folder / inside, place / inside)
            moved.append(thing)
            progress(len(moved), len(things))
    if any(thing.kind is Kind.CORPORA for thing in moved):
        drop_begun_of_others(project)
    return Swept(place, tuple(moved)) if moved else None


def _needed(project: Project) -> dict[Kind, set[str]]:
    """The names that somebody goes by."""
    needed: dict[Kind, set[str]] = {kind: set() for kind in _SWEPT_KINDS}
    needed[Kind.CORPORA].add(project.file.corpus)
    for cleaning in project.file.cleanings:
        needed[Kind.CORPORA] |= {cleaning.before, cleaning.after}
    for run in project.runs():
        try:
            _add_needs(needed, run)
        except (AttentionStudioError, OSError) as error:
            raise ProjectError(
                "The settings of run {name} cannot be read, so nobody knows what it needs.",
                hint="Delete the run, or mend its config.toml.",
                name=run.name,
            ) from error
    for run in trashed_runs(project):
        try:
            _add_needs(needed, run)
        except (AttentionStudioError, OSError):
            continue  # brought back, it could not be used either
    folders = (links_folder(project, corpus) for corpus in needed[Kind.CORPORA] if corpus)
    needed[Kind.LINKS] = {folder.name for folder in folders if folder is not None}
    return needed


def _add_needs(needed: dict[Kind, set[str]], run: Run) -> None:
    definition = run.definition()
    needed[Kind.CORPORA].add(definition.corpus)
    needed[Kind.TOKENIZERS] |= set(definition.tokenizer_names)
    needed[Kind.DATASETS].add(dataset_name(definition))


def _inside(folder: Path) -> Iterator[Path]:
    """What lies in a folder of the project; nothing where it is a link that leads elsewhere."""
    if folder.is_dir() and not folder.is_symlink():
        yield from sorted(path for path in folder.iterdir() if not path.is_symlink())


def _unused(kind: Kind, path: Path) -> Unused:
    pairs = None
    try:
        manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        pairs = manifest["pairs"] if isinstance(manifest["pairs"], int) else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass  # a tokenizer has none, and a damaged thing is swept as well
    return Unused(kind, path.name, bytes_in(path), path.stat().st_mtime, pairs)
