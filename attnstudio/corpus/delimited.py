"""Text with delimiters between its columns: TSV, CSV and their many dialects."""

from __future__ import annotations

import csv
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from attnstudio.corpus.import_report import Counted, Problem, Reason
from attnstudio.corpus.quotes import has_quoted_cells
from attnstudio.corpus.text_source import (
    TextSource,
    ignore_bytes,
    open_line_blocks,
    open_lines,
    readable,
)

_LARGEST_CELL = 1 << 24  # characters; Python's own limit is 131,072
_MOST_COLUMNS = 1_000  # the rest of a longer row is its last cell
_LOOKED_AT_CHARACTERS = 1 << 16  # of a line
_DELIMITERS = "\t;,|^~"
_OF_PROSE = ";,"  # delimiters that sentences have too, with a space behind
_LOOKED_AT_ROWS = 200
_MOST_LINES = 200  # of one row; with more, a quote stands alone
_SEPARATOR_LINE = "sep="

csv.field_size_limit(_LARGEST_CELL)


class DelimitedText(NamedTuple):
    """A text table and how it is written.

    Attributes:
        text: the file.
        delimiter: what stands between two cells.
        quoted: whether cells stand in quotes, as spreadsheets write them; else a quote is a
            character like others.
        escaped: whether a backslash before a quote makes it a character like others.
        width: of a proper row, in columns; 0 where no row is known to be improper.
    """

    text: TextSource
    delimiter: str = "\t"
    quoted: bool = False
    escaped: bool = False
    width: int = 0

    @property
    def header(self) -> tuple[str, ...]:
        """Nothing says that the first row is one."""
        return ()

    @property
    def counted(self) -> Counted:
        """What the numbers of its rows count."""
        return Counted.LINE

    def rows(
        self, count_bytes: Callable[[int], None] = ignore_bytes
    ) -> Iterator[tuple[int, Sequence[str]] | Problem]:
        """The rows and the line that each one ends at; a line that names the separator is none.

        Raises:
            CorpusError: the file cannot be read.
        """
        with open_lines(self.text, count_bytes) as lines:
            if self.quoted:
                rows = quoted_rows(lines, self.delimiter, escaped=self.escaped, width=self.width)
            else:
                rows = self._plain_rows(lines)
            for number, cells in rows:
                if number == 1 and cells and cells[0].lower().startswith(_SEPARATOR_LINE):
                    continue
                if len(cells) > self.width > 0 and any(map(str.strip, cells[self.width :])):
                    text = readable(self.delimiter.join(cells))
                    yield Problem(self.text.name, number, Reason.COLUMNS, text)
                else:
                    yield number, cells

    def _plain_rows(self, lines: Iterable[str]) -> Iterator[tuple[int, Sequence[str]]]:
        for number, line in enumerate(lines, start=1):
            yield number, line.split(self.delimiter, _MOST_COLUMNS)


class _EndlessRowError(Exception):
    """A row goes on for more lines than any cell has."""


class _LineFeed:
    """Hands lines to a reader and knows those of the row at hand.

    A quote that opens a cell and is never closed would swallow the rows that follow. Such a row is
    taken back: its first line is taken as it is, and the others are read again.
    """

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self.row: list[str] = []
        self.line = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.row) >= _MOST_LINES:
            raise _EndlessRowError
        line = self._again.popleft() if self._again else next(self._lines)
        self.row.append(line)
        self.line += 1
        return f"{line}\n"

    def begin_row(self) -> None:
        """What is read from now on is the next row."""
        self.row = []

    def take_back(self) -> str:
        """The first line of the row at hand; the others will be read again."""
        first, *others = self.row
        self._again.extendleft(reversed(others))
        self.line -= len(others)
        return first


def quoted_rows(
    lines: Iterable[str], delimiter: str, *, escaped: bool, width: int = 0
) -> Iterator[tuple[int, Sequence[str]]]:
    """Rows whose cells may stand in quotes, with the line that each one ends at.

    Args:
        lines: without their ends.
        delimiter: what stands between two cells.
        escaped: whether a backslash before a quote makes it a character like others.
        width: of a proper row; a row of several lines that has fewer cells is taken back.
    """
    feed = _LineFeed(iter(lines))
    reader = _reader(feed, delimiter, escaped=escaped)
    while True:
        feed.begin_row()
        try:
            cells = next(reader, None)
        except (csv.Error, _EndlessRowError):
            cells = []
        if cells is None:
            return
        if (not cells and any(feed.row)) or (len(cells) < width and len(feed.row) > 1):
            cells = feed.take_back().split(delimiter)
            reader = _reader(feed, delimiter, escaped=escaped)
        yield feed.line, cells


