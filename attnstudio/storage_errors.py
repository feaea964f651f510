"""What the disk refuses, said in a sentence, with the hint that fits the reason."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from attnstudio.errors import StorageError

WRITTEN = "{path} could not be written: {reason}."
READ = "{path} could not be read: {reason}."

_FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ESTALE} if hasattr(errno, "ESTALE") else {errno.ENOENT}
_TOO_LARGE = {errno.EFBIG}


@contextmanager
def storing(path: Path, template: str = WRITTEN) -> Iterator[None]:
    """Say what the disk refuses inside, as `storage_error` does.

    Raises:
        StorageError: instead of an ``OSError``.
    """
    try:
        yield
    except OSError as error:
        raise storage_error(error, path, template) from error


def storage_error(error: OSError, path: Path, template: str = WRITTEN) -> StorageError:
    """What the disk refused in a sentence, with the hint that fits the reason.

    Args:
        error: what the system said.
        path: what was to be written or read.
        template: the sentence, with places for ``{path}`` and ``{reason}``.
    """
    free_mb = _free_bytes(path) / 1e6
    reason = str(error.strerror or error).rstrip(".")
    hint = _hint(error.errno, free_is_known=free_mb >= 0)
    return StorageError(template, hint=hint, path=path, reason=reason, free_mb=free_mb)


def path_of(error: OSError) -> Path | None:
    """The file that the system spoke of; None where it named none, or an open one by number."""
    name = error.filename
    return Path(os.fsdecode(name)) if isinstance(name, str | bytes) else None


def _hint(number: int | None, *, free_is_known: bool) -> str:
    if number in _FULL:
        if free_is_known:
            return "{free_mb:,.0f} MB are free on that disk: make room and try again."
        return "Make room on that disk and try again."
    if number in _FORBIDDEN:
        return "Choose a folder that you may write to, or ask for the right to."
    if number in _GONE:
        return "It was moved or removed, or its disk was taken out: put it back and try again."
    if number in _TOO_LARGE:
        return "Files may not become that large there: raise the limit or choose another disk."
    return "Check that you may write there and that the disk is whole and not full."


def _free_bytes(path: Path) -> int:
    """What is free where a file is to lie; -1 where nobody can tell."""
    for folder in path.parents:
        with suppress(OSError):
            return shutil.disk_usage(folder).free
    return -1
