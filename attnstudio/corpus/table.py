"""One table with the source in one column and the target in another, between delimiters."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, takewhile
from typing import NamedTuple

from attnstudio.corpus.import_report import Problem, Reason
from attnstudio.corpus.language_guess import guess_language
from attnstudio.corpus.languages import primary_language
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.text import clean_text
from attnstudio.corpus.text_source import TextSource, ignore_bytes, is_text, open_lines, readable
from attnstudio.errors import CorpusError

_LARGEST_CELL = 1 << 24  # characters; Python's own limit is 131,072
_DELIMITERS = "\t;,|^~"
_LOOKED_AT_ROWS = 200
_MOST_LISTED_COLUMNS = 8
_CELL_SHOWN = 24
_SEPARATOR_LINE = "sep="
_CREDIT = 8  # characters that all cells of a column begin with
_HEADERS = (
    (("source", "target"), ("src", "tgt"), ("src", "trg"), ("source text", "target text")),
    (("original", "translation"), ("source", "translation")),
)

csv.field_size_limit(_LARGEST_CELL)

Row = tuple[str, ...]


class TableFile(NamedTuple):
    """A table and which of its columns are which side, counted from 0."""

    table: TextSource
    source_column: int = 0
    target_column: int = 1
    has_header: bool = False
    delimiter: str = "\t"
    quoted: bool = False  # as spreadsheets do; else a quote is a character like others

    @property
    def texts(self) -> tuple[TextSource, ...]:
        """All that is read."""
        return (self.table,)

    @property
    def sides(self) -> tuple[TextSource, TextSource]:
        """Where source and target are read."""
        return self.table, self.table

    def swapped(self) -> TableFile:
        """The same table with its sides exchanged."""
        return self._replace(source_column=self.target_column, target_column=self.source_column)

    def records(
        self, languages: tuple[str, str], count_bytes: Callable[[int], None] = ignore_bytes
    ) -> Iterator[SentencePair | Problem]:
        """See `read_table`; the languages are those of its columns already."""
        del languages
        return read_table(self, count_bytes)


def read_table(
    file: TableFile, count_bytes: Callable[[int], None] = ignore_bytes
) -> Iterator[SentencePair | Problem]:
    """The pairs of a table; a problem where a record was dropped.

    Args:
        file: the table and its columns.
        count_bytes: see `open_lines`.

    Raises:
        CorpusError: the file cannot be read, or a cell has no end.
    """
    columns_needed = max(file.source_column, file.target_column) + 1
    with open_lines(file.table, count_bytes) as lines:
        rows = _rows(lines, file)
        for number, (line, cells) in enumerate(rows):
            if number == 0 and file.has_header:
                continue
            if len(cells) < columns_needed:
                text = file.delimiter.join(cells)
                reason = Reason.COLUMNS if text.strip() else Reason.EMPTY
                yield Problem(file.table.name, line, reason, readable(text))
                continue
            source, target = cells[file.source_column], cells[file.target_column]
            if not is_text(source) or not is_text(target):
                text = readable(file.delimiter.join(cells))
                yield Problem(file.table.name, line, Reason.UNDECODABLE, text)
                continue
            pair = SentencePair(clean_text(source), clean_text(target))
            if pair.source and pair.target:
                yield pair
            else:
                yield Problem(file.table.name, line, Reason.EMPTY, pair.source or pair.target)


def first_rows(file: TableFile, count: int = _LOOKED_AT_ROWS) -> tuple[Row, ...]:
    """The first rows of a table as they are, the header among them."""
    with open_lines(file.table) as lines:
        return tuple(tuple(map(readable, cells)) for _, cells in islice(_rows(lines, file), count))


def recognise_table(
    table: TextSource,
    languages: tuple[str, str],
    columns: tuple[str, str] | None = None,
) -> TableFile:
    """Find out how a table is written, and which columns are source and target.

    Args:
        table: what to look into.
        languages: codes of source and target.
        columns: names of the columns or their numbers, counted from 1, where a person said them.

    Raises:
        CorpusError: the columns cannot be told, or there are none like the ones that were named.
    """
    file = _dialect(table)
    rows = first_rows(file)
    if columns is not None:
        return _with_columns(file, rows, columns)
    header = rows[0] if rows else ()
    found = _columns_by_header(header, languages)
    if found:
        return file._replace(source_column=found[0], target_column=found[1], has_header=True)
    found = _columns_by_content(rows, languages)
    if found is None:
        raise CorpusError(
            "{name} has {n} columns, and which of them are {source} and {target} is not clear: "
            "{columns}.",
            hint="Name them with --source-column and --target-column, or by number from 1.",
            name=table.name,
            n=len(header),
            source=languages[0],
            target=languages[1],
            columns=" | ".join(cell[:_CELL_SHOWN] for cell in header[:_MOST_LISTED_COLUMNS]),
        )
    return file._replace(source_column=found[0], target_column=found[1])


def _rows(lines: Iterable[str], file: TableFile) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows and the line that each one ends at; a line that names the separator is none."""
    if not file.quoted:
        for number, line in enumerate(lines, start=1):
            if number == 1 and line.lower().startswith(_SEPARATOR_LINE):
                continue
            yield number, line.split(file.delimiter)
        return
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=file.delimiter)
    try:
        for cells in reader:
            if reader.line_num == 1 and _is_separator_line(cells):
                continue
            yield reader.line_num, cells
    except csv.Error as error:
        raise CorpusError(
            "{name}:{line} is no table: {reason}.",
            hint="A quote may be missing before that line.",
            name=file.table.name,
            line=reader.line_num,
            reason=error,
        ) from error


