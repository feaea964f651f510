"""XLIFF 2: segments without a target get one, and count as translated then.

Left alone are segments that are reviewed or final, units that are not to be translated, and
targets that are there, but for a copy of the source in a segment that nobody touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from attnstudio.corpus.line_breaks import breaks_among
from attnstudio.corpus.xliff_units import UNTOUCHED
from attnstudio.documents.document import Filled, Segment
from attnstudio.documents.elements import Element, MarkedText, Tag
from attnstudio.documents.exact_text import Edit, ExactText
from attnstudio.documents.units import (
    Side,
    UnitsContent,
    content_of,
    indented,
    new_element,
    refilled,
    replaced_attributes,
    segment_of,
    set_attribute,
)

_STATE = {"state": "translated"}  # XLIFF 2 has no word for what only a machine has translated
_FINISHED = frozenset({"reviewed", "final"})


@dataclass(frozen=True, slots=True)
class SegmentUnit:
    """A segment of a unit.

    Attributes:
        segments: the one that it is.
        element: where it stands.
        source: its source.
        target: its target, where it has one.
        root: the start tag of the file, which says its languages.
        target_language: what it is said to be translated into where it does not say.
    """

    segments: tuple[Segment, ...]
    element: Element
    source: Side
    target: Element | None
    root: Tag
    target_language: str

    def edits(self, marked: MarkedText, translations: Sequence[Filled | None]) -> list[Edit]:
        """A new target behind the source, or the content of the one that is there."""
        [filled] = translations
        assert filled is not None
        content = content_of(self.source, filled)
        edits = [
            *set_attribute(marked, self.root, "trgLang", self.target_language),
            *replaced_attributes(marked, self.element.tag, _STATE),
        ]
        if self.target is not None:
            return [*edits, *refilled(marked, self.target, content, {})]
        source = self.source.element
        space = source.tag.attributes.get("xml:space", "")
        attributes = {"xml:space": space} if space else {}
        target = new_element(source.tag, "target", content, attributes)
        return [*edits, Edit(source.end, source.end, indented(marked, source, target))]


def read_xliff_two(text: ExactText, marked: MarkedText, target_language: str) -> UnitsContent:
    """The segments of an XLIFF 2 file.

    Args:
        text: the file.
        marked: the same, looked through.
        target_language: what it is said to be translated into where it does not say.
    """
    root = marked.root_tag()
    units = []
    for number, (element, above) in enumerate(marked.elements(frozenset({"unit"})), start=1):
        said = [tag.attributes.get("translate") for tag in (*above, element.tag)]
        is_open = next((value != "no" for value in reversed(said) if value), True)
        segments = [each for each in element.children if each.tag.name == "segment"]
        breaks = breaks_among("dataRef", _natives(marked, element))
        for place, segment in enumerate(segments, start=1):
            where = f"unit {number}" + (f", segment {place}" if len(segments) > 1 else "")
            source, target = segment.child("source"), segment.child("target")
            read = None if source is None else Side.read(marked, source, breaks)
            if read is not None and read.text:
                old = None if target is None else Side.read(marked, target, breaks)
                is_done = not is_open or _is_translated(segment, read, old)
                found = segment_of(read, old, where, is_done=is_done)
                units.append(SegmentUnit((found,), segment, read, target, root, target_language))
    return UnitsContent(text, marked, tuple(units))


def _natives(marked: MarkedText, unit: Element) -> Iterator[tuple[str, str]]:
    """The native code of a unit's tags, by its name."""
    natives = unit.child("originalData")
    for data in natives.children if natives is not None else ():
        raw = marked.text[data.tag.end : data.content_end]
        yield data.tag.attributes.get("id", ""), marked.resolved(raw)


def _is_translated(segment: Element, source: Side, target: Side | None) -> bool:
    state = segment.tag.attributes.get("state", "")
    if target is None or not target.text:
        return state in _FINISHED
    return not (target.text == source.text and state in UNTOUCHED)
