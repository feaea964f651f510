"""Seals: what a finished folder holds, by size and SHA-256, so that damage is told from content.

The seal is the folder's ``manifest.json``, written last. Folders of older versions have none, or
one without checksums, and are taken as they are. A file whose checksum was right once in this
process is not read again while its size, its time of change and its place on the disk are the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from attnstudio.files import FileState, hash_file, read_small, state_of
from attnstudio.plain_values import read_json

NAME = "manifest.json"
_REMEMBERED_FILES = 4_096


def seal(folder: Path, facts: Mapping[str, object] | None = None) -> None:
    """Write the manifest of a folder whose files are all there, before it gets its name.

    Args:
        folder: which.
        facts: what else the manifest says.

    Raises:
        OSError: a file cannot be read, or the manifest cannot be written.
    """
    files = {
        path.name: {"bytes": path.stat().st_size, "sha256": hash_file(path)}
        for path in sorted(folder.iterdir())
        if path.name != NAME
    }
    content = json.dumps({"format": 1, **(facts or {}), "files": files}, indent=1)
    (folder / NAME).write_text(content, encoding="utf-8")


def check_seal(folder: Path, names: Iterable[str] | None = None) -> None:
    """Refuse a folder whose files are not those that were sealed.

    Args:
        folder: which.
        names: the files that matter; all by default.

    Raises:
        ValueError: a file is damaged or missing; it is named.
        OSError: one cannot be read.
    """
    files = _sealed(folder)
    for name in files if names is None else [name for name in names if name in files]:
        path = folder / name
        if _size(path) != files[name]["bytes"]:
            raise ValueError(f"{name} has another size than it had when it was written")
        if _sha256(path) != files[name]["sha256"]:
            raise ValueError(f"{name} has another content than it had when it was written")


def sealed_text(text: bytes, **facts: object) -> bytes:
    """A text below a line with its checksum, and facts that say what it is for."""
    return json.dumps(_text_seal(text, facts)).encode() + b"\n" + text


def text_sealed(content: bytes, **facts: object) -> bytes:
    """What `sealed_text` was given.

    Raises:
        ValueError: it is not whole, or for something else.
    """
    seal_line, _, text = content.partition(b"\n")
    if read_json(seal_line) != _text_seal(text, facts):
        raise ValueError("its checksum is another")
    return text


def has_its_files(folder: Path, expected: Iterable[str]) -> bool:
    """Whether the sealed files are there in their size; without a seal, whether these are there."""
    try:
        files = _sealed(folder)
    except (OSError, ValueError):
        return False
    if not files:
        return all((folder / name).is_file() for name in expected)
    return all(_size(folder / name) == files[name]["bytes"] for name in files)


def read_facts(folder: Path) -> dict[str, Any]:
    """What the manifest says.

    Raises:
        OSError: there is none.
        ValueError: it is damaged.
    """
    content = read_json(read_small(folder / NAME))
    if not isinstance(content, dict):
        raise ValueError(f"{NAME} is no table of values")
    return content


def _sealed(folder: Path) -> dict[str, dict[str, Any]]:
    """The files of a seal; none where there is no seal."""
    try:
        files = read_facts(folder).get("files", {})
    except FileNotFoundError:
        return {}
    fits = isinstance(files, dict) and all(
        isinstance(file, dict)
        and isinstance(file.get("bytes"), int)
        and isinstance(file.get("sha256"), str)
        and Path(name).name == name
        for name, file in files.items()
    )
    if not fits:
        raise ValueError(f"{NAME} is damaged")
    return dict(files)


def _text_seal(text: bytes, facts: Mapping[str, object]) -> dict[str, object]:
    return {"format": 1, **facts, "sha256": hashlib.sha256(text).hexdigest()}


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except FileNotFoundError:
        return -1


def _sha256(path: Path) -> str:
    return _remembered_sha256(path, state_of(path))


@lru_cache(_REMEMBERED_FILES)
def _remembered_sha256(path: Path, _state: FileState) -> str:
    return hash_file(path)
