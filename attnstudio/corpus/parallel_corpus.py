"""A parallel corpus on disk: text blobs and offsets, memory-mapped.

A corpus is a folder that is never changed once it has its name, the hash of its content::

    en.txt, de.txt            one sentence a line, readable with any editor
    en.offsets, de.offsets    little-endian uint64: where each line starts, and the end
    split                     one byte a pair: 0 train, 1 valid, 2 test
    links.txt, links.offsets  gold links, where any were given (see `GoldLinks.to_line`)
    manifest.json             languages, number of pairs, the hash

Opening reads the manifest and maps the files: its time and memory do not depend on their size.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import shutil
import sys
import tempfile
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from attnstudio import names
from attnstudio.corpus.alignment import GoldLinks
from attnstudio.corpus.batches import PairBatch
from attnstudio.corpus.line_block import LineBlock, as_block, line_ends
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.errors import CorpusError
from attnstudio.files import commit_folder, read_small, state_of, sweep
from attnstudio.plain_values import read_json

_COPY_BYTES = 1 << 22
_KINDS = ("txt", "offsets")
_LINES_TOGETHER = 4_096
_BLOCK_PAIRS = 4_096
_READ_AROUND = 1 << 17
_SPARSE = 4  # a block spread over so many times its length is read line by line


class Split(StrEnum):
    """What a pair is for."""

    TRAIN = "train"
    VALID = "valid"
    TEST = "test"


SPLIT_CODES = {Split.TRAIN: 0, Split.VALID: 1, Split.TEST: 2}


class PairBlock(NamedTuple):
    """Some pairs that were read together.

    Attributes:
        pairs: their indices.
        sources: their source sentences.
        targets: their target sentences.
    """

    pairs: NDArray[np.int64]
    sources: list[str]
    targets: list[str]


class ParallelCorpus:
    """Sentence pairs of two languages, read where they lie on the disk.

    Args:
        folder: where the corpus lies.
        reverse: read the second language as the source.

    Attributes:
        is_reversed: whether it is read so.

    Raises:
        CorpusError: the folder holds no corpus, or a damaged one.
    """

    def __init__(self, folder: Path, *, reverse: bool = False) -> None:
        self.folder = folder
        self.is_reversed = reverse
        try:
            manifest = read_json(read_small(folder / "manifest.json"))
            languages, count = tuple(map(names.language, manifest["languages"])), manifest["pairs"]
            self.hash = names.content_hash(manifest["hash"])
            if len(set(languages)) != 2 or self.hash != folder.name:
                raise ValueError("its manifest is of another corpus")
            self._split = _numbers(_map(folder / "split"), "split", "u1", count)
            first, second = (_Lines(folder, language, count) for language in languages)
            self._links = _Lines(folder, "links", count) if manifest["links"] else None
        except (OSError, ValueError, LookupError, TypeError, OverflowError) as error:
            raise _damaged(
                folder, (isinstance(error, OSError) and error.strerror) or error
            ) from error
        self._languages = languages
        self.source_language, self.target_language = languages[::-1] if reverse else languages
        self._source, self._target = (second, first) if reverse else (first, second)

    def check(self) -> None:
        """Refuse a corpus whose content is not the one that it was named by.

        Its files are read through once a process, unless they change.

        Raises:
            CorpusError: it is damaged.
        """
        names = (*self._languages, *(["links"] if self._links else []))
        try:
            files = [self.folder / f"{name}.{kind}" for name in names for kind in _KINDS]
            states = tuple(map(state_of, (*files, self.folder / "split")))
            problem = _problem_of(self.folder, self._languages, names, states)
        except OSError as error:
            problem = str(error.strerror or error)
        if problem:
            raise _damaged(self.folder, problem)

    def __len__(self) -> int:
        return len(self._split)

    def __getitem__(self, index: int) -> SentencePair:
        return SentencePair(self._source[index], self._target[index], self.gold(index))

    @property
    def has_gold(self) -> bool:
        """Whether any pair has gold links."""
        return self._links is not None

    def source(self, index: int) -> str:
        """The source sentence of a pair."""
        return self._source[index]

    def target(self, index: int) -> str:
        """The target sentence of a pair."""
        return self._target[index]

    def sources(self, start: int, end: int) -> list[str]:
        """The source sentences of neighbouring pairs, read at once."""
        return self._source.between(start, end)

    def targets(self, start: int, end: int) -> list[str]:
        """The target sentences of neighbouring pairs, read at once."""
        return self._target.between(start, end)

    def blocks(self, pairs: NDArray[np.int64]) -> Iterator[PairBlock]:
        """The sentences of some pairs, given in rising order, a few thousand at a time."""
        for start in range(0, len(pairs), _BLOCK_PAIRS):
            block = pairs[start : start + _BLOCK_PAIRS]
            yield PairBlock(block, self._source.at(block), self._target.at(block))

    def link_lines(self, pairs: NDArray[np.int64]) -> list[str]:
        """The gold links of some pairs, given in rising order, as they are stored."""
        return self._links.at(pairs) if self._links else [""] * len(pairs)

    def gold(self, index: int) -> GoldLinks | None:
        """The gold links of a pair, None where nobody gave any."""
        line = self._links[index] if self._links else ""
        if not line:
            return None
        links = GoldLinks.from_line(line)
        return links.reversed() if self.is_reversed else links

    def indices(self, split: Split) -> NDArray[np.int64]:
        """Which pairs belong to a split, in the order of the files."""
        return np.flatnonzero(self._split == SPLIT_CODES[split])

    def split_codes(self) -> NDArray[np.uint8]:
        """The split of every pair as its code, read-only."""
        return self._split

    def counts(self) -> dict[Split, int]:
        """Number of pairs in each split."""
        return {
            split: int(np.count_nonzero(self._split == code)) for split, code in SPLIT_CODES.items()
        }

    def pairs(self, split: Split) -> Iterator[SentencePair]:
        """The pairs of a split, one after another."""
        return (self[index] for index in self.indices(split).tolist())


class CorpusWriter:
    """Writes a new corpus under a temporary name; `finish` gives it its own.

    Use it as a context manager: leaving it without `finish`, or with an error, leaves nothing
    behind. The caller holds the project's lock, so whatever another writer left half-done there is
    from a killed program.

    Args:
        parent: the folder of all corpora.
        source_language: language code of the first side.
        target_language: language code of the second side.
        is_used: whether somebody goes by the corpus of a name already: an error, or a person who
            stops, may come right after that, and then it stays.
    """

    def __init__(
        self,
        parent: Path,
        source_language: str,
        target_language: str,
        is_used: Callable[[str], bool] = lambda _: False,
    ) -> None:
        parent.mkdir(parents=True, exist_ok=True)
        sweep(parent)
        self._parent = parent
        self._is_used = is_used
        self._languages = (source_language, target_language)
        self._folder = Path(tempfile.mkdtemp(prefix=".", suffix=".new", dir=parent))
        with ExitStack() as undoing:  # nobody leaves a writer that was never entered
            undoing.callback(shutil.rmtree, self._folder, ignore_errors=True)
            self._source, self._target, self._links = (
                undoing.enter_context(closing(_LinesWriter(self._folder, name)))
                for name in (source_language, target_language, "links")
            )
            undoing.pop_all()
        self._split = array("B")
        self._finished: Path | None = None  # if it was not there before
        self._link_lines = 0  # fewer than pairs: the rest has none

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for lines in (self._source, self._target, self._links):
            lines.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        finished = self._finished
        if error is not None and finished is not None and not self._is_used(finished.name):
            shutil.rmtree(finished, ignore_errors=True)
        with suppress(OSError):  # it holds other corpora
            self._parent.rmdir()

    def __len__(self) -> int:
        return len(self._split)

    def add(self, pair: SentencePair, split: Split) -> None:
        """Append one pair; its texts must be free of line ends."""
        self._source.add(pair.source)
        self._target.add(pair.target)
        self._split.append(SPLIT_CODES[split])
        if pair.gold is not None:
            self._fill_links(len(self) - 1)
            self._add_link_lines([pair.gold.to_line()])

    def add_batch(self, batch: PairBatch, split: Split) -> None:
        """Append many pairs; their texts must be free of line ends."""
        self._source.add_all(batch.sources)
        self._target.add_all(batch.targets)
        if any(batch.gold):
            self._fill_links(len(self))
            self._add_link_lines([gold.to_line() if gold else "" for gold in batch.gold])
        self._split.frombytes(bytes([SPLIT_CODES[split]]) * len(batch.sources))

    def add_corpus(
        self,
        corpus: ParallelCorpus,
        split_codes: NDArray[np.uint8] | None = None,
        on_piece: Callable[[], None] = lambda: None,
    ) -> None:
        """Append a whole corpus, blob by blob, with its own splits or the ones given.

        ``on_piece`` is called after every 4 MB; it may raise to give it up.

        Raises:
            CorpusError: the other corpus is damaged; a copy of it would no longer tell.
        """
        corpus.check()
        self._source.add_file(corpus.folder / f"{self._languages[0]}.txt", on_piece)
        self._target.add_file(corpus.folder / f"{self._languages[1]}.txt", on_piece)
        if corpus.has_gold:
            self._fill_links(len(self))
            self._links.add_file(corpus.folder / "links.txt", on_piece)
            self._link_lines += len(corpus)
        codes = corpus.split_codes() if split_codes is None else split_codes
        self._split.frombytes(codes.tobytes())

    def add_pairs(
        self,
        corpus: ParallelCorpus,
        pairs: NDArray[np.int64],
        split_codes: NDArray[np.uint8],
        count_pairs: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Append some pairs of a corpus, given in rising order, and the split of each.

        ``count_pairs`` is told how many more were written; it may raise to give it up.

        Raises:
            CorpusError: the other corpus is damaged; a copy of it would no longer tell.
        """
        corpus.check()
        for block in corpus.blocks(pairs):
            self._source.add_all(block.sources)
            self._target.add_all(block.targets)
            if corpus.has_gold:
                self._fill_links(len(self))
                self._add_link_lines(corpus.link_lines(block.pairs))
            codes, split_codes = np.split(split_codes, [len(block.pairs)])
            self._split.frombytes(codes.tobytes())
            count_pairs(len(block.pairs))

    def _fill_links(self, pairs: int) -> None:
        """Say of the pairs before that they have no links."""
        self._links.add_empty(pairs - self._link_lines)
        self._link_lines = pairs

    def _add_link_lines(self, lines: Sequence[str]) -> None:
        self._links.add_all(lines)
        self._link_lines += len(lines)

    def finish(self) -> Path:
        """Close the files and give the folder the name of its content.

        Returns:
            The corpus's folder; the one that was there already if the content is the same.
        """
        has_links = self._link_lines > 0
        if has_links:
            self._fill_links(len(self))
        written = [self._source, self._target, *([self._links] if has_links else [])]
        for lines in (self._source, self._target, self._links):
            lines.close_for_good()
        split = self._split.tobytes()
        (self._folder / "split").write_bytes(split)  # all goes to the disk at once, see below
        if not has_links:
            self._links.delete()
        parts = [*(lines.digest for lines in written), hashlib.sha256(split).digest()]
        name = _name_of(self._languages, parts)
        manifest = {
            "format": 1,
            "languages": self._languages,
            "pairs": len(self._split),
            "links": has_links,
            "hash": name,
        }
        text = json.dumps(manifest, indent=1, ensure_ascii=False)
        (self._folder / "manifest.json").write_text(text, encoding="utf-8")
        folder = self._parent / name
        if not folder.exists():
            commit_folder(self._folder, folder)
            self._finished = folder
        return folder


