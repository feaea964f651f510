"""Tables whose rows say their languages, such as the phrasebook of Google's translator.

Their rows may go both ways: ``English, German, …`` and below it ``German, English, …``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from attnstudio.corpus.column_texts import Row
from attnstudio.corpus.import_report import Problem
from attnstudio.corpus.language_codes import language_of
from attnstudio.corpus.table import Table, first_rows
from attnstudio.corpus.text_source import ignore_bytes
from attnstudio.corpus.variants import Unit, Variant

_MOSTLY = 0.9  # of the rows; a header is none of them


def language_columns(table: Table) -> tuple[int, int] | None:
    """The two columns that say the languages of the next two; None where rows do not differ.

    Raises:
        CorpusError: the table cannot be read.
    """
    rows = [row for row in first_rows(table) if any(map(str.strip, row))]
    width = max(map(len, rows), default=0)
    places = [place for place in range(width) if _says_languages(rows, place)]
    if len(places) != 2 or width < 4:
        return None
    pairs = {tuple(language_of(row[place]) for place in places if place < len(row)) for row in rows}
    both_ways = any(pair[::-1] in pairs for pair in pairs if len(set(pair)) == 2)
    return (places[0], places[1]) if both_ways and _texts_beside(rows, places) else None


def read_language_rows(
    table: Table, count_bytes: Callable[[int], None] = ignore_bytes
) -> Iterator[Unit | Problem]:
    """The units of a table that says the languages of its rows.

    Raises:
        CorpusError: the table cannot be read.
    """
    places = language_columns(table)
    assert places is not None
    first, second = _texts_beside(first_rows(table), places)
    for row in table.rows(count_bytes):
        if isinstance(row, Problem):
            yield row
            continue
        cells = row[1]
        if len(cells) > max(first, second, *places):
            yield (
                Variant(cells[places[0]].strip(), cells[first]),
                Variant(cells[places[1]].strip(), cells[second]),
            )


def _says_languages(rows: Sequence[Row], place: int) -> bool:
    said = sum(1 for row in rows if place < len(row) and language_of(row[place]))
    return said > 1 and said >= _MOSTLY * len(rows)


def _texts_beside(rows: Sequence[Row], places: Sequence[int]) -> tuple[int, int]:
    """The columns of the two texts: the longest of those that say no language."""
    width = max(map(len, rows))
    lengths = {
        place: sum(len(row[place]) for row in rows if place < len(row))
        for place in range(width)
        if place not in places
    }
    first, second = sorted(sorted(lengths, key=lambda place: -lengths[place])[:2])
    return first, second
