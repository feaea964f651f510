"""Notes of Anki as it exports them: a table below lines that say how it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from itertools import takewhile
from typing import NamedTuple

from attnstudio.corpus.delimited import quoted_rows
from attnstudio.corpus.import_report import Counted
from attnstudio.corpus.text_source import TextSource, ignore_bytes, open_lines

_SEPARATORS = {
    **{"tab": "\t", "comma": ",", "semicolon": ";", "space": " ", "pipe": "|", "colon": ":"},
    "\\t": "\t",
}
_NO_FIELD = re.compile(r"#(?:guid|notetype|deck|tags) column:\s*(\d+)", re.IGNORECASE)
_FIRST_LINE = re.compile(r"#(?:separator|html):", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|div|p|li)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_SOUND = re.compile(r"\[(?:sound|anki):[^\]]*\]")
_CLOZE = re.compile(r"\{\{c\d+::(.*?)(?:::.*?)?\}\}")


class AnkiNotes(NamedTuple):
    """A file of notes and how it is written.

    Attributes:
        text: the file.
        delimiter: what stands between two fields.
        is_html: whether fields are HTML.
        left_out: the columns that are no fields, counted from 0.
        columns: the names of the fields, where the file says them.
    """

    text: TextSource
    delimiter: str
    is_html: bool
    left_out: frozenset[int]
    columns: tuple[str, ...] = ()

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the fields; empty where the file does not say them."""
        return self.columns

    @property
    def counted(self) -> Counted:
        """What the numbers of its rows count."""
        return Counted.LINE

    def rows(
        self, count_bytes: Callable[[int], None] = ignore_bytes
    ) -> Iterator[tuple[int, Sequence[str]]]:
        """The fields of each note and the line that it ends at.

        Raises:
            CorpusError: the file cannot be read.
        """
        with open_lines(self.text, count_bytes) as lines:
            for number, cells in quoted_rows(lines, self.delimiter, escaped=False):
                if cells and not (cells[0].startswith("#") and _is_directive(cells[0])):
                    yield number, self._texts_of(cells)

    def _texts_of(self, cells: Sequence[str]) -> tuple[str, ...]:
        kept = [cell for place, cell in enumerate(cells) if place not in self.left_out]
        return tuple(map(_plain, kept) if self.is_html else kept)


def recognise_anki(text: TextSource) -> AnkiNotes | None:
    """How notes are written, as their first lines say; None for other files.

    Raises:
        CorpusError: the file cannot be read.
    """
    with open_lines(text) as lines:
        head = list(takewhile(lambda line: line.lstrip("\ufeff").startswith("#"), lines))
    if not head or not _FIRST_LINE.match(head[0].lstrip("\ufeff")):
        return None
    said = {}
    for line in head:
        name, _, value = line.lstrip("\ufeff").partition(":")
        said[name.lower()] = value
    separator = said.get("#separator", "tab")
    delimiter = _SEPARATORS.get(separator.strip().lower(), separator[:1] or "\t")
    numbers = [found[1] for line in head if (found := _NO_FIELD.match(line))]
    left_out = frozenset(int(number) - 1 for number in numbers)
    names = said.get("#columns", "").split(delimiter) if said.get("#columns") else []
    return AnkiNotes(
        text,
        delimiter,
        said.get("#html", "").strip().lower() == "true",
        left_out,
        tuple(name for place, name in enumerate(names) if place not in left_out),
    )


def _is_directive(cell: str) -> bool:
    return re.match(r"#[\w ]+:", cell) is not None


def _plain(field: str) -> str:
    """A field without its tags, sounds and gaps to fill in."""
    text = _CLOZE.sub(r"\1", _SOUND.sub("", field))
    return unescape(_TAG.sub("", _BREAK.sub(" ", text))).strip()