class _Lines:
    """The lines of ``<name>.txt``, found through ``<name>.offsets``."""

    def __init__(self, folder: Path, name: str, count: int) -> None:
        self._path = folder / f"{name}.txt"
        self._offsets_file = _map(folder / f"{name}.offsets")
        self._offsets = _numbers(self._offsets_file, name, "<u8", count + 1)
        self._blob = _map(self._path)
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
            raise _damaged(self._path.parent, f"{self._path.name} has other lines than its offsets")
        self._release(start, end)
        return lines

    def _decoded(self, start: int, end: int) -> str:
        try:
            return self._blob[start:end].decode("utf-8")
        except UnicodeDecodeError as error:
            problem = f"{self._path.name} is not text at byte {start + error.start:,}"
            raise _damaged(self._path.parent, problem) from error

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


class _LinesWriter:
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
        return self._hash.digest()

    def add(self, text: str) -> None:
        self._waiting.append(text.encode("utf-8"))
        if len(self._waiting) >= _LINES_TOGETHER:
            self._write_waiting()

    def add_all(self, texts: Sequence[str] | LineBlock) -> None:
        if texts:
            self._write_waiting()
            block = as_block(texts)
            self._write(block.text, block.ends)

    def add_empty(self, count: int) -> None:
        self._write_waiting()
        for start in range(0, count, _COPY_BYTES):
            empty = b"\n" * min(_COPY_BYTES, count - start)
            self._write(empty, line_ends(empty))

    def add_file(self, path: Path, on_piece: Callable[[], None]) -> None:
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
        for file in (self._text, self._offsets):
            with suppress(OSError):  # of a full disk, which said so before
                file.close()

    def delete(self) -> None:
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


