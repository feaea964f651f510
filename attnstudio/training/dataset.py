"""Encoded sentence pairs on disk, and the batches that are made of them: an `ExampleStream`."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.errors import CorpusError
from attnstudio.files import commit_folder, remove_folder, temporary_name
from attnstudio.model.interface import SourceBatch
from attnstudio.seals import check_seal, read_facts, seal
from attnstudio.sites import SOURCE
from attnstudio.storage_errors import READ, storing
from attnstudio.tokenizer import END_ID, PADDING_ID, START_ID, Tokenizer
from attnstudio.training.batch import Batch
from attnstudio.training.guided_links import GuidedLinks
from attnstudio.training.source_masking import SourceMasking

_ENCODED_TOGETHER = 4_096
_POOL_BATCHES = 100
_SIDES = ("source", "target")
_ID_BYTES, _PAIR_BYTES = 4, 8


class SubwordSampling(NamedTuple):
    """How training sentences are cut anew each time they are seen."""

    corpus: ParallelCorpus
    source_tokenizer: Tokenizer
    target_tokenizer: Tokenizer
    alpha: float
    seed: int


class ParallelDataset:
    """The training pairs as ids: flat memory-mapped arrays and offsets.

    Args:
        folder: where `encode_dataset` put them.
        sampling: draw segmentations anew instead of reading the stored ids.
        links: where the stored tokens are to look, row by row.
        masking: hide some source pieces, others in each draw.

    Attributes:
        pairs: the number that the pair of each row has in its corpus.
        left_out: how many pairs were too long.

    Raises:
        StorageError: the system would not read or map a file.
    """

    def __init__(
        self,
        folder: Path,
        sampling: SubwordSampling | None = None,
        links: GuidedLinks | None = None,
        masking: SourceMasking | None = None,
    ) -> None:
        offsets = {side: folder / f"{side}.offsets" for side in _SIDES}
        with storing(folder, READ):
            self._ids = {side: np.memmap(folder / f"{side}.ids", "<i4", "r") for side in _SIDES}
            self._offsets = {side: np.fromfile(path, "<i8") for side, path in offsets.items()}
            self.pairs: NDArray[np.int64] = np.memmap(folder / "pairs", "<i8", "r")
            self.left_out = int(read_facts(folder)["left_out"])
        self._sampling = sampling
        self._links = links
        self._masking = masking
        lengths = (np.diff(self._offsets[side]) + 1 for side in _SIDES)  # and its </s>
        self._lengths = np.stack(tuple(lengths))

    def __len__(self) -> int:
        return len(self.pairs)

    def epoch_batches(self, epoch: int, *, batch_tokens: int, seed: int) -> list[NDArray[np.int64]]:
        """The rows of every batch of one pass, in order; equal arguments give equal batches.

        Pairs are shuffled, sorted by length within pools of about 100 batches, cut where the
        longer side, padded, would exceed ``batch_tokens``, and the batches shuffled again.
        """
        random = np.random.default_rng((seed, epoch))
        order = random.permutation(len(self))
        longest = self._lengths.max(axis=0)
        pool = max(1, int(_POOL_BATCHES * batch_tokens / longest.mean()))
        batches: list[NDArray[np.int64]] = []
        for start in range(0, len(order), pool):
            rows = order[start : start + pool]
            source, target = self._lengths[:, rows]
            rows = rows[np.lexsort((source, target, longest[rows]))]
            batches.extend(_cut(rows, longest[rows], batch_tokens))
        return [batches[i] for i in random.permutation(len(batches))]

    def batch(self, rows: NDArray[np.int64], *, draw: int = 0) -> Batch:
        """The pairs of these rows as tensors.

        Args:
            rows: which pairs.
            draw: number of this draw, where subwords are sampled or source pieces hidden.
        """
        source, target = (
            [self._flat(side, rows) for side in _SIDES]
            if self._sampling is None
            else self._sampled(self._sampling, rows, draw)
        )
        source_ids = _pad(source, end=END_ID)
        if self._masking is not None:
            source_ids = self._masking.hide(source_ids, draw)
        outputs = _pad(target, end=END_ID)
        inputs = np.full_like(outputs, PADDING_ID)
        inputs[:, 0] = START_ID
        inputs[:, 1:] = np.where(outputs[:, :-1] == END_ID, PADDING_ID, outputs[:, :-1])
        values = torch.from_numpy(source_ids)
        return Batch(
            {SOURCE: SourceBatch(values, values != PADDING_ID)},
            torch.from_numpy(inputs),
            torch.from_numpy(outputs),
            torch.from_numpy(np.flatnonzero(outputs != PADDING_ID)),
            None if self._links is None else self._links.of_rows(rows),
        )

    def _flat(self, side: str, rows: NDArray[np.int64]) -> _Ragged:
        starts = self._offsets[side][rows]
        lengths = self._offsets[side][rows + 1] - starts
        places = np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
        return _Ragged(self._ids[side][places + np.arange(lengths.sum())], lengths)

    def _sampled(
        self, sampling: SubwordSampling, rows: NDArray[np.int64], draw: int
    ) -> list[_Ragged]:
        indices = self.pairs[rows].tolist()
        seed = int(np.random.SeedSequence((sampling.seed, draw)).generate_state(1)[0])
        texts = (
            (sampling.source_tokenizer, [sampling.corpus.source(i) for i in indices]),
            (sampling.target_tokenizer, [sampling.corpus.target(i) for i in indices]),
        )
        sides = []
        for tokenizer, side in texts:
            ids = tokenizer.sample_all(side, alpha=sampling.alpha, seed=seed)
            lengths = np.fromiter(map(len, ids), dtype=np.int64, count=len(ids))
            sides.append(
                _Ragged(np.concatenate([np.array(x, dtype=np.int32) for x in ids]), lengths)
            )
        return sides


class Texts(Protocol):
    """What is encoded: a corpus, or some of its pairs."""

    def indices(self, split: Split) -> NDArray[np.int64]:
        """The numbers of the pairs of a split."""

    def source(self, index: int) -> str:
        """The source of a pair."""

    def target(self, index: int) -> str:
        """The target of a pair."""


def encode_dataset(
    folder: Path,
    corpus: Texts,
    source_tokenizer: Tokenizer,
    target_tokenizer: Tokenizer,
    *,
    max_tokens: int,
    should_stop: Callable[[], bool] = lambda: False,
) -> bool:
    """Encode the training pairs of a corpus into a folder, unless it is there already.

    Pairs with more than ``max_tokens`` tokens on a side are left out; the manifest counts them.

    Returns:
        False when stopped before it was done; then nothing is there.

    Raises:
        CorpusError: no training pair is short enough.
    """
    if folder.exists():
        return True
    temporary = temporary_name(folder)
    remove_folder(temporary)
    tokenizers = (source_tokenizer, target_tokenizer)
    with storing(folder):
        try:
            temporary.mkdir(parents=True)
            return _encode(folder, temporary, corpus, tokenizers, max_tokens, should_stop)
        finally:
            remove_folder(temporary)


def _encode(
    folder: Path,
    temporary: Path,
    corpus: Texts,
    tokenizers: tuple[Tokenizer, Tokenizer],
    max_tokens: int,
    should_stop: Callable[[], bool],
) -> bool:
    source_tokenizer, target_tokenizer = tokenizers
    kept, left_out = array("q"), 0
    writers: dict[str, _RaggedWriter] = {}
    try:
        for side in _SIDES:
            writers[side] = _RaggedWriter(temporary, side)
        for indices in _chunks(corpus.indices(Split.TRAIN)):
            if should_stop():
                return False
            sources = source_tokenizer.encode_all([corpus.source(i) for i in indices])
            targets = target_tokenizer.encode_all([corpus.target(i) for i in indices])
            for index, source, target in zip(indices, sources, targets, strict=True):
                if max(len(source), len(target)) > max_tokens:
                    left_out += 1
                    continue
                kept.append(index)
                writers["source"].add(source)
                writers["target"].add(target)
        if not kept:
            raise CorpusError(
                "None of the {n} training pairs has at most {most} tokens on each side.",
                hint="Allow longer sentences, or import shorter ones.",
                command_hint="Raise training.max_sentence_tokens, or import shorter sentences.",
                n=left_out,
                most=max_tokens,
            )
        for writer in writers.values():
            writer.close()
        (temporary / "pairs").write_bytes(kept.tobytes())
        seal(temporary, {"pairs": len(kept), "left_out": left_out})
        commit_folder(temporary, folder)
    finally:
        for writer in writers.values():
            with suppress(OSError):  # of a full disk, which said so before
                writer.close()
    return True


def damage_of_dataset(folder: Path) -> str:
    """What is wrong with encoded pairs; nothing where they are whole or not there."""
    if not folder.exists():
        return ""
    try:
        check_seal(folder)
        pairs = read_facts(folder)["pairs"]
        for side in _SIDES:
            offsets = np.fromfile(folder / f"{side}.offsets", "<i8")
            ids = (folder / f"{side}.ids").stat().st_size / _ID_BYTES
            if len(offsets) != pairs + 1 or offsets[0] != 0 or offsets[-1] != ids:
                raise ValueError(f"{side}.offsets does not fit its ids")
            if np.any(np.diff(offsets) < 0):
                raise ValueError(f"{side}.offsets do not rise")
        if (folder / "pairs").stat().st_size != pairs * _PAIR_BYTES:
            raise ValueError("pairs has another length")
        int(read_facts(folder)["left_out"])
    except (OSError, ValueError, LookupError, TypeError) as error:
        return str((isinstance(error, OSError) and error.strerror) or error)
    return ""


class _Ragged(NamedTuple):
    """Rows of different lengths, one after another."""

    ids: NDArray[np.int32]
    lengths: NDArray[np.int64]


class _RaggedWriter:
    def __init__(self, folder: Path, side: str) -> None:
        self._file = (folder / f"{side}.ids").open("wb")
        self._offsets_path = folder / f"{side}.offsets"
        self._offsets = array("q", [0])

    def add(self, ids: list[int]) -> None:
        self._file.write(array("i", ids).tobytes())
        self._offsets.append(self._offsets[-1] + len(ids))

    def close(self) -> None:
        if not self._file.closed:
            self._file.close()
            self._offsets_path.write_bytes(self._offsets.tobytes())


def _chunks(indices: NDArray[np.int64]) -> Iterator[list[int]]:
    for start in range(0, len(indices), _ENCODED_TOGETHER):
        yield indices[start : start + _ENCODED_TOGETHER].tolist()


def _cut(
    rows: NDArray[np.int64], lengths: NDArray[np.int64], batch_tokens: int
) -> Iterator[NDArray[np.int64]]:
    """Cut rows of ascending lengths where ``count * longest`` would exceed the budget."""
    start = 0
    while start < len(rows):
        most = max(1, batch_tokens // int(lengths[start]))
        candidates = lengths[start : start + most]
        sizes = candidates * np.arange(1, len(candidates) + 1)  # ascending, as the lengths are
        count = max(1, int(np.searchsorted(sizes, batch_tokens, side="right")))
        yield rows[start : start + count]
        start += count


def _pad(rows: _Ragged, *, end: int) -> NDArray[np.int64]:
    """(rows, longest + 1), each row followed by ``end`` and padding."""
    count = len(rows.lengths)
    padded = np.full((count, int(rows.lengths.max()) + 1), PADDING_ID, dtype=np.int64)
    places = np.arange(padded.shape[1])
    padded[places < rows.lengths[:, None]] = rows.ids
    padded[np.arange(count), rows.lengths] = end
    return padded
