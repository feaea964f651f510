"""Files that are never seen half-written, survive a power cut, and never lead elsewhere.

Whatever is written gets a temporary name first, is on the disk before it is renamed, and the rename
is on the disk before the caller goes on. Temporary names are opened exclusively and links are not
followed, so that a link that somebody put there is replaced and never written through.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import shutil
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from attnstudio.storage_errors import storing

_logger = logging.getLogger(__name__)


SMALL_BYTES = 2**24  # settings and facts; the longest list of imports is far below

_ATTEMPTS = 5
_FIRST_WAIT_S = 0.05
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)  # Windows has none
_BINARY = getattr(os, "O_BINARY", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # for a pipe that nobody reads
_NO_FOLDER_FLUSH = {errno.EINVAL, errno.EBADF, errno.ENOTSUP, errno.EACCES, errno.EPERM}


def write_text(path: Path, text: str) -> None:
    """Write a small text file under a temporary name, then rename it once.

    Raises:
        StorageError: the disk would not take it; what stood there before stands there still.
    """
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes, *, lasting: bool = True) -> None:
    """The same for bytes; what is not lasting need not survive a power cut, and costs less."""
    with storing(path), _renamed_at_the_end(path, lasting=lasting) as file:
        file.write(content)


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Write a file of any length under a temporary name, which is renamed if all went well.

    A pipe or a device that is there already is written into.

    Raises:
        StorageError: the disk would not take it; what stood there before stands there still.
    """
    with storing(path):
        if path.exists() and not path.is_file():  # such as /dev/stdout
            with path.open("wb") as file:
                yield file
            return
        with _renamed_at_the_end(path.resolve()) as file:
            yield file


@contextmanager
def _renamed_at_the_end(path: Path, *, lasting: bool = True) -> Iterator[BinaryIO]:
    """A new file under a temporary name, which is gone again if anything goes wrong."""
    temporary = temporary_name(path)
    try:
        with open_new(temporary) as file:
            yield file
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        if lasting:
            replace(temporary, path)
        else:
            _rename(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def open_new(path: Path) -> BinaryIO:
    """Open a file that nobody else has; one that a killed program left there goes first.

    Raises:
        OSError: it cannot be made.
    """
    try:
        descriptor = os.open(path, _NEW_FILE | _NO_LINK | _BINARY, 0o666)
    except FileExistsError:
        remove_folder(path)  # or a file, or of a link the link
        descriptor = os.open(path, _NEW_FILE | _NO_LINK | _BINARY, 0o666)
    return os.fdopen(descriptor, "wb")


def read_small(path: Path, most: int = SMALL_BYTES) -> bytes:
    """What a file of settings or facts holds; it is not a file of the size that data has.

    Raises:
        OSError: it cannot be read, or is no plain file.
        ValueError: it is larger than such a file can be.
    """
    descriptor = os.open(path, os.O_RDONLY | _NO_LINK | _NO_WAIT | _BINARY)
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "Not a plain file", str(path))
        if found.st_size > most:
            raise ValueError(f"{path.name} has {found.st_size:,} bytes, more than it ever needs")
        return file.read()


