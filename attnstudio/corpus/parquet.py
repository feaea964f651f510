"""Parquet files, read with pyarrow where it is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from attnstudio.corpus.import_report import Counted
from attnstudio.corpus.text_source import TextSource, ignore_bytes, open_seekable
from attnstudio.corpus.unpacking import unreadable
from attnstudio.errors import CorpusError

MAGIC = b"PAR1"
_ROWS_TOGETHER = 4_096
_BYTES_TOGETHER = 1 << 26  # about, of a batch of rows
_BUFFER = 1 << 16
_LARGEST_GROUP = 1 << 30  # bytes of a column that lie together, unpacked
_RATIO = 1_000  # of a column: more repetitive than text
_SMALL = 1 << 26
_LISTED_COLUMNS = 12


class ParquetTable(NamedTuple):
    """A Parquet file and those of its columns that hold text: a name, after those around it."""

    text: TextSource
    columns: tuple[tuple[str, ...], ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns; of a column inside another with a dot."""
        return tuple(map(".".join, self.columns))

    @property
    def counted(self) -> Counted:
        """What the numbers of its rows count."""
        return Counted.ROW

    def rows(
        self, count_bytes: Callable[[int], None] = ignore_bytes
    ) -> Iterator[tuple[int, Sequence[str]]]:
        """The rows with their numbers.

        Raises:
            CorpusError: the file cannot be read, or pyarrow is missing.
        """
        arrow, parquet = _library(self.text)
        number = 0
        with open_seekable(self.text, count_bytes) as file:
            try:
                table = parquet.ParquetFile(file, pre_buffer=False, buffer_size=_BUFFER)
                together = _rows_together(table, self)
                for batch in table.iter_batches(together, columns=list(self.header)):
                    cells = [_column(batch, *names) for names in self.columns]
                    for row in zip(*cells, strict=True):
                        number += 1
                        yield number, tuple("" if cell is None else str(cell) for cell in row)
            except (arrow.ArrowException, OSError) as error:
                raise unreadable(self.text.name, error) from error


def _rows_together(table: Any, wanted: ParquetTable) -> int:  # noqa: ANN401 - no types
    """How many rows to read at once; refuses columns that would fill the memory.

    Raises:
        CorpusError: the file says that a column is larger than any with texts.
    """
    about = table.metadata
    largest_row = 1
    for number in range(about.num_row_groups):
        group = about.row_group(number)
        for place in range(group.num_columns):
            chunk = group.column(place)
            if chunk.path_in_schema not in wanted.header:
                continue
            size = chunk.total_uncompressed_size
            most = max(_SMALL, _RATIO * chunk.total_compressed_size)
            if size > min(_LARGEST_GROUP, most):
                raise CorpusError(
                    "{name} is refused: a group of its rows unpacks to {size} MB of {column}.",
                    hint="Write it again with fewer rows in a group.",
                    name=wanted.text.name,
                    size=size >> 20,
                    column=chunk.path_in_schema,
                )
            largest_row = max(largest_row, size // max(1, group.num_rows))
    return max(1, min(_ROWS_TOGETHER, _BYTES_TOGETHER // largest_row))


def read_parquet(text: TextSource) -> ParquetTable:
    """A Parquet file as a table.

    Raises:
        CorpusError: the file cannot be read or has no two columns of text, or pyarrow is missing.
    """
    arrow, parquet = _library(text)
    with open_seekable(text) as file:
        try:
            schema = parquet.ParquetFile(file).schema_arrow
        except (arrow.ArrowException, OSError) as error:
            raise unreadable(text.name, error) from error
    columns = tuple(_text_columns(schema, arrow, ()))
    if len(columns) < 2:
        raise CorpusError(
            "{name} has fewer than two columns with text.",
            hint="Its columns are: {columns}.",
            name=text.name,
            columns=", ".join(schema.names[:_LISTED_COLUMNS]),
        )
    return ParquetTable(text, columns)


def _library(text: TextSource) -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise CorpusError(
            "{name} is a Parquet file, and what reads these is not installed.",
            hint="Install it with: pip install 'attnstudio[parquet]'",
            name=text.name,
        ) from error
    return pyarrow, pyarrow.parquet


def _text_columns(
    fields: Any,  # noqa: ANN401 - pyarrow has no types
    arrow: Any,  # noqa: ANN401 - pyarrow has no types
    above: tuple[str, ...],
) -> Iterator[tuple[str, ...]]:
    kinds = arrow.types
    for column in fields:
        names = (*above, column.name)
        kind = column.type.value_type if kinds.is_dictionary(column.type) else column.type
        if kinds.is_struct(kind):
            inner = [kind.field(place) for place in range(kind.num_fields)]
            yield from _text_columns(inner, arrow, names)
        elif kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind):
            yield names


def _column(batch: Any, first: str, *inner: str) -> list[Any]:  # noqa: ANN401 - no types
    """The cells of a column, which may lie inside another."""
    cells: list[Any] = batch.column(first).to_pylist()
    for key in inner:
        cells = [None if cell is None else cell.get(key) for cell in cells]
    return cells
