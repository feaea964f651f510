"""Parquet files, read with pyarrow where it is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from attnstudio.corpus.text_source import TextSource, ignore_bytes, open_seekable, unreadable
from attnstudio.errors import CorpusError

MAGIC = b"PAR1"
_ROWS_TOGETHER = 4_096


class ParquetTable(NamedTuple):
    """A Parquet file and those of its columns that hold text."""

    text: TextSource
    columns: tuple[str, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns; of a column inside another with a dot."""
        return self.columns

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
                table = parquet.ParquetFile(file)
                for batch in table.iter_batches(_ROWS_TOGETHER, columns=list(self.columns)):
                    cells = [_column(batch, name) for name in self.columns]
                    for row in zip(*cells, strict=True):
                        number += 1
                        yield number, tuple("" if cell is None else str(cell) for cell in row)
            except (arrow.ArrowException, OSError) as error:
                raise unreadable(self.text.name, error) from error


def read_parquet(text: TextSource) -> ParquetTable:
    """A Parquet file as a table.

    Raises:
        CorpusError: the file cannot be read, or pyarrow is missing.
    """
    arrow, parquet = _library(text)
    with open_seekable(text) as file:
        try:
            schema = parquet.ParquetFile(file).schema_arrow
        except (arrow.ArrowException, OSError) as error:
            raise unreadable(text.name, error) from error
    return ParquetTable(text, tuple(_text_columns(schema, arrow, "")))


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


def _text_columns(fields: Any, arrow: Any, above: str) -> Iterator[str]:  # noqa: ANN401 - untyped
    for column in fields:
        name = f"{above}{column.name}"
        if arrow.types.is_struct(column.type):
            inner = [column.type.field(place) for place in range(column.type.num_fields)]
            yield from _text_columns(inner, arrow, f"{name}.")
        elif arrow.types.is_string(column.type) or arrow.types.is_large_string(column.type):
            yield name


def _column(batch: Any, name: str) -> list[Any]:  # noqa: ANN401 - pyarrow has no types
    """The cells of a column, which may lie inside another."""
    first, *inner = name.split(".")
    cells: list[Any] = batch.column(first).to_pylist()
    for key in inner:
        cells = [None if cell is None else cell.get(key) for cell in cells]
    return cells
