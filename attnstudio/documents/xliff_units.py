"""What changes in a unit of XLIFF 1.2 or SDLXLIFF that is filled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from attnstudio.corpus.line_breaks import Breaks
from attnstudio.documents.document import Filled, Segment
from attnstudio.documents.elements import Element, MarkedText, Tag
from attnstudio.documents.exact_text import Edit
from attnstudio.documents.subflows import content_with
from attnstudio.documents.units import (
    Side,
    content_of,
    indented,
    new_element,
    refilled,
    replaced_attributes,
    set_attribute,
)

# The values of XLIFF 1.2 for what a machine translated and nobody has read.
_STATE = {"state": "needs-review-translation", "state-qualifier": "leveraged-mt"}
_OF_TRADOS = {"conf": "Draft", "origin": "mt"}


@dataclass(frozen=True, slots=True)
class Place:
    """What a unit stands in.

    Attributes:
        number: of the unit, from 1.
        file: the start tag of its file.
        is_open: whether what stands around it is to be translated.
        target_language: what a file that names none is said to be translated into.
        is_of_trados: whether states are written as Trados does.
        breaks: which tags part words, by what Trados says of them for a file.
    """

    number: int
    file: Tag
    is_open: bool
    target_language: str
    is_of_trados: bool
    breaks: Breaks

    def new_target(self, source: Tag) -> dict[str, str]:
        """The attributes of a target that is new, beside a source."""
        language = self.file.attributes.get("target-language") or self.target_language
        meant = {"xml:lang": language, "xml:space": source.attributes.get("xml:space", "")}
        return {n: value for n, value in meant.items() if value and n in source.attributes}


@dataclass(frozen=True, slots=True)
class WholeUnit:
    """A unit whose source is one segment.

    Attributes:
        segments: that one, and the texts inside its tags.
        source: its source.
        subflows: the texts inside its tags.
        after: what a new target comes behind.
        target: its target, where it has one.
        place: what it stands in.
    """

    segments: tuple[Segment, ...]
    source: Side
    subflows: tuple[Side, ...]
    after: Element
    target: Element | None
    place: Place

    def edits(self, marked: MarkedText, translations: Sequence[Filled | None]) -> list[Edit]:
        """A new target behind the source, or the content of the one that is there."""
        content = content_with(marked, self.source, self.subflows, translations)
        if content is None:
            return []
        state = {} if self.place.is_of_trados else _STATE
        edits = _language_edits(marked, self.place)
        if self.target is not None:
            return [*edits, *refilled(marked, self.target, content, state)]
        tag, end = self.source.element.tag, self.after.end
        target = new_element(tag, "target", content, {**self.place.new_target(tag), **state})
        return [*edits, Edit(end, end, indented(marked, self.after, target))]


@dataclass(frozen=True, slots=True)
class CutUnit:
    """A unit whose source is cut into segments by ``mrk`` elements.

    Attributes:
        segments: those that have words.
        sources: the same, by their names.
        cut: the element that they stand in.
        target: the target of the unit, where it has one.
        targets: the segments in it.
        states: where Trados keeps the state of each.
        place: what it stands in.
    """

    segments: tuple[Segment, ...]
    sources: dict[str, Side]
    cut: Element
    target: Element | None
    targets: dict[str, Element]
    states: dict[str, Element]
    place: Place

    def edits(self, marked: MarkedText, translations: Sequence[Filled | None]) -> list[Edit]:
        """Segments filled in the target, where it lacks them beside those that stand before."""
        contents = {
            name: content_of(source, filled)
            for (name, source), filled in zip(self.sources.items(), translations, strict=True)
            if filled is not None
        }
        edits = _language_edits(marked, self.place)
        for name in contents:
            if name in self.states:
                edits += replaced_attributes(marked, self.states[name].tag, _OF_TRADOS)
        is_whole = all(
            segment.is_done or filled is not None
            for segment, filled in zip(self.segments, translations, strict=True)
        )
        state = _STATE if is_whole and not self.place.is_of_trados else {}
        if self.target is None or not self.targets:
            return [*edits, *self._new_target(marked, contents, state)]
        return [*edits, *self._completed(marked, contents, state)]

    def _new_target(
        self, marked: MarkedText, contents: dict[str, str], state: dict[str, str]
    ) -> list[Edit]:
        """A target that is cut as the source is; segments that are not filled stay empty."""
        pieces, done = [], self.cut.tag.end
        for name, segment in segments_by_name(self.cut).items():
            pieces.append(marked.text[done : segment.tag.end])
            done = segment.tag.end
            if name in self.sources:
                pieces.append(contents.get(name, ""))
                done = segment.content_end
        content = "".join((*pieces, marked.text[done : self.cut.content_end]))
        if self.target is not None:
            return refilled(marked, self.target, content, state)
        attributes = {**self.place.new_target(self.cut.tag), **state}
        target = new_element(self.cut.tag, "target", content, attributes)
        return [Edit(self.cut.end, self.cut.end, indented(marked, self.cut, target))]

    def _completed(
        self, marked: MarkedText, contents: dict[str, str], state: dict[str, str]
    ) -> list[Edit]:
        """Segments of the target filled, and those that it lacks put behind the one before."""
        assert self.target is not None
        edits = replaced_attributes(marked, self.target.tag, state)
        at = first = min(each.tag.start for each in self.targets.values())
        named = segments_by_name(self.cut)
        spaces = _spaces_between(marked, list(named.values()))
        for (name, segment), (before, after) in zip(named.items(), spaces, strict=True):
            if name in self.targets:
                at = self.targets[name].end
                if name in contents:
                    edits += refilled(marked, self.targets[name], contents[name], {})
            elif name in contents:
                start = marked.text[segment.tag.start : segment.tag.end]
                end = marked.text[segment.content_end : segment.end]
                new = f"{start}{contents[name]}{end}"
                edits.append(Edit(at, at, new + after if at == first else before + new))
        return edits


def _segments(element: Element) -> Iterator[Element]:
    """The segments that a text is cut into; none inside another."""
    for child in element.children:
        if child.tag.name == "mrk" and child.tag.attributes.get("mtype") == "seg":
            yield child
        else:
            yield from _segments(child)


def segments_by_name(element: Element) -> dict[str, Element]:
    """The segments that a text is cut into, by their names, or by their places without names."""
    return {
        segment.tag.attributes.get("mid") or f"#{place}": segment
        for place, segment in enumerate(_segments(element))
    }


def _spaces_between(marked: MarkedText, segments: list[Element]) -> list[tuple[str, str]]:
    """The spaces before and after each segment, up to those beside it; nothing for other text."""
    gaps = [marked.text[one.end : other.tag.start] for one, other in pairwise(segments)]
    spaces = ["", *(gap if gap.isspace() else "" for gap in gaps), ""]
    return list(pairwise(spaces))


def _language_edits(marked: MarkedText, place: Place) -> list[Edit]:
    return set_attribute(marked, place.file, "target-language", place.target_language)
