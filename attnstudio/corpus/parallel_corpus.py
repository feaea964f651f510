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
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attnstudio import names
from attnstudio.corpus.alignment import GoldLinks
from attnstudio.corpus.line_files import (
    LineReader,
    damaged_corpus,
    mapped_file,
    numbers_of,
    read_through,
)
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.files import read_small, state_of
from attnstudio.plain_values import read_json

_KINDS = ("txt", "offsets")
_BLOCK_PAIRS = 4_096


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
            self._split = numbers_of(mapped_file(folder / "split"), "split", "u1", count)
            first, second = (LineReader(folder, language, count) for language in languages)
            self._links = LineReader(folder, "links", count) if manifest["links"] else None
        except (OSError, ValueError, LookupError, TypeError, OverflowError) as error:
            raise damaged_corpus(
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
            raise damaged_corpus(self.folder, problem)

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


def corpus_name(languages: Sequence[str], parts: Sequence[bytes]) -> str:
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
        digest, problem = read_through(folder, name)
        if problem:
            return problem
        parts.append(digest)
    parts.append(hashlib.sha256((folder / "split").read_bytes()).digest())
    if corpus_name(languages, parts) != folder.name:
        texts = ", ".join(f"{name}.txt" for name in names)
        return f"{texts} or split was changed since it was written"
    return ""