def _is_separator_line(cells: Sequence[str]) -> bool:
    return bool(cells) and cells[0].lower().startswith(_SEPARATOR_LINE)


def _dialect(table: TextSource) -> TableFile:
    with open_lines(table) as lines:
        sample = [line for line in islice(lines, _LOOKED_AT_ROWS) if line.strip()]
    if sample and sample[0].lower().startswith(_SEPARATOR_LINE) and len(sample[0]) == 5:
        return TableFile(table, delimiter=sample[0][4], quoted=True)
    if not table.inner_name.lower().endswith(".csv"):
        return TableFile(table, quoted=_is_quoted(sample, "\t"))
    scores = {}
    for place, delimiter in enumerate(_DELIMITERS):
        widths = Counter(len(row) for row in _parsed(sample, delimiter))
        width, rows = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        if width > 1:
            scores[delimiter] = (rows / widths.total(), -place)
    best = max(scores, key=lambda delimiter: scores[delimiter], default=",")
    return TableFile(table, delimiter=best, quoted=best != "\t" or _is_quoted(sample, "\t"))


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


def _with_columns(file: TableFile, rows: Sequence[Row], columns: tuple[str, str]) -> TableFile:
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    width = max(map(len, rows), default=0)
    places, by_name = [], False
    for name in columns:
        if name.strip().lower() in header:
            places.append(header.index(name.strip().lower()))
            by_name = True
        elif name.isdecimal() and 1 <= int(name) <= width:
            places.append(int(name) - 1)
        else:
            raise CorpusError(
                "{table} has no column {name}.",
                hint="It has {n} columns; the first row is: {header}.",
                table=file.table.name,
                name=repr(name),
                n=width,
                header=" | ".join(cell[:_CELL_SHOWN] for cell in (rows[0] if rows else ())),
            )
    if places[0] == places[1]:
        raise CorpusError(
            "Source and target cannot both be column {name} of {table}.",
            hint="Name two columns.",
            table=file.table.name,
            name=columns[0],
        )
    return file._replace(source_column=places[0], target_column=places[1], has_header=by_name)


def _columns_by_header(header: Row, languages: tuple[str, str]) -> tuple[int, int] | None:
    names = [cell.strip().lower().replace("_", "-") for cell in header]
    exact = tuple(code.lower().replace("_", "-") for code in languages)
    primary = tuple(primary_language(code) for code in languages)
    for pair in (exact, primary, *(known for group in _HEADERS for known in group)):
        if pair[0] != pair[1] and pair[0] in names and pair[1] in names:
            return names.index(pair[0]), names.index(pair[1])
    roots = [primary_language(name) for name in names]
    if primary[0] != primary[1] and roots.count(primary[0]) == roots.count(primary[1]) == 1:
        return roots.index(primary[0]), roots.index(primary[1])
    return None


def _columns_by_content(rows: Sequence[Row], languages: tuple[str, str]) -> tuple[int, int] | None:
    """The two columns with sentences; if there are more, those in the two languages."""
    width = Counter(len(row) for row in rows).most_common(1)[0][0] if rows else 0
    if width <= 2:
        return 0, 1
    columns = [[row[place].strip() for row in rows if len(row) > place] for place in range(width)]
    texts = [place for place, cells in enumerate(columns) if _holds_sentences(cells)]
    guessed = {place: guess_language(" ".join(columns[place])) for place in texts}
    wanted = [primary_language(code) for code in languages]
    by_language = [[place for place in texts if guessed[place] == code] for code in wanted]
    if all(len(places) == 1 for places in by_language):
        return by_language[0][0], by_language[1][0]
    return (texts[0], texts[1]) if len(texts) == 2 else None


def _holds_sentences(cells: Sequence[str]) -> bool:
    """Whether a column has words, and not numbers, addresses, codes or a credit in every row."""
    said = [cell for cell in cells if cell]
    if len(said) > 1 and _shared_start(said) >= min(_CREDIT, *map(len, said)):
        return False
    words = [cell for cell in said if cell.upper() != cell or not cell.isascii()]
    return len([cell for cell in words if "://" not in cell]) > len(cells) / 2


def _shared_start(cells: Sequence[str]) -> int:
    """How many characters all cells begin with."""
    shared = takewhile(lambda pair: pair[0] == pair[1], zip(min(cells), max(cells), strict=False))
    return sum(1 for _ in shared)
