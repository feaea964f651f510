"""How the word links of a corpus lie on the disk.

A folder named by the corpus, sealed, of little-endian numbers without headers::

    counts        uint32 (pairs, 3): source words, target words and links of each pair
    source.spans  uint32 (words, 2): the first character of each source word, and the one behind it
    target.spans  the same for the target
    links         uint32 (links, 2): source and target word, counted from 0 within the pair
    confidences   float32 (links,): from 0 to 1
    scores        float32 (pairs,): from 0 to 1; no number where a pair was too long to be aligned
    manifest.json the corpus, the SHA-256 of its texts, the number of pairs and of blocks

The pairs are aligned in interleaved blocks, of three blocks 0 3 6 ..., 1 4 7 ... and 2 5 8 ..., and
written as they are found: `BlockOrder` tells where each pair lies.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from attnstudio.corpus.alignment import Span
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.files import hash_file, open_new
from attnstudio.seals import check_seal, read_facts, seal

_FORMAT = 1
_SHAPES: dict[str, tuple[str, tuple[int, ...]]] = {
    "counts": ("<u4", (-1, 3)),
    "source.spans": ("<u4", (-1, 2)),
    "target.spans": ("<u4", (-1, 2)),
    "links": ("<u4", (-1, 2)),
    "confidences": ("<f4", (-1,)),
    "scores": ("<f4", (-1,)),
}
_CHECKED_PAIRS = 50_000  # together


@dataclass(frozen=True, slots=True)
class BlockOrder:
    """Where pairs lie that were aligned in interleaved blocks.

    Attributes:
        pairs: how many there are.
        blocks: how many blocks they are dealt to, one after another.
    """

    pairs: int
    blocks: int

    def members(self, block: int) -> range:
        """The pairs of a block."""
        return range(block, self.pairs, self.blocks)

    def place(self, pair: int) -> int:
        """Where a pair lies."""
        block, row = pair % self.blocks, pair // self.blocks
        short, longer = divmod(self.pairs, self.blocks)
        return block * short + min(block, longer) + row

    def in_pair_order(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Values as they lie, in the order of the pairs."""
        ordered, start = np.empty_like(values), 0
        for block in range(self.blocks):
            members = self.members(block)
            ordered[members.start :: self.blocks] = values[start : start + len(members)]
            start += len(members)
        return ordered


@dataclass(frozen=True, slots=True)
class LinkArrays:
    """What a folder of word links holds, mapped and not read before it is looked at.

    Attributes:
        order: where each pair lies.
        starts: where the source words, target words and links of each place begin, and the end:
            (pairs + 1, 3).
        source_spans: see this module's beginning, likewise the others.
        target_spans: of the target words.
        links: of words.
        confidences: of the links.
        scores: as they lie.
    """

    order: BlockOrder
    starts: NDArray[np.int64]
    source_spans: NDArray[np.uint32]
    target_spans: NDArray[np.uint32]
    links: NDArray[np.uint32]
    confidences: NDArray[np.float32]
    scores: NDArray[np.float32]

    @classmethod
    def read(cls, folder: Path, corpus: str) -> LinkArrays:
        """Map the files of a folder and look through them.

        Raises:
            OSError: something cannot be read.
            ValueError: it is not what was written there, or leads out of its bounds.
        """
        try:
            facts = read_facts(folder)
        except ValueError as error:
            raise ValueError("its manifest is damaged") from error
        pairs, blocks = facts.get("pairs"), facts.get("blocks")
        if facts.get("format") != _FORMAT or facts.get("corpus") != corpus:
            raise ValueError("its manifest is of another corpus, or of another program")
        if type(pairs) is not int or type(blocks) is not int or not 0 < blocks <= max(1, pairs):
            raise ValueError("its manifest is damaged")
        check_seal(folder)
        arrays = {name: _mapped(folder / name, *shape) for name, shape in _SHAPES.items()}
        counts = arrays["counts"]
        starts = np.zeros((len(counts) + 1, 3), np.int64)
        np.cumsum(counts, axis=0, out=starts[1:])
        found = cls(BlockOrder(pairs, blocks), starts, *list(arrays.values())[1:])
        found._check(counts)
        return found

    def _check(self, counts: NDArray[np.uint32]) -> None:
        """Refuse lengths that do not fit each other, and links that lead out of their pair."""
        held = (self.source_spans, self.target_spans, self.links)
        ends = tuple(map(len, held))
        if tuple(self.starts[-1].tolist()) != ends or len(self.confidences) != len(self.links):
            raise ValueError("its files do not belong together")
        if {len(counts), len(self.scores)} != {self.order.pairs}:
            raise ValueError("it holds another number of pairs than its manifest says")
        for start in range(0, len(counts), _CHECKED_PAIRS):
            some = counts[start : start + _CHECKED_PAIRS]
            first, last = self.starts[start, 2], self.starts[start + len(some), 2]
            confidences = self.confidences[first:last]
            within = self.links[first:last] < np.repeat(some[:, :2], some[:, 2], axis=0)
            if not (within.all() and ((confidences >= 0) & (confidences <= 1)).all()):
                raise ValueError("a link leads out of its sentence")


