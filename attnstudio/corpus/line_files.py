"""The lines of a text on disk, and beside it where each of them starts; see `parallel_corpus`."""

from __future__ import annotations

import hashlib
import mmap
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attnstudio.corpus.line_block import LineBlock, as_block, line_ends
from attnstudio.errors import CorpusError

_COPY_BYTES = 1 << 22
_LINES_TOGETHER = 4_096
_READ_AROUND = 1 << 17
_SPARSE = 4  # a block spread over so many times its length is read line by line


class LineReader:
    """The lines of ``<name>.txt``, found through ``<name>.offsets``.

    Args:
        folder: of the corpus.
        name: of the text.
        count: how many lines there have to be.

    Raises:
        ValueError: the files do not fit each other, or the count.
    """

    def __init__(self, folder: Path, name: str, count: int) -> None:
        self._path = folder / f"{name}.txt"
        self._offsets_file = mapped_file(folder / f"{name}.offsets")
        self._offsets = numbers_of(self._offsets_file, name, "<u8", count + 1)
        self._blob = mapped_file(self._path)
        if len(self._blob) != self._offsets[-1]:
            raise ValueError(f"{name}.txt does not end where it should")

    def __getitem__(self, index: int) -> str:
        if not 0 <= index < len(self._offsets) - 1:
            raise IndexError(index)
        start, end = self._offsets[index : index + 2].tolist()
        return self._decoded(start, max(start, end - 1))

    def between(self, start: int, end: int) -> list[str]:
        """The lines from ``start`` to before ``end``."""
        if not 0 <= start <= end < len(self._offsets):
            raise IndexError((start, end))
        first, last = int(self._offsets[start]), int(self._offsets[end])
        lines = self._decoded(first, last).split("\n")[:-1]  # each line has its end
        if len(lines) != end - start:
            raise damaged_corpus(
                self._path.parent, f"{self._path.name} has other lines than its offsets"
            )
        self._release(start, end)
        return lines

    def _decoded(self, start: int, end: int) -> str:
        try:
            return self._blob[start:end].decode("utf-8")
        except UnicodeDecodeError as error:
            problem = f"{self._path.name} is not text at byte {start + error.start:,}"
            raise damaged_corpus(self._path.parent, problem) from error

    def at(self, indices: NDArray[np.int64]) -> list[str]:
        """Some lines, given in rising order."""
        if not len(indices):
            return []
        first, last = int(indices[0]), int(indices[-1])
        if last - first >= _SPARSE * len(indices):
            lines = [self[index] for index in indices.tolist()]
            self._release(first, last)
            return lines
        lines = self.between(first, last + 1)
        if len(lines) == len(indices):
            return lines
        return [lines[place] for place in (indices - first).tolist()]

    def _release(self, start: int, end: int) -> None:
        _release(self._blob, int(self._offsets[start]), int(self._offsets[end]))
        _release(self._offsets_file, start * self._offsets.itemsize, end * self._offsets.itemsize)