def _reader(lines: Iterable[str], delimiter: str, *, escaped: bool) -> Iterator[list[str]]:
    escape = "\\" if escaped else None
    return csv.reader(
        lines, delimiter=delimiter, escapechar=escape, skipinitialspace=True, strict=True
    )


def find_dialect(table: TextSource) -> DelimitedText:
    """How a table is written, from its first lines.

    Raises:
        CorpusError: the file cannot be read.
    """
    sample = _sample(table)
    if sample and sample[0].lower().startswith(_SEPARATOR_LINE) and len(sample[0]) == 5:
        return _quoted(table, sample[1:], sample[0][4])
    if table.inner_name.lower().endswith((".tsv", ".tab")):
        return _with_tabs(table, sample)
    scores = {}
    for place, delimiter in enumerate(_DELIMITERS):
        widths = _widths(sample, delimiter)
        width, rows = _commonest(widths)
        if width > 1:
            scores[delimiter] = (rows / widths.total(), -place)
    best = max(scores, key=lambda delimiter: scores[delimiter], default=",")
    if best == "\t" and not table.inner_name.lower().endswith(".csv"):
        return _with_tabs(table, sample)
    return _quoted(table, sample, best)


def looks_like_table(text: TextSource) -> bool:
    """Whether a text of which nobody said so is a table: each row has as many cells, two or more.

    Raises:
        CorpusError: the file cannot be read.
    """
    sample = _sample(text)
    if sample and all("\t" in line for line in sample):
        return True
    for delimiter in "\t|;,":
        rows = _parsed(sample, delimiter)
        if len(sample) == _LOOKED_AT_ROWS:
            rows = rows[:-1]  # it may go on
        widths = {len(row) for row in rows}
        if len(rows) > 1 and len(widths) == 1 and widths.pop() > 1:
            prose = delimiter in _OF_PROSE and any(
                delimiter + " " in line and '"' not in line for line in sample
            )
            return not prose
    return False


def _sample(text: TextSource) -> list[str]:
    with open_lines(text) as lines:
        looked_at = (line[:_LOOKED_AT_CHARACTERS] for line in islice(lines, _LOOKED_AT_ROWS))
        return [line for line in looked_at if line.strip()]


def _with_tabs(table: TextSource, sample: Sequence[str]) -> DelimitedText:
    if not has_quoted_cells(table, "\t", sample):
        return DelimitedText(table)
    return _quoted(table, sample, "\t")._replace(width=0)


def _quoted(table: TextSource, sample: Sequence[str], delimiter: str) -> DelimitedText:
    telling = _with_backslashes(table)
    ways = (False, True) if telling else (False,)
    lines = [*sample, *telling]
    escaped = max(ways, key=lambda way: _commonest(_widths(lines, delimiter, escaped=way))[1])
    widths = _widths(sample, delimiter, escaped=escaped)
    width, rows = _commonest(widths)
    header = next(iter(_parsed(sample, delimiter, escaped=escaped)), [])
    width = max(width, len(header)) if rows > widths.total() / 2 else 0
    return DelimitedText(table, delimiter, quoted=True, escaped=escaped, width=width)


def _with_backslashes(table: TextSource) -> list[str]:
    """The first lines of the whole file that have a backslash before a quote."""
    found: list[str] = []
    with open_line_blocks(table) as blocks:
        for block in blocks:
            if b'\\"' in block.text:
                found += [line for line in block if '\\"' in line]
            if len(found) > _LOOKED_AT_ROWS:
                break
    return [line[:_LOOKED_AT_CHARACTERS] for line in found[:_LOOKED_AT_ROWS]]


def _commonest(widths: Counter[int]) -> tuple[int, int]:
    """The width that most rows have, and how many those are."""
    return max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))


def _widths(sample: Sequence[str], delimiter: str, *, escaped: bool = False) -> Counter[int]:
    """How many rows of a sample have how many cells."""
    return Counter(len(row) for row in _parsed(sample, delimiter, escaped=escaped))


def _parsed(sample: Sequence[str], delimiter: str, *, escaped: bool = False) -> list[Sequence[str]]:
    return [cells for _, cells in quoted_rows(sample, delimiter, escaped=escaped)]
