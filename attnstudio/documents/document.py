"""A document that a person wants translated: its segments, and what is put in their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Protocol


class DocumentKind(StrEnum):
    """How a document is written."""

    TEXT = "text"
    TABLE = "table"
    TMX = "tmx"
    XLIFF = "xliff"
    SDLXLIFF = "sdlxliff"
    WORD = "docx"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a document that is translated by itself.

    Attributes:
        source: the plain text as a model reads it, without tags, on one line.
        target: the translation that the document has already; None where it has none.
        is_done: whether it is left alone: it is translated, approved, locked or not to be
            translated.
        place: where it stands, in words, such as "line 12" or "unit 7".
        needs_links: whether tags stand among its words, which word links put back in place.
    """

    source: str
    target: str | None
    is_done: bool
    place: str
    needs_links: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """What is put in the place of a segment's target.

    Attributes:
        text: the translation, plain.
        alignment: links between the words of the segment's source and those of the text, both
            counted from 0 as `attnstudio.interpretation.words.word_spans` cuts them, source first.
            None where nobody knows them: tags among the words then go where they stood in
            proportion.
    """

    text: str
    alignment: tuple[tuple[int, int], ...] | None = None


class DocumentLanguages(NamedTuple):
    """The codes of the languages that a document declares; empty where it declares none."""

    source: str = ""
    target: str = ""


class Content(Protocol):
    """All that a document holds, and how targets come into it."""

    def filled(self, translations: Sequence[Filled | None]) -> bytes:
        """The document with its targets filled; one translation a segment."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was read.

    Attributes:
        path: the file that it was read from.
        kind: how it is written.
        segments: what there is to translate, in the order of the document, and what is done.
        languages: what it declares.
        content: the rest of it, which is written again as it was.
    """

    path: Path
    kind: DocumentKind
    segments: tuple[Segment, ...]
    languages: DocumentLanguages
    content: Content
