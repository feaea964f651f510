"""What the word links of a corpus say about its pairs that a person may want to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from attnstudio.alignment.link_chances import THRESHOLD
from attnstudio.alignment.spelling import folded, is_punctuation
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.project.translation_scores import DOUBTFUL, translation_scores
from attnstudio.project.word_partners import (
    LinkedPair,
    LinksOfPairs,
    WordPartners,
    linked_pairs,
)

_STEM = 4  # letters: forms of a word share their links
_KNOWN_TIMES = 10  # elsewhere, before anything is usual for a word
_LEAST_LINKS = 3
_WEAK = 0.65  # mean confidence of the links: most of them only one direction draws
_MOST_SEEN = 0.1  # times a pair: words like "the" are linked in too many ways
_MOSTLY_LINKED = 0.9  # share of a word's times elsewhere
_USUAL = 0.5  # share from which on a partner is what a word is usually linked to
_RARE = 0.03  # share below which a partner is none
_TOLD_EVERY = 200  # pairs


class FindingKind(StrEnum):
    """What may be wrong with a pair."""

    NOT_TRANSLATED = "not_translated"
    WEAK = "weak"
    UNLINKED = "unlinked"
    UNUSUAL = "unusual"


@dataclass(frozen=True, slots=True)
class LinkFinding:
    """Something about a pair that a person may want to look at.

    Attributes:
        kind: what it is.
        pair: its place in the corpus, counted from 0.
        sources: places of the source words that it is about; none where it is about the pair.
        targets: places of the target words.
        usual: what the word is usually linked to, the most frequent first, each in its most
            frequent form; empty where it is about the pair.
        figure: from 0 to 1, the lower the more doubtful. `NOT_TRANSLATED`: the score of the pair,
            where 1 is what is usual in the corpus; `WEAK`: the mean confidence of its links, of
            which .5 is all that one direction alone can give; `UNLINKED`: the share of
            its other places where the word is expected to have no link; `UNUSUAL`: where the source
            word is expected to be linked like here.
    """

    kind: FindingKind
    pair: int
    sources: tuple[int, ...]
    targets: tuple[int, ...]
    usual: tuple[str, ...]
    figure: float


def find_in_links(
    corpus: ParallelCorpus,
    links: LinksOfPairs,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> list[LinkFinding] | None:
    """Look for doubtful pairs and words; of a pair that is no translation nothing else is said.

    Args:
        corpus: in the direction of its links.
        links: of this corpus.
        progress: told how much of how much was read.
        should_stop: asked now and then.

    Returns:
        The findings, kind by kind, the most doubtful first; None when it was stopped.
    """
    count = len(corpus)
    scores = translation_scores(
        corpus,
        links,
        progress=lambda done, total: progress(done * count // max(1, total), 2 * count),
        should_stop=should_stop,
    )
    if scores is None:
        return None
    looking = _Looking()
    for pair in linked_pairs(corpus, links, _stem):
        looking.count(pair)
    found: list[LinkFinding] = []
    for number, pair in enumerate(linked_pairs(corpus, links, _stem)):
        if scores[number] < DOUBTFUL:
            score = float(scores[number])
            found.append(LinkFinding(FindingKind.NOT_TRANSLATED, number, (), (), (), score))
        elif not np.isnan(scores[number]):
            found += looking.look(number, pair)
        if number % _TOLD_EVERY == 0:
            progress(count + number, 2 * count)
            if should_stop():
                return None
    progress(2 * count, 2 * count)
    order = list(FindingKind)
    return sorted(found, key=lambda one: (order.index(one.kind), one.figure, one.pair))


class _Looking:
    """Knows how the words of the corpus are linked, and looks at one pair after another."""

    def __init__(self) -> None:
        self._partners = WordPartners()
        self._times_linked: tuple[dict[str, int], dict[str, int]] = ({}, {})
        self._pairs = 0
        self._spellings: tuple[dict[str, Counter[str]], dict[str, Counter[str]]] = ({}, {})

    def count(self, pair: LinkedPair) -> None:
        self._partners.add(pair)
        self._pairs += 1
        for spellings, words, written in zip(
            self._spellings, pair.words, pair.written, strict=True
        ):
            for word, spelling in zip(words, written, strict=True):
                spellings.setdefault(word, Counter())[spelling] += 1
        for side, places in enumerate(_linked_places(pair)):
            for place in places:
                word = pair.words[side][place]
                self._times_linked[side][word] = self._times_linked[side].get(word, 0) + 1

    def look(self, number: int, pair: LinkedPair) -> Iterator[LinkFinding]:
        strong = [
            confidence
            for link, confidence in zip(pair.links, pair.confidences, strict=True)
            if confidence > THRESHOLD and not is_punctuation(pair.words[0][link.source])
        ]
        if len(strong) >= _LEAST_LINKS and (mean := float(np.mean(strong))) < _WEAK:
            yield LinkFinding(FindingKind.WEAK, number, (), (), (), mean)
        yield from self._unlinked(number, pair)
        yield from self._unusual(number, pair)

    def _unlinked(self, number: int, pair: LinkedPair) -> Iterator[LinkFinding]:
        """Words without any link here that elsewhere mostly have one."""
        linked = _linked_places(pair)
        touched = [{link[side] for link in pair.links} for side in (0, 1)]
        for side in (0, 1):
            for place, word in enumerate(pair.words[side]):
                if place in touched[side] or not self._tells(side, word):
                    continue
                here = pair.words[side].count(word)
                times = self._partners.seen[side][word] - here
                links_here = sum(pair.words[side][other] == word for other in linked[side])
                links = self._times_linked[side].get(word, 0) - links_here
                if times < _KNOWN_TIMES or links < _MOSTLY_LINKED * times:
                    continue
                usual = _usual(self._partners.elsewhere(pair, side, word))
                if usual:
                    yield LinkFinding(
                        kind=FindingKind.UNLINKED,
                        pair=number,
                        sources=() if side else (place,),
                        targets=(place,) if side else (),
                        usual=self._spelled(1 - side, usual),
                        figure=_estimate(times - links, times),
                    )

    def _unusual(self, number: int, pair: LinkedPair) -> Iterator[LinkFinding]:
        """Links of two words that both are usually linked to something else."""
        by_source: dict[int, set[str]] = {}
        for link, confidence in zip(pair.links, pair.confidences, strict=True):
            if confidence > THRESHOLD:
                by_source.setdefault(link.source, set()).add(pair.words[1][link.target])
        for link, confidence in zip(pair.links, pair.confidences, strict=True):
            source, target = pair.words[0][link.source], pair.words[1][link.target]
            if confidence <= THRESHOLD or not (self._tells(0, source) and self._tells(1, target)):
                continue
            times = self._partners.seen[0][source] - pair.words[0].count(source)
            if times < _KNOWN_TIMES:
                continue
            shares = self._partners.elsewhere(pair, 0, source)
            usual = _usual(shares)
            share = shares.get(target, 0.0)
            if not usual or share >= _RARE or by_source[link.source] & set(usual):
                continue
            back = self._partners.elsewhere(pair, 1, target)
            if _usual(back) and back.get(source, 0.0) < _RARE:
                yield LinkFinding(
                    kind=FindingKind.UNUSUAL,
                    pair=number,
                    sources=(link.source,),
                    targets=(link.target,),
                    usual=self._spelled(1, usual),
                    figure=_estimate(share * times, times),
                )

    def _spelled(self, side: int, words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self._spellings[side][word].most_common(1)[0][0] for word in words)

    def _tells(self, side: int, word: str) -> bool:
        """Whether it is a word, and none that stands nearly everywhere."""
        times = self._partners.seen[side][word]
        return times <= max(_MOST_SEEN * self._pairs, _KNOWN_TIMES + 1) and not is_punctuation(word)


def _estimate(found: float, times: int) -> float:
    """A share as it is expected elsewhere (Laplace's rule): many times say more than few."""
    return (found + 1) / (times + 2)


def _stem(word: str) -> str:
    return folded(word)[:_STEM]


def _usual(shares: dict[str, float]) -> tuple[str, ...]:
    """The partners of a word that most of its links go to, if there are such."""
    usual = [partner for partner, share in shares.items() if share >= _USUAL / 2]
    if not usual or max(shares[partner] for partner in usual) < _USUAL:
        return ()
    return tuple(sorted(usual, key=lambda partner: -shares[partner]))


def _linked_places(pair: LinkedPair) -> tuple[set[int], set[int]]:
    """Which words of a pair have a link."""
    linked: tuple[set[int], set[int]] = (set(), set())
    for link, confidence in zip(pair.links, pair.confidences, strict=True):
        if confidence > THRESHOLD:
            for side in (0, 1):
                linked[side].add(link[side])
    return linked
