"""Checkpoints on disk: tensors in safetensors, numbers in JSON, no pickle.

``checkpoints/<step>/`` holds ``model``, ``optimiser`` and ``random.safetensors``, ``state.json``
and, where gold links told it, ``reading.json``. Where ``model`` is an average of the weights,
``trained.safetensors`` has them as training left them. ``manifest.json`` has the size and checksum
of each. A checkpoint is written under a temporary name and renamed once, so one that can be seen is
whole; and what stood in its place goes when it is there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from attnstudio.allocator import memory_shortage
from attnstudio.errors import ProjectError
from attnstudio.evaluation.reading import ChosenBy
from attnstudio.files import commit_folder, read_small, remove_folder, temporary_name
from attnstudio.model.weights import are_finite, save_tensors
from attnstudio.plain_values import from_mapping, read_json
from attnstudio.project.checkpoint_index import (
    NAMES,
    WEIGHTS,
    folder_of,
    is_best_measured,
    keep_only,
    mend_checkpoints,
    missing_step,
)
from attnstudio.project.run import Run
from attnstudio.reading import Reading
from attnstudio.seals import check_seal, seal
from attnstudio.storage_errors import storing
from attnstudio.training.events import Notice
from attnstudio.training.state import Snapshot, TrainState

_OPTIMISER, _RANDOM = "optimiser.safetensors", "random.safetensors"
_TRAINED, _STATE = "trained.safetensors", "state.json"
_FELL_BACK = "Checkpoint {step} cannot be used, so checkpoint {instead} is: {reason}"

_Content = TypeVar("_Content")


@dataclass(frozen=True, slots=True)
class Usable:
    """A checkpoint that was found to be whole.

    Attributes:
        step: its step.
        folder: where it lies.
        notice: which newer one was passed over, and why; None where none was.
    """

    step: int
    folder: Path
    notice: Notice | None


def save_checkpoint(
    run: Run,
    snapshot: Snapshot,
    *,
    best: bool,
    aligned: ChosenBy | None = None,
    keep: int,
    reading: Reading | None,
) -> None:
    """Write a checkpoint, point ``last`` at it, and ``best`` or ``aligned``; let old ones go.

    Args:
        run: whose it is.
        snapshot: what is written.
        best: whether it is the best; while nothing was measured, the newest is.
        aligned: the links by which it aligns best; None where it does not.
        keep: how many of the newest stay.
        reading: the one that was best on gold links.

    Raises:
        StorageError: the disk would not take it; the checkpoints are as they were.
    """
    step = snapshot.state.step
    folder = run.folder / "checkpoints" / str(step)
    temporary = temporary_name(folder)
    remove_folder(temporary)
    try:
        with storing(folder):
            folder.parent.mkdir(exist_ok=True)  # no parents: a run that is gone stays gone
            temporary.mkdir()
            _write(temporary, snapshot, reading)
            seal(temporary)
        commit_folder(temporary, folder)
    finally:
        remove_folder(temporary)  # half-written on a full disk, it would take the room
    index = run.checkpoints()
    is_best = best or not is_best_measured(run.folder, index.best)
    keep_only(run.folder, index.with_saved(step, best=is_best, aligned=aligned, keep=keep))


def load_usable(run: Run, which: str | int) -> tuple[Usable, dict[str, Tensor]]:
    """The weights of a checkpoint; for a damaged one that has a name, the newest whole one.

    Raises:
        ProjectError: there is no such checkpoint, its weights are not finite, or it is damaged and
            was named by its step or there is no other.
    """
    step = run.checkpoint_step(which)
    others = [s for s in reversed(run.checkpoints().steps) if s != step]
    steps = [step, *others] if which in NAMES else [step]
    lost = missing_step(run.folder, str(which))
    usable, weights = _first_whole(run, steps, load_model_weights, lost)
    if not are_finite(weights.values()):
        raise _not_finite(run, usable.step, others)
    return usable, weights


def load_to_go_on(run: Run, step: int | None) -> tuple[Usable, Snapshot] | None:
    """The checkpoint that training goes on from; None where there is none yet.

    Args:
        run: whose; the caller holds its lock.
        step: of the checkpoint; None for the newest that is whole and finite.

    Raises:
        ProjectError: there is no such checkpoint, or none can be used.
    """
    lost = missing_step(run.folder, "last") if step is None else None
    mend_checkpoints(run.folder)
    if step is not None:
        steps = [run.checkpoint_step(step)]
    else:
        index = run.checkpoints()
        # One after the last is the best from before training went back: it comes at the end.
        steps = sorted(index.steps, key=lambda s: (s <= (index.last or 0), s), reverse=True)
    if not steps:
        return None
    return _first_whole(run, steps, load_snapshot, lost)


def load_model_weights(folder: Path) -> dict[str, Tensor]:
    """The weights of a checkpoint.

    Raises:
        ProjectError: the checkpoint is damaged.
    """
    return _load(folder / WEIGHTS)


def load_snapshot(folder: Path) -> Snapshot:
    """A whole checkpoint, to go on from.

    Raises:
        ProjectError: the checkpoint is damaged, or its weights are not finite.
    """
    try:
        check_seal(folder)
        state = from_mapping(TrainState, read_json(read_small(folder / _STATE)))
    except (OSError, ValueError) as error:
        raise _damaged(folder, error) from error
    weights = load_model_weights(folder)
    trained = _load(folder / _TRAINED) if (folder / _TRAINED).exists() else {}
    if not are_finite([*weights.values(), *trained.values()]):
        raise _damaged(folder, ValueError("it holds weights that are not finite"))
    return Snapshot(weights, _load(folder / _OPTIMISER), _load(folder / _RANDOM), state, trained)


def _write(folder: Path, snapshot: Snapshot, reading: Reading | None) -> None:
    for name, tensors in (
        (WEIGHTS, snapshot.weights),
        (_OPTIMISER, snapshot.optimiser),
        (_RANDOM, snapshot.random),
        *([(_TRAINED, snapshot.trained)] if snapshot.trained else []),
    ):
        save_tensors(tensors, folder / name)
    (folder / _STATE).write_text(json.dumps(asdict(snapshot.state)), encoding="utf-8")
    if reading is not None:
        text = json.dumps(reading.to_mapping())
        (folder / "reading.json").write_text(text, encoding="utf-8")


def _first_whole(
    run: Run, steps: list[int], load: Callable[[Path], _Content], lost: int | None
) -> tuple[Usable, _Content]:
    """The first of some checkpoints that can be loaded, and what it holds.

    One that is ``lost`` would have come before them all.
    """
    refused: list[ProjectError] = []
    for step in steps:
        folder = folder_of(run.folder, step)
        try:
            content = load(folder)
        except ProjectError as error:
            refused.append(error)
            continue
        notice = None
        if lost is not None:
            notice = _fell_back(lost, step, "It is missing.")
        elif refused:
            notice = _fell_back(steps[0], step, refused[0].message)
        return Usable(step, folder, notice), content
    raise refused[0]


def _fell_back(step: int, instead: int, reason: str) -> Notice:
    return Notice(
        step=instead,
        elapsed_s=0.0,
        template=_FELL_BACK,
        values={"step": step, "instead": instead, "reason": reason},
    )


def _load(path: Path) -> dict[str, Tensor]:
    try:
        check_seal(path.parent, [path.name])
        return load_file(path)
    except (OSError, ValueError, SafetensorError) as error:
        raise _damaged(path.parent, error) from error
    except RuntimeError as error:  # torch's way to say that it cannot open or map a file
        if memory_shortage(error) is not None:
            raise
        raise _damaged(path.parent, error) from error


def _not_finite(run: Run, step: int, others: list[int]) -> ProjectError:
    good = next((other for other in others if _is_good(folder_of(run.folder, other))), None)
    return ProjectError(
        "Checkpoint {step} of run {name} holds weights that are not finite: it cannot translate.",
        hint="Its training had diverged. Use checkpoint {good}, the newest good one."
        if good is not None
        else "Its training had diverged, and there is no good checkpoint: train a new run with a "
        "lower learning rate.",
        step=step,
        name=run.name,
        good=good,
    )


def _is_good(folder: Path) -> bool:
    try:
        return are_finite(load_model_weights(folder).values())
    except ProjectError:
        return False


def _damaged(folder: Path, error: Exception) -> ProjectError:
    return ProjectError(
        "The checkpoint in {folder} is damaged: {reason}.",
        hint="Use another checkpoint of the run, or train it anew.",
        folder=folder,
        reason=str(error).rstrip("."),
    )