class LineWriter:
    """Writes ``<name>.txt`` and ``<name>.offsets``.

    Args:
        folder: of the corpus.
        name: of the text.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._paths = (folder / f"{name}.txt", folder / f"{name}.offsets")
        self._text = self._paths[0].open("wb")
        self._offsets = self._paths[1].open("wb")
        self._hash = hashlib.sha256()
        self._waiting: list[bytes] = []
        self._end = 0
        self._offsets.write((0).to_bytes(8, "little"))

    @property
    def digest(self) -> bytes:
        """The SHA-256 of the text so far."""
        return self._hash.digest()

    def add(self, text: str) -> None:
        """Append a line."""
        self._waiting.append(text.encode("utf-8"))
        if len(self._waiting) >= _LINES_TOGETHER:
            self._write_waiting()

    def add_all(self, texts: Sequence[str] | LineBlock) -> None:
        """Append many lines."""
        if texts:
            self._write_waiting()
            block = as_block(texts)
            self._write(block.text, block.ends)

    def add_empty(self, count: int) -> None:
        """Append so many empty lines."""
        self._write_waiting()
        for start in range(0, count, _COPY_BYTES):
            empty = b"\n" * min(_COPY_BYTES, count - start)
            self._write(empty, line_ends(empty))

    def add_file(self, path: Path, on_piece: Callable[[], None]) -> None:
        """Append all lines of a file; ``on_piece`` is called after every 4 MB."""
        self._write_waiting()
        with path.open("rb") as file:
            while chunk := file.read(_COPY_BYTES):
                self._write(chunk, line_ends(chunk))
                on_piece()

    def close_for_good(self) -> None:
        """Close the files once all is written."""
        self._write_waiting()
        for file in (self._text, self._offsets):
            file.flush()
        self.close()

    def close(self) -> None:
        """Close the files; what still waited is lost."""
        for file in (self._text, self._offsets):
            with suppress(OSError):  # of a full disk, which said so before
                file.close()

    def delete(self) -> None:
        """Remove the files."""
        for path in self._paths:
            path.unlink()

    def _write_waiting(self) -> None:
        if self._waiting:
            chunk = b"\n".join((*self._waiting, b""))
            self._waiting.clear()
            self._write(chunk, line_ends(chunk))

    def _write(self, chunk: bytes, ends: NDArray[np.intp]) -> None:
        """Write bytes and where their lines end."""
        self._offsets.write((ends + self._end).astype("<u8").tobytes())
        self._text.write(chunk)
        self._hash.update(chunk)
        self._end += len(chunk)


def damaged_corpus(folder: Path, problem: object) -> CorpusError:
    """That the corpus in a folder cannot be read, and why."""
    return CorpusError(
        "The corpus in {folder} is missing or damaged: {reason}.",
        hint="Copy the whole project again, or import the files into a new one.",
        folder=folder,
        reason=problem,
    )


def read_through(folder: Path, name: str) -> tuple[bytes, str]:
    """The hash of a text, and what is wrong with its offsets."""
    digest, place, end = hashlib.sha256(), 1, 0
    offsets = np.fromfile(folder / f"{name}.offsets", "<u8")
    with (folder / f"{name}.txt").open("rb") as file:
        while chunk := file.read(_COPY_BYTES):
            digest.update(chunk)
            ends = line_ends(chunk) + end
            if not np.array_equal(offsets[place : place + len(ends)], ends):
                return b"", f"{name}.offsets does not tell where the lines of {name}.txt end"
            place, end = place + len(ends), end + len(chunk)
    if place != len(offsets) or offsets[0] != 0:
        return b"", f"{name}.offsets does not tell where the lines of {name}.txt end"
    return digest.digest(), ""


def mapped_file(path: Path) -> mmap.mmap | bytes:
    """A file as bytes that are read when they are looked at; no system maps an empty one."""
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def numbers_of(mapped: mmap.mmap | bytes, name: str, dtype: str, count: int) -> NDArray[Any]:
    """A mapped file as an array of so many numbers.

    Raises:
        ValueError: it holds more or fewer.
    """
    numbers = np.frombuffer(mapped, dtype=dtype) if mapped else np.empty(0, dtype=dtype)
    if len(numbers) != count:
        raise ValueError(f"{name} holds {len(numbers)} numbers instead of {count}")
    return numbers


def _release(mapped: mmap.mmap | bytes, start: int, end: int) -> None:
    """Give what was read back to the system.

    It would take it by itself, but until then a corpus that was read through counts as memory of
    this program. Windows has no such call.
    """
    if sys.platform != "win32" and end > start and isinstance(mapped, mmap.mmap):
        # Linux maps the pages around one that is read as well, those given back before among them.
        first = max(0, start - _READ_AROUND) // mmap.PAGESIZE * mmap.PAGESIZE
        mapped.madvise(mmap.MADV_DONTNEED, first, end - first)
