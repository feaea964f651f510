"""How long the sentences of a corpus are, how the sides compare, and which words are frequent."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attnstudio.corpus.language_codes import primary_language
from attnstudio.corpus.languages import WITHOUT_SPACES
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split

MOST_PAIRS_READ = 200_000
OUTLIER_FACTOR = 3.0

_FREQUENT_WORDS = 20
_MOST_LENGTH_BINS = 24
_SHOWN_QUANTILE = 0.99  # the few longest sentences share the last bar
_RATIO_BINS_PER_FACTOR = 6
_PUNCTUATION = string.punctuation + "¡¿«»‹›„“”‚‘’…–—·،؛؟۔।॥。、，．！？：；（）「」『』《》〈〉【】"


class Measure(StrEnum):
    """What a pair can be measured by."""

    SOURCE_LENGTH = "source length"
    TARGET_LENGTH = "target length"
    LENGTH_RATIO = "length ratio"  # target by source


class WordCount(NamedTuple):
    """A word and how often it was read."""

    word: str
    times: int


class Extreme(NamedTuple):
    """A sentence that is the longest or the shortest: its pair and its length."""

    pair: int
    length: int


@dataclass(frozen=True, slots=True)
class Bins:
    """How many values lie in each interval.

    Attributes:
        edges: one more than there are intervals; the last is infinite where it takes the rest.
        counts: values from an edge to before the next.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SideStatistics:
    """One language of a corpus.

    Attributes:
        lengths: tokens of every sentence read: what stands between spaces, or the characters in
            languages that are written without spaces.
        vocabulary: number of different words, in small letters and without the punctuation at
            their ends.
        words: number of words that these are types of.
        frequent: the most frequent words.
    """

    lengths: NDArray[np.int64]
    vocabulary: int
    words: int
    frequent: tuple[WordCount, ...]

    @property
    def tokens(self) -> int:
        """Tokens of all sentences read."""
        return int(self.lengths.sum())

    @property
    def type_token_ratio(self) -> float:
        """Different words by words: near 1 where hardly a word is repeated."""
        return self.vocabulary / self.words if self.words else 0.0


@dataclass(frozen=True, slots=True)
class CorpusStatistics:
    """What can be told about a corpus from its texts.

    Attributes:
        pairs: of all, by split.
        read: the pairs that the rest was computed from: all, or an even sample of a large corpus.
        source: the source side of the pairs read.
        target: the target side of them.
        median_ratio: the usual length of a target sentence by that of its source sentence.
    """

    pairs: dict[Split, int]
    read: NDArray[np.int64]
    source: SideStatistics
    target: SideStatistics
    median_ratio: float

    @property
    def is_sample(self) -> bool:
        """Whether some pairs were left unread."""
        return len(self.read) < sum(self.pairs.values())

    @property
    def ratios(self) -> NDArray[np.float64]:
        """Target length by source length of every pair read."""
        return length_ratios(self.source.lengths, self.target.lengths)

    @property
    def usual_ratios(self) -> tuple[float, float]:
        """Ratios from the first to the second are usual: up to three times off the median."""
        return self.median_ratio / OUTLIER_FACTOR, self.median_ratio * OUTLIER_FACTOR

    @property
    def outliers(self) -> int:
        """Pairs read whose ratio is not usual."""
        low, high = self.usual_ratios
        ratios = self.ratios
        return int(np.count_nonzero((ratios < low) | (ratios >= high)))


class _SideCounter:
    """Takes the sentences of a side block by block."""

    def __init__(self, language: str) -> None:
        self._has_spaces = has_spaces(language)
        self._lengths: list[NDArray[np.int64]] = []
        self._words: Counter[str] = Counter()

    def add(self, sentences: list[str]) -> None:
        self._lengths.append(token_counts(sentences, has_spaces=self._has_spaces))
        texts = "\n".join(sentences).lower().split()
        tokens = texts if self._has_spaces else chain.from_iterable(texts)
        self._words.update(token.strip(_PUNCTUATION) for token in tokens)

    def result(self) -> SideStatistics:
        del self._words[""]  # what was nothing but punctuation
        lengths = np.concatenate([np.zeros(0, np.int64), *self._lengths])
        frequent = sorted(self._words.items(), key=lambda item: (-item[1], item[0]))
        return SideStatistics(
            lengths,
            len(self._words),
            self._words.total(),
            tuple(WordCount(*item) for item in frequent[:_FREQUENT_WORDS]),
        )


