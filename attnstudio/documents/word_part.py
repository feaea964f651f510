"""A part of a Word document (text, header, footnotes): its paragraphs, and their words put back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from attnstudio.corpus.alignment import Span
from attnstudio.documents.elements import Element, MarkedText, read_marked
from attnstudio.documents.exact_text import Edit, ExactText
from attnstudio.documents.sentences import sentence_spans
from attnstudio.documents.word_paragraphs import (
    FormattedText,
    Piece,
    RunSpelling,
    formatted_text,
)
from attnstudio.errors import DocumentError

_NAMESPACES = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_CONTAINERS = frozenset(
    {"hyperlink", "ins", "moveTo", "smartTag", "sdt", "customXml", "dir", "bdo"}
)
_PROPERTIES = frozenset({"pPr", "rPr", "smartTagPr", "customXmlPr"})
_RANGES = {
    "bookmarkStart": "bookmark",
    "bookmarkEnd": "bookmark",
    "commentRangeStart": "comment",
    "commentRangeEnd": "comment",
    "permStart": "permission",
    "permEnd": "permission",
}
_LEFT_OUT = frozenset({"proofErr", "lastRenderedPageBreak", "softHyphen"})  # Word finds them anew
_SPACES = frozenset({"tab", "br", "cr", "ptab"})
_OFF = frozenset({"0", "false", "off"})
_NO_BREAK_HYPHEN = "\u2011"
_LINK_FIELD = "HYPERLINK"
_MARK = "\0{}\0"  # in the place of a paragraph inside another; no character of XML


class Paragraph(NamedTuple):
    """A paragraph with words.

    Attributes:
        start: where its content begins in the part, behind its properties.
        end: where that ends.
        raw: the content as it is, with marks in the places of paragraphs in text boxes in it.
        text: its words and their formats.
        sentences: where the sentences stand in its words.
    """

    start: int
    end: int
    raw: str
    text: FormattedText
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class WordPart:
    """A part and its paragraphs, those in text boxes before the one that the box hangs on.

    Attributes:
        text: all of it.
        paragraphs: those with words.
    """

    text: ExactText
    paragraphs: tuple[Paragraph, ...]

    def filled(self, contents: Mapping[int, str]) -> bytes:
        """The part with other words.

        Args:
            contents: of some paragraphs, by their numbers, as `filled_content` gives them.
        """
        known = {
            number: self.paragraphs[number].text.written(content)
            for number, content in contents.items()
        }
        edits: list[Edit] = []
        for number in sorted(known, key=lambda each: self.paragraphs[each].start):
            paragraph = self.paragraphs[number]
            if not edits or paragraph.start >= edits[-1].end:
                whole = self._resolved(known[number], known)
                edits.append(Edit(paragraph.start, paragraph.end, whole))
        return self.text.edited(edits, errors="xmlcharrefreplace")

    def _resolved(self, content: str, known: Mapping[int, str]) -> str:
        """A content with what stands in the places that are marked in it."""
        if "\0" not in content:
            return content
        pieces = content.split("\0")  # texts and numbers by turns
        pieces[1::2] = [
            self._resolved(known.get(number, self.paragraphs[number].raw), known)
            for number in map(int, pieces[1::2])
        ]
        return "".join(pieces)


def read_part(text: ExactText, name: str) -> WordPart:
    """The paragraphs of a part.

    Raises:
        CorpusError: it is not well-formed, or has what makes XML dangerous.
        DocumentError: its elements are not those of Word.
    """
    marked = read_marked(text.text, name)
    reader = _Reader(marked, _prefix(marked, name))
    for outer, _ in marked.elements(frozenset({"p"})):
        reader.first_inside = len(reader.paragraphs)
        for element in reader.inner_first(outer):
            reader.read(element)
    return WordPart(text, tuple(reader.paragraphs))


def _prefix(marked: MarkedText, name: str) -> str:
    """With what the names of Word's elements begin."""
    for attribute, value in marked.root_tag().attributes.items():
        if value in _NAMESPACES and attribute.startswith("xmlns"):
            prefix = attribute.removeprefix("xmlns").removeprefix(":")
            return f"{prefix}:" if prefix else ""
    raise DocumentError(
        "{name} is not written as Word does.",
        hint="Open it in Word or LibreOffice and save it as .docx.",
        name=name,
    )


