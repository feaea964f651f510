"""A text file as bytes or lines, whatever it is packed in.

What a file is packed in is told by its first bytes and not by its name. What is unpacked is
bounded: an archive that grows a thousandfold is no text.
"""

from __future__ import annotations

import bz2
import codecs
import errno
import gzip
import io
import lzma
import re
import shutil
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path, PurePosixPath
from tempfile import TemporaryFile
from typing import IO, Any

from attnstudio.corpus.encoding import Encoding, find_encoding
from attnstudio.corpus.line_block import LineBlock
from attnstudio.errors import CorpusError
from attnstudio.files import path_of, state_of

_PACKED = {".gz", ".bz2", ".xz", ".zip"}
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_READ_BYTES = 1 << 17
_SMALL_READ = 1 << 10
_SAMPLE_BYTES = 1 << 18
_PLAIN = Encoding("utf-8-sig")  # also of what is ASCII so far
_SETTLED_NS = 2_000_000_000  # the coarsest clock of a file system, FAT's
_BLOCK = 1 << 18  # bytes or characters
_LONGEST_LINE = 1 << 24  # bytes
_MOST_LAYERS = 3  # a .gz in a .zip, and one more
_MOST_MEMBERS = 100_000
_BOMB_RATIO = 200  # text shrinks to a fifth, the dullest of it to a fiftieth
_BOMB_BYTES = 1 << 26  # what any file may grow to
_WORKBOOK = "xl/workbook.xml"  # an .xlsx is an archive that is one file to a person
_DOCUMENTS = ("word/document.xml", "META-INF/manifest.xml", "ppt/presentation.xml")
_SYMLINK = 0o120000
_FILE_KIND = 0o170000
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


def text_sources(path: Path) -> list[TextSource]:
    """The texts in a file: itself, or the members of a zip archive.

    Raises:
        CorpusError: there is no such file, or the archive is damaged or empty.
    """
    if is_folder(path):
        raise CorpusError("{path} is a folder.", hint="Name the files in it.", path=path)
    _refuse_device(path)
    if not path.is_file():
        raise CorpusError(
            "There is no file {path}.", hint="Check the name and the folder.", path=path
        )
    if not _is_archive(path):
        return [TextSource(path)]
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except _UNREADABLE as error:
        raise unreadable(path.name, error) from error
    members = [
        TextSource(path, part.filename)
        for part in parts
        if not part.is_dir() and not _is_hidden(part.filename) and not _is_link(part)
    ]
    if any(member.member == _WORKBOOK for member in members):
        return [TextSource(path)]
    if any(member.member in _DOCUMENTS for member in members):
        raise CorpusError(
            "{name} is a document of a word processor or of a spreadsheet program.",
            hint="Save its text as a text file, or its table as .xlsx or CSV.",
            name=path.name,
        )
    if len(members) > _MOST_MEMBERS:
        raise CorpusError(
            "{name} holds {n} files, more than {most}.",
            hint="Unpack it and choose the files that you need.",
            name=path.name,
            n=len(members),
            most=_MOST_MEMBERS,
        )
    if not members:
        raise CorpusError(
            "{name} has no files in it.", hint="Put the two text files into it.", name=path.name
        )
    _refuse_bomb(path, parts)
    return members


def is_folder(path: Path) -> bool:
    """Whether a path is a folder's.

    Raises:
        CorpusError: it lies in a folder that may not be looked into.
    """
    try:
        return path.is_dir()
    except OSError as error:
        raise unreadable(path.name, error) from error


def _refuse_device(path: Path) -> None:
    """Of what is no file, the opening alone may wait for ever."""
    if not path.is_file() and path.exists():
        raise CorpusError(
            "{path} is a device or a pipe.", hint="Save what it gives as a file.", path=path
        )


def _refuse_bomb(path: Path, parts: Sequence[zipfile.ZipInfo]) -> None:
    """Of an archive: no more of a member is read than it says that it has."""
    size = path.stat().st_size
    if sum(part.compress_size for part in parts) > size:
        raise CorpusError(
            "{name} is refused: the files in it lie on top of each other.",
            hint="No program packs so. Get the archive again from where it comes from.",
            name=path.name,
        )
    if sum(part.file_size for part in parts) > max(_BOMB_BYTES, _BOMB_RATIO * size):
        raise _too_large(path.name)


