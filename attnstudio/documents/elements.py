"""The elements of an XML text with their places in it, so that it is changed there and only there.

The text goes through expat first, which says that it is well-formed and harmless. What is left to
do is to find where tags begin and end, for which regular expressions suffice then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5
from typing import NamedTuple
from xml.parsers import expat

from attnstudio.corpus.xml_safety import DEEPEST, not_well_formed, refuse_entities, refused

_CHUNK = 1 << 20
_TOKEN = re.compile(
    r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(?P<cdata>.*?)\]\]>|</(?P<close>[^\s>]+)\s*>"
    r"""|<(?P<open>[^\s/>!?]+)(?P<attributes>(?:[^>"']|"[^"]*"|'[^']*')*?)(?P<empty>/?)>"""
    r"|(?P<text>[^<]+)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_REFERENCE = re.compile(r"&(?:#[xX]([0-9a-fA-F]+)|#([0-9]+)|([^;&\s]+));")
_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OF_XML = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


class Tag(NamedTuple):
    """A start tag.

    Attributes:
        prefix: of its name, with the colon; empty where it has none.
        name: without the prefix.
        attributes: by their names as they are written, with entities resolved.
        start: where it begins in the text.
        end: where its content begins.
        is_empty: whether it ends itself, as ``<x/>`` does.
    """

    prefix: str
    name: str
    attributes: dict[str, str]
    start: int
    end: int
    is_empty: bool


class Element(NamedTuple):
    """An element and where it stands.

    Attributes:
        tag: its start tag.
        content_end: where its end tag begins; the end of the tag where it is empty.
        end: where it ends.
        children: the elements in it.
    """

    tag: Tag
    content_end: int
    end: int
    children: tuple[Element, ...]

    def child(self, name: str) -> Element | None:
        """The first child of that name, whatever its prefix."""
        return next((each for each in self.children if each.tag.name == name), None)

    def all_in(self) -> Iterator[Element]:
        """All elements in it, in the order of the text."""
        for child in self.children:
            yield child
            yield from child.all_in()


class Token(NamedTuple):
    """A piece of markup or text.

    Attributes:
        tag: a start tag.
        closed: the name of an end tag, without prefix.
        text: characters, with entities resolved; None for markup.
        start: where it begins.
        end: where it ends.
    """

    tag: Tag | None
    closed: str
    text: str | None
    start: int
    end: int


class MarkedText(NamedTuple):
    """An XML text that is known to be well-formed and harmless.

    Attributes:
        text: all of it.
        root: where its first element begins.
        entities: what the entities stand for that it declares.
    """

    text: str
    root: int
    entities: dict[str, str]

    def tokens(self, start: int, end: int) -> Iterator[Token]:
        """The tags and texts of a part of it; comments and the like are passed over."""
        for found in _TOKEN.finditer(self.text, start, end):
            kind = found.lastgroup
            tag, closed, text = None, "", None
            if kind == "empty":
                tag = self._tag(found)
            elif kind == "close":
                closed = found["close"].rpartition(":")[2]
            elif kind == "cdata":
                text = found["cdata"]
            elif kind == "text":
                text = self.resolved(found["text"])
            else:
                continue
            yield Token(tag, closed, text, found.start(), found.end())

    def elements(self, names: frozenset[str]) -> Iterator[tuple[Element, tuple[Tag, ...]]]:
        """The elements of some names, none inside another, with the start tags they stand in."""
        above: list[Tag] = []
        tokens = self.tokens(self.root, len(self.text))
        for token in tokens:
            if token.tag is not None and token.tag.name in names:
                yield _element(token.tag, tokens), tuple(above)
            elif token.tag is not None and not token.tag.is_empty:
                above.append(token.tag)
            elif token.closed:
                above.pop()

    def tags(self, name: str) -> Iterator[Tag]:
        """The start tags of one name, wherever they stand."""
        for token in self.tokens(self.root, len(self.text)):
            if token.tag is not None and token.tag.name == name:
                yield token.tag

    def root_tag(self) -> Tag:
        """The start tag of the first element."""
        return next(token.tag for token in self.tokens(self.root, len(self.text)) if token.tag)

    def resolved(self, raw: str) -> str:
        """A raw text with its entities resolved; of one that nobody knows the name stays."""
        return _REFERENCE.sub(self._character, raw) if "&" in raw else raw

    def _character(self, reference: re.Match[str]) -> str:
        hexadecimal, decimal, name = reference.groups()
        if name is None:
            return chr(int(hexadecimal, 16) if hexadecimal else int(decimal))
        known = _OF_XML.get(name) or self.entities.get(name) or html5.get(f"{name};")
        return known or reference[0]

    def _tag(self, found: re.Match[str]) -> Tag:
        prefix, colon, name = found["open"].rpartition(":")
        attributes = {
            key: self.resolved(quoted or single)
            for key, quoted, single in _ATTRIBUTE.findall(found["attributes"])
        }
        return Tag(prefix + colon, name, attributes, *found.span(), bool(found["empty"]))


def _element(tag: Tag, tokens: Iterator[Token]) -> Element:
    """The element that a tag begins; what it consists of is taken from the tokens."""
    if tag.is_empty:
        return Element(tag, tag.end, tag.end, ())
    children = []
    for token in tokens:
        if token.tag is not None:
            children.append(_element(token.tag, tokens))
        elif token.closed:
            return Element(tag, token.start, token.end, tuple(children))
    raise AssertionError("expat has seen the end of each element")


def read_marked(text: str, name: str) -> MarkedText:
    """Look through an XML text.

    Args:
        text: all of it.
        name: of the file, for errors.

    Raises:
        CorpusError: it is not well-formed, or has what makes XML dangerous.
    """
    parser = expat.ParserCreate("utf-8", " ")  # whatever its declaration says
    depth, root = 0, -1

    def begin(*_: object) -> None:
        nonlocal depth, root
        root = parser.CurrentByteIndex if root < 0 else root
        depth += 1
        if depth > DEEPEST:
            raise refused(name, "its elements are nested too deeply")

    def finish(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = begin, finish
    entities = refuse_entities(parser, name)
    content = text.encode("utf-8", "surrogatepass")
    try:
        for start in range(0, len(content), _CHUNK):
            parser.Parse(content[start : start + _CHUNK], False)
        parser.Parse(b"", True)
        if any("<" in value for value in entities.values()):
            raise refused(name, "one of its entities stands for markup")
    except expat.ExpatError as error:
        raise not_well_formed(name, error) from error
    return MarkedText(text, len(content[:root].decode("utf-8")), entities)


def escaped(text: str) -> str:
    """A text as the content of an element; what XML forbids is left out."""
    return _FORBIDDEN.sub("", text).translate(_ESCAPES)


def with_attributes(raw: str, attributes: dict[str, str]) -> str:
    """A start tag with some attributes set: those that it has in their places, others at its end.

    Args:
        raw: the tag as it is written, such as ``<target state='new'>``.
        attributes: names and values.
    """
    for name, value in attributes.items():
        quoted = f'"{escaped(value).replace(chr(34), "&quot;")}"'
        place = next((each for each in _ATTRIBUTE.finditer(raw) if each[1] == name), None)
        if place is not None:
            raw = f"{raw[: place.start()]}{name}={quoted}{raw[place.end() :]}"
        else:
            end = len(raw) - (2 if raw.endswith("/>") else 1)
            raw = f"{raw[:end].rstrip()} {name}={quoted}{raw[end:]}"
    return raw
