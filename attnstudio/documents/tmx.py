"""Translation memories (TMX): a unit that has no variant in the target language gets one.

A variant whose text is there already stays. Texts inside tags (``sub``, such as the title of a
link) are segments of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from attnstudio.corpus.language_codes import nearest_place
from attnstudio.documents.document import DocumentLanguages, Filled, Segment
from attnstudio.documents.elements import Element, MarkedText
from attnstudio.documents.exact_text import Edit, ExactText
from attnstudio.documents.subflows import (
    content_with,
    has_content,
    read_subflows,
    segments_with,
)
from attnstudio.documents.units import (
    Side,
    UnitsContent,
    indented,
    new_element,
    refilled,
)
from attnstudio.errors import DocumentError

_LANGUAGE = "xml:lang"
_OLDER_LANGUAGE = "lang"  # before TMX 1.4
_LISTED_LANGUAGES = 12


@dataclass(frozen=True, slots=True)
class TmxUnit:
    """A unit and its two sides.

    Attributes:
        segments: the one that it has, and the texts inside its tags.
        source: its segment in the source language.
        subflows: the texts inside its tags.
        variant: the variant that this stands in.
        last: the last of its variants.
        target: its segment in the target language; None where there is none.
        language: what a new variant is said to be in.
    """

    segments: tuple[Segment, ...]
    source: Side
    subflows: tuple[Side, ...]
    variant: Element
    last: Element
    target: Element | None
    language: str

    def edits(self, marked: MarkedText, translations: Sequence[Filled | None]) -> list[Edit]:
        """A new variant after the last one, or the text of an empty one."""
        content = content_with(marked, self.source, self.subflows, translations)
        if content is None:
            return []
        if self.target is not None:
            return refilled(marked, self.target, content, {})
        tag = self.variant.tag
        named = _OLDER_LANGUAGE if _LANGUAGE not in tag.attributes else _LANGUAGE
        segment = new_element(self.source.element.tag, "seg", content, {})
        inside = indented(marked, self.source.element, segment)
        end = marked.text[self.source.element.end : self.variant.content_end]
        inside += end if end.isspace() else ""
        variant = new_element(tag, "tuv", inside, {named: self.language})
        return [Edit(self.last.end, self.last.end, indented(marked, self.last, variant))]


def tmx_units(marked: MarkedText) -> list[Element]:
    """The units of a memory, as they stand in it."""
    return [element for element, _ in marked.elements(frozenset({"tu"}))]


def tmx_languages(marked: MarkedText, elements: Sequence[Element]) -> DocumentLanguages:
    """What a memory says to be translated from; the other language where it has two."""
    counts = Counter(_code(variant) for element in elements for variant in _variants(element))
    header = next(marked.tags("header"), None)
    said = header.attributes.get("srclang", "") if header is not None else ""
    codes = [code for code in counts if code]
    if not codes:
        return DocumentLanguages(said, "")
    place = nearest_place(codes, said, "")
    source = codes[place or 0]
    others = [code for code in codes if code != source]
    return DocumentLanguages(source, others[0] if len(others) == 1 else "")


def read_tmx(
    text: ExactText,
    marked: MarkedText,
    elements: Sequence[Element],
    name: str,
    languages: tuple[str, str],
) -> UnitsContent:
    """The units of a memory that have a text in the source language.

    Args:
        text: the file.
        marked: the same, looked through.
        elements: its units, see `tmx_units`.
        name: of the file, for errors.
        languages: codes of source and target.

    Raises:
        DocumentError: no unit has a text in the source language.
    """
    found = Counter(_code(variant) for element in elements for variant in _variants(element))
    codes = list(found)
    known = nearest_place(codes, languages[1], languages[0])
    target = languages[1] if known is None else codes[known]
    units = []
    for number, element in enumerate(elements, start=1):
        unit = _unit(marked, element, languages, target, f"unit {number}")
        if unit is not None:
            units.append(unit)
    if found and nearest_place(codes, *languages) is None:
        raise DocumentError(
            "{name} has no text in {source}.",
            hint="It has: {found}. Choose a model that translates from one of these.",
            name=name,
            source=languages[0],
            found=", ".join(sorted(filter(None, codes))[:_LISTED_LANGUAGES]) or "no language codes",
        )
    return UnitsContent(text, marked, tuple(units))


def _unit(
    marked: MarkedText, element: Element, languages: tuple[str, str], new: str, place: str
) -> TmxUnit | None:
    """A unit; None where it has no text in the source language."""
    variants = [variant for variant in _variants(element) if variant.child("seg")]
    codes = [_code(variant) for variant in variants]
    source_place = nearest_place(codes, *languages)
    if source_place is None:
        return None
    variant = variants[source_place]
    source = _segment(marked, variant)
    subflows = read_subflows(marked, source.element)
    if not (source.text or subflows):
        return None
    target_place = nearest_place(codes, *languages[::-1])
    target = None if target_place is None else _segment(marked, variants[target_place])
    seg = target and target.element
    is_done = bool(target and target.text) if source.text else has_content(marked, seg)
    segments = segments_with(source, subflows, target, place, is_done=is_done)
    return TmxUnit(segments, source, subflows, variant, _variants(element)[-1], seg, new)


def _variants(element: Element) -> list[Element]:
    return [child for child in element.children if child.tag.name == "tuv"]


def _segment(marked: MarkedText, variant: Element) -> Side:
    segment = variant.child("seg")
    assert segment is not None
    return Side.read(marked, segment)


def _code(variant: Element) -> str:
    attributes = variant.tag.attributes
    return (attributes.get(_LANGUAGE) or attributes.get(_OLDER_LANGUAGE) or "").strip()