def _is_archive(path: Path) -> bool:
    """Whether a file is a zip archive, by its first bytes; or calls itself one."""
    try:
        with path.open("rb") as file:
            return file.read(4) in _ZIP_STARTS or path.suffix.lower() == ".zip"
    except OSError as error:
        raise unreadable(path.name, error) from error


def size_of(source: TextSource) -> int:
    """The bytes that are read from the disk for a text; 0 where that cannot be told."""
    try:
        if source.member is None:
            return source.path.stat().st_size
        with zipfile.ZipFile(source.path) as archive:
            return archive.getinfo(source.member).compress_size
    except (*_UNREADABLE, KeyError):
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
        except (*_UNREADABLE, KeyError) as error:
            raise unreadable(source.name, error) from error
        try:
            yield opened
        except _UNREADABLE as error:
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
        except (*_UNREADABLE, KeyError) as error:
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
        if isinstance(file.raw, _CountedFile):
            yield file
            return
        with TemporaryFile() as unpacked:
            shutil.copyfileobj(file, unpacked, _READ_BYTES)
            unpacked.seek(0)
            yield unpacked


def is_text(line: str) -> bool:
    """Whether all bytes of a line could be decoded."""
    return line.isascii() or _UNDECODABLE.search(line) is None


def readable(line: str) -> str:
    """A line with ``\\ufffd`` where it could not be decoded."""
    return _UNDECODABLE.sub("\ufffd", line)


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


class _CountedFile(io.FileIO):
    """A file that tells how much is read from it."""

    def __init__(self, path: Path, count_bytes: Callable[[int], None]) -> None:
        super().__init__(path)
        self._count_bytes = count_bytes
        self.bytes_read = 0

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - any buffer, as io says
        read = super().readinto(buffer) or 0
        self.bytes_read += read
        self._count_bytes(read)
        return read


class _BoundedFile(io.RawIOBase):
    """Unpacked bytes, as long as there are not absurdly many of them."""

    def __init__(self, unpacked: IO[bytes], packed: _CountedFile, name: str) -> None:
        self._unpacked, self._packed, self._name = unpacked, packed, name
        self._bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any buffer, as io says
        read: int = self._unpacked.readinto(buffer)  # type: ignore[attr-defined] # all have it
        self._bytes += read
        if self._bytes > max(_BOMB_BYTES, _BOMB_RATIO * self._packed.bytes_read):
            raise _too_large(self._name)
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


def _too_large(name: str) -> CorpusError:
    return CorpusError(
        "{name} unpacks to more than {ratio} times its size: that is no text.",
        hint="Unpack it yourself and look at what it holds.",
        name=name,
        ratio=_BOMB_RATIO,
    )


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
    except (*_UNREADABLE, KeyError) as error:
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
    _refuse_device(source.path)
    file = open_files.enter_context(_CountedFile(source.path, count_bytes))
    reader: io.BufferedReader[Any] = open_files.enter_context(io.BufferedReader(file, _READ_BYTES))
    if source.member is not None:
        archive = open_files.enter_context(zipfile.ZipFile(reader))
        member: IO[bytes] = open_files.enter_context(archive.open(source.member))
        packing = archive.getinfo(source.member).compress_type
        if packing not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            member = _SmallReads(member)  # type: ignore[assignment] # what is asked of it, it has
        reader = _bounded(member, file, source)
    for _ in range(_MOST_LAYERS):
        unpacked = _unpacked(reader)
        if unpacked is None:
            break
        reader = _bounded(unpacked, file, source)
    return reader


def _bounded(unpacked: IO[bytes], file: _CountedFile, source: TextSource) -> io.BufferedReader:
    return io.BufferedReader(_BoundedFile(unpacked, file, source.name), _READ_BYTES)


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


def _is_hidden(member: str) -> bool:
    path = PurePosixPath(member)
    return "__MACOSX" in path.parts or path.name.startswith(".")


def _is_link(info: zipfile.ZipInfo) -> bool:
    return (info.external_attr >> 16) & _FILE_KIND == _SYMLINK
