"""Files that are never seen half-written."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

_ATTEMPTS = 5
_FIRST_WAIT_S = 0.05


def write_text(path: Path, text: str) -> None:
    """Write a small text file under a temporary name, then rename it once."""
    temporary = path.with_name(f".{path.name}.new")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        replace(temporary, path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise


def replace(source: Path, target: Path) -> None:
    """``os.replace``, tried again while a virus scanner or an indexer holds the file on Windows."""
    wait_s = _FIRST_WAIT_S
    for attempt in range(_ATTEMPTS):
        try:
            source.replace(target)
        except PermissionError:
            if sys.platform != "win32" or attempt == _ATTEMPTS - 1:
                raise
            time.sleep(wait_s)
            wait_s *= 2
        else:
            return


def hash_file(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
