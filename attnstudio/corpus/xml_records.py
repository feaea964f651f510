"""The records of an XML file, one after another, in bounded memory.

The tree is built by the C parser of the standard library and thrown away record by record. What
makes XML dangerous can stand only before the first element, in the document type: that part goes
through the same expat with a watch on it (see `xml_safety`). (`defusedxml` does the same with the
parser written in Python, several times slower.)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from html.entities import html5
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser
from xml.parsers import expat

from attnstudio.corpus.line_breaks import Breaks, parts_words
from attnstudio.corpus.text_source import TextSource, ignore_bytes, open_bytes
from attnstudio.corpus.xml_safety import DEEPEST, not_well_formed, refuse_entities, refused
from attnstudio.corpus.xml_text import SPOILT, parser_pieces

_CHUNK = 1 << 16
_LARGEST_RECORD = 1 << 25  # bytes; also what may stand before the first one
_COUNTED_RECORD = 1 << 20  # bytes from which its elements are counted
_MOST_ELEMENTS = 500_000  # of a record; each takes some hundred bytes
_LARGEST_PROLOGUE = 1 << 20
_PART_FED = 4  # of what is unfinished
_BREAKS = frozenset({"br", "BR"})  # of HTML in the texts of Android
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{2,5}")
_LOST = "\udcff"
_LINE = re.compile(r"\s*\n\s*")
_NAMED = {name[:-1]: text for name, text in html5.items() if name.endswith(";")}


class XmlRecord(NamedTuple):
    """One element with all that is in it.

    Attributes:
        element: the record.
        above: the elements that it stands in, the root first, without their other children.
    """

    element: Element
    above: tuple[Element, ...]


def read_records(
    source: TextSource, names: frozenset[str], count_bytes: Callable[[int], None] = ignore_bytes
) -> Iterator[XmlRecord]:
    """The elements of some names, whatever their namespace; none inside another.

    Args:
        source: an XML text in any encoding that it declares.
        names: which elements are records, without namespaces.
        count_bytes: see `open_bytes`.

    Raises:
        CorpusError: the file cannot be read, is not well-formed or wants what no corpus needs.
    """
    cutter = _Cutter(names, source.name)
    with open_bytes(source, count_bytes) as file:
        try:
            for chunk in _checked(parser_pieces(file, source.encoding), source.name):
                yield from cutter.feed(chunk)
            yield from cutter.close()
        except (ParseError, expat.ExpatError) as error:
            raise not_well_formed(source.name, error) from error


class _Cutter:
    """Builds the tree and forgets each record, and all beside it, once it is whole."""

    def __init__(self, names: frozenset[str], name: str) -> None:
        builder = TreeBuilder()
        self._top = builder.start("", {})  # around the root, so that the tree can be seen growing
        self._parser = XMLParser(target=builder)
        self._parser.entity.update(_NAMED)
        self._names, self._name = names, name
        self._unfinished = 0
        self._waiting: list[bytes | str] = []
        self._waiting_length = 0

    def feed(self, chunk: bytes | str) -> Iterator[XmlRecord]:
        """Parse a piece and give the records that have ended: those that something follows."""
        self._waiting.append(chunk)
        self._waiting_length += len(chunk)
        # The parser begins a tag anew with each piece, so those of a very long one are collected.
        if self._waiting_length >= self._unfinished // _PART_FED:
            self._feed_waiting()
            yield from self._ended_records()
            self._check_size()

    def _feed_waiting(self) -> None:
        self._unfinished += self._waiting_length
        for piece in self._waiting[:1]:
            self._parser.feed(piece[:0].join(self._waiting))  # type: ignore[arg-type] # all alike
        self._waiting.clear()
        self._waiting_length = 0

    def _ended_records(self) -> Iterator[XmlRecord]:
        element: Element = self._top
        above: tuple[Element, ...] = ()
        while len(element):
            yield from self._records_in(element[:-1], above)
            del element[:-1]
            element = element[0]
            if local_name(element) in self._names:
                break
            above = self._below(above, element)

    def _check_size(self) -> None:
        if self._unfinished > _LARGEST_RECORD:
            raise refused(
                self._name, f"one of its records is larger than {_LARGEST_RECORD >> 20} MB"
            )
        if self._unfinished > _COUNTED_RECORD:
            count = sum(1 for _ in self._top.iter())
            if count > _MOST_ELEMENTS:
                raise refused(self._name, "one of its records has half a million elements")

    def close(self) -> Iterator[XmlRecord]:
        """The last records; raises `ParseError` where the elements have not ended."""
        self._feed_waiting()
        self._parser.close()
        yield from self._records_in(self._top, ())

    def _records_in(
        self, elements: Iterable[Element], above: tuple[Element, ...]
    ) -> Iterator[XmlRecord]:
        """Of elements that have ended."""
        for element in elements:
            if local_name(element) in self._names:
                self._unfinished = 0
                yield XmlRecord(element, above)
            elif len(element):
                yield from self._records_in(element, self._below(above, element))

    def _below(self, above: tuple[Element, ...], element: Element) -> tuple[Element, ...]:
        if len(above) == DEEPEST:
            raise refused(self._name, "its elements are nested too deeply")
        return (*above, element)


def local_name(element: Element) -> str:
    """An element's name without its namespace."""
    tag: str = element.tag
    return tag.rpartition("}")[2]


def flat_text(
    element: Element, dropped: frozenset[str], breaks: Breaks = frozenset(), depth: int = 0
) -> str:
    """The text of an element with inline codes.

    Args:
        element: what holds the text.
        dropped: the names of elements whose content is no text.
        breaks: which of these part words, by native code that stands elsewhere.
        depth: how far inside the text this element is.
    """
    if not len(element):
        return one_line(element.text or "")
    parts = [element.text or ""]
    for child in element if depth < DEEPEST else ():
        name = local_name(child)
        if child.get("mtype") == "x-sdl-deleted":
            pass  # a tracked change
        elif name == "cp":
            parts.append(_code_point(child.get("hex", "")))
        elif name not in dropped:
            parts.append(" " * (name in _BREAKS))
            parts.append(flat_text(child, dropped, breaks, depth + 1))
        elif parts_words(child.attrib, "".join(child.itertext()), breaks):
            parts.append(" ")
        parts.append(child.tail or "")
    return one_line("".join(parts))


def _code_point(digits: str) -> str:
    """The character that XLIFF writes by its number, since XML does not allow it."""
    return chr(int(digits, 16)) if _HEXADECIMAL.fullmatch(digits) else ""


def one_line(text: str) -> str:
    """A text with its line ends, and the spaces around them, as one space each.

    What was lost in it becomes a lone surrogate, as in other texts that could not be decoded.
    """
    text = _LINE.sub(" ", text) if "\n" in text else text
    return text.replace(SPOILT, _LOST) if SPOILT in text else text


def _checked(chunks: Iterator[bytes | str], name: str) -> Iterator[bytes | str]:
    """The same pieces, once what stands before the first element is known to be harmless."""
    expected = True

    def begin(*_: object) -> None:
        nonlocal expected
        expected = False

    guard = expat.ParserCreate()
    guard.StartElementHandler = begin
    refuse_entities(guard, name)
    read = 0
    for chunk in chunks:
        if expected:
            read += len(chunk)
            if read > _LARGEST_PROLOGUE + _CHUNK:
                raise refused(name, "its first element does not come within 1 MB")
            guard.Parse(chunk, False)
        yield chunk
