"""A bilingual word list of a corpus: which words and short groups of words translate each other.

Words that differ in capitals alone are one entry, shown as they are written most often (`Hund`, but
`the`); the first word of a sentence, which has a capital in any case, tells that only of words that
stand nowhere else. Signs are left out. Words that are linked together are one entry (see
`link_groups`); where others stand between them it is told by three dots: ``ne … pas``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from attnstudio.alignment.link_chances import THRESHOLD
from attnstudio.alignment.link_groups import LinkGroup, are_neighbours, group_links
from attnstudio.corpus.alignment import Span
from attnstudio.corpus.capitals import without_capitals
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.corpus.text import makes_words
from attnstudio.project.corpus_links import PairLinks
from attnstudio.project.standing_links import StandingLinks

_GAP = " … "
_ENDS = frozenset(".!?…:")  # of sentences, also before what somebody says
MOST_EXAMPLES = 3
_TOLD_EVERY = 200  # pairs


@dataclass(frozen=True, slots=True)
class WordEntry:
    """One word, or a few, with one translation.

    Attributes:
        source: as the source side writes it.
        target: as the target side writes it.
        count: how often they are linked.
        share: of all links of the source word, those to this target: from 0 to 1.
        target_share: of all links of the target word, those to this source.
        confidence: the mean of these links.
        examples: the pairs, at most three, where they are linked most surely, the shortest first.
    """

    source: str
    target: str
    count: int
    share: float
    target_share: float
    confidence: float
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WordList:
    """The entries of a corpus: the most frequent first, then the surest."""

    entries: tuple[WordEntry, ...]


def make_word_list(
    corpus: ParallelCorpus,
    links: StandingLinks,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> WordList | None:
    """The word list of a corpus.

    Args:
        corpus: in the direction of its links.
        links: of this corpus, as they stand.
        progress: told how many pairs of how many were read.
        should_stop: asked now and then.

    Returns:
        None when it was stopped.

    Raises:
        CorpusError: the corpus is damaged.
    """
    counting = _Counting(corpus)
    for block in corpus.blocks(np.arange(len(corpus))):
        for pair, source, target in zip(block.pairs.tolist(), *block[1:], strict=True):
            counting.add(pair, source, target, links[pair])
            if (pair + 1) % _TOLD_EVERY == 0 or pair + 1 == len(corpus):
                progress(pair + 1, len(corpus))
                if should_stop():
                    return None
    return counting.word_list()


def word_groups_of(source: str, target: str, links: PairLinks) -> Iterator[LinkGroup]:
    """The groups of words of a pair that translate each other, without signs."""
    above = np.flatnonzero(links.confidences > THRESHOLD).tolist()
    words = (
        [any(map(makes_words, text[start:end])) for start, end in spans]
        for text, spans in ((source, links.source_spans), (target, links.target_spans))
    )
    source_words, target_words = words
    sure = {links.links[place]: float(links.confidences[place]) for place in above}
    yield from group_links(
        {
            link: confidence
            for link, confidence in sure.items()
            if source_words[link.source] and target_words[link.target]
        }
    )


def spans_of_entry(
    entry: WordEntry, corpus: ParallelCorpus, pair: int, links: PairLinks
) -> tuple[list[Span], list[Span]]:
    """Where the words of an entry stand in a pair that shows it, on both sides."""
    spans: tuple[list[Span], list[Span]] = ([], [])
    source, target = corpus.source(pair), corpus.target(pair)
    languages = corpus.source_language, corpus.target_language
    wanted = tuple(map(without_capitals, (entry.source, entry.target), languages))
    for group in word_groups_of(source, target, links):
        written = (
            _written(source, links.source_spans, group.sources),
            _written(target, links.target_spans, group.targets),
        )
        if tuple(map(without_capitals, written, languages)) == wanted:
            spans[0].extend(links.source_spans[place] for place in group.sources)
            spans[1].extend(links.target_spans[place] for place in group.targets)
    return spans


@dataclass(slots=True)
class _Counted:
    """What was seen of one entry."""

    count: int = 0
    confidence: float = 0.0
    examples: list[tuple[float, int, int]] = field(default_factory=list)

    def add(self, confidence: float, characters: int, pair: int) -> None:
        self.count += 1
        self.confidence += confidence
        self.examples.append((-round(confidence, 1), characters, pair))
        if len(self.examples) > MOST_EXAMPLES:
            self.examples.remove(max(self.examples))


class _Counting:
    """Counts the entries of pairs."""

    def __init__(self, corpus: ParallelCorpus) -> None:
        self._entries: dict[tuple[str, str], _Counted] = {}
        self._sides = _Spellings(corpus.source_language), _Spellings(corpus.target_language)

    def add(self, pair: int, source: str, target: str, links: PairLinks) -> None:
        """Count what is linked in a pair."""
        for group in word_groups_of(source, target, links):
            key = (
                self._sides[0].key(source, links.source_spans, group.sources),
                self._sides[1].key(target, links.target_spans, group.targets),
            )
            counted = self._entries.setdefault(key, _Counted())
            counted.add(group.confidence, len(source), pair)

    def word_list(self) -> WordList:
        """What was counted."""
        totals: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        for key, counted in self._entries.items():
            for side in (0, 1):
                totals[side][key[side]] += counted.count
        entries = (
            WordEntry(
                self._sides[0].usual(key[0]),
                self._sides[1].usual(key[1]),
                counted.count,
                counted.count / totals[0][key[0]],
                counted.count / totals[1][key[1]],
                counted.confidence / counted.count,
                tuple(pair for _, _, pair in sorted(counted.examples, key=lambda one: one[1:])),
            )
            for key, counted in self._entries.items()
        )
        return WordList(
            tuple(sorted(entries, key=lambda e: (-e.count, -e.confidence, e.source, e.target)))
        )


class _Spellings:
    """How the words of a side are written."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._within: dict[str, Counter[str]] = {}  # a sentence, where a capital says something
        self._first: dict[str, Counter[str]] = {}

    def key(self, text: str, spans: Sequence[Span], places: Sequence[int]) -> str:
        """What spellings with other capitals share; counts that of these words."""
        written = _written(text, spans, places)
        key = without_capitals(written, self._language)
        spellings = self._first if _begins(text, spans, places[0]) else self._within
        spellings.setdefault(key, Counter())[written] += 1
        return key

    def usual(self, key: str) -> str:
        """The most frequent spelling; of equally frequent ones that with fewer capitals."""
        spellings = self._within.get(key) or self._first[key]
        return max(spellings, key=lambda written: (spellings[written], written))


def _begins(text: str, spans: Sequence[Span], place: int) -> bool:
    """Whether no word of its sentence stands before a word."""
    for start, end in reversed(spans[:place]):
        before = text[start:end]
        if any(map(makes_words, before)):
            return False
        if not _ENDS.isdisjoint(before):
            return True
    return True


def _written(text: str, spans: Sequence[Span], places: Sequence[int]) -> str:
    """The words in these places; what stands in a gap between them is left out."""
    parts: list[list[int]] = []
    for place in places:
        if parts and are_neighbours((parts[-1][-1], place)):
            parts[-1].append(place)
        else:
            parts.append([place])
    return _GAP.join(text[spans[part[0]].start : spans[part[-1]].end] for part in parts)
