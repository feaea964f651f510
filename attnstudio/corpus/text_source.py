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
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from attnstudio.errors import CorpusError

_PACKED = {".gz", ".bz2", ".xz", ".zip"}
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_UNDECODABLE = re.compile("[\ud800-\udfff]")
_UNREADABLE = (
    OSError,
    EOFError,
    zipfile.BadZipFile,
    lzma.LZMAError,
    zlib.error,
    UnicodeError,
    RuntimeError,  # zipfile's word for a password or an unknown packing
)


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
        name = PurePosixPath(self.member or self.path.name)
        return name.stem if name.suffix.lower() in _PACKED else name.name


def text_sources(path: Path) -> list[TextSource]:
    """The texts in a file: itself, or the members of a zip archive.

    Raises:
        CorpusError: there is no such file, or the archive is damaged or empty.
    """
    if path.is_dir():
        raise CorpusError("{path} is a folder.", hint="Name the files in it.", path=path)
    if not path.is_file():
        raise CorpusError(
            "There is no file {path}.", hint="Check the name and the folder.", path=path
        )
    if path.suffix.lower() != ".zip":
        return [TextSource(path)]
    try:
        with zipfile.ZipFile(path) as archive:
            members = [
                TextSource(path, info.filename)
                for info in archive.infolist()
                if not info.is_dir() and not _is_hidden(info.filename)
            ]
    except _UNREADABLE as error:
        raise _unreadable(path.name, error) from error
    if not members:
        raise CorpusError(
            "{name} has no files in it.", hint="Put the two text files into it.", name=path.name
        )
    return members


@contextmanager
def open_lines(source: TextSource) -> Iterator[Iterator[str]]:
    """The lines of a text without their ends; some may not be valid text: see `is_text`.

    Only ``\\n``, ``\\r\\n`` and a lone ``\\r`` end a line. UTF-8 with or without a byte order mark,
    and UTF-16 with one.

    Raises:
        CorpusError: the file cannot be opened or unpacked; at the first or at any line.
    """
    with ExitStack() as open_files:
        yield _lines(source, open_files)


def is_text(line: str) -> bool:
    """Whether all bytes of a line could be decoded."""
    return line.isascii() or _UNDECODABLE.search(line) is None


def readable(line: str) -> str:
    """A line with ``\\ufffd`` where it could not be decoded."""
    return _UNDECODABLE.sub("\ufffd", line)


def _lines(source: TextSource, open_files: ExitStack) -> Iterator[str]:
    # Errors are caught here and not around the `with` of a caller, who may have two files open.
    try:
        for line in _open_text(source, open_files):
            yield line.removesuffix("\n")
    except _UNREADABLE as error:
        raise _unreadable(source.name, error) from error


def _open_text(source: TextSource, open_files: ExitStack) -> io.TextIOWrapper:
    packed: IO[bytes] = (
        source.path.open("rb")
        if source.member is None
        else open_files.enter_context(zipfile.ZipFile(source.path)).open(source.member)
    )
    binary = _unpacked(open_files.enter_context(packed), source)
    marked = binary.peek(2)[:2] in _UTF16_MARKS
    text = io.TextIOWrapper(
        binary,
        encoding="utf-16" if marked else "utf-8-sig",
        errors="surrogatepass" if marked else "surrogateescape",
    )
    return open_files.enter_context(text)


def _unpacked(packed: IO[bytes], source: TextSource) -> io.BufferedReader:
    match PurePosixPath(source.member or source.path.name).suffix.lower():
        case ".gz":
            unpacked: IO[bytes] = gzip.GzipFile(fileobj=packed)  # type: ignore[assignment] # is one
        case ".bz2":
            unpacked = bz2.BZ2File(packed)
        case ".xz":
            unpacked = lzma.LZMAFile(packed)  # noqa: SIM115 - the text read from it closes it
        case _:
            unpacked = packed
    return io.BufferedReader(unpacked)  # type: ignore[arg-type] # all of them can be read into


def _is_hidden(member: str) -> bool:
    path = PurePosixPath(member)
    return "__MACOSX" in path.parts or path.name.startswith(".")


def _unreadable(name: str, error: Exception) -> CorpusError:
    match error:
        case OSError(strerror=str(reason)) | UnicodeDecodeError(reason=reason):
            pass
        case _:
            reason = str(error) or type(error).__name__
    return CorpusError(
        "{name} could not be read: {reason}.",
        hint="The file may be damaged, unfinished or not of the kind its name says.",
        name=name,
        reason=reason.rstrip("."),
    )
