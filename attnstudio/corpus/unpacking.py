"""What a file is packed in, told by its first bytes; what is unpacked is bounded.

An archive that grows a thousandfold is no text.
"""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from attnstudio.errors import CorpusError
from attnstudio.storage_errors import path_of

READ_BYTES = 1 << 17
_SMALL_READ = 1 << 10
_MOST_LAYERS = 3  # a .gz in a .zip, and one more
_BOMB_RATIO = 200  # text shrinks to a fifth, the dullest of it to a fiftieth
_BOMB_BYTES = 1 << 26  # what any file may grow to
UNREADABLE = (
    OSError,
    EOFError,
    zipfile.BadZipFile,
    lzma.LZMAError,
    zlib.error,
    UnicodeError,
    RuntimeError,  # zipfile's word for a password or an unknown packing
)


def is_folder(path: Path) -> bool:
    """Whether a path is a folder's.

    Raises:
        CorpusError: it lies in a folder that may not be looked into.
    """
    try:
        return path.is_dir()
    except OSError as error:
        raise unreadable(path.name, error) from error


def refuse_device(path: Path) -> None:
    """Refuse what is no file: the opening alone may wait for ever.

    Raises:
        CorpusError: it is a device or a pipe.
    """
    if not path.is_file() and path.exists():
        raise CorpusError(
            "{path} is a device or a pipe.", hint="Save what it gives as a file.", path=path
        )


def unreadable(name: str, error: Exception) -> CorpusError:
    """What to say when a file cannot be read or unpacked.

    Two files are read side by side: where the system names one, it is that.
    """
    path = path_of(error) if isinstance(error, OSError) else None
    if path is not None and path.name not in name:
        name = path.name
    hint = "The file may be damaged, unfinished or not of the kind its name says."
    match error:
        case PermissionError():
            reason, hint = "you may not read it", "Ask its owner, or copy it to a folder of yours."
        case OSError(errno=errno.ENOSPC | errno.EDQUOT | errno.EFBIG, strerror=str(reason)):
            hint = "It is unpacked on the disk first: make room there."
        case OSError(strerror=str(reason)) | UnicodeDecodeError(reason=reason):
            pass
        case _:
            reason = str(error) or type(error).__name__
    return CorpusError(
        "{name} could not be read: {reason}.",
        hint=hint,
        name=name,
        reason=reason.rstrip("."),
    )


class CountedFile(io.FileIO):
    """A file that tells how much is read from it."""

    def __init__(self, path: Path, count_bytes: Callable[[int], None]) -> None:
        super().__init__(path)
        self._count_bytes = count_bytes
        self.bytes_read = 0

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - any buffer, as io says
        """Read what fits into a buffer, and tell how much it was."""
        read = super().readinto(buffer) or 0
        self.bytes_read += read
        self._count_bytes(read)
        return read


class _BoundedFile(io.RawIOBase):
    """Unpacked bytes, as long as there are not absurdly many of them."""

    def __init__(self, unpacked: IO[bytes], packed: CountedFile, name: str) -> None:
        self._unpacked, self._packed, self._name = unpacked, packed, name
        self._bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any buffer, as io says
        read: int = self._unpacked.readinto(buffer)  # type: ignore[attr-defined] # all have it
        self._bytes += read
        if self._bytes > most_unpacked(self._packed.bytes_read):
            raise too_large(self._name)
        return read


class _SmallReads(io.RawIOBase):
    """A member of a zip archive that is not deflated: zipfile unpacks all of a read at once."""

    def __init__(self, member: IO[bytes]) -> None:
        self._member = member

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any buffer, as io says
        piece = self._member.read(min(len(buffer), _SMALL_READ))
        buffer[: len(piece)] = piece
        return len(piece)


def most_unpacked(packed_bytes: int) -> int:
    """How many bytes so many packed ones may grow to."""
    return max(_BOMB_BYTES, _BOMB_RATIO * packed_bytes)


def too_large(name: str) -> CorpusError:
    """What to say of a file that unpacks to more than any text does."""
    return CorpusError(
        "{name} unpacks to more than {ratio} times its size: that is no text.",
        hint="Unpack it yourself and look at what it holds.",
        name=name,
        ratio=_BOMB_RATIO,
    )


def open_unpacked(
    path: Path,
    member: str | None,
    name: str,
    open_files: ExitStack,
    count_bytes: Callable[[int], None],
) -> io.BufferedReader[Any]:
    """What is inside a file, as bytes.

    Args:
        path: the file on the disk.
        member: the name in the archive, if it is one.
        name: that a person knows it by.
        open_files: closes what is opened.
        count_bytes: told how many more bytes were read from the disk.

    Raises:
        CorpusError: it is a device; or, as it is read, it unpacks to more than any text does.
    """
    refuse_device(path)
    file = open_files.enter_context(CountedFile(path, count_bytes))
    reader: io.BufferedReader[Any] = open_files.enter_context(io.BufferedReader(file, READ_BYTES))
    if member is not None:
        archive = open_files.enter_context(zipfile.ZipFile(reader))
        opened: IO[bytes] = open_files.enter_context(archive.open(member))
        packing = archive.getinfo(member).compress_type
        if packing not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            opened = _SmallReads(opened)  # type: ignore[assignment] # what is asked of it, it has
        reader = _bounded(opened, file, name)
    for _ in range(_MOST_LAYERS):
        unpacked = _unpacked(reader)
        if unpacked is None:
            break
        reader = _bounded(unpacked, file, name)
    return reader


def _bounded(unpacked: IO[bytes], file: CountedFile, name: str) -> io.BufferedReader:
    return io.BufferedReader(_BoundedFile(unpacked, file, name), READ_BYTES)


def _unpacked(packed: io.BufferedReader[Any]) -> IO[bytes] | None:
    """What is inside, as the first bytes tell it; None where it is not packed."""
    match packed.peek(6)[:6]:
        case start if start[:3] == b"\x1f\x8b\x08":
            return gzip.GzipFile(fileobj=packed)  # type: ignore[return-value] # is one
        case start if start[:3] == b"BZh":
            return bz2.BZ2File(packed)
        case b"\xfd7zXZ\x00":
            return lzma.LZMAFile(packed)
    return None
