"""One table with the source in one column and the target in another, whatever it is kept in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, takewhile
from typing import NamedTuple, Protocol

from attnstudio.corpus.batches import Batch, RawPairs
from attnstudio.corpus.import_report import Problem, Reason
from attnstudio.corpus.language_guess import guess_language
from attnstudio.corpus.languages import primary_language
from attnstudio.corpus.text_source import TextSource, ignore_bytes, readable
from attnstudio.errors import CorpusError

_LOOKED_AT_ROWS = 200
_MOST_LISTED_COLUMNS = 8
_MOST_COLUMNS = 1_000
_CELL_LOOKED_AT = 1 << 16  # characters
_CELL_SHOWN = 24
_CREDIT = 8  # characters that all cells of a column begin with
_HEADERS = (
    (("source", "target"), ("src", "tgt"), ("src", "trg"), ("source text", "target text")),
    (("original", "translation"), ("source", "translation")),
)

Row = tuple[str, ...]


class Table(Protocol):
    """What rows are read from. It can be a key of a dictionary."""

    @property
    def text(self) -> TextSource:
        """The file."""

    @property
    def header(self) -> Row:
        """The names of the columns, where the format has names; else empty."""

    def rows(
        self, count_bytes: Callable[[int], None] = ignore_bytes
    ) -> Iterator[tuple[int, Sequence[str]] | Problem]:
        """The cells of each row with its line or number; a problem where it is none."""


class TableFile(NamedTuple):
    """A table and which of its columns are which side, counted from 0."""

    table: Table
    source_column: int = 0
    target_column: int = 1
    has_header: bool = False  # the first row is one

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
    ) -> Iterator[Batch]:
        """See `read_table`; the languages are those of its columns already."""
        del languages
        return read_table(self, count_bytes)


def read_table(
    file: TableFile, count_bytes: Callable[[int], None] = ignore_bytes
) -> Iterator[Batch]:
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
    raw = RawPairs(name)
    rows = file.table.rows(count_bytes)
    if file.has_header:
        next(rows, None)
    for row in rows:
        if isinstance(row, Problem):
            raw.drop(row)
        elif len(row[1]) >= columns_needed:
            raw.add(row[0], row[1][source], row[1][target])
        else:
            text = readable(" | ".join(row[1])).strip()
            raw.drop(Problem(name, row[0], Reason.COLUMNS if text else Reason.EMPTY, text))
        if raw.is_full:
            yield raw.take()
    yield raw.take()


def first_rows(table: Table, count: int = _LOOKED_AT_ROWS) -> tuple[Row, ...]:
    """The first rows of a table as they are, the header among them; of long cells the start."""
    rows = (row for row in table.rows() if not isinstance(row, Problem))
    return tuple(
        tuple(readable(cell[:_CELL_LOOKED_AT]) for cell in cells[:_MOST_COLUMNS])
        for _, cells in islice(rows, count)
    )


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
        guess: take the first two where it is not clear.

    Raises:
        CorpusError: the columns cannot be told, or there are none like the ones that were named.
    """
    rows = first_rows(table)
    header = table.header or (rows[0] if rows else ())
    if columns is not None:
        return _with_columns(table, header, max(map(len, (header, *rows))), columns)
    found = _columns_by_header(header, languages)
    if found:
        return TableFile(table, *found, has_header=not table.header)
    found = _columns_by_content(rows, languages)
    if found is None and guess:
        found = (0, 1)
    if found is None:
        raise CorpusError(
            "{name} has {n} columns, and which of them are {source} and {target} is not clear: "
            "{columns}.",
            hint="Name them with --source-column and --target-column, or by number from 1.",
            name=table.text.name,
            n=len(header),
            source=languages[0],
            target=languages[1],
            columns=" | ".join(cell[:_CELL_SHOWN] for cell in header[:_MOST_LISTED_COLUMNS]),
        )
    return TableFile(table, *found)


def _with_columns(table: Table, header: Row, width: int, columns: tuple[str, str]) -> TableFile:
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
    has_header = by_name and not table.header
    return TableFile(table, places[0], places[1], has_header)


def _columns_by_header(header: Row, languages: tuple[str, str]) -> tuple[int, int] | None:
    names = [cell.strip().lower().replace("_", "-").rpartition(".")[2] for cell in header]
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
