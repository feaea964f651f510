"""A text file as bytes or lines, whatever it is packed in and however it is encoded."""

from __future__ import annotations

import codecs
import io
import re
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path, PurePosixPath
from tempfile import TemporaryFile
from typing import IO, Any

from attnstudio.corpus.encoding import Encoding, find_encoding
from attnstudio.corpus.line_block import LineBlock
from attnstudio.corpus.unpacking import (
    READ_BYTES,
    UNREADABLE,
    CountedFile,
    open_unpacked,
    unreadable,
)
from attnstudio.errors import CorpusError
from attnstudio.files import state_of

_PACKED = {".gz", ".bz2", ".xz", ".zip"}
_SAMPLE_BYTES = 1 << 18
_PLAIN = Encoding("utf-8-sig")  # also of what is ASCII so far
_SETTLED_NS = 2_000_000_000  # the coarsest clock of a file system, FAT's
_BLOCK = 1 << 18  # bytes or characters
_LONGEST_LINE = 1 << 24  # bytes
_UNDECODABLE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class TextSource:
    """A text file, possibly packed, possibly a member of a zip archive.

    Attributes:
        path: the file on the disk.
        member: the name in the archive.
        encoding: the name of its encoding where a person said it; empty where its bytes tell.
    """

    path: Path
    member: str | None = None
    encoding: str = ""

    @property
    def name(self) -> str:
        """The name a person knows it by, packing included; what cannot be printed is a ``?``."""
        name = f"{self.path.name}:{self.member}" if self.member else self.path.name
        if name.isprintable():
            return name
        return "".join(letter if letter.isprintable() else "?" for letter in name)

    @property
    def inner_name(self) -> str:
        """The name of the text itself: without the folder, the archive and the packing."""
        name = PurePosixPath(self.member or self.path.name)
        return name.stem if name.suffix.lower() in _PACKED else name.name


def size_of(source: TextSource) -> int:
    """The bytes that are read from the disk for a text; 0 where that cannot be told."""
    try:
        if source.member is None:
            return source.path.stat().st_size
        with zipfile.ZipFile(source.path) as archive:
            return archive.getinfo(source.member).compress_size
    except (*UNREADABLE, KeyError):
        return 0


def encoding_of(source: TextSource) -> Encoding:
    """The encoding of a text, as a person said or as its first bytes beyond ASCII tell.

    Raises:
        CorpusError: the file cannot be read, or it is no text.
    """
    if source.encoding:
        return Encoding(source.encoding)
    version = _version_of(source.path)
    return _find_encoding(source, version) if version else _find_encoding.__wrapped__(source, ())


def _version_of(path: Path) -> tuple[int, ...]:
    """What changes with a file's content; empty while it is so fresh that it may change unseen."""
    try:
        state = state_of(path)
    except OSError:  # it is told where the file is opened
        return ()
    return state if time.time_ns() - state.changed_ns > _SETTLED_NS else ()


@lru_cache(maxsize=64)  # an import looks at a file several times, and unpacks it each time
def _find_encoding(source: TextSource, version: tuple[int, ...]) -> Encoding:
    del version  # only part of what is remembered
    with open_bytes(source) as file:
        sample = file.read(_SAMPLE_BYTES)
        encoding = find_encoding(sample)
        if encoding == _PLAIN and sample.isascii():  # nothing yet that would tell
            while (piece := file.read(_SAMPLE_BYTES)) and piece.isascii():
                pass
            encoding = find_encoding(piece + file.read(_SAMPLE_BYTES)) if piece else encoding
    if encoding is None:
        raise CorpusError(
            "{name} is no text: its bytes are those of a program, a picture or the like.",
            hint="Choose text files; if it is one, save it as UTF-8.",
            command_hint="Choose text files; if it is one, name its encoding with --encoding.",
            name=source.name,
        )
    return encoding


def ignore_bytes(_: int) -> None:
    """What is told of the bytes that were read where nobody asks."""


@contextmanager
def open_bytes(
    source: TextSource, count_bytes: Callable[[int], None] = ignore_bytes
) -> Iterator[io.BufferedReader]:
    """A text as bytes, unpacked.

    Args:
        source: what to read.
        count_bytes: told how many more bytes were read from the disk; may raise to end the reading.

    Raises:
        CorpusError: the file cannot be opened or unpacked, also while it is read inside the
            ``with`` block, or it unpacks to more than any text does.
    """
    with ExitStack() as open_files:
        try:
            opened = _open_unpacked(source, open_files, count_bytes)
        except (*UNREADABLE, KeyError) as error:
            raise unreadable(source.name, error) from error
        try:
            yield opened
        except UNREADABLE as error:
            raise unreadable(source.name, error) from error


@contextmanager
def open_lines(
    source: TextSource, count_bytes: Callable[[int], None] = ignore_bytes
) -> Iterator[Iterator[str]]:
    """The lines of a text without their ends; some may not be valid text: see `is_text`.

    Only ``\\n``, ``\\r\\n`` and a lone ``\\r`` end a line. For the encoding see `find_encoding`.

    Args:
        source: what to read.
        count_bytes: told how many more bytes were read from the disk; may raise to end the reading.

    Raises:
        CorpusError: the file cannot be opened or unpacked; at the first or at any line.
    """
    with ExitStack() as open_files:
        blocks = _line_blocks(source, open_files, count_bytes)
        yield chain.from_iterable(blocks)