def has_spaces(language: str) -> bool:
    """Whether a language is written with spaces between its words."""
    return primary_language(language) not in WITHOUT_SPACES


def token_counts(sentences: list[str], *, has_spaces: bool) -> NDArray[np.int64]:
    """The length of each sentence: words between spaces, or characters that are no spaces."""
    if has_spaces:
        counts = [len(sentence.split()) for sentence in sentences]
    else:
        counts = [len("".join(sentence.split())) for sentence in sentences]
    return np.array(counts, dtype=np.int64)


def length_ratios(
    source_lengths: NDArray[np.int64], target_lengths: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Target length by source length; no stored sentence is empty."""
    return target_lengths / np.maximum(source_lengths, 1)


def compute_statistics(
    corpus: ParallelCorpus,
    *,
    most_pairs: int = MOST_PAIRS_READ,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> CorpusStatistics | None:
    """Read a corpus once, or an even sample of a larger one.

    Args:
        corpus: what to read.
        most_pairs: how many pairs are read at most.
        progress: told now and then how many pairs of how many were read.
        should_stop: asked now and then.

    Returns:
        None when it was stopped.
    """
    sample = min(len(corpus), most_pairs)
    read = np.linspace(0, len(corpus) - 1, sample).round().astype(np.int64)
    source, target = _SideCounter(corpus.source_language), _SideCounter(corpus.target_language)
    done = 0
    for block in corpus.blocks(read):
        if should_stop():
            return None
        source.add(block.sources)
        target.add(block.targets)
        done += len(block.pairs)
        progress(done, sample)
    sides = (source.result(), target.result())
    ratios = length_ratios(sides[0].lengths, sides[1].lengths)
    median = float(np.median(ratios)) if sample else 1.0
    return CorpusStatistics(corpus.counts(), read, *sides, median)


def length_bins(statistics: CorpusStatistics) -> tuple[Bins, Bins]:
    """The lengths of both sides over the same intervals; the last takes all that is longer."""
    lengths = (statistics.source.lengths, statistics.target.lengths)
    together = np.concatenate(lengths)
    shown = int(np.quantile(together, _SHOWN_QUANTILE)) if len(together) else 1
    width = max(1, -(-shown // _MOST_LENGTH_BINS))
    edges = [*range(1, shown + width, width), np.inf]
    source, target = (_binned(side, np.array(edges, dtype=np.float64)) for side in lengths)
    return source, target


def ratio_bins(statistics: CorpusStatistics) -> Bins:
    """The length ratios, in equal steps of their logarithm around the median.

    The borders between usual and unusual ratios are edges; the outer intervals are open.
    """
    steps = np.arange(1 - _RATIO_BINS_PER_FACTOR, _RATIO_BINS_PER_FACTOR) / _RATIO_BINS_PER_FACTOR
    low, high = statistics.usual_ratios
    inner = statistics.median_ratio * OUTLIER_FACTOR**steps
    return _binned(statistics.ratios, np.array([0.0, low, *inner, high, np.inf]))


def longest(lengths: NDArray[np.int64], read: NDArray[np.int64]) -> Extreme:
    """The first of the longest sentences."""
    place = int(lengths.argmax())
    return Extreme(int(read[place]), int(lengths[place]))


def shortest(lengths: NDArray[np.int64], read: NDArray[np.int64]) -> Extreme:
    """The first of the shortest sentences."""
    place = int(lengths.argmin())
    return Extreme(int(read[place]), int(lengths[place]))


def _binned(values: NDArray[np.int64] | NDArray[np.float64], edges: NDArray[np.float64]) -> Bins:
    places = np.searchsorted(edges, values, side="right") - 1
    counts = np.bincount(places, minlength=len(edges) - 1)
    return Bins(tuple(edges.tolist()), tuple(counts.tolist()))
