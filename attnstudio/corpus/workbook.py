"""Which sheets of a workbook hold pairs: all visible ones with the two languages."""

from __future__ import annotations

from typing import NamedTuple

from attnstudio.corpus.column_names import columns_by_name
from attnstudio.corpus.language_rows import language_columns
from attnstudio.corpus.markup import MarkupFile, MarkupKind
from attnstudio.corpus.spreadsheet import Spreadsheet, sheets_of
from attnstudio.corpus.table import TableFile, first_rows, recognise_table
from attnstudio.corpus.text_source import TextSource
from attnstudio.errors import CorpusError


class FoundSheets(NamedTuple):
    """What can be imported of a workbook, and the names of the visible sheets that cannot."""

    items: list[TableFile | MarkupFile]
    left_out: list[str]


def find_sheets(
    text: TextSource,
    languages: tuple[str, str],
    columns: tuple[str, str] | None = None,
    *,
    guess: bool = False,
) -> FoundSheets:
    """The sheets whose columns are named as the two sides; else those whose texts are.

    Args:
        text: the workbook.
        languages: codes of source and target.
        columns: see `recognise_table`; a sheet without them is left out.
        guess: see `recognise_table`.

    Raises:
        CorpusError: the file cannot be read, or no sheet is clear.
    """
    sheets = sheets_of(text)
    named = [sheet for sheet in sheets if columns_by_name(first_rows(sheet, 1)[0], languages)]
    items: list[TableFile | MarkupFile] = []
    taken: list[str] = []
    first_error: CorpusError | None = None
    for sheet in named if named and columns is None else sheets:
        try:
            items.append(_item(sheet, languages, columns, guess=guess and len(sheets) == 1))
            taken.append(sheet.sheet)
        except CorpusError as error:
            first_error = first_error or error
    if not items and guess:
        items, taken = [_item(sheets[0], languages, columns, guess=True)], [sheets[0].sheet]
    if not items:
        assert first_error is not None  # there is a sheet, and each gives an item or an error
        raise first_error
    return FoundSheets(items, [sheet.sheet for sheet in sheets if sheet.sheet not in taken])


def _item(
    sheet: Spreadsheet,
    languages: tuple[str, str],
    columns: tuple[str, str] | None,
    *,
    guess: bool,
) -> TableFile | MarkupFile:
    if columns is None and language_columns(sheet) is not None:
        return MarkupFile(sheet.text, MarkupKind.ROWS, sheet)
    return recognise_table(sheet, languages, columns, guess=guess)
