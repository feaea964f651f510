"""The first sheet of an Excel workbook (.xlsx) that has two columns, row by row."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import IO, Any, NamedTuple
from xml.etree.ElementTree import ParseError

from attnstudio.corpus.text_source import TextSource, ignore_bytes, open_seekable, unreadable
from attnstudio.errors import CorpusError

_CONTENTS = "xl/workbook.xml"
_ESCAPED = re.compile("_x000[9AD]_")  # how a cell has the control characters that end lines
_LOOKED_AT_ROWS = 200
_LARGEST_CONTENT = 1 << 31
_RATIO = 400  # of a sheet: more repetitive than text
_SMALL = 1 << 26


class Spreadsheet(NamedTuple):
    """A workbook."""

    text: TextSource

    @property
    def header(self) -> tuple[str, ...]:
        """Nothing says that the first row is one."""
        return ()

    def rows(
        self, count_bytes: Callable[[int], None] = ignore_bytes
    ) -> Iterator[tuple[int, Sequence[str]]]:
        """The rows with their numbers; formulas as their last results.

        Raises:
            CorpusError: the file cannot be read, or holds no sheet.
        """
        from openpyxl import load_workbook  # here, as it takes a while and is seldom needed
        from openpyxl.utils.exceptions import InvalidFileException

        damaged = (
            InvalidFileException,
            KeyError,
            ValueError,
            TypeError,
            AttributeError,
            IndexError,
            ParseError,
        )
        with open_seekable(self.text, count_bytes) as file:
            _check_size(file, self.text.name)
            try:
                book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
                sheet = next(filter(_width, book.worksheets), None)
                if sheet is None:
                    raise _no_sheet(self.text.name)
                width = _width(sheet)
                for number, row in enumerate(_rows(sheet), start=1):
                    if any(row):
                        yield number, row + ("",) * (width - len(row))
            except damaged as error:
                raise unreadable(self.text.name, error) from error


def _width(sheet: Any) -> int:  # noqa: ANN401 - openpyxl has no types
    """The columns of a sheet; 0 where no row has two cells."""
    rows = list(islice(_rows(sheet), _LOOKED_AT_ROWS))
    return max(map(len, rows)) if any(len(row) - row.count("") > 1 for row in rows) else 0


def _rows(sheet: Any) -> Iterator[tuple[str, ...]]:  # noqa: ANN401 - openpyxl has no types
    sheet.reset_dimensions()  # programs write wrong ones, and the cells beyond would be missing
    for cells in sheet.iter_rows(values_only=True):
        yield tuple("" if cell is None else _ESCAPED.sub(" ", str(cell)) for cell in cells)


def _no_sheet(name: str) -> CorpusError:
    return CorpusError(
        "{name} has no sheet with two columns.",
        hint="If there is one in it, save it again as .xlsx of the usual kind, or as CSV.",
        name=name,
    )


def is_spreadsheet(file: IO[bytes]) -> bool:
    """Whether a zip archive is a workbook."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _CONTENTS in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def _check_size(file: IO[bytes], name: str) -> None:
    with zipfile.ZipFile(file) as archive:
        for part in archive.infolist():
            size = part.file_size
            if size > _LARGEST_CONTENT or size > max(_SMALL, _RATIO * part.compress_size):
                raise CorpusError(
                    "{name} unpacks to more than any sheet of texts does.",
                    hint="Save the sheet as CSV and import that.",
                    name=name,
                )
    file.seek(0)