class LinkFolderWriter:
    """Writes word links pair after pair, in the order of the blocks.

    Use it as a context manager, and `seal` it at the end.

    Args:
        folder: an empty one under a temporary name.

    Raises:
        OSError: the disk would not take something, here and in each method.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with ExitStack() as opening:
            self._files = {name: opening.enter_context(open_new(folder / name)) for name in _SHAPES}
            self._open = opening.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    def add(
        self,
        source_spans: Sequence[Span],
        target_spans: Sequence[Span],
        links: NDArray[np.int64],
        confidences: NDArray[np.float32],
        score: float,
    ) -> None:
        """Write the next pair; the links as (links, 2)."""
        counts = (len(source_spans), len(target_spans), len(links))
        values = (counts, source_spans, target_spans, links, confidences, score)
        for (name, (kind, _)), value in zip(_SHAPES.items(), values, strict=True):
            self._files[name].write(np.asarray(value, kind).tobytes())

    def append(self, folder: Path) -> None:
        """Write all pairs of a folder that another writer filled."""
        for name, file in self._files.items():
            with (folder / name).open("rb") as written:
                shutil.copyfileobj(written, file)

    def seal(self, corpus: ParallelCorpus, blocks: int) -> None:
        """Close the files and say what they hold."""
        self._open.close()
        facts = {
            "format": _FORMAT,
            "corpus": corpus.hash,
            "texts": hashes_of_texts(corpus),
            "pairs": len(corpus),
            "blocks": blocks,
        }
        seal(self._folder, facts)


def are_of_texts(folder: Path, corpus: ParallelCorpus) -> bool:
    """Whether a folder holds the links of the very texts of a corpus, as far as its manifest says.

    Another split, or other gold links, make another corpus of the same texts.
    """
    try:
        facts = read_facts(folder)
    except (OSError, ValueError):
        return False
    return facts.get("pairs") == len(corpus) and facts.get("texts") == hashes_of_texts(corpus)


def hashes_of_texts(corpus: ParallelCorpus) -> dict[str, str]:
    """The SHA-256 of each text by its language.

    Raises:
        OSError: one cannot be read.
    """
    languages = (corpus.source_language, corpus.target_language)
    return {language: hash_file(corpus.folder / f"{language}.txt") for language in languages}


def _mapped(path: Path, kind: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """A file as an array; reshaping raises a ValueError where its size is none of that shape."""
    if not path.stat().st_size:
        return np.zeros(0, kind).reshape(-1 if len(shape) == 1 else (0, *shape[1:]))
    return np.asarray(np.memmap(path, kind, "r")).reshape(shape)
