"""How words are linked over a whole corpus, and what that says of one pair without the pair itself.

A rare word is linked to whatever stands in its sentence, however surely: only other sentences can
tell whether it translates that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from attnstudio.alignment.spelling import folded
from attnstudio.corpus.alignment import Link, Span
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.project.corpus_links import PairLinks

Counts = tuple[Counter[str], Counter[str]]


class LinksOfPairs(Protocol):
    """The links of each pair of a corpus, such as `CorpusLinks`.

    Attributes:
        scores: one a pair; not a number (NaN) where it was too long to be aligned.
    """

    scores: NDArray[np.float32]

    def __len__(self) -> int: ...

    def __getitem__(self, pair: int, /) -> PairLinks: ...


@dataclass(frozen=True, slots=True)
class LinkedPair:
    """The words of a pair, as they are counted, and its links.

    Attributes:
        words: the source words, and the target words.
        written: these words as they are written.
        links: all that are kept.
        confidences: of each link.
        are_given: whether a person gave the links.
    """

    words: tuple[list[str], list[str]]
    written: tuple[list[str], list[str]]
    links: tuple[Link, ...]
    confidences: list[float]
    are_given: bool


def linked_pairs(
    corpus: ParallelCorpus, links: LinksOfPairs, key: Callable[[str], str] = folded
) -> Iterator[LinkedPair]:
    """All pairs of a corpus, in order.

    Args:
        corpus: in the direction of its links.
        links: of this corpus.
        key: what words are counted as one; by default those that differ in case or accents alone.
    """
    known: dict[str, str] = {}

    def counted(words: Iterable[str]) -> list[str]:
        return [known.get(word) or known.setdefault(word, key(word)) for word in words]

    for block in corpus.blocks(np.arange(len(corpus))):
        for pair, source, target in zip(block.pairs.tolist(), *block[1:], strict=True):
            found = links[pair]
            written = _cut(source, found.source_spans), _cut(target, found.target_spans)
            words = counted(written[0]), counted(written[1])
            confidences = found.confidences.tolist()
            yield LinkedPair(words, written, found.links, confidences, found.are_given)


class WordPartners:
    """What each word is linked to; add every pair, then ask about any of them.

    Attributes:
        seen: how often each source word, and each target word, stands in the corpus.
    """

    def __init__(self) -> None:
        self.seen: Counts = (Counter(), Counter())
        self._linked: dict[str, dict[str, float]] = {}
        self._back: dict[str, dict[str, float]] = {}

    def add(self, pair: LinkedPair) -> None:
        """Count the words and links of a pair."""
        for counter, words in zip(self.seen, pair.words, strict=True):
            counter.update(words)
        for (source, target), confidence in _own(pair).items():
            for table, word, partner in (
                (self._linked, source, target),
                (self._back, target, source),
            ):
                partners = table.setdefault(word, {})
                partners[partner] = partners.get(partner, 0.0) + confidence

    def elsewhere(self, pair: LinkedPair, side: int, word: str) -> dict[str, float]:
        """To what a word of a pair is linked in other pairs, as shares of its times there.

        Args:
            pair: that was added.
            side: 0 for a source word, 1 for a target word.
            word: one of its words.

        Returns:
            Empty where it stands in no other pair.
        """
        times = self.seen[side][word] - pair.words[side].count(word)
        if times <= 0:
            return {}
        shares = dict((self._linked, self._back)[side].get(word, {}))
        for link, confidence in _own(pair).items():
            if link[side] == word:
                shares[link[1 - side]] -= confidence
        return {partner: share / times for partner, share in shares.items() if share > 0.0}

    def translated_elsewhere(self, pair: LinkedPair) -> NDArray[np.float32]:
        """For every word of a pair how surely one of its words there translates it in other pairs.

        Returns:
            From 0 to 1, source words before target words; not a number where a word stands in no
            other pair: (words,).
        """
        own = _own(pair)
        here: Counts = (Counter(pair.words[0]), Counter(pair.words[1]))
        times = [
            {word: self.seen[side][word] - count for word, count in here[side].items()}
            for side in (0, 1)
        ]
        best: tuple[dict[str, float], dict[str, float]] = ({}, {})
        for source in here[0]:
            partners = self._linked.get(source, {})
            for target in partners.keys() & here[1].keys():
                share = max(0.0, partners[target] - own.get((source, target), 0.0))
                for side, word in ((0, source), (1, target)):
                    if times[side][word] > 0:
                        found = share / times[side][word]
                        best[side][word] = max(best[side].get(word, 0.0), found)
        figures = [
            best[side].get(word, 0.0) if times[side][word] > 0 else np.nan
            for side in (0, 1)
            for word in pair.words[side]
        ]
        return np.minimum(np.array(figures, np.float32), np.float32(1.0))


def _cut(text: str, spans: Iterable[Span]) -> list[str]:
    return [text[start:end] for start, end in spans]


def _own(pair: LinkedPair) -> dict[tuple[str, str], float]:
    """The links of one pair by their words; those of a word that stands there twice are added."""
    own: dict[tuple[str, str], float] = {}
    for link, confidence in zip(pair.links, pair.confidences, strict=True):
        words = pair.words[0][link.source], pair.words[1][link.target]
        own[words] = own.get(words, 0.0) + confidence
    return own
