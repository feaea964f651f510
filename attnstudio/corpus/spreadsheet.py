"""The sheets of an Excel workbook (.xlsx), row by row."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import IO, Any, NamedTuple
from xml.etree.ElementTree import ParseError

from attnstudio.corpus.import_report import Counted
from attnstudio.corpus.text_source import TextSource, ignore_bytes, open_seekable
from attnstudio.corpus.unpacking import unreadable
from attnstudio.errors import CorpusError

_CONTENTS = "xl/workbook.xml"
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")  # a character that XML forbids, or an underscore
_LINE_END = re.compile(r"[ \t]*[\x07\t-\r]+[ \t]*")
_OF_WORD = {0x1E: "-", 0x1F: None}  # its no-break and its optional hyphen
_SURROGATES = range(0xD800, 0xE000)
_LOOKED_AT_ROWS = 200
_LARGEST_CONTENT = 1 << 31
_RATIO = 400  # of a sheet: more repetitive than text
_SMALL = 1 << 26
_LARGEST_TABLE = 1 << 28  # of what is read at once: the texts of all sheets, the formats
_SHEETS = "xl/worksheets/"


class Spreadsheet(NamedTuple):
    """A sheet of a workbook.

    Attributes:
        text: the workbook.
        sheet: its name; empty for the first visible one that has two columns.
    """

    text: TextSource
    sheet: str = ""

    @property
    def header(self) -> tuple[str, ...]:
        """Nothing says that the first row is one."""
        return ()

    @property
    def counted(self) -> Counted:
        """What the numbers of its rows count."""
        return Counted.ROW

    def rows(
        self, count_bytes: Callable[[int], None] = ignore_bytes
    ) -> Iterator[tuple[int, Sequence[str]]]:
        """The rows with their numbers; formulas as their last results.

        Raises:
            CorpusError: the file cannot be read, or holds no sheet.
        """
        with _opened(self.text, count_bytes) as book:
            sheets = [sheet for sheet in _visible(book) if self.sheet in ("", sheet.title)]
            sheet = next(filter(_width, sheets), None)
            if sheet is None:
                raise _no_sheet(self.text.name)
            width = _width(sheet)
            for number, row in enumerate(_rows(sheet), start=1):
                if any(row):
                    yield number, row + ("",) * (width - len(row))


def sheets_of(text: TextSource) -> list[Spreadsheet]:
    """The visible sheets of a workbook that have two columns, in their order.

    Raises:
        CorpusError: the file cannot be read, or holds no such sheet.
    """
    with _opened(text, ignore_bytes) as book:
        sheets = [Spreadsheet(text, sheet.title) for sheet in _visible(book) if _width(sheet)]
    if not sheets:
        raise _no_sheet(text.name)
    return sheets


@contextmanager
def _opened(text: TextSource, count_bytes: Callable[[int], None]) -> Iterator[Any]:
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
    with open_seekable(text, count_bytes) as file:
        _check_size(file, text.name)
        try:
            yield load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except damaged as error:
            raise unreadable(text.name, error) from error


def _visible(book: Any) -> list[Any]:  # noqa: ANN401 - openpyxl has no types
    return [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]


def _width(sheet: Any) -> int:  # noqa: ANN401 - openpyxl has no types
    """The columns of a sheet; 0 where no row has two cells."""
    rows = list(islice(_rows(sheet), _LOOKED_AT_ROWS))
    return max(map(len, rows)) if any(len(row) - row.count("") > 1 for row in rows) else 0


def _rows(sheet: Any) -> Iterator[tuple[str, ...]]:  # noqa: ANN401 - openpyxl has no types
    sheet.reset_dimensions()  # programs write wrong ones, and the cells beyond would be missing
    for cells in sheet.iter_rows(values_only=True):
        yield tuple("" if cell is None else _plain(str(cell)) for cell in cells)


def _plain(cell: str) -> str:
    """A cell on one line, with its characters instead of their numbers."""
    if "_x" in cell:
        cell = _ESCAPED.sub(_character, cell)
    if cell.isprintable():
        return cell
    return _LINE_END.sub(" ", cell).translate(_OF_WORD)


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1], 16)
    return escape[0] if code in _SURROGATES else chr(code)


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
            at_once = part.filename.endswith(".xml") and not part.filename.startswith(_SHEETS)
            if size > (_LARGEST_TABLE if at_once else _LARGEST_CONTENT) or size > max(
                _SMALL, _RATIO * part.compress_size
            ):
                raise CorpusError(
                    "{name} unpacks to more than any sheet of texts does.",
                    hint="Save the sheet as CSV and import that.",
                    name=name,
                )
    file.seek(0)
