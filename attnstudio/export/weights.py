"""Open weights: a folder that anybody loads with plain torch, and that comes back as a run.

It holds ``model.safetensors`` without anything of an optimiser, ``config.json``, the SentencePiece
models (``tokenizer.model`` for both sides, or ``source.model`` and ``target.model``), ``README.md``
and, in ``manifest.json``, the size and checksum of each.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from attnstudio.errors import ExportError
from attnstudio.export.facts import ExportFacts
from attnstudio.export.file_names import CONFIG, MODEL, README, SHARED, SOURCE, TARGET
from attnstudio.export.readme import TensorShape, readme_of
from attnstudio.files import fresh_folder
from attnstudio.model.weights import save_tensors
from attnstudio.seals import seal
from attnstudio.storage_errors import storing

Progress = Callable[[float], None]
"""Told what share of an export is done; what it raises ends the export, and nothing is left."""

_NOT_WRITTEN = "The model could not be written to {path}: {reason}."


@dataclass(frozen=True, slots=True)
class OpenModel:
    """All that an exported folder holds.

    Attributes:
        facts: what the model is.
        weights: its tensors by name, tied ones once.
        source_tokenizer: a SentencePiece model.
        target_tokenizer: the same one where both sides share it.
    """

    facts: ExportFacts
    weights: Mapping[str, Tensor]
    source_tokenizer: bytes
    target_tokenizer: bytes

    @property
    def tokenizers(self) -> dict[str, bytes]:
        """The SentencePiece models by the names of their files."""
        if self.facts.vocabulary.shared:
            return {SHARED: self.target_tokenizer}
        return {SOURCE: self.source_tokenizer, TARGET: self.target_tokenizer}


def part_of(progress: Progress, begin: float, end: float) -> Progress:
    """Tells what a part of the work, from one share to another, has done of itself."""
    return lambda share: progress(begin + (end - begin) * share)


def refuse_existing(folder: Path) -> None:
    """Refuse to write where something lies.

    Raises:
        ExportError: something does.
    """
    if folder.exists() or folder.is_symlink():
        raise ExportError(
            "There is something at {folder} already.",
            hint="Choose a new name: an export never takes the place of anything.",
            folder=folder,
        )


def write_weights(folder: Path, model: OpenModel) -> None:
    """Write the folder, which is there whole or not at all.

    Raises:
        ExportError: something lies there.
        StorageError: the disk would not take it; nothing is left then.
    """
    shapes = tuple(
        TensorShape(name, tuple(tensor.shape)) for name, tensor in sorted(model.weights.items())
    )

    def write(temporary: Path) -> None:
        write_sides(temporary, model)
        readme = readme_of(model.facts, shapes)
        (temporary / README).write_text(readme, encoding="utf-8", newline="\n")
        save_tensors(model.weights, temporary / MODEL, {"format": "pt"})
        # its library writes it for this person alone
        shutil.copymode(temporary / CONFIG, temporary / MODEL)

    write_folder(folder, write)


def write_folder(folder: Path, write: Callable[[Path], None]) -> None:
    """Make a folder of any format: sealed, and under its name once all is written.

    Args:
        folder: that is not there yet.
        write: writes what it holds into a temporary one.

    Raises:
        ExportError: something lies there.
        StorageError: the disk would not take it; nothing is left then.
    """
    refuse_existing(folder)
    with storing(folder, _NOT_WRITTEN), fresh_folder(folder) as temporary:
        write(temporary)
        seal(temporary)
        refuse_existing(folder)


def write_sides(folder: Path, model: OpenModel, facts: str = CONFIG) -> None:
    """What every format holds: the tokenizers, and what the model is in a file of that name."""
    for name, content in model.tokenizers.items():
        (folder / name).write_bytes(content)
    text = model.facts.model_dump_json(indent=1, exclude_none=True)
    (folder / facts).write_text(text + "\n", encoding="utf-8", newline="\n")
