"""Tables with tabs (TSV): a column is translated into another, and cells that are filled stay.

Which columns these are, the first row says by names such as ``source`` and ``target``, or by the
languages. Where it does not, the first column is the source and the second one the target. A table
that has no target column gets one at its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from attnstudio.corpus.column_names import are_names, columns_by_name, side_named
from attnstudio.corpus.text import clean_text
from attnstudio.documents.document import Filled, Segment
from attnstudio.documents.exact_text import Edit, ExactText

# A cell in quotes, as spreadsheets write them, may have lines in it, but no tabs.
_CELL = re.compile(r'("(?:[^"\t]|"")*")(?=\t|\r|\n|\Z)|[^\t\r\n]*')
_LINE_END = re.compile(r"\r\n|\r|\n")
_LOOKED_AT_ROWS = 200


class Cell(NamedTuple):
    """A cell and where it stands in the text, with its quotes.

    Attributes:
        text: what it says.
        start: where it begins.
        end: where it ends.
        is_quoted: whether it stands in quotes.
    """

    text: str
    start: int
    end: int
    is_quoted: bool

    def written(self, text: str) -> str:
        """Another text as this cell is written."""
        escaped = text.replace('"', '""')
        return f'"{escaped}"' if self.is_quoted else text


class _Columns(NamedTuple):
    source: int
    target: int
    has_header: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that is translated: its source cell, the cell before its end, and its target cell."""

    source: Cell
    last: Cell
    target: Cell | None
    missing: int  # tabs before the target cell that the row lacks


@dataclass(frozen=True, slots=True)
class TableRows:
    """A table whose rows are translated.

    Attributes:
        text: all of it.
        segments: of the rows with a source.
        rows: the same rows.
        header: where the header ends, and what is added to it with the new column.
    """

    text: ExactText
    segments: tuple[Segment, ...]
    rows: tuple[_Row, ...]
    header: Edit | None

    def filled(self, translations: Sequence[Filled | None]) -> bytes:
        """The table with its target column filled.

        It becomes UTF-8 where its encoding lacks a character of the translations.
        """
        edits = [
            _edit(row, clean_text(each.text))
            for row, each in zip(self.rows, translations, strict=True)
            if each is not None
        ]
        if edits and self.header is not None:
            edits.append(self.header)
        return self.text.edited_or_wider(edits)


def _edit(row: _Row, text: str) -> Edit:
    if row.target is not None:
        cell = row.target if row.target.is_quoted else row.source
        return Edit(row.target.start, row.target.end, cell.written(text))
    end = row.last.end
    return Edit(end, end, "\t" * row.missing + row.source.written(text))


def read_table(text: ExactText, languages: tuple[str, str]) -> TableRows:
    """The rows of a table.

    Args:
        text: all of it.
        languages: codes of source and target, which columns may be named after.
    """
    first = [cells for _, cells in islice(_rows(text.text), _LOOKED_AT_ROWS)]
    columns = _columns([[cell.text for cell in cells] for cells in first], languages)
    segments, rows, header = [], [], None
    for number, (line, cells) in enumerate(_rows(text.text)):
        if number == 0 and columns.has_header:
            if columns.target == len(cells):
                header = Edit(cells[-1].end, cells[-1].end, f"\t{languages[1] or 'target'}")
            continue
        source = clean_text(cells[columns.source].text) if columns.source < len(cells) else ""
        if not source:
            continue
        target = cells[columns.target] if columns.target < len(cells) else None
        old = clean_text(target.text) if target is not None else ""
        segments.append(Segment(source, old or None, old != "", f"line {line}"))
        missing = columns.target - len(cells) + 1
        rows.append(_Row(cells[columns.source], cells[-1], target, missing))
    return TableRows(text, tuple(segments), tuple(rows), header)


def _columns(rows: list[list[str]], languages: tuple[str, str]) -> _Columns:
    header = rows[0] if rows else []
    by_name = columns_by_name(header, languages)
    if by_name is not None:
        return _Columns(*by_name, has_header=True)
    alone = [place for place, name in enumerate(header) if side_named([name], languages) == 0]
    if len(alone) == 1:
        return _Columns(alone[0], len(header), has_header=True)
    return _Columns(0, 1, has_header=are_names(header, rows[1:], (0, 1)))


def _rows(text: str) -> Iterator[tuple[int, list[Cell]]]:
    """The cells of each row, with the line that it begins in, from 1."""
    at, line = 0, 1
    while at < len(text):
        cells, begun = [], line
        while True:
            found = _CELL.match(text, at)
            assert found is not None  # a cell may be empty
            raw = found[0]
            plain = raw[1:-1].replace('""', '"') if found[1] else raw
            cells.append(Cell(plain, *found.span(), found[1] is not None))
            line += len(_LINE_END.findall(raw))
            at = found.end()
            if text[at : at + 1] != "\t":
                break
            at += 1
        ended = _LINE_END.match(text, at)
        at = ended.end() if ended else at
        line += 1
        yield begun, cells
