"""Checkpoints on disk: tensors in safetensors, numbers in JSON, no pickle.

``checkpoints/<step>/`` holds ``model``, ``optimiser`` and ``random.safetensors``, ``state.json``
and, where gold links told it, ``reading.json``. Where ``model`` is an average of the weights,
``trained.safetensors`` has them as training left them. A checkpoint is written under a temporary
name and renamed once, so one that can be seen is whole.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from attnstudio.errors import ProjectError
from attnstudio.files import replace
from attnstudio.interpretation.links import Reading
from attnstudio.project.run import Run
from attnstudio.training.state import Snapshot, TrainState

_MODEL, _OPTIMISER, _RANDOM = "model.safetensors", "optimiser.safetensors", "random.safetensors"
_TRAINED = "trained.safetensors"


def save_checkpoint(
    run: Run, snapshot: Snapshot, *, best: bool, keep: int, reading: Reading | None
) -> None:
    """Write a checkpoint, point ``best`` and ``last`` at it, and let old ones go."""
    step = snapshot.state.step
    folder = run.folder / "checkpoints" / str(step)
    temporary = folder.with_name(f".{step}.new")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    for name, tensors in (
        (_MODEL, snapshot.weights),
        (_OPTIMISER, snapshot.optimiser),
        (_RANDOM, snapshot.random),
        *([(_TRAINED, snapshot.trained)] if snapshot.trained else []),
    ):
        save_file(
            {key: tensor.cpu().contiguous() for key, tensor in tensors.items()}, temporary / name
        )
    (temporary / "state.json").write_text(json.dumps(asdict(snapshot.state)), encoding="utf-8")
    if reading is not None:
        text = json.dumps(reading.to_mapping())
        (temporary / "reading.json").write_text(text, encoding="utf-8")
    for path in temporary.iterdir():
        _flush_to_disk(path)
    if folder.exists():
        shutil.rmtree(folder)
    replace(temporary, folder)
    index = run.checkpoints().with_saved(step, best=best, keep=keep)
    run.write_checkpoints(index)
    for old in folder.parent.iterdir():
        if old.name.isdecimal() and int(old.name) not in index.steps:
            shutil.rmtree(old, ignore_errors=True)


def load_model_weights(folder: Path) -> dict[str, Tensor]:
    """The weights of a checkpoint.

    Raises:
        ProjectError: the checkpoint is damaged.
    """
    return _load(folder / _MODEL)


def load_snapshot(folder: Path) -> Snapshot:
    """A whole checkpoint, to go on from.

    Raises:
        ProjectError: the checkpoint is damaged.
    """
    try:
        state = TrainState(**json.loads((folder / "state.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise _damaged(folder, error) from error
    return Snapshot(
        load_model_weights(folder),
        _load(folder / _OPTIMISER),
        _load(folder / _RANDOM),
        state,
        _load(folder / _TRAINED) if (folder / _TRAINED).exists() else {},
    )


def _load(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise _damaged(path.parent, error) from error


def _damaged(folder: Path, error: Exception) -> ProjectError:
    return ProjectError(
        "The checkpoint in {folder} is damaged: {reason}.",
        hint="Use another checkpoint of the run.",
        folder=folder,
        reason=str(error).rstrip("."),
    )


def _flush_to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
