"""XLIFF 1.2 and SDLXLIFF: what is not translated yet is filled and its state is set.

Left alone are units that are approved, locked or not to be translated, and those with a target,
but for one that needs translation by its state, or is a copy of the source that nobody touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from attnstudio.corpus.markup import NOT_TRANSLATED, UNTOUCHED
from attnstudio.documents.document import Filled, Segment
from attnstudio.documents.elements import Element, MarkedText, Tag
from attnstudio.documents.exact_text import Edit, ExactText
from attnstudio.documents.units import (
    Side,
    Unit,
    UnitsContent,
    content_of,
    indented,
    new_element,
    refilled,
    replaced_attributes,
    segment_of,
    set_attribute,
)

# The values of XLIFF 1.2 for what a machine translated and nobody has read.
_STATE = {"state": "needs-review-translation", "state-qualifier": "leveraged-mt"}
_FINISHED = frozenset({"final", "signed-off", "translated"})
_OF_TRADOS = {"conf": "Draft", "origin": "mt"}
_UNCONFIRMED = frozenset({"", "Unspecified", "Draft", "RejectedTranslation"})


@dataclass(frozen=True, slots=True)
class _Place:
    """What a unit stands in.

    Attributes:
        number: of the unit, from 1.
        file: the start tag of its file.
        is_open: whether what stands around it is to be translated.
        target_language: what a file that names none is said to be translated into.
        is_of_trados: whether states are written as Trados does.
    """

    number: int
    file: Tag
    is_open: bool
    target_language: str
    is_of_trados: bool

    def new_target(self, source: Tag) -> dict[str, str]:
        """The attributes of a target that is new, beside a source."""
        language = self.file.attributes.get("target-language") or self.target_language
        meant = {"xml:lang": language, "xml:space": source.attributes.get("xml:space", "")}
        return {n: value for n, value in meant.items() if value and n in source.attributes}


@dataclass(frozen=True, slots=True)
class WholeUnit:
    """A unit whose source is one segment.

    Attributes:
        segments: that one.
        source: its source.
        after: what a new target comes behind.
        target: its target, where it has one.
        place: what it stands in.
    """

    segments: tuple[Segment, ...]
    source: Side
    after: Element
    target: Element | None
    place: _Place

    def edits(self, marked: MarkedText, translations: Sequence[Filled | None]) -> list[Edit]:
        """A new target behind the source, or the content of the one that is there."""
        [filled] = translations
        assert filled is not None
        content = content_of(self.source, filled)
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
    place: _Place

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
        for name, segment in _named(self.cut).items():
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
        named = _named(self.cut)
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


def read_xliff(
    text: ExactText, marked: MarkedText, target_language: str, *, is_of_trados: bool
) -> UnitsContent:
    """The units of an XLIFF 1 file.

    Args:
        text: the file.
        marked: the same, looked through.
        target_language: what a file that names none is said to be translated into.
        is_of_trados: whether it is an SDLXLIFF.
    """
    units: list[Unit] = []
    found = marked.elements(frozenset({"trans-unit"}))
    for number, (element, above) in enumerate(found, start=1):
        file = next((tag for tag in reversed(above) if tag.name == "file"), above[0])
        said = [tag.attributes.get("translate") for tag in above]
        is_open = next((value != "no" for value in reversed(said) if value), True)
        place = _Place(number, file, is_open, target_language, is_of_trados)
        units += _units(marked, element, place)
    return UnitsContent(text, marked, tuple(units))


def _units(marked: MarkedText, element: Element, place: _Place) -> Iterator[Unit]:
    source, target = element.child("source"), element.child("target")
    if source is None:
        return
    cut = element.child("seg-source")
    after = cut or source
    if cut is None or not _named(cut):
        cut = source
    is_open = _is_open(element, place)
    if _named(cut):
        unit = _cut_unit(marked, element, cut, place, is_open=is_open)
        if unit.segments:
            yield unit
        return
    read = Side.read(marked, source)
    if read.text:
        old = None if target is None else Side.read(marked, target)
        state = "" if target is None else target.tag.attributes.get("state", "")
        is_done = not is_open or _is_translated(read, old, state)
        segment = segment_of(read, old, f"unit {place.number}", is_done=is_done)
        yield WholeUnit((segment,), read, after, target, place)


def _cut_unit(
    marked: MarkedText, element: Element, cut: Element, place: _Place, *, is_open: bool
) -> CutUnit:
    target = element.child("target")
    state = "" if target is None else target.tag.attributes.get("state", "")
    targets = {} if target is None else _named(target)
    states = {
        each.tag.attributes.get("id", ""): each
        for each in element.all_in()
        if each.tag.name == "seg" and each.tag.prefix == "sdl:"
    }
    sources: dict[str, Side] = {}
    segments = []
    # A target that is not cut is the translation of all, where it is one.
    uncut = Side.read(marked, target) if target is not None and not targets else None
    whole = uncut is not None and _is_translated(Side.read(marked, cut), uncut, state)
    for number, (name, each) in enumerate(_named(cut).items(), start=1):
        source = Side.read(marked, each)
        if not source.text:
            continue
        old = Side.read(marked, targets[name]) if name in targets else None
        is_done = (
            not is_open
            or whole
            or _is_settled(states.get(name))
            or _is_translated(source, old, state)
        )
        sources[name] = source
        where = f"unit {place.number}, segment {number}"
        segments.append(segment_of(source, old, where, is_done=is_done))
    return CutUnit(tuple(segments), sources, cut, target, targets, states, place)


def _is_open(element: Element, place: _Place) -> bool:
    """Whether a unit may be translated."""
    attributes = element.tag.attributes
    translate = attributes.get("translate")
    is_asked = place.is_open if translate is None else translate != "no"
    return is_asked and attributes.get("approved") != "yes"


def _is_settled(state: Element | None) -> bool:
    """Whether Trados says that a segment is locked, or that a person has confirmed it."""
    if state is None:
        return False
    attributes = state.tag.attributes
    return attributes.get("locked") == "true" or attributes.get("conf", "") not in _UNCONFIRMED


def _is_translated(source: Side, target: Side | None, state: str) -> bool:
    if target is None or state in NOT_TRANSLATED:
        return False
    if not target.text:
        return state in _FINISHED
    return not (target.text == source.text and state in UNTOUCHED)


def _segments(element: Element) -> Iterator[Element]:
    """The segments that a text is cut into; none inside another."""
    for child in element.children:
        if child.tag.name == "mrk" and child.tag.attributes.get("mtype") == "seg":
            yield child
        else:
            yield from _segments(child)


def _named(element: Element) -> dict[str, Element]:
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


def _language_edits(marked: MarkedText, place: _Place) -> list[Edit]:
    return set_attribute(marked, place.file, "target-language", place.target_language)