@contextmanager
def open_line_blocks(
    source: TextSource, count_bytes: Callable[[int], None] = ignore_bytes
) -> Iterator[Iterator[LineBlock]]:
    """The lines of a text, some thousands at a time.

    See `open_lines`, which gives them one by one.
    """
    with ExitStack() as open_files:
        yield _line_blocks(source, open_files, count_bytes)


@contextmanager
def open_text(
    source: TextSource, count_bytes: Callable[[int], None] = ignore_bytes
) -> Iterator[IO[str]]:
    """A text as characters, its line ends as ``\\n``; some may not be valid text.

    Raises:
        CorpusError: see `open_bytes`.
    """
    with ExitStack() as open_files:
        try:
            yield _open_text(source, open_files, count_bytes)
        except (*UNREADABLE, KeyError) as error:
            raise unreadable(source.name, error) from error


@contextmanager
def open_seekable(
    source: TextSource, count_bytes: Callable[[int], None] = ignore_bytes
) -> Iterator[IO[bytes]]:
    """A file as bytes that can be read in any order: a packed one is unpacked on the disk first.

    Raises:
        CorpusError: see `open_bytes`.
    """
    with open_bytes(source, count_bytes) as file:
        if isinstance(file.raw, CountedFile):
            yield file
            return
        with TemporaryFile() as unpacked:
            shutil.copyfileobj(file, unpacked, READ_BYTES)
            unpacked.seek(0)
            yield unpacked


def is_text(line: str) -> bool:
    """Whether all bytes of a line could be decoded."""
    return line.isascii() or _UNDECODABLE.search(line) is None


def readable(line: str) -> str:
    """A line with ``\\ufffd`` where it could not be decoded."""
    return _UNDECODABLE.sub("\ufffd", line)


def _line_blocks(
    source: TextSource, open_files: ExitStack, count_bytes: Callable[[int], None]
) -> Iterator[LineBlock]:
    # Errors are caught here and not around the `with` of a caller, who may have two files open.
    try:
        encoding = source.encoding or encoding_of(source).name
        if codecs.lookup(encoding).name in ("utf-8", "utf-8-sig"):
            pieces = _utf8_pieces(_open_unpacked(source, open_files, count_bytes))
            errors = "surrogateescape"
        else:
            pieces = _decoded_pieces(_open_text(source, open_files, count_bytes))
            errors = "surrogatepass"
        yield from _blocks(pieces, errors, source.name)
    except (*UNREADABLE, KeyError) as error:
        raise unreadable(source.name, error) from error


def _utf8_pieces(file: io.BufferedReader[Any]) -> Iterator[bytes]:
    """The bytes of a text without their mark, its line ends as ``\\n``."""
    piece = file.read(_BLOCK).removeprefix(codecs.BOM_UTF8)
    while piece:
        while piece.endswith(b"\r") and (after := file.read(1)):
            piece += after
        if b"\r" in piece:
            piece = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        yield piece
        piece = file.read(_BLOCK)


def _decoded_pieces(text: io.TextIOWrapper) -> Iterator[bytes]:
    """The same of a text in any encoding."""
    while piece := text.read(_BLOCK):
        yield piece.encode("utf-8", "surrogatepass")


def _blocks(pieces: Iterator[bytes], errors: str, name: str) -> Iterator[LineBlock]:
    """The same bytes, cut after line ends; the last line gets its own if it has none."""
    count, length = 0, 0
    waiting: list[bytes] = []  # of a line that has not ended
    for piece in pieces:
        cut = piece.rfind(b"\n") + 1
        if cut:
            block = LineBlock(b"".join((*waiting, piece[:cut])), errors=errors)
            yield block
            count += len(block)
            waiting, length = [], 0
        if cut < len(piece):
            waiting.append(piece[cut:])
            length += len(piece) - cut
        if length > _LONGEST_LINE:
            raise CorpusError(
                "{name}:{line} is longer than {most} MB: that is no sentence.",
                hint="The file may be no text, or its lines may not end as they should.",
                name=name,
                line=count + 1,
                most=_LONGEST_LINE >> 20,
            )
    if waiting:
        yield LineBlock(b"".join((*waiting, b"\n")), errors=errors)


def _open_text(
    source: TextSource, open_files: ExitStack, count_bytes: Callable[[int], None]
) -> io.TextIOWrapper:
    encoding = encoding_of(source).name
    encoding = "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
    binary = _open_unpacked(source, open_files, count_bytes)
    wide = encoding.startswith(("utf-16", "utf-32"))
    errors = "surrogatepass" if wide else "surrogateescape"
    return open_files.enter_context(io.TextIOWrapper(binary, encoding=encoding, errors=errors))


def _open_unpacked(
    source: TextSource, open_files: ExitStack, count_bytes: Callable[[int], None]
) -> io.BufferedReader[Any]:
    return open_unpacked(source.path, source.member, source.name, open_files, count_bytes)
