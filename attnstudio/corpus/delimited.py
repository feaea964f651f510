"""Text with delimiters between its columns: TSV, CSV and their many dialects."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from attnstudio.corpus.text_source import TextSource, ignore_bytes, open_lines
from attnstudio.errors import CorpusError

_LARGEST_CELL = 1 << 24  # characters; Python's own limit is 131,072
_MOST_COLUMNS = 1_000  # the rest of a longer row is its last cell
_LOOKED_AT_CHARACTERS = 1 << 16  # of a line
_DELIMITERS = "\t;,|^~"
_LOOKED_AT_ROWS = 200
_SEPARATOR_LINE = "sep="

csv.field_size_limit(_LARGEST_CELL)


class DelimitedText(NamedTuple):
    """A text table and how it is written."""

    text: TextSource
    delimiter: str = "\t"
    quoted: bool = False  # as spreadsheets do; else a quote is a character like others

    @property
    def header(self) -> tuple[str, ...]:
        """Nothing says that the first row is one."""
        return ()

    def rows(
        self, count_bytes: Callable[[int], None] = ignore_bytes
    ) -> Iterator[tuple[int, Sequence[str]]]:
        """The rows and the line that each one ends at; a line that names the separator is none.

        Raises:
            CorpusError: the file cannot be read, or a cell has no end.
        """
        with open_lines(self.text, count_bytes) as lines:
            yield from self._rows(lines)

    def _rows(self, lines: Iterable[str]) -> Iterator[tuple[int, Sequence[str]]]:
        if not self.quoted:
            for number, line in enumerate(lines, start=1):
                if number == 1 and line.lower().startswith(_SEPARATOR_LINE):
                    continue
                yield number, line.split(self.delimiter, _MOST_COLUMNS)
            return
        reader = csv.reader((f"{line}\n" for line in lines), delimiter=self.delimiter)
        try:
            for cells in reader:
                if reader.line_num == 1 and _is_separator_line(cells):
                    continue
                yield reader.line_num, cells
        except csv.Error as error:
            raise CorpusError(
                "{name}:{line} is no table: {reason}.",
                hint="A quote may be missing before that line.",
                name=self.text.name,
                line=reader.line_num,
                reason=error,
            ) from error


def _is_separator_line(cells: Sequence[str]) -> bool:
    return bool(cells) and cells[0].lower().startswith(_SEPARATOR_LINE)


def find_dialect(table: TextSource) -> DelimitedText:
    """How a table is written, from its first lines.

    Raises:
        CorpusError: the file cannot be read.
    """
    with open_lines(table) as lines:
        looked_at = (line[:_LOOKED_AT_CHARACTERS] for line in islice(lines, _LOOKED_AT_ROWS))
        sample = [line for line in looked_at if line.strip()]
    if sample and sample[0].lower().startswith(_SEPARATOR_LINE) and len(sample[0]) == 5:
        return DelimitedText(table, delimiter=sample[0][4], quoted=True)
    if not table.inner_name.lower().endswith(".csv"):
        return DelimitedText(table, quoted=_is_quoted(sample, "\t"))
    scores = {}
    for place, delimiter in enumerate(_DELIMITERS):
        widths = Counter(len(row) for row in _parsed(sample, delimiter))
        width, rows = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        if width > 1:
            scores[delimiter] = (rows / widths.total(), -place)
    best = max(scores, key=lambda delimiter: scores[delimiter], default=",")
    return DelimitedText(table, delimiter=best, quoted=best != "\t" or _is_quoted(sample, "\t"))


def _parsed(sample: Sequence[str], delimiter: str) -> list[list[str]]:
    try:
        return [row for row in csv.reader((f"{line}\n" for line in sample), delimiter=delimiter)]
    except csv.Error:
        return []


def _is_quoted(sample: Sequence[str], delimiter: str) -> bool:
    """Whether quotes stand around cells as spreadsheets write them, and not within sentences."""
    sure = False
    opened = False
    for line in sample:
        for cell in line.split(delimiter):
            if opened:
                opened = not _closes(cell)
            elif cell.startswith('"'):
                inside = cell[1:]
                opened = not _closes(inside)
                sure = sure or opened or '""' in inside
                if not opened and '"' in inside[:-1].replace('""', ""):
                    return False
    return sure and not opened


def _closes(cell: str) -> bool:
    return (len(cell) - len(cell.rstrip('"'))) % 2 == 1
