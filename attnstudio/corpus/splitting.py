"""Cutting validation and test pairs from the training pairs, and pairs that splits share."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attnstudio.corpus.normal_forms import NormalForm, as_stored, loose_form
from attnstudio.corpus.parallel_corpus import SPLIT_CODES, ParallelCorpus, Split

_CUT_SHARE = 0.05
_CUT_MOST = 1_000
_SMALLEST_CUT_FROM = 4


@dataclass(frozen=True, slots=True)
class Overlap:
    """Pairs that share a sentence with a pair of another split.

    Attributes:
        valid: validation pairs whose source or target sentence is also trained on.
        test: the same for the test split.
        valid_with_test: validation pairs that share a sentence with a test pair.
        train: training pairs that share a sentence with validation or test.
    """

    valid: int
    test: int
    valid_with_test: int
    train: NDArray[np.int64]

    def to_json(self) -> dict[str, int]:
        """How many pairs of each split."""
        return {
            "valid": self.valid,
            "test": self.test,
            "valid_with_test": self.valid_with_test,
            "train": len(self.train),
        }


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
    hashes = np.fromiter(
        (_hash(source, seed) for block in corpus.blocks(train) for source in block.sources),
        dtype=np.uint64,
        count=len(train),
    )
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


def find_overlap(
    corpus: ParallelCorpus,
    form: NormalForm = as_stored,
    count_pairs: Callable[[int], None] = lambda _: None,
) -> Overlap:
    """Which pairs share a source or a target sentence across splits.

    Args:
        corpus: where to look.
        form: how sentences are compared; those whose form is empty are like no other.
        count_pairs: told how many more training pairs were read; may raise to end the reading.
    """
    valid, test = (_forms_of(corpus, split, form) for split in (Split.VALID, Split.TEST))
    held_out = tuple(a | b for a, b in zip(valid.known, test.known, strict=True))
    shared: tuple[set[str], set[str]] = (set(), set())
    train = []
    for block in corpus.blocks(corpus.indices(Split.TRAIN)) if any(held_out) else ():
        sides = (form(block.sources), form(block.targets))
        for side, known, seen in zip(sides, held_out, shared, strict=True):
            seen.update(known.intersection(side))
        found = [
            source in held_out[0] or target in held_out[1]
            for source, target in zip(*sides, strict=True)
        ]
        train.append(block.pairs[np.array(found, dtype=np.bool_)])
        count_pairs(len(block.pairs))
    return Overlap(
        valid=valid.pairs_sharing(shared),
        test=test.pairs_sharing(shared),
        valid_with_test=valid.pairs_sharing(test.known),
        train=np.concatenate([np.zeros(0, np.int64), *train]),
    )


@dataclass(frozen=True, slots=True)
class Leaks:
    """What the splits of a corpus share.

    Attributes:
        exact: sentences as they are stored.
        loose: their letters and digits alone, large letters as small ones.
    """

    exact: Overlap
    loose: Overlap

    def to_json(self) -> dict[str, dict[str, int]]:
        """Both as plain numbers."""
        return {"overlap": self.exact.to_json(), "overlap_loose": self.loose.to_json()}


def find_leaks(
    corpus: ParallelCorpus, count_pairs: Callable[[int], None] = lambda _: None
) -> Leaks:
    """Compare the splits, exactly and loosely; every training pair is counted twice."""
    return Leaks(
        find_overlap(corpus, as_stored, count_pairs), find_overlap(corpus, loose_form, count_pairs)
    )


class _Forms(NamedTuple):
    """How the sentences of a split are compared."""

    sources: list[str]
    targets: list[str]

    @property
    def known(self) -> tuple[set[str], set[str]]:
        """What there is on each side."""
        return set(self.sources) - {""}, set(self.targets) - {""}

    def pairs_sharing(self, others: tuple[set[str], set[str]]) -> int:
        """How many pairs have a sentence that is among others of its side."""
        pairs = zip(self.sources, self.targets, strict=True)
        return sum(source in others[0] or target in others[1] for source, target in pairs)


def _forms_of(corpus: ParallelCorpus, split: Split, form: NormalForm) -> _Forms:
    forms = _Forms([], [])
    for block in corpus.blocks(corpus.indices(split)):
        forms.sources.extend(form(block.sources))
        forms.targets.extend(form(block.targets))
    return forms


def _hash(text: str, seed: int) -> int:
    digest = hashlib.blake2b(text.encode("utf-8"), digest_size=8, salt=seed.to_bytes(8, "little"))
    return int.from_bytes(digest.digest(), "little")
