"""One table with the source in one column and the target in another, whatever it is kept in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import dropwhile, islice
from typing import NamedTuple, Protocol

from attnstudio.corpus.batches import PairBatch, RawPairs
from attnstudio.corpus.column_names import (
    are_names,
    columns_by_name,
    languages_named,
    side_named,
)
from attnstudio.corpus.column_texts import Row, are_in_doubt, columns_by_content, longest_columns
from attnstudio.corpus.import_report import Counted, Problem, Reason
from attnstudio.corpus.text_source import TextSource, ignore_bytes, readable
from attnstudio.errors import CorpusError

_LOOKED_AT_ROWS = 200
_MOST_LISTED_COLUMNS = 8
_MOST_COLUMNS = 1_000
_CELL_LOOKED_AT = 1 << 16  # characters
_CELL_SHOWN = 24


class Table(Protocol):
    """What rows are read from. It can be a key of a dictionary."""

    @property
    def text(self) -> TextSource:
        """The file."""

    @property
    def header(self) -> Row:
        """The names of the columns, where the format has names; else empty."""

    @property
    def counted(self) -> Counted:
        """What the numbers of its rows count."""

    def rows(
        self, count_bytes: Callable[[int], None] = ignore_bytes
    ) -> Iterator[tuple[int, Sequence[str]] | Problem]:
        """The cells of each row with its line or number; a problem where it is none."""


class TableFile(NamedTuple):
    """A table and which of its columns are which side, counted from 0."""

    table: Table
    source_column: int = 0
    target_column: int = 1
    has_header: bool = False  # the first row with two cells is one

    @property
    def texts(self) -> tuple[TextSource, ...]:
        """All that is read."""
        return (self.table.text,)

    @property
    def sides(self) -> tuple[TextSource, TextSource]:
        """Where source and target are read."""
        return self.table.text, self.table.text

    def swapped(self) -> TableFile:
        """The same table with its sides exchanged."""
        return self._replace(source_column=self.target_column, target_column=self.source_column)

    def batches(
        self, languages: tuple[str, str], count_bytes: Callable[[int], None] = ignore_bytes
    ) -> Iterator[PairBatch]:
        """See `read_table`; the languages are those of its columns already."""
        del languages
        return read_table(self, count_bytes)


def read_table(
    file: TableFile, count_bytes: Callable[[int], None] = ignore_bytes
) -> Iterator[PairBatch]:
    """The pairs of a table; a problem where a row was dropped.

    Args:
        file: the table and its columns.
        count_bytes: see `open_bytes`.

    Raises:
        CorpusError: the file cannot be read, or is no table.
    """
    name = file.table.text.name
    source, target = file.source_column, file.target_column
    columns_needed = max(source, target) + 1
    raw = RawPairs(name, counted=file.table.counted)
    before_header = file.has_header
    for row in file.table.rows(count_bytes):
        if isinstance(row, Problem):
            raw.drop(row)
        elif before_header and _has_two_cells(row[1]):
            before_header = False
        elif len(row[1]) >= columns_needed:
            raw.add(row[0], row[1][source], row[1][target])
        else:
            text = readable(" | ".join(row[1])).strip()
            raw.drop(Problem(name, row[0], Reason.COLUMNS if text else Reason.EMPTY, text))
        if raw.is_full:
            yield raw.take()
    yield raw.take()


def first_rows(table: Table, count: int = _LOOKED_AT_ROWS) -> tuple[Row, ...]:
    """The first rows of a table as they are, the header among them, but no title above it.

    Of long cells there is the start.
    """
    read = (row[1] for row in table.rows() if not isinstance(row, Problem))
    rows = [
        tuple(readable(cell[:_CELL_LOOKED_AT]) for cell in cells[:_MOST_COLUMNS])
        for cells in islice(read, count)
    ]
    return tuple(dropwhile(lambda row: not _has_two_cells(row), rows)) or tuple(rows)


def _has_two_cells(row: Sequence[str]) -> bool:
    return sum(1 for cell in row if cell.strip()) > 1


def recognise_table(
    table: Table,
    languages: tuple[str, str],
    columns: tuple[str, str] | None = None,
    *,
    guess: bool = False,
) -> TableFile:
    """Find out which columns of a table are source and target.

    Args:
        table: what to look into.
        languages: codes of source and target.
        columns: names of the columns or their numbers, counted from 1, where a person said them.
        guess: take the two with the longest texts where it is not clear.

    Raises:
        CorpusError: the columns cannot be told, or there are none like the ones that were named.
    """
    rows = first_rows(table)
    header = table.header or (rows[0] if rows else ())
    if columns is not None:
        return _with_columns(table, header, rows, columns, languages)
    found = columns_by_name(header, languages)
    if found and (table.header or not _repeat(rows, found)):
        return TableFile(table, *found, has_header=not table.header)
    others = languages_named(header)
    if len(others) > 1 and not found and not guess:
        raise _other_languages(table, languages, others)
    found = columns_by_content(rows, languages)
    if found is None and guess:
        found = longest_columns(rows)
    if found is None:
        raise _unclear(table, header, languages)
    file = TableFile(table, *found, has_header=_are_names(table, rows, found, languages))
    if not guess and columns_in_doubt(file, languages):
        raise _no_two_sides(table, header, languages)
    return file


def columns_in_doubt(file: TableFile, languages: tuple[str, str]) -> bool:
    """Whether the columns of a table were guessed and may not be its two sides."""
    rows = first_rows(file.table)
    header = file.table.header or (rows[0] if rows else ())
    places = file.source_column, file.target_column
    if set(columns_by_name(header, languages) or ()) == set(places):
        return False
    return are_in_doubt(header, rows if file.table.header else rows[1:], places, languages)


def _unclear(table: Table, header: Row, languages: tuple[str, str]) -> CorpusError:
    return CorpusError(
        "{name} has {n} columns, and which of them are {source} and {target} is not clear: "
        "{columns}.",
        hint="Choose its columns.",
        command_hint="Name them with --source-column and --target-column, or by number from 1.",
        name=table.text.name,
        n=len(header),
        source=languages[0],
        target=languages[1],
        columns=_listed(header),
    )


def _no_two_sides(table: Table, header: Row, languages: tuple[str, str]) -> CorpusError:
    return CorpusError(
        "{name} may not hold both {source} and {target}: its columns are {columns}.",
        hint="If two of them are the sides, choose these.",
        command_hint="If two of them are the sides, name them with --source-column and "
        "--target-column, or by number from 1.",
        name=table.text.name,
        source=languages[0],
        target=languages[1],
        columns=_listed(header),
    )


def _listed(header: Row) -> str:
    return " | ".join(cell[:_CELL_SHOWN] for cell in header[:_MOST_LISTED_COLUMNS])


def _repeat(rows: Sequence[Row], places: Sequence[int]) -> bool:
    """Whether the first row is no header, since columns say the same again below."""
    return len(rows) > 1 and any(
        rows[0][place : place + 1] == rows[1][place : place + 1] for place in places
    )


def _other_languages(table: Table, languages: tuple[str, str], found: Sequence[str]) -> CorpusError:
    return CorpusError(
        "{name} has no columns for both {source} and {target}.",
        hint="It has: {found}. Make a project for two of these, or choose its columns.",
        command_hint="It has: {found}. Make a project for two of these, or name the columns with "
        "--source-column and --target-column.",
        name=table.text.name,
        source=languages[0],
        target=languages[1],
        found=", ".join(found),
    )


def _are_names(
    table: Table, rows: Sequence[Row], places: Sequence[int], languages: tuple[str, str]
) -> bool:
    if table.header or not rows:
        return False
    is_side = side_named(rows[0], languages) is not None and not _repeat(rows, places)
    return is_side or are_names(rows[0], rows[1:], places)


def _with_columns(
    table: Table,
    header: Row,
    rows: Sequence[Row],
    columns: tuple[str, str],
    languages: tuple[str, str],
) -> TableFile:
    width = max(map(len, (header, *rows)))
    names = [cell.strip().lower() for cell in header]
    places, by_name = [], False
    for name in columns:
        if name.strip().lower() in names:
            places.append(names.index(name.strip().lower()))
            by_name = True
        elif name.isdecimal() and 1 <= int(name) <= width:
            places.append(int(name) - 1)
        else:
            raise CorpusError(
                "{table} has no column {name}.",
                hint="It has {n} columns; the first row is: {header}.",
                table=table.text.name,
                name=repr(name),
                n=width,
                header=" | ".join(cell[:_CELL_SHOWN] for cell in header),
            )
    if places[0] == places[1]:
        raise CorpusError(
            "Source and target cannot both be column {name} of {table}.",
            hint="Name two columns.",
            table=table.text.name,
            name=columns[0],
        )
    has_header = (by_name and not table.header) or _are_names(table, rows, places, languages)
    return TableFile(table, places[0], places[1], has_header)
