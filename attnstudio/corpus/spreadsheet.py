"""The first sheet with anything in it of an Excel workbook (.xlsx), row by row."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from typing import IO, NamedTuple
from xml.etree.ElementTree import ParseError

from attnstudio.corpus.text_source import TextSource, ignore_bytes, open_seekable, unreadable
from attnstudio.errors import CorpusError

_CONTENTS = "xl/workbook.xml"
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
                for sheet in book.worksheets:
                    empty = True
                    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                        row = tuple("" if cell is None else str(cell) for cell in cells)
                        empty = empty and not any(row)
                        if any(row):
                            yield number, row
                    if not empty:
                        return
            except damaged as error:
                raise unreadable(self.text.name, error) from error


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
