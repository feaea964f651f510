"""Word documents (DOCX): the text with its tables and boxes, headers, footers, notes, comments.

Each sentence of a paragraph is a segment. A part where nothing is translated stays byte for byte.
Left alone, as OmegaT and Okapi do unless they are told otherwise, are hidden text, charts and
diagrams; and deletions that are tracked, formulas, what fields work out (a table of contents, a
reference), texts that describe pictures, and the properties of the file.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from pathlib import Path

from attnstudio.corpus.xml_text import encoding_of_xml
from attnstudio.documents.document import Filled, Segment
from attnstudio.documents.elements import read_marked
from attnstudio.documents.exact_text import ExactText
from attnstudio.documents.placing import filled_content
from attnstudio.documents.sentences import joined_filled
from attnstudio.documents.word_part import WordPart, read_part
from attnstudio.errors import DocumentError

_TYPES = "[Content_Types].xml"
_TEXT = re.compile(r"word/document\d*\.xml")
_START = 1 << 12
_LARGEST = 1 << 28  # bytes of all parts
_RATIO = 200  # of a file to what it is unpacked
_SMALL = 1 << 24
_KINDS = {  # by what their types end with: what a part is called that is not the text itself
    "document.main+xml": "",
    "template.main+xml": "",
    "macroEnabled.main+xml": "",
    "wordprocessingml.header+xml": "header",
    "wordprocessingml.footer+xml": "footer",
    "wordprocessingml.footnotes+xml": "footnotes",
    "wordprocessingml.endnotes+xml": "endnotes",
    "wordprocessingml.comments+xml": "comments",
}
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, KeyError, EOFError, UnicodeError, OSError),
    *(NotImplementedError, RuntimeError),  # packed in another way, or with a password
)


def is_word(path: Path) -> bool:
    """Whether a zip archive is a Word document."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except _DAMAGED:
        return False
    return _TYPES in names and any(_TEXT.fullmatch(name) for name in names)


@dataclass(frozen=True, slots=True)
class WordFile:
    """A Word document.

    Attributes:
        content: the file.
        parts: those with paragraphs, by their names in the archive.
        segments: the sentences of all of them.
    """

    content: bytes
    parts: dict[str, WordPart]
    segments: tuple[Segment, ...]

    def filled(self, translations: Sequence[Filled | None]) -> bytes:
        """The file with other words; parts where nothing is translated stay as they are."""
        changed: dict[str, bytes] = {}
        rest = iter(translations)
        for name, part in self.parts.items():
            contents = {}
            for number, paragraph in enumerate(part.paragraphs):
                own = list(islice(rest, len(paragraph.sentences)))
                inline = paragraph.text.inline
                joined = joined_filled(inline.text, paragraph.sentences, own)
                if joined is not None:
                    contents[number] = filled_content(inline, joined)
            if contents:
                changed[name] = part.filled(contents)
        return self._rewritten(changed) if changed else self.content

    def _rewritten(self, changed: dict[str, bytes]) -> bytes:
        written = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(self.content)) as old,
            zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            new.comment = old.comment
            for info in old.infolist():
                new.writestr(info, changed.get(info.filename, old.read(info)))
        return written.getvalue()


def read_word(content: bytes, name: str) -> WordFile:
    """The paragraphs of a Word document.

    Args:
        content: the file.
        name: of it, for errors.

    Raises:
        DocumentError: it is damaged, or unpacks to more than a document has.
        CorpusError: a part is not well-formed, or has what makes XML dangerous.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_bomb(archive, len(content), name)
            kinds = _kinds_of_parts(archive, name)
            parts = {part: _read(archive, part, name) for part in kinds}
    except _DAMAGED as error:
        raise DocumentError(
            "{name} is damaged or locked: {reason}.",
            hint="Open it in Word or LibreOffice and save it again.",
            name=name,
            reason=str(error).rstrip("."),
        ) from error
    segments = (segment for part, kind in kinds.items() for segment in _segments(parts[part], kind))
    return WordFile(content, parts, tuple(segments))


def _segments(part: WordPart, kind: str) -> Iterator[Segment]:
    """The sentences of a part."""
    for number, paragraph in enumerate(part.paragraphs, start=1):
        inline = paragraph.text.inline
        shown = [0, *accumulate(not character.isspace() for character in inline.text)]
        tags = [code.shown_before for code in inline.among]  # in their order
        place = f"{kind}, paragraph {number}".removeprefix(", ")
        for count, (start, end) in enumerate(paragraph.sentences, start=1):
            is_tagged = bisect_right(tags, shown[start]) < bisect_left(tags, shown[end])
            where = f"{place}, sentence {count}" if len(paragraph.sentences) > 1 else place
            yield Segment(inline.text[start:end], None, False, where, is_tagged)


def _refuse_bomb(archive: zipfile.ZipFile, size: int, name: str) -> None:
    unpacked = sum(info.file_size for info in archive.infolist())
    if unpacked > min(_LARGEST, max(_SMALL, _RATIO * size)):
        raise DocumentError(
            "{name} is refused: it unpacks to {unpacked} MB.",
            hint="If you trust the file, make its pictures smaller and save it again.",
            name=name,
            unpacked=unpacked >> 20,
        )


def _read(archive: zipfile.ZipFile, part: str, name: str) -> WordPart:
    return read_part(_text_of(archive, part, name), f"{name}, {part}")


def _text_of(archive: zipfile.ZipFile, part: str, name: str) -> ExactText:
    content = archive.read(part)
    return ExactText.from_bytes(content, encoding_of_xml(content[:_START]), f"{name}, {part}")


def _kinds_of_parts(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """The parts with paragraphs and what they are called, the text first."""
    types = read_marked(_text_of(archive, _TYPES, name).text, f"{name}, {_TYPES}")
    found = {}
    for tag in types.tags("Override"):
        kind = tag.attributes.get("ContentType", "")
        known = next((ending for ending in _KINDS if kind.endswith(ending)), None)
        if known is not None:
            found[tag.attributes.get("PartName", "").lstrip("/")] = _KINDS[known]
    return dict(sorted(found.items(), key=lambda part: (part[1] != "", part[0])))