@dataclass(slots=True)
class _Reader:
    """Reads paragraphs, those inside others first; of one that stands in none the first inside."""

    marked: MarkedText
    word: str
    paragraphs: list[Paragraph] = field(default_factory=list)
    first_inside: int = 0

    def inner_first(self, element: Element) -> Iterator[Element]:
        """The paragraphs in an element."""
        for child in element.children:
            yield from self.inner_first(child)
        if element.tag.name == "p" and element.tag.prefix == self.word and not element.tag.is_empty:
            yield element

    def read(self, element: Element) -> None:
        """Keep a paragraph that has words."""
        properties = element.child("pPr")
        start = properties.end if properties is not None else element.tag.end
        content = [each for each in element.children if each is not properties]
        text = formatted_text(self._pieces(content), RunSpelling(self.word))
        if text.inline.text:
            raw = self._raw(start, element.content_end)
            sentences = tuple(sentence_spans(text.inline.text))
            self.paragraphs.append(Paragraph(start, element.content_end, raw, text, sentences))

    def _raw(self, start: int, end: int) -> str:
        """A part of the text, with marks in the places of paragraphs that were read already."""
        pieces, at = [], start
        inside = [
            (each.start, -each.end, number)
            for number, each in enumerate(self.paragraphs[self.first_inside :], self.first_inside)
            if start <= each.start and each.end <= end
        ]
        for begin, negative_end, number in sorted(inside):
            if begin >= at:
                pieces += [self.marked.text[at:begin], _MARK.format(number)]
                at = -negative_end
        return "".join((*pieces, self.marked.text[at:end]))

    def _of(self, element: Element) -> str:
        return self._raw(element.tag.start, element.end)

    def _pieces(self, elements: Sequence[Element]) -> list[Piece]:
        pieces: list[Piece] = []
        ends = self._field_ends(elements)
        place = 0
        while place < len(elements):
            element = elements[place]
            last = ends.get(place)
            if last is not None:
                pieces.append(self._field(elements[place : last + 1]))
                place = last
            elif element.tag.name in _RANGES:
                pieces.append(self._range_end(element))
            elif element.tag.name == "r" and element.tag.prefix == self.word:
                pieces += self._run(element)
            elif element.tag.name in _CONTAINERS and not element.tag.is_empty:
                pieces.append(self._container(element))
            elif element.tag.name not in _LEFT_OUT:
                pieces.append(Piece(self._of(element)))
            place += 1
        return pieces

    def _run(self, run: Element) -> Iterator[Piece]:
        properties = run.child("rPr")
        form = self._of(properties) if properties is not None else ""
        if properties is not None and self._hides(properties):
            yield Piece(self._of(run))
            return
        for child in run.children:
            name = child.tag.name
            if name == "t":
                text = "".join(
                    token.text or ""
                    for token in self.marked.tokens(child.tag.end, child.content_end)
                )
                yield Piece(text, form, is_text=True)
            elif name == "noBreakHyphen":
                yield Piece(_NO_BREAK_HYPHEN, form, is_text=True)
            elif name not in _LEFT_OUT and name != "rPr":
                raw = f"<{self.word}r>{form}{self._of(child)}</{self.word}r>"
                yield Piece(raw, is_space=name in _SPACES)

    def _hides(self, properties: Element) -> bool:
        """Whether a format hides the text."""
        hidden = properties.child("vanish")
        value = "0" if hidden is None else hidden.tag.attributes.get(f"{self.word}val", "1")
        return value not in _OFF

    def _range_end(self, element: Element) -> Piece:
        name = element.tag.name
        key = f"{_RANGES[name]} {element.tag.attributes.get(f'{self.word}id', '')}"
        return Piece(self._of(element), key=key, opens=name.endswith("Start"))

    def _container(self, element: Element) -> Piece:
        """Something around runs, such as a link."""
        content = element.child("sdtContent") or element
        if content.tag.is_empty:
            return Piece(self._of(element))
        children = [each for each in content.children if each.tag.name not in _PROPERTIES]
        kept = [each for each in content.children if each.tag.name in _PROPERTIES]
        begin = kept[-1].end if kept else content.tag.end
        return Piece(
            self._raw(element.tag.start, begin),
            inside=self._pieces(children),
            closing=self._raw(content.content_end, element.end),
        )

    def _field_ends(self, elements: Sequence[Element]) -> dict[int, int]:
        """Where the fields end that begin with runs, by where these stand; not those that go on."""
        ends: dict[int, int] = {}
        opened: list[tuple[int, int]] = []  # how deep each lies, and where it begins
        depth = 0
        for place, element in enumerate(elements):
            kinds = self._field_marks(element)
            if "begin" in kinds:
                opened.append((depth, place))
            depth += kinds.count("begin") - kinds.count("end")
            while opened and depth <= opened[-1][0]:
                ends[opened.pop()[1]] = place
        return ends

    def _field_marks(self, element: Element) -> list[str]:
        if element.tag.name != "r":
            return []
        type_name = f"{self.word}fldCharType"
        return [
            child.tag.attributes.get(type_name, "")
            for child in element.children
            if child.tag.name == "fldChar"
        ]

    def _field(self, elements: Sequence[Element]) -> Piece:
        """A field: of a link the shown words are text, of others all is what Word works out."""
        raw = self._raw(elements[0].tag.start, elements[-1].end)
        marks = [self._field_marks(element) for element in elements]
        parted = [place for place, kinds in enumerate(marks) if "separate" in kinds]
        is_one = sum(kinds.count("begin") for kinds in marks) == 1
        if not parted or not is_one or parted[0] == len(elements) - 1:
            return Piece(raw)
        shown = parted[0] + 1
        if not self._instruction(elements[:shown]).startswith(_LINK_FIELD):
            return Piece(raw)
        return Piece(
            self._raw(elements[0].tag.start, elements[shown - 1].end),
            inside=self._pieces(elements[shown:-1]),
            closing=self._of(elements[-1]),
        )

    def _instruction(self, elements: Sequence[Element]) -> str:
        texts = [
            self.marked.text[child.tag.end : child.content_end]
            for element in elements
            for child in element.children
            if child.tag.name == "instrText"
        ]
        return "".join(texts).strip()
