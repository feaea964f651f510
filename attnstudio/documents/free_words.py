"""Which words of a translation a pair of tags goes around, and in which gap a lone tag stands.

All that is asked here is answered in about the time that the links of the words in question take,
however long the segment is: some have thousands of tags.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping
from itertools import accumulate, chain
from typing import NamedTuple

Run = tuple[int, int]
"""A run of target words: the first, and the one after the last."""


class Region(NamedTuple):
    """What tags are placed in: target words, and the source words whose tags they are.

    Attributes:
        low: the first target word.
        high: the one after the last.
        first: the first source word.
        last: the one after the last.
    """

    low: int
    high: int
    first: int
    last: int

    @property
    def per_word(self) -> float:
        """How many target words there are for one of the source."""
        return (self.high - self.low) / max(1, self.last - self.first)


class FreeRuns:
    """The runs of words in a region that no pair has taken."""

    def __init__(self, low: int, high: int) -> None:
        self._runs: list[Run] = [(low, high)] if low < high else []
        self._whole = list(self._runs)

    def __bool__(self) -> bool:
        return bool(self._runs)

    @property
    def is_whole(self) -> bool:
        """Whether none is taken."""
        return bool(self._runs) and self._runs == self._whole

    def around(self, word: int) -> Run | None:
        """The run that a word is in; None where it is taken."""
        place = bisect_right(self._runs, (word, word)) if self._runs else 0
        for run in self._runs[max(0, place - 1) : place + 1]:
            if run[0] <= word < run[1]:
                return run
        return None

    def nearest(self, place: float) -> Run:
        """The run nearest to a place, the first of two; there is one."""
        after = bisect_right(self._runs, place, key=lambda run: run[0])
        beside = self._runs[max(0, after - 1) : after + 1]
        return min(beside, key=lambda run: max(run[0] - place, place - run[1], 0))

    def take(self, run: Run) -> None:
        """Take words that are all free."""
        if run[0] == run[1]:
            return
        around = self.around(run[0])
        assert around is not None
        self._runs.remove(around)
        for rest in ((around[0], run[0]), (run[1], around[1])):
            if rest[0] < rest[1]:
                insort(self._runs, rest)


class WordLinks:
    """The links between the words of a source and of its translation.

    Args:
        links: the target words of each source word that has any.
        targets: how many target words there are.
    """

    def __init__(self, links: Mapping[int, frozenset[int]], targets: int) -> None:
        self._of = {source: sorted(linked) for source, linked in sorted(links.items())}
        self._from: list[list[int]] = [[] for _ in range(targets)]
        for source, linked in self._of.items():
            for target in linked:
                self._from[target].append(source)
        self._before = [0, *accumulate(map(len, self._from))]  # links of the words before each

    def best_run(self, first: int, last: int, region: Region, free: FreeRuns) -> Run | None:
        """The run of free words in which most are linked to those from ``first`` to ``last - 1``.

        Words that are linked to others count against it: the sum of a run is largest (Kadane's
        maximum subarray, over those words alone that are linked to what is asked for). None where
        no run has more links to these than to others.
        """
        best, best_sum = None, 0
        begin = total = previous = 0
        within: Run | None = None
        for word in self._linked(first, last, region):
            around = free.around(word)
            if around is None:
                continue
            total -= self._before[word] - self._before[previous + 1] if around == within else total
            if total <= 0:
                begin, total = word, 0
            total += self._score(word, first, last)
            previous, within = word, around
            if total > best_sum:
                best, best_sum = (begin, word + 1), total
        return best

    def _linked(self, first: int, last: int, region: Region) -> list[int]:
        """The target words of a region that are linked to some source words."""
        of = (self._of.get(source, ()) for source in range(first, last))
        return sorted({t for t in chain.from_iterable(of) if region.low <= t < region.high})

    def _score(self, word: int, first: int, last: int) -> int:
        """How much more a target word is linked to some source words than to others."""
        sources = self._from[word]
        return 2 * (bisect_left(sources, last) - bisect_left(sources, first)) - len(sources)

    def gaps_in(self, region: Region) -> Gaps:
        """Where lone tags of a region can go."""
        found = {}
        for source in range(region.first, region.last):
            linked = [t for t in self._of.get(source, ()) if region.low <= t < region.high]
            if linked:
                found[source] = (linked[0], linked[-1] + 1)
        return Gaps(found)


class Gaps:
    """The gaps before and after what is linked to each source word of a region.

    Args:
        ends: the first word linked to each that has any there, and the one after the last.
    """

    def __init__(self, ends: Mapping[int, Run]) -> None:
        self._ends = ends
        self._sources = list(ends)  # in their order

    def beside(self, place: int, *, follows: bool) -> int | None:
        """The gap of a tag that stands before the source word of a place.

        It goes after the words linked to those before it, or before those linked to the ones behind
        it: the nearest word decides, then those before it, then the others. None where no word has
        a link.

        Args:
            place: a source word, counted from 0.
            follows: whether the word before it is asked before the one behind it.
        """
        near = (place - 1, place) if follows else (place, place - 1)
        known = next((word for word in near if word in self._ends), None)
        if known is None:
            at = bisect_left(self._sources, place)
            if not self._sources:
                return None
            known = self._sources[at - 1] if at else self._sources[0]
        first, end = self._ends[known]
        return end if known < place else first
