"""An exported folder that somebody gave us, opened as if a stranger had made it to do harm.

Only files of known names are read, none is followed where it leads elsewhere, each is asked for its
size before it is read, and what the weights say of themselves is held against the model that their
config describes before a single number is loaded.
"""

from __future__ import annotations

import math
import stat
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil
from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from attnstudio.config_model import TransformerConfig
from attnstudio.errors import ConfigError, ProjectError, TokenizerError
from attnstudio.export.built import built_without_weights
from attnstudio.export.facts import FORMAT, ExportFacts
from attnstudio.export.file_names import CONFIG, MODEL, SHARED, SOURCE, TARGET
from attnstudio.export.weights import OpenModel
from attnstudio.files import SMALL_BYTES, read_small
from attnstudio.model.weights import are_finite, named_weights
from attnstudio.plain_values import plain_line, read_json
from attnstudio.seals import check_seal
from attnstudio.storage_errors import READ, storage_error
from attnstudio.tokenizer import END, PADDING, START, UNKNOWN, Tokenizer

_TOKENIZER_BYTES = 2**26  # of the most pieces that a config allows, several times over
_HEADER_BYTES = 2**23  # of the most layers that a config allows, several times over
_FLOAT_BYTES = 4
_LONGEST_REASON = 300
_SPECIAL = (PADDING, START, END, UNKNOWN)
_REFUSED = "{path} cannot be imported: {reason}."
_GET_AGAIN = "Get the folder again from where it came, or export the model anew."

_Shapes = Mapping[str, tuple[int, ...]]


def read_export_facts(folder: Path) -> ExportFacts:
    """What the ``config.json`` of an exported folder says.

    Raises:
        ProjectError: it is no such folder, or the file is not what it should be.
        StorageError: it cannot be read.
    """
    path = folder / CONFIG
    if not folder.is_dir() or not (path.exists() or path.is_symlink()):
        raise ProjectError(
            "{folder} is not an exported model.",
            hint="Choose the folder with the files config.json and model.safetensors in it.",
            folder=folder,
        )
    return facts_in(path)


def facts_in(path: Path) -> ExportFacts:
    """What such a file says, wherever it lies.

    Raises:
        ProjectError: it is missing, or not what it should be.
        StorageError: it cannot be read.
    """
    with _refusing(path):
        _check_plain(path, SMALL_BYTES)
        content = read_json(read_small(path))
    made_by = content.get("format") if isinstance(content, dict) else None
    if isinstance(made_by, int) and made_by > FORMAT:
        raise ProjectError(
            "{path} was written by a newer Attention Studio (format {format}).",
            hint="Update Attention Studio to import this model.",
            path=path,
            format=made_by,
        )
    try:
        facts = ExportFacts.model_validate(content)
    except ValidationError as error:
        raise _refused(path, _first_problem(error)) from error
    if reason := _why_no_reading(facts):
        raise _refused(path, reason)
    return facts


def open_export(folder: Path) -> OpenModel:
    """An exported model, checked to the last number.

    Raises:
        ProjectError: a file is missing, damaged or not what it should be; it is named.
        StorageError: one cannot be read.
    """
    facts = read_export_facts(folder)
    names = (SHARED,) * 2 if facts.vocabulary.shared else (SOURCE, TARGET)
    sizes = facts.vocabulary.source, facts.vocabulary.target
    source, target = (
        _tokenizer(folder / name, size) for name, size in zip(names, sizes, strict=True)
    )
    return OpenModel(facts, _weights(folder / MODEL, facts), source, target)


def _tokenizer(path: Path, size: int) -> bytes:
    with _refusing(path):
        _check_plain(path, _TOKENIZER_BYTES)
        check_seal(path.parent, [path.name])
        model = read_small(path, _TOKENIZER_BYTES)
        try:
            tokenizer = Tokenizer(model)
        except TokenizerError:
            raise ValueError("SentencePiece cannot read it") from None
        if tokenizer.size != size:
            raise ValueError(f"it has {tokenizer.size:,} pieces, but {CONFIG} says {size:,}")
        found = tuple(map(tokenizer.piece, range(len(_SPECIAL))))
        if found != _SPECIAL:
            raise ValueError(f"its first pieces are not {' '.join(_SPECIAL)}")
    return model


