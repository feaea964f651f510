"""Cutting validation and test pairs from the training pairs, and pairs that splits share."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnstudio.corpus.parallel_corpus import SPLIT_CODES, ParallelCorpus, Split

_CUT_SHARE = 0.05
_CUT_MOST = 1_000
_SMALLEST_CUT_FROM = 4


@dataclass(frozen=True, slots=True)
class Overlap:
    """Pairs that are in the training split as well as in another.

    Attributes:
        valid: validation pairs whose source or target sentence is also trained on.
        test: the same for the test split.
        train: training pairs that share a sentence with validation or test.
    """

    valid: int
    test: int
    train: NDArray[np.int64]


def cut_splits(corpus: ParallelCorpus, *, seed: int) -> NDArray[np.uint8] | None:
    """Splits for a corpus that lacks validation or test pairs.

    Takes 5 %, at most 1,000 pairs, for each that is missing: the pairs whose source sentences
    have the smallest seeded hashes. All pairs with one source sentence go together, so that no
    source sentence is shared, and a pair's fate does not depend on its neighbours.

    Returns:
        The new code of every pair, or None when nothing is missing or too little is there.
    """
    counts = corpus.counts()
    missing = [split for split in (Split.VALID, Split.TEST) if not counts[split]]
    if not missing or counts[Split.TRAIN] < _SMALLEST_CUT_FROM:
        return None
    train = corpus.indices(Split.TRAIN)
    hashes = np.array([_hash(corpus.source(i), seed) for i in train.tolist()], dtype=np.uint64)
    order = np.argsort(hashes, kind="stable")
    codes = np.array(corpus.split_codes())
    size = max(1, min(_CUT_MOST, int(len(train) * _CUT_SHARE)))
    start = 0
    for split in missing:
        end = min(start + size, len(order) - 1)
        while end < len(order) and hashes[order[end]] == hashes[order[end - 1]]:
            end += 1
        if end >= len(order):  # what is left is one repeated sentence: keep it for training
            break
        codes[train[order[start:end]]] = SPLIT_CODES[split]
        start = end
    return codes


def find_overlap(corpus: ParallelCorpus) -> Overlap:
    """Which pairs share a source or a target sentence across splits."""
    held_out = {
        split: [corpus[i] for i in corpus.indices(split).tolist()]
        for split in (Split.VALID, Split.TEST)
    }
    sources = {pair.source for pairs in held_out.values() for pair in pairs}
    targets = {pair.target for pairs in held_out.values() for pair in pairs}
    shared_sources: set[str] = set()
    shared_targets: set[str] = set()
    train = []
    for i in corpus.indices(Split.TRAIN).tolist() if sources else []:
        source, target = corpus.source(i), corpus.target(i)
        if source in sources or target in targets:
            train.append(i)
            shared_sources.add(source)
            shared_targets.add(target)
    found = {
        split: sum(pair.source in shared_sources or pair.target in shared_targets for pair in pairs)
        for split, pairs in held_out.items()
    }
    return Overlap(found[Split.VALID], found[Split.TEST], np.array(train, dtype=np.int64))


def _hash(text: str, seed: int) -> int:
    digest = hashlib.blake2b(text.encode("utf-8"), digest_size=8, salt=seed.to_bytes(8, "little"))
    return int.from_bytes(digest.digest(), "little")
