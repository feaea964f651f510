"""The tags of a source put back among the words of its translation, by word links.

A pair of tags goes around the words that are linked to those that it stood around: around the run
of words in which most are, less those that are linked to other words only. (Min and max of the
linked words, the usual way, lets one wrong link carry a tag over half a sentence.) Pairs side by
side stay apart, and those inside another stay inside. A tag that stands alone goes before the
word linked to the one that it stood before, or after the one that it stood after.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from attnstudio.corpus.alignment import Span
from attnstudio.documents.document import Filled
from attnstudio.documents.elements import escaped
from attnstudio.documents.free_words import FreeRuns, Gaps, Region, Run, WordLinks
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
    region = Region(0, len(words), 0, len(inline.words))
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


class _Placer:
    """Finds the places of tags in a translation."""

    def __init__(self, text: str, words: Sequence[Span], links: _Links) -> None:
        self._text, self._words = text, words
        self._links = WordLinks(links, len(words))

    def rendered(self, region: Region, nodes: Sequence[_Node]) -> Iterator[str | Code]:
        """The target words of a region with tags among them."""
        alone: dict[int, list[_Placed]] = {}
        pairs: dict[int, _Placed] = {}
        for each in self._places(region, nodes):
            if each.start == each.end:
                alone.setdefault(each.start, []).append(each)
            else:
                pairs[each.start] = each
        place = region.low
        while True:
            yield from self._between(place, region, alone.get(place, ()))
            if place == region.high:
                return
            pair = pairs.get(place)
            if pair is None:
                yield escaped(self._text[slice(*self._words[place])])
                place += 1
            else:
                yield from self._around(pair)
                place = pair.end

    def _between(self, place: int, region: Region, here: Sequence[_Placed]) -> Iterator[str | Code]:
        """The lone tags of a gap, and the space there."""
        for each in here:
            if each.clings_back:
                yield from self._alone(each)
        if region.low < place < region.high and not any(map(_is_the_space, here)):
            yield escaped(self._gap(place))
        for each in here:
            if not each.clings_back:
                yield from self._alone(each)

    def _around(self, pair: _Placed) -> Iterator[str | Code]:
        """A pair of tags and what is between them."""
        node = pair.node
        assert node.code.partner is not None
        yield node.code
        region = Region(pair.start, pair.end, node.first, node.last)
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

    def _places(self, region: Region, nodes: Sequence[_Node]) -> list[_Placed]:
        """Those of pairs first, in their order, then those of lone tags outside of all pairs."""
        free = FreeRuns(region.low, region.high)
        placed: dict[int, _Placed] = {}
        for node in nodes:
            if node.is_pair and node.first < node.last:
                run = self._run_of(node, region, free)
                free.take(run)
                placed[id(node)] = _Placed(node, *run)
        taken = sorted((each.start, each.end) for each in placed.values())
        gaps = self._links.gaps_in(region)
        for node in nodes:
            if id(node) not in placed:
                placed[id(node)] = _beside(node, region, gaps, taken)
        return [placed[id(node)] for node in nodes]

    def _run_of(self, node: _Node, region: Region, free: FreeRuns) -> Run:
        """The run of free target words that a pair goes around; empty where none is free."""
        if not free:
            return region.high, region.high
        if free.is_whole and (node.first, node.last) == (region.first, region.last):
            return region.low, region.high
        best = self._links.best_run(node.first, node.last, region, free)
        return _in_proportion(node, region, free) if best is None else best


def _beside(node: _Node, region: Region, gaps: Gaps, taken: Sequence[Run]) -> _Placed:
    """The gap of a tag that stands alone, outside of all pairs beside it."""
    follows, precedes = (not has_space for has_space in node.code.has_space)
    gap = gaps.beside(node.first, follows=not precedes)
    if gap is None:
        gap = region.low + round(region.per_word * (node.first - region.first))
    at = bisect_left(taken, (gap, 0)) - 1
    if at >= 0 and taken[at][0] < gap < taken[at][1]:
        start, end = taken[at]
        gap = start if gap - start <= end - gap else end
    return _Placed(node, gap, gap, gap == region.high or (follows and not precedes))


def _is_the_space(placed: _Placed) -> bool:
    """Whether a tag stands where there would be a space without it."""
    code = placed.node.code
    return code.is_space and not any(code.has_space)


def _in_proportion(node: _Node, region: Region, free: FreeRuns) -> Run:
    """Where no link helps, a pair goes as far into the translation as it was in the source."""
    middle = region.low + region.per_word * ((node.first + node.last) / 2 - region.first)
    length = max(1, round(region.per_word * (node.last - node.first)))
    start, end = free.nearest(middle)
    begin = max(start, min(round(middle - length / 2), end - length))
    return begin, min(end, begin + length)


def _put_in_order(pieces: list[str | Code]) -> None:
    """Let what opens stand before what closes, of pairs that lie across others."""
    at = {id(piece): place for place, piece in enumerate(pieces) if isinstance(piece, Code)}
    for place, piece in enumerate(pieces):
        if isinstance(piece, Code) and piece.opens and piece.crossing is not None:
            other = at.get(id(piece.crossing))
            if other is not None and other < place:
                pieces[place], pieces[other] = pieces[other], pieces[place]