def _damaged(folder: Path, problem: object) -> CorpusError:
    return CorpusError(
        "The corpus in {folder} is missing or damaged: {reason}.",
        hint="Copy the whole project again, or import the files into a new one.",
        folder=folder,
        reason=problem,
    )


def _name_of(languages: Sequence[str], parts: Sequence[bytes]) -> str:
    """The name of a corpus: the hash of its languages and of the hashes of its files."""
    digest = hashlib.sha256("\t".join(languages).encode())
    for part in parts:
        digest.update(part)
    return digest.hexdigest()[:16]


@lru_cache(64)
def _problem_of(
    folder: Path, languages: tuple[str, ...], names: tuple[str, ...], _states: tuple[object, ...]
) -> str:
    """What is wrong with the content of a corpus; nothing where it is what it is named by."""
    parts = []
    for name in names:
        digest, problem = _read_through(folder, name)
        if problem:
            return problem
        parts.append(digest)
    parts.append(hashlib.sha256((folder / "split").read_bytes()).digest())
    if _name_of(languages, parts) != folder.name:
        texts = ", ".join(f"{name}.txt" for name in names)
        return f"{texts} or split was changed since it was written"
    return ""


def _read_through(folder: Path, name: str) -> tuple[bytes, str]:
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


def _map(path: Path) -> mmap.mmap | bytes:
    """A file as bytes that are read when they are looked at; no system maps an empty one."""
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _numbers(mapped: mmap.mmap | bytes, name: str, dtype: str, count: int) -> NDArray[Any]:
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
