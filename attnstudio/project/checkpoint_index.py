"""Which checkpoints a run has: what ``checkpoints.json`` says, mended by what is on the disk.

A program can be killed at any moment, and files can be lost. So what the index says and what lies
in ``checkpoints`` may differ: folders that are missing are no checkpoints, whole ones that the
index does not name are, and a missing or damaged index is made of what is there.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attnstudio.evaluation.reading import ChosenBy
from attnstudio.files import (
    read_small,
    remove_folder,
    set_aside_name,
    sweep,
    temporary_name,
    write_text,
)
from attnstudio.files import replace as rename
from attnstudio.names import is_step
from attnstudio.plain_values import read_json
from attnstudio.seals import has_its_files
from attnstudio.storage_errors import READ, storing

NAMES = ("best", "last", "aligned")  # by which a checkpoint is asked for, beside its step
WEIGHTS = "model.safetensors"
FILES = (WEIGHTS, "optimiser.safetensors", "random.safetensors", "state.json")
_NAME = "checkpoints.json"
_FOLDER = "checkpoints"


@dataclass(frozen=True, slots=True)
class CheckpointIndex:
    """``checkpoints.json``: which steps have a checkpoint.

    Attributes:
        steps: all of them, ascending.
        last: the newest.
        best: the one with the best validation; the newest while there was none.
        aligned: the one whose attention linked words best at a validation; None where that was
            never measured.
        aligned_by: the links that it was held against.
    """

    steps: tuple[int, ...] = ()
    last: int | None = None
    best: int | None = None
    aligned: int | None = None
    aligned_by: ChosenBy = ChosenBy.GOLD

    @property
    def named(self) -> dict[str, int]:
        """The steps that have one of the `NAMES`."""
        steps = (self.best, self.last, self.aligned)
        return {name: s for name, s in zip(NAMES, steps, strict=True) if s is not None}

    def with_saved(
        self, step: int, *, best: bool, aligned: ChosenBy | None = None, keep: int
    ) -> CheckpointIndex:
        """The index after a checkpoint was saved; old ones beyond ``keep`` are let go.

        Later ones, from before training went back to an earlier one, go as well, but for the best
        and the one that aligns best.

        Args:
            step: of the new one.
            best: whether it is the best.
            aligned: the links by which it aligns best; None where it does not.
            keep: how many of the newest stay.
        """
        chosen_best = step if best or self.best not in self.steps else self.best
        chosen_aligned = step if aligned else self.aligned if self.aligned in self.steps else None
        newest = [*(s for s in self.steps if s < step), step][-keep:]
        kept = {*newest, *(s for s in (chosen_best, chosen_aligned) if s is not None)}
        by = aligned or self.aligned_by
        return CheckpointIndex(tuple(sorted(kept)), step, chosen_best, chosen_aligned, by)


def read_index(run_folder: Path) -> CheckpointIndex:
    """The checkpoints that a run has."""
    stored = _stored(run_folder)
    there = _steps_there(run_folder)
    named = [step for step in stored.steps if step in there] if stored else []
    found = [
        step
        for step in there
        if step not in named and has_its_files(folder_of(run_folder, step), FILES)
    ]
    if stored and named == list(stored.steps) and not found:
        return stored
    steps = sorted([*named, *found])
    if not steps:
        return CheckpointIndex()
    # Whole and not named: saved just before a kill, unless it is older than the last.
    last = stored.last if stored and stored.last in steps else None
    last = steps[-1] if last is None else max([last, *found])
    best = _best_told_by(folder_of(run_folder, last)) if found else stored and stored.best
    candidates = (best, stored and stored.best, last)
    chosen_best = next(s for s in candidates if s in steps)
    if not is_best_measured(run_folder, chosen_best):
        chosen_best = last
    if stored and stored.aligned in steps:
        return CheckpointIndex(tuple(steps), last, chosen_best, stored.aligned, stored.aligned_by)
    return CheckpointIndex(tuple(steps), last, chosen_best)


def missing_step(run_folder: Path, which: str) -> int | None:
    """The step that the index gives one of the `NAMES` and whose folder is gone."""
    stored = _stored(run_folder)
    step = stored.named.get(which) if stored else None
    return None if step in _steps_there(run_folder) else step


def refuse_unreadable_checkpoints(run_folder: Path) -> None:
    """Tell a run whose checkpoints cannot be listed from one that has none.

    Raises:
        StorageError: why they cannot.
    """
    folder = run_folder / _FOLDER
    with storing(folder, READ), suppress(FileNotFoundError):
        os.scandir(folder).close()


def is_best_measured(run_folder: Path, best: int | None) -> bool:
    """Whether a validation chose the best checkpoint; before the first, it is just the newest.

    One whose state cannot be read counts as measured: nothing is taken from it on a guess.
    """
    if best is None:
        return False
    with suppress(OSError, ValueError, LookupError, TypeError):
        state = read_json(read_small(folder_of(run_folder, best) / "state.json"))
        return state["best_value"] is not None
    return True


def write_index(run_folder: Path, index: CheckpointIndex) -> None:
    """Write ``checkpoints.json``."""
    content: dict[str, object] = {"steps": index.steps, "last": index.last, "best": index.best}
    if index.aligned is not None:
        content |= {"aligned": index.aligned, "aligned_by": index.aligned_by}
    write_text(run_folder / _NAME, json.dumps(content) + "\n")


def folder_of(run_folder: Path, step: int) -> Path:
    """Where a checkpoint lies: after a kill, it may have been set aside for one of its step."""
    folder = run_folder / _FOLDER / str(step)
    aside = set_aside_name(folder)
    return aside if not folder.is_dir() and aside.is_dir() else folder


def mend_checkpoints(run_folder: Path) -> None:
    """Put the folder in order after a kill; the caller holds the run's lock.

    Raises:
        StorageError: the disk would not take it.
    """
    checkpoints = run_folder / _FOLDER
    sweep(checkpoints)
    sweep(run_folder / "watch")
    with storing(checkpoints):
        for aside in checkpoints.glob(".*.old"):
            folder = aside.with_name(aside.name[1:].removesuffix(".old"))
            if folder.exists():
                remove_folder(aside)
            else:
                rename(aside, folder)
    index = read_index(run_folder)
    if index != (_stored(run_folder) or CheckpointIndex()):
        write_index(run_folder, index)


def keep_only(run_folder: Path, index: CheckpointIndex) -> None:
    """Make this the run's index and let all other checkpoints go.

    They lose their names first: what a kill leaves of them is then no checkpoint.
    """
    going = []
    for step in _steps_there(run_folder):
        if step not in index.steps:
            folder = run_folder / _FOLDER / str(step)
            remove_folder(temporary_name(folder))
            with suppress(OSError):  # held open on Windows: it stays until the next one is saved
                rename(folder, temporary_name(folder))
                going.append(temporary_name(folder))
    write_index(run_folder, index)
    for folder in going:
        remove_folder(folder)


def _stored(run_folder: Path) -> CheckpointIndex | None:
    """What the file says; None where it is missing or damaged."""
    try:
        content = read_json(read_small(run_folder / _NAME))
        steps, last, best = (content[key] for key in ("steps", "last", "best"))
        if not steps and last is None and best is None:
            return CheckpointIndex()
        if not all(map(_is_step, [*steps, last, best])) or {last, best} - set(steps):
            return None
        aligned = content.get("aligned")
        aligned = aligned if _is_step(aligned) and aligned in steps else None
        by = ChosenBy(content.get("aligned_by", ChosenBy.GOLD))  # older programs knew no other
        return CheckpointIndex(tuple(sorted(set(steps))), last, best, aligned, by)
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _is_step(step: Any) -> bool:  # noqa: ANN401 - what a file holds
    return type(step) is int and is_step(str(step))


def _steps_there(run_folder: Path) -> list[int]:
    """The steps that have a folder, whole or not."""
    try:
        entries = list((run_folder / _FOLDER).iterdir())
    except OSError:
        return []
    names = {path.name.removeprefix(".").removesuffix(".old") for path in entries
             if not path.name.endswith(".new")}  # fmt: skip
    return sorted(int(name) for name in names if is_step(name))


def _best_told_by(folder: Path) -> int | None:
    """The best step, as the state of training in a checkpoint knows it."""
    with suppress(OSError, ValueError, LookupError, TypeError):
        step = read_json(read_small(folder / "state.json"))["best_step"]
        return step if _is_step(step) else None
    return None
