"""The units of an XML document, and how their targets come into its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, Protocol

from attnstudio.corpus.language_codes import language_of, nearness
from attnstudio.corpus.line_breaks import Breaks
from attnstudio.documents.document import DocumentLanguages, Filled, Segment
from attnstudio.documents.elements import Element, MarkedText, Tag, with_attributes
from attnstudio.documents.exact_text import Edit, ExactText
from attnstudio.documents.inline import Inline, read_inline
from attnstudio.documents.placing import filled_content
from attnstudio.errors import DocumentError


class Unit(Protocol):
    """Segments whose targets come into a document together."""

    @property
    def segments(self) -> tuple[Segment, ...]:
        """What there is to translate in it, and what is done."""

    def edits(self, marked: MarkedText, translations: Sequence[Filled | None]) -> list[Edit]:
        """What changes where targets are filled; at least one of the translations is given."""


@dataclass(frozen=True, slots=True)
class UnitsContent:
    """An XML document that is made of units.

    Attributes:
        text: all of it.
        marked: the same, looked through.
        units: in the order of the document.
    """

    text: ExactText
    marked: MarkedText
    units: tuple[Unit, ...]

    @property
    def segments(self) -> tuple[Segment, ...]:
        """Those of all units."""
        return tuple(segment for unit in self.units for segment in unit.segments)

    def filled(self, translations: Sequence[Filled | None]) -> bytes:
        """The document with targets; a character that its encoding lacks is written by number."""
        rest = iter(translations)
        edits: dict[Edit, None] = {}  # a language is said once, though each unit asks for it
        for unit in self.units:
            own = list(islice(rest, len(unit.segments)))
            if any(each is not None for each in own):
                edits.update(dict.fromkeys(unit.edits(self.marked, own)))
        return self.text.edited(edits, errors="xmlcharrefreplace")


class Side(NamedTuple):
    """An element with text, such as a source or a target.

    Attributes:
        element: where it stands.
        inline: its words and tags.
    """

    element: Element
    inline: Inline

    @classmethod
    def read(cls, marked: MarkedText, element: Element, breaks: Breaks = frozenset()) -> Side:
        """The words and tags of an element; see `read_inline`."""
        return cls(element, read_inline(marked, element.tag.end, element.content_end, breaks))

    @property
    def text(self) -> str:
        """Its words."""
        return self.inline.text


def segment_of(source: Side, target: Side | None, place: str, *, is_done: bool) -> Segment:
    """A segment of two elements; a target without words is none."""
    text = (target.text if target is not None else "") or None
    return Segment(source.text, text, is_done, place, bool(source.inline.among))


def refilled(
    marked: MarkedText, element: Element, content: str, attributes: dict[str, str]
) -> list[Edit]:
    """What gives an element another content, and some attributes."""
    tag = element.tag
    if tag.is_empty:
        changed = with_attributes(marked.text[tag.start : tag.end], attributes)
        opened = changed.removesuffix("/>").rstrip()
        whole = f"{opened}>{content}</{tag.prefix}{tag.name}>"
        return [Edit(tag.start, tag.end, whole)]
    edits = replaced_attributes(marked, tag, attributes)
    return [*edits, Edit(tag.end, element.content_end, content)]


def new_element(tag: Tag, name: str, content: str, attributes: dict[str, str]) -> str:
    """An element beside another one, of the same namespace."""
    return f"{with_attributes(f'<{tag.prefix}{name}>', attributes)}{content}</{tag.prefix}{name}>"


def indented(marked: MarkedText, element: Element, written: str) -> str:
    """What comes after an element, on a line of its own where that one has a line of its own."""
    start = element.tag.start
    while start and marked.text[start - 1] in " \t\r\n":
        start -= 1
    return marked.text[start : element.tag.start] + written


def content_of(source: Side, filled: Filled) -> str:
    """The content of a target: the translation with all tags of the source."""
    return filled_content(source.inline, filled)


def set_attribute(marked: MarkedText, tag: Tag, name: str, value: str) -> list[Edit]:
    """What gives a start tag an attribute that it lacks; nothing where it has it already."""
    if not value or tag.attributes.get(name):
        return []
    return replaced_attributes(marked, tag, {name: value})


def replaced_attributes(marked: MarkedText, tag: Tag, attributes: dict[str, str]) -> list[Edit]:
    """What gives a start tag some attributes, whatever they were before."""
    raw = marked.text[tag.start : tag.end]
    changed = with_attributes(raw, attributes)
    return [Edit(tag.start, tag.end, changed)] if changed != raw else []


def refuse_other_languages(
    name: str, found: DocumentLanguages, wanted: tuple[str, str] | None
) -> None:
    """Refuse a document that declares languages other than those of the model.

    Args:
        name: of the file.
        found: what it declares.
        wanted: what is translated from and into; None where nobody asks.

    Raises:
        DocumentError: they differ.
    """
    for declared, asked in zip(found, wanted or (), strict=False):
        if language_of(declared) and nearness(declared, asked) is None:
            raise DocumentError(
                "{name} is to be translated from {source} into {target}, not from {asked_source} "
                "into {asked_target}.",
                hint="Choose a model of its languages.",
                name=name,
                source=found.source or "an unnamed language",
                target=found.target or "an unnamed language",
                asked_source=(wanted or ("", ""))[0],
                asked_target=(wanted or ("", ""))[1],
            )
