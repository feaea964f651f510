"""Whether quotes stand around the cells of a table with tabs, as the whole file says.

Spreadsheets write a cell with a quote or a line end in it between quotes, and double those inside.
Corpora have quotes as sentences have them. Many a table has its first quote after a million lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import Enum, auto

from attnstudio.corpus.text_source import TextSource, open_line_blocks

_MOST_LINES = 200  # of one row; with more, a quote stands alone
_ENOUGH = 500  # lines that tell
_CLEARLY = 4  # times as many of one kind


class _Verdict(Enum):
    NOTHING = auto()
    QUOTED = auto()
    BARE = auto()
    OPEN = auto()  # the row goes on


def has_quoted_cells(text: TextSource, delimiter: str, sample: Sequence[str]) -> bool:
    """Whether quotes in a table are those that spreadsheets put around cells.

    Args:
        text: the table.
        delimiter: what stands between two cells.
        sample: its first lines, without empty ones.

    Raises:
        CorpusError: the file cannot be read.
    """
    widths = Counter(line.count(delimiter) for line in sample)
    votes = _votes(text, delimiter, widths.most_common(1)[0][0] if widths else 0)
    if not votes:
        cells = [cell for line in sample for cell in line.split(delimiter) if cell]
        return bool(cells) and all(_is_wrapped(cell) for cell in cells)
    return votes[_Verdict.QUOTED] > _CLEARLY * votes[_Verdict.BARE]


def _votes(text: TextSource, delimiter: str, delimiters: int) -> Counter[_Verdict]:
    """How many rows with quotes look quoted, and how many bare."""
    votes: Counter[_Verdict] = Counter()
    row: list[str] = []  # the lines so far of one that goes on
    with open_line_blocks(text) as blocks:
        for block in blocks:
            if not row and b'"' not in block.text:
                continue
            for line in block.lines():
                if not row and '"' not in line:
                    continue
                row.append(line)
                verdict = _verdict(row, delimiter, delimiters)
                if verdict is _Verdict.OPEN:
                    continue
                row = []
                if verdict is not _Verdict.NOTHING:
                    votes[verdict] += 1
            if votes.total() >= _ENOUGH:
                break
    if row:
        votes[_Verdict.BARE] += 1
    return votes


def _verdict(row: Sequence[str], delimiter: str, delimiters: int) -> _Verdict:
    """What the last line of a row says, or the row as a whole where it has several."""
    if len(row) > _MOST_LINES:
        return _Verdict.BARE
    # Lines that are rows in themselves need no quotes to be read.
    is_whole = all(line.count(delimiter) == delimiters for line in row)
    if len(row) > 1:
        cells = row[-1].split(delimiter)
        closing = next((place for place, cell in enumerate(cells) if _closes(cell)), None)
        if closing is None:
            return _Verdict.OPEN
        opens_again = _cells_verdict(cells[closing + 1 :]) is _Verdict.OPEN
        return _Verdict.OPEN if opens_again else _Verdict.BARE if is_whole else _Verdict.QUOTED
    cells = row[0].split(delimiter)
    verdict = _cells_verdict(cells)
    if verdict is _Verdict.QUOTED and is_whole and not all(map(_is_sound, cells)):
        return _Verdict.BARE
    return verdict


def _cells_verdict(cells: Sequence[str]) -> _Verdict:
    verdict, is_open = _Verdict.NOTHING, False
    for cell in cells:
        if is_open:
            is_open = not _closes(cell)
            verdict = verdict if is_open else _Verdict.QUOTED
        elif cell.startswith('"') and not _closes(cell[1:]):
            is_open = True
        elif not _is_sound(cell):
            return _Verdict.BARE
        elif '""' in cell[1:-1]:
            verdict = _Verdict.QUOTED
    return _Verdict.OPEN if is_open else verdict


def _is_sound(cell: str) -> bool:
    """Whether a cell has no quote, or is as a spreadsheet writes one with quotes."""
    if '"' not in cell:
        return True
    return _is_wrapped(cell) and '"' not in cell[1:-1].replace('""', "")


def _is_wrapped(cell: str) -> bool:
    return len(cell) > 1 and cell[0] == cell[-1] == '"'


def _closes(cell: str) -> bool:
    return (len(cell) - len(cell.rstrip('"'))) % 2 == 1