def open_to_append(path: Path) -> BinaryIO:
    """Open a file to write at its end, without following a link.

    Raises:
        OSError: it cannot be opened, or is no plain file.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | _NO_LINK | _NO_WAIT | _BINARY
    descriptor = os.open(path, flags, 0o666)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "Not a plain file", str(path))
    return os.fdopen(descriptor, "ab")


def replace(source: Path, target: Path) -> None:
    """``os.replace``, and wait until the new name is on the disk.

    It is tried again while a virus scanner or an indexer holds the file on Windows. What the disk
    refuses is told as long as nothing was renamed, and no later: who hears of an error undoes what
    went before it, and the new name may count on that.

    Raises:
        OSError: it cannot be done; all is as it was.
    """
    with ExitStack() as open_folders:
        folders = [
            open_folders.enter_context(_open_folder(folder))
            for folder in {source.parent, target.parent}
        ]
        _rename(source, target)
        for descriptor in filter(None, folders):
            try:
                os.fsync(descriptor)
            except OSError as error:
                _logger.warning("%s may not outlast a power cut: %s", target, error)


def _rename(source: Path, target: Path) -> None:
    wait_s = _FIRST_WAIT_S
    for attempt in range(_ATTEMPTS):
        try:
            source.replace(target)
            break
        except PermissionError:
            if sys.platform != "win32" or attempt == _ATTEMPTS - 1:
                raise
            time.sleep(wait_s)
            wait_s *= 2


def commit_folder(temporary: Path, folder: Path) -> None:
    """Give a finished folder its name, once all that it holds is on the disk.

    What has the name already is set aside first, and removed when the new one stands in its place:
    a kill in between leaves it under `set_aside_name`.

    Raises:
        StorageError: the disk would not take it.
    """
    aside = set_aside_name(folder)
    with storing(folder):
        _flush_all_in(temporary)
        if folder.exists():
            remove_folder(aside)
            replace(folder, aside)
        try:
            replace(temporary, folder)
        except OSError:
            if aside.exists() and not folder.exists():
                aside.rename(folder)
            raise
    remove_folder(aside)


def commit_new_folder(temporary: Path, folder: Path) -> None:
    """The same where nothing has the name; what has it meanwhile stays.

    Raises:
        StorageError: the disk would not take it, or something has the name.
    """
    with storing(folder):
        _flush_all_in(temporary)
        replace(temporary, folder)


@contextmanager
def fresh_folder(folder: Path) -> Iterator[Path]:
    """A temporary folder that becomes this one once all is written; else nothing of it is left.

    Raises:
        StorageError: the disk would not take it, or something has the name.
    """
    temporary = temporary_name(folder)
    remove_folder(temporary)
    try:
        temporary.mkdir(parents=True)
        yield temporary
        commit_new_folder(temporary, folder)
    finally:
        remove_folder(temporary)


def set_aside_name(folder: Path) -> Path:
    """Where a folder lies while another takes its place."""
    return folder.with_name(f".{folder.name}.old")


def temporary_name(path: Path) -> Path:
    """Where something lies until it is whole; what is there and nobody writes is abandoned."""
    return path.with_name(f".{path.name}.new")


def sweep(folder: Path) -> None:
    """Remove what killed programs left under temporary names; the caller holds the lock."""
    for abandoned in folder.glob(".*.new"):
        remove_folder(abandoned)


def remove_folder(folder: Path) -> None:
    """Remove a folder as far as that can be done; of a link, the link."""
    with suppress(OSError):
        if folder.is_symlink() or not folder.is_dir():
            folder.unlink(missing_ok=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def flush_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system knows how to."""
    with _open_folder(folder) as descriptor:
        if descriptor is None:
            return
        try:
            os.fsync(descriptor)
        except OSError as error:  # some file systems of networks have no such thing
            if error.errno not in _NO_FOLDER_FLUSH:
                raise


@contextmanager
def _open_folder(folder: Path) -> Iterator[int | None]:
    """A folder to be flushed; None where the system has no such thing."""
    if sys.platform == "win32":
        yield None
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


class FileState(NamedTuple):
    """What tells that a file is the one that was read before."""

    size: int
    changed_ns: int
    place: int  # on the disk


def state_of(path: Path) -> FileState:
    """The state of a file, or of what a link leads to.

    Raises:
        OSError: it cannot be looked at.
    """
    found = path.stat()
    return FileState(found.st_size, found.st_mtime_ns, found.st_ino)


def hash_file(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush_all_in(folder: Path) -> None:
    for parent, _, names in os.walk(folder):
        for name in names:
            _flush_file(Path(parent, name))
        flush_folder(Path(parent))


def _flush_file(path: Path) -> None:
    # Windows flushes only what is open for writing.
    descriptor = os.open(path, os.O_RDWR | _NO_LINK | _BINARY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
