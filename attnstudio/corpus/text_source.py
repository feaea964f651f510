"""A text file as lines, whatever it is packed in."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, cast

from attnstudio.errors import CorpusError

_PACKED = {".gz", ".bz2", ".xz", ".zip"}
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_UNDECODABLE = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class TextSource:
    """A text file, possibly packed, possibly a member of a zip archive."""

    path: Path
    member: str | None = None

    @property
    def name(self) -> str:
        """The name a person knows it by, packing included."""
        return f"{self.path.name}:{self.member}" if self.member else self.path.name

    @property
    def inner_name(self) -> str:
        """The name of the text itself: without the folder, the archive and the packing."""
        name = PurePosixPath(self.member).name if self.member else self.path.name
        return str(Path(name).with_suffix("")) if Path(name).suffix in _PACKED else name


def text_sources(path: Path) -> list[TextSource]:
    """The texts in a file: itself, or the members of a zip archive.

    Raises:
        CorpusError: there is no such file, or the archive is damaged or empty.
    """
    if not path.is_file():
        raise CorpusError(
            "{path} is not a file." if path.exists() else "There is no file {path}.",
            hint="Check the name and the folder.",
            path=path,
        )
    if path.suffix != ".zip":
        return [TextSource(path)]
    try:
        with zipfile.ZipFile(path) as archive:
            members = [
                TextSource(path, info.filename)
                for info in archive.infolist()
                if not info.is_dir() and not info.filename.startswith("__MACOSX/")
            ]
    except (zipfile.BadZipFile, OSError) as error:
        raise _unreadable(path.name, error) from error
    if not members:
        raise CorpusError("{name} has no files in it.", name=path.name)
    return members


@contextmanager
def open_lines(source: TextSource) -> Iterator[Iterator[str | None]]:
    """The lines of a text without their ends; None where a line is not valid text.

    Only ``\\n``, ``\\r\\n`` and a lone ``\\r`` end a line. UTF-8 with or without a byte order mark,
    and UTF-16 with one.

    Raises:
        CorpusError: the file cannot be opened or unpacked, on opening or at any line.
    """
    try:
        with _open_bytes(source) as binary:
            start = binary.peek(2)[:2]
            encoding = "utf-16" if start in _UTF16_MARKS else "utf-8-sig"
            with io.TextIOWrapper(
                binary, encoding=encoding, errors="surrogateescape", newline=None
            ) as text:
                yield map(_checked_line, text)
    except (OSError, EOFError, zipfile.BadZipFile, lzma.LZMAError, zlib.error) as error:
        raise _unreadable(source.name, error) from error
    except UnicodeError as error:
        raise _unreadable(source.name, error) from error


def _checked_line(line: str) -> str | None:
    if not line.isascii() and _UNDECODABLE.search(line):
        return None
    return line[:-1] if line.endswith("\n") else line


@contextmanager
def _open_bytes(source: TextSource) -> Iterator[io.BufferedReader]:
    if source.member is not None:
        with zipfile.ZipFile(source.path) as archive, archive.open(source.member) as raw:
            yield io.BufferedReader(cast("io.RawIOBase", raw))
        return
    with _unpacked(source.path) as packed:
        yield io.BufferedReader(cast("io.RawIOBase", packed))


def _unpacked(path: Path) -> IO[bytes]:
    match path.suffix:
        case ".gz":
            return cast("IO[bytes]", gzip.open(path, "rb"))
        case ".bz2":
            return bz2.open(path, "rb")
        case ".xz":
            return lzma.open(path, "rb")
        case _:
            return path.open("rb")


def _unreadable(name: str, error: Exception) -> CorpusError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return CorpusError(
        "{name} could not be read: {reason}.",
        hint="The file may be damaged, unfinished or not of the kind its name says.",
        name=name,
        reason=reason.rstrip("."),
    )
