"""Which training pairs a cleaning would drop, and why.

Every rule is asked about every training pair, so that its count does not depend on the others. A
rule is named as its knob in `CleaningConfig` is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from attnstudio.config import CleaningConfig, Likeness
from attnstudio.corpus.normal_forms import (
    as_stored,
    has_words,
    loose_form,
    script_shares,
    tight_form,
)
from attnstudio.corpus.parallel_corpus import PairBlock, ParallelCorpus, Split
from attnstudio.corpus.splitting import find_overlap
from attnstudio.corpus.statistics import has_spaces, token_counts

_RATIO_FROM_PAIRS = 100_000
_RATIO_CUSHION = 10  # characters added to both sides: one letter more must not matter to "Hi!"
_HASH_PARTS = 16  # so that only a part of the hashes is sorted at a time

NO_CLEANING = CleaningConfig(
    min_length=0,
    max_length=0,
    max_ratio=0.0,
    empty=False,
    identical=False,
    duplicates=False,
    min_script=0.0,
    leaks=Likeness.NONE,
    min_translation=0.0,
)
LEAKS_ONLY = NO_CLEANING.model_copy(update={"leaks": Likeness.EXACT})


class Rule(StrEnum):
    """Why a pair is dropped."""

    MIN_LENGTH = "min_length"
    MAX_LENGTH = "max_length"
    MAX_RATIO = "max_ratio"
    EMPTY = "empty"
    IDENTICAL = "identical"
    DUPLICATES = "duplicates"
    MIN_SCRIPT = "min_script"
    LEAKS = "leaks"
    MIN_TRANSLATION = "min_translation"


_Marks = NDArray[np.uint16]
_BITS = {rule: np.uint16(1 << place) for place, rule in enumerate(Rule)}


@dataclass(frozen=True, slots=True)
class Unclean:
    """What a cleaning would drop.

    Attributes:
        train: how many training pairs were looked at.
        marks: for every pair of the corpus a bit for each rule that would drop it.
    """

    train: int
    marks: _Marks

    def pairs(self, rule: Rule) -> NDArray[np.int64]:
        """The pairs that a rule would drop, in the order of the corpus."""
        return np.flatnonzero(self.marks & _BITS[rule])

    def count(self, rule: Rule) -> int:
        """How many pairs a rule would drop."""
        return int(np.count_nonzero(self.marks & _BITS[rule]))

    @property
    def dropped(self) -> int:
        """How many pairs all rules together would drop."""
        return int(np.count_nonzero(self.marks))

    def sample(self, rule: Rule, size: int, seed: int) -> NDArray[np.int64]:
        """Some of the pairs that a rule would drop, drawn at random, in the order of the corpus."""
        found = self.pairs(rule)
        if len(found) > size:
            found = np.random.default_rng(seed).choice(found, size, replace=False, shuffle=False)
        return np.sort(found)


def rules_of(config: CleaningConfig) -> list[Rule]:
    """The rules that a config switches on."""
    off = NO_CLEANING
    return [rule for rule in Rule if getattr(config, rule) != getattr(off, rule)]


def find_unclean(
    corpus: ParallelCorpus,
    config: CleaningConfig,
    count_pairs: Callable[[int], None] = lambda _: None,
    translation_scores: NDArray[np.float32] | None = None,
) -> Unclean:
    """Look at every training pair.

    Args:
        corpus: where to look.
        config: what is dropped.
        count_pairs: told how many more pairs were read, twice for each where held-out sentences
            are looked for; may raise to end the reading.
        translation_scores: how far the sides of each pair translate each other, where 1 is usual;
            asked where the config has a bound for it. Pairs without one (NaN) stay.
    """
    train = corpus.indices(Split.TRAIN)
    marks: _Marks = np.zeros(len(corpus), dtype=np.uint16)
    usual_ratio = _usual_ratio(corpus, train) if config.max_ratio else 1.0
    languages = (corpus.source_language, corpus.target_language)
    hashes = np.empty(len(train) if config.duplicates else 0, dtype=np.int64)
    done = 0
    for block in corpus.blocks(train):
        for rule, found in _found_in(block, languages, config, usual_ratio).items():
            marks[block.pairs[found]] |= _BITS[rule]
        if config.identical or config.duplicates:
            tight = list(zip(tight_form(block.sources), tight_form(block.targets), strict=True))
            if config.duplicates:
                # Python's own hash: 64 bits, and they need not be the same the next time.
                hashes[done : done + len(tight)] = list(map(hash, tight))
            if config.identical:
                identical = _which(source == target for source, target in tight)
                marks[block.pairs[identical]] |= _BITS[Rule.IDENTICAL]
        done += len(block.pairs)
        count_pairs(len(block.pairs))
    marks[train[_repeated(hashes)]] |= _BITS[Rule.DUPLICATES]
    if config.leaks is not Likeness.NONE:
        form = loose_form if config.leaks is Likeness.LOOSE else as_stored
        marks[find_overlap(corpus, form, count_pairs).train] |= _BITS[Rule.LEAKS]
    if config.min_translation:
        assert translation_scores is not None  # else nothing is known about it
        is_low = translation_scores[train] < config.min_translation
        marks[train[is_low]] |= _BITS[Rule.MIN_TRANSLATION]
    return Unclean(len(train), marks)


def _found_in(
    block: PairBlock, languages: tuple[str, str], config: CleaningConfig, usual_ratio: float
) -> dict[Rule, NDArray[np.bool_]]:
    """Which pairs of a block each rule would drop; of the rules that look at a pair by itself."""
    sides = (block.sources, block.targets)
    by_side = list(zip(sides, languages, strict=True))
    found: dict[Rule, NDArray[np.bool_]] = {}
    if config.min_length or config.max_length:
        lengths = [
            token_counts(side, has_spaces=has_spaces(language)) for side, language in by_side
        ]
        found[Rule.MIN_LENGTH] = np.minimum(*lengths) < config.min_length
        if config.max_length:
            found[Rule.MAX_LENGTH] = np.maximum(*lengths) > config.max_length
    if config.max_ratio:
        ratios = _ratios(*sides, usual_ratio)
        found[Rule.MAX_RATIO] = np.maximum(ratios, 1 / ratios) > config.max_ratio
    if config.empty:
        pairs = zip(*sides, strict=True)
        found[Rule.EMPTY] = _which(not (has_words(s) and has_words(t)) for s, t in pairs)
    if config.min_script:
        shares = [np.array(script_shares(side, language)) for side, language in by_side]
        found[Rule.MIN_SCRIPT] = np.minimum(*shares) < config.min_script
    return found


def _which(answers: Iterable[bool]) -> NDArray[np.bool_]:
    return np.fromiter(answers, dtype=np.bool_)


def _ratios(sources: Sequence[str], targets: Sequence[str], usual: float) -> NDArray[np.float64]:
    """Target by source length in characters, as a multiple of the usual one."""
    source, target = (np.array(list(map(len, side)), np.float64) for side in (sources, targets))
    return (target / usual + _RATIO_CUSHION) / (source + _RATIO_CUSHION)


def _usual_ratio(corpus: ParallelCorpus, train: NDArray[np.int64]) -> float:
    """All target characters by all source characters, of an even sample of a large corpus."""
    step = max(1, len(train) // _RATIO_FROM_PAIRS)
    blocks = corpus.blocks(train[::step])
    sums = [(len("".join(b.sources)), len("".join(b.targets))) for b in blocks]
    source, target = np.array(sums, dtype=np.float64).reshape(-1, 2).sum(axis=0)
    return float(target / source) if source and target else 1.0


def _repeated(hashes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places of all but the first of equal numbers."""
    parts = hashes.view(np.uint8)[:: hashes.itemsize] % _HASH_PARTS
    found = []
    for part in range(_HASH_PARTS):
        places = np.flatnonzero(parts == part)
        order = places[np.argsort(hashes[places], kind="stable")]
        found.append(order[1:][hashes[order[1:]] == hashes[order[:-1]]])
    return np.concatenate(found)