def _weights(path: Path, facts: ExportFacts) -> dict[str, Tensor]:
    shapes = _shapes_of(path, facts)
    numbers = sum(map(math.prod, shapes.values()))
    with _refusing(path):
        if facts.parameters != numbers:
            raise ValueError(
                f"{CONFIG} says that there are {facts.parameters:,} parameters, but its settings "
                f"make {numbers:,}"
            )
        memory = _memory_bytes()
        if numbers * _FLOAT_BYTES > memory:
            raise ValueError(
                f"its weights take {numbers * _FLOAT_BYTES / 1e9:.0f} GB, and this machine has "
                f"{memory / 1e9:.0f} GB of memory"
            )
        _check_plain(path, _HEADER_BYTES + 8 + numbers * _FLOAT_BYTES)
        _refuse_other_tensors(path, shapes)
        check_seal(path.parent, [path.name])
        weights = load_file(path)
        if not are_finite(weights.values()):
            raise ValueError("it holds weights that are not finite")
    return weights


def _memory_bytes() -> int:
    return int(psutil.virtual_memory().total)


def _shapes_of(path: Path, facts: ExportFacts) -> dict[str, tuple[int, ...]]:
    """The tensors of the model that a config describes; no number is made."""
    try:
        model = built_without_weights(facts)
    except ConfigError as error:
        raise _refused(path.with_name(CONFIG), error.message) from error
    return {name: tuple(weight.shape) for name, weight in named_weights(model).items()}


def _refuse_other_tensors(path: Path, shapes: _Shapes) -> None:
    """Refuse a file whose head does not name just these tensors, in float32 and one by one."""
    size = path.stat().st_size
    with path.open("rb") as file:
        [length] = struct.unpack("<Q", file.read(8).ljust(8, b"\0"))
        if length > min(_HEADER_BYTES, size - 8):
            raise ValueError("it is no file of safetensors")
        head = read_json(file.read(length))
    if not isinstance(head, dict):
        raise ValueError("it is no file of safetensors")
    found = {name: entry for name, entry in head.items() if name != "__metadata__"}
    for name in sorted(found.keys() ^ shapes.keys()):
        known = "is missing" if name in shapes else "is no tensor of this model"
        raise ValueError(f"{plain_line(name)[:80]!r} {known}")
    for name, shape in shapes.items():
        _refuse_other_entry(name, found[name], shape)
    numbers = sum(map(math.prod, shapes.values()))
    if size != 8 + length + numbers * _FLOAT_BYTES:
        raise ValueError("it has another size than its tensors")


def _refuse_other_entry(name: str, entry: object, shape: tuple[int, ...]) -> None:
    if not isinstance(entry, dict) or entry.get("dtype") != "F32":
        kind = str(entry.get("dtype"))[:20] if isinstance(entry, dict) else "nothing"
        raise ValueError(f"{name!r} is of {kind}, and not of F32")
    if entry.get("shape") != list(shape):
        raise ValueError(
            f"{name!r} has the shape {str(entry.get('shape'))[:80]}, and not {list(shape)}"
        )


def _check_plain(path: Path, most: int) -> None:
    """Refuse what is no plain file of at most so many bytes.

    Raises:
        ValueError: it is something else.
        OSError: it cannot be looked at.
    """
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode):
        raise ValueError(f"it is a link to {path.readlink()}, and an export holds none")
    if not stat.S_ISREG(found.st_mode):
        raise ValueError("it is no plain file")
    if found.st_size > most:
        raise ValueError(f"it has {found.st_size:,} bytes, more than the {most:,} it can need")


def _why_no_reading(facts: ExportFacts) -> str:
    """What of the reading of its attention no such model has; empty where it has it all."""
    reading, model = facts.best_reading, facts.config.model
    if reading is None:
        return ""
    if model.attends_with is None:
        return "reading: a model without attention has none"
    layers = model.decoder_layers if isinstance(model, TransformerConfig) else 1
    if reading.layer is not None and not 0 <= reading.layer < layers:
        return f"reading: there is no layer {reading.layer}"
    if reading.head is not None and not 0 <= reading.head < model.heads:
        return f"reading: there is no head {reading.head}"
    if not reading.site.is_cross:
        return f"reading: {reading.site.name} links no words of two languages"
    return ""


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Whatever is wrong with a file, as a sentence that names it.

    Raises:
        ProjectError: it is missing, damaged or something else.
        StorageError: it cannot be read.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise _refused(path, "it is missing") from error
    except OSError as error:
        raise storage_error(error, path, READ) from error
    except (ValueError, SafetensorError) as error:
        raise _refused(path, str(error)) from error


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    place = ".".join(map(str, problem["loc"])) or CONFIG
    return f"{place}: {problem['msg'].removeprefix('Value error, ')}"


def _refused(path: Path, reason: str) -> ProjectError:
    return ProjectError(
        _REFUSED,
        hint=_GET_AGAIN,
        path=path,
        reason=plain_line(reason)[:_LONGEST_REASON].rstrip("."),
    )
