"""What folders weigh on the disk."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def bytes_in(path: Path) -> int:
    """The bytes of a file or of all files below a folder; links count as themselves."""
    total = 0
    with suppress(OSError):  # it went away meanwhile
        total += path.lstat().st_size if not path.is_dir() or path.is_symlink() else 0
        if not path.is_symlink() and path.is_dir():
            with os.scandir(path) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        total += bytes_in(Path(entry.path))
                    else:
                        total += entry.stat(follow_symlinks=False).st_size
    return total


def in_units(size_bytes: int) -> str:
    """Bytes for people: ``812 bytes``, ``1.2 MB``, ``3.4 GB``."""
    if size_bytes < 1_000:
        return f"{size_bytes} bytes"
    size = float(size_bytes)
    for unit in ("kB", "MB", "GB"):
        size /= 1_000
        if size < 999.5 or unit == "GB":
            break
    return f"{size:.0f} {unit}" if size >= 99.5 or unit == "kB" else f"{size:.1f} {unit}"
