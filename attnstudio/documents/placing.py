"""The tags of a source put back among the words of its translation, by word links.

A pair of tags goes around the words that are linked to those that it stood around: around the run
of words in which most are, less those that are linked to other words only. (Min and max of the
linked words, the usual way, lets one wrong link carry a tag over half a sentence.) Pairs side by
side stay apart, and those inside another stay inside. A tag that stands alone goes before the
word linked to the one that it stood before, or after the one that it stood after.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from attnstudio.corpus.alignment import Span
from attnstudio.documents.document import Filled
from attnstudio.documents.elements import escaped
from attnstudio.documents.inline import Code, Inline
from attnstudio.interpretation.words import word_spans

_Links = Mapping[int, frozenset[int]]


@dataclass(slots=True)
class _Node:
    """A pair of tags or one that stands alone, over the words ``first`` to ``last - 1``."""

    code: Code
    first: int
    last: int
    children: list[_Node] = field(default_factory=list)

    @property
    def is_pair(self) -> bool:
        return self.code.partner is not None


@dataclass(frozen=True, slots=True)
class _Placed:
    """A node at the target words ``start`` to ``end - 1``; one that stands alone before ``start``.

    Attributes:
        clings_back: whether it follows the word before it, and does not precede the one after it.
    """

    node: _Node
    start: int
    end: int
    clings_back: bool = False


def filled_content(inline: Inline, filled: Filled) -> str:
    """The content of a target: a translation with all tags of the source, each exactly once.

    Args:
        inline: the source.
        filled: its translation.
    """
    return inline.before + _placed_among(inline, filled) + inline.after


def _placed_among(inline: Inline, filled: Filled) -> str:
    text = " ".join(filled.text.split())
    if not inline.among:
        return escaped(text)
    words = word_spans(text)
    links = _links_of(filled, len(inline.words), len(words))
    region = _Region(0, len(words), 0, len(inline.words))
    pieces = list(_Placer(text, words, links).rendered(region, _tree(inline)))
    _put_in_order(pieces)
    return "".join(piece.raw if isinstance(piece, Code) else piece for piece in pieces)


def _links_of(filled: Filled, sources: int, targets: int) -> _Links:
    """The target words of each source word; without an alignment those in proportion."""
    found: dict[int, set[int]] = {}
    if filled.alignment is None:
        pairs = [
            (source, min(targets - 1, (2 * source + 1) * targets // (2 * sources)))
            for source in range(sources if targets else 0)
        ]
    else:
        pairs = [(s, t) for s, t in filled.alignment if 0 <= s < sources and 0 <= t < targets]
    for source, target in pairs:
        found.setdefault(source, set()).add(target)
    return {source: frozenset(linked) for source, linked in found.items()}


def _tree(inline: Inline) -> list[_Node]:
    """The tags among the words, each with those that it holds."""
    ends = list(accumulate(word.end - word.start for word in inline.words))
    shown = [0, *ends[:-1]]  # words have no spaces in them, and all else is in one
    levels: list[list[_Node]] = [[]]
    for code in inline.among:
        at = code.shown_before
        begun, ended = bisect_left(shown, at), bisect_right(ends, at)  # words before it
        if code.partner is None:
            levels[-1].append(_Node(code, begun, begun))
        elif code.opens:
            levels[-1].append(_Node(code, ended, ended))
            levels.append(levels[-1][-1].children)
        else:
            levels.pop()
            levels[-1][-1].last = max(levels[-1][-1].first, begun)
    return levels[0]


class _Region(NamedTuple):
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


class _Placer:
    """Finds the places of tags in a translation."""

    def __init__(self, text: str, words: Sequence[Span], links: _Links) -> None:
        self._text, self._words, self._links = text, words, links
        self._linked_from: dict[int, set[int]] = {}
        for source, targets in links.items():
            for target in targets:
                self._linked_from.setdefault(target, set()).add(source)

    def rendered(self, region: _Region, nodes: Sequence[_Node]) -> Iterator[str | Code]:
        """The target words of a region with tags among them."""
        placed = self._places(region, nodes)
        place = region.low
        while True:
            here = [each for each in placed if each.start == place == each.end]
            for each in here:
                if each.clings_back:
                    yield from self._alone(each)
            if region.low < place < region.high and not any(map(_is_the_space, here)):
                yield escaped(self._gap(place))
            for each in here:
                if not each.clings_back:
                    yield from self._alone(each)
            if place == region.high:
                return
            pair = next((each for each in placed if each.start == place < each.end), None)
            if pair is None:
                yield escaped(self._text[slice(*self._words[place])])
                place += 1
            else:
                yield from self._around(pair)
                place = pair.end

    def _around(self, pair: _Placed) -> Iterator[str | Code]:
        """A pair of tags and what is between them."""
        node = pair.node
        assert node.code.partner is not None
        yield node.code
        region = _Region(pair.start, pair.end, node.first, node.last)
        yield from self.rendered(region, node.children)
        yield node.code.partner

    def _alone(self, placed: _Placed) -> Iterator[str | Code]:
        """A tag between two words, with the spaces on both of its sides that it had."""
        if placed.node.is_pair:
            yield from self._around(placed)
            return
        is_at_end = placed.start in (0, len(self._words))
        is_spaced = all(placed.node.code.has_space) and (is_at_end or self._gap(placed.start) != "")
        if is_spaced and placed.clings_back:
            yield " "
        yield placed.node.code
        if is_spaced and not placed.clings_back:
            yield " "

    def _gap(self, place: int) -> str:
        """What stands between a target word and the one before it."""
        return self._text[self._words[place - 1].end : self._words[place].start]

    def _places(self, region: _Region, nodes: Sequence[_Node]) -> list[_Placed]:
        taken: list[_Placed] = []
        for node in nodes:
            if node.is_pair and node.first < node.last:
                taken.append(_Placed(node, *self._run_of(node, region, _free(region, taken))))
        placed = {id(each.node): each for each in taken}
        for node in nodes:
            if id(node) not in placed:
                placed[id(node)] = self._beside(node, region, taken)
        return [placed[id(node)] for node in nodes]

    def _run_of(
        self, node: _Node, region: _Region, free: Sequence[tuple[int, int]]
    ) -> tuple[int, int]:
        """The run of free target words that a pair goes around; empty where none is free."""
        if not free:
            return region.high, region.high
        is_whole = (node.first, node.last) == (region.first, region.last)
        if is_whole and free == [(region.low, region.high)]:
            return region.low, region.high
        best, best_score = free[0], 0
        for start, end in free:
            for score, run in _runs(start, end, lambda word: self._score(word, node)):
                if score > best_score:
                    best, best_score = run, score
        return best if best_score else _in_proportion(node, region, free)

    def _score(self, word: int, node: _Node) -> int:
        """How much more a target word is linked to what a pair is around than to other words."""
        sources = self._linked_from.get(word, set())
        inside = sum(1 for source in sources if node.first <= source < node.last)
        return 2 * inside - len(sources)

    def _beside(self, node: _Node, region: _Region, taken: Sequence[_Placed]) -> _Placed:
        """The gap of a tag that stands alone, outside of all pairs beside it."""
        before, after = node.first - 1, node.first
        follows, precedes = (not has_space for has_space in node.code.has_space)
        first_asked = [before, after] if not precedes else [after, before]
        asked = (*first_asked, *range(before - 1, -1, -1), *range(after + 1, region.last))
        gaps = (self._gap_at(word, node.first, region) for word in asked)
        in_proportion = region.low + round(region.per_word * (node.first - region.first))
        gap = next((gap for gap in gaps if gap is not None), in_proportion)
        for each in taken:
            if each.start < gap < each.end:
                gap = each.start if gap - each.start <= each.end - gap else each.end
        return _Placed(node, gap, gap, gap == region.high or (follows and not precedes))

    def _gap_at(self, word: int, before: int, region: _Region) -> int | None:
        """The gap after or before what is linked to a source word; None where nothing is.

        Args:
            word: which.
            before: the gap goes after the words linked to those before this one.
            region: where it has to be.
        """
        linked = [each for each in self._links.get(word, ()) if region.low <= each < region.high]
        if not linked or not region.first <= word < region.last:
            return None
        return max(linked) + 1 if word < before else min(linked)


def _is_the_space(placed: _Placed) -> bool:
    """Whether a tag stands where there would be a space without it."""
    code = placed.node.code
    return code.is_space and not any(code.has_space)


def _in_proportion(
    node: _Node, region: _Region, free: Sequence[tuple[int, int]]
) -> tuple[int, int]:
    """Where no link helps, a pair goes as far into the translation as it was in the source."""
    middle = region.low + region.per_word * ((node.first + node.last) / 2 - region.first)
    length = max(1, round(region.per_word * (node.last - node.first)))
    start, end = min(free, key=lambda run: max(run[0] - middle, middle - run[1], 0))
    begin = max(start, min(round(middle - length / 2), end - length))
    return begin, min(end, begin + length)


def _free(region: _Region, taken: Sequence[_Placed]) -> list[tuple[int, int]]:
    """The runs of target words that no pair has taken."""
    free, start = [], region.low
    for each in sorted(taken, key=lambda each: each.start):
        if start < each.start:
            free.append((start, each.start))
        start = max(start, each.end)
    if start < region.high:
        free.append((start, region.high))
    return free


def _runs(
    start: int, end: int, score: Callable[[int], int]
) -> Iterator[tuple[int, tuple[int, int]]]:
    """The best run of words up to each word, after its sum (Kadane's maximum subarray)."""
    begin, total = start, 0
    for word in range(start, end):
        if total <= 0:
            begin, total = word, 0
        total += score(word)
        yield total, (begin, word + 1)


def _put_in_order(pieces: list[str | Code]) -> None:
    """Let what opens stand before what closes, of pairs that lie across others."""
    at = {id(piece): place for place, piece in enumerate(pieces) if isinstance(piece, Code)}
    for place, piece in enumerate(pieces):
        if isinstance(piece, Code) and piece.opens and piece.crossing is not None:
            other = at.get(id(piece.crossing))
            if other is not None and other < place:
                pieces[place], pieces[other] = pieces[other], pieces[place]
