"""What the texts of a table's columns say: which of them hold the sentences of which side."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

from attnstudio.corpus.column_names import is_about_texts, is_name, side_named
from attnstudio.corpus.language_codes import primary_language
from attnstudio.corpus.language_guess import guess_language

_CREDIT = 8  # characters that all cells of a column begin with
_KEY = re.compile(r"[\w$\[\]]+(?:[._/:\-][\w$\[\]]+)+|[A-Za-z_]+\d+")
_MOSTLY = 0.8
Row = tuple[str, ...]


def columns_by_content(rows: Sequence[Row], languages: tuple[str, str]) -> tuple[int, int] | None:
    """The two columns with sentences; if there are more, those in the two languages."""
    width = Counter(len(row) for row in rows).most_common(1)[0][0] if rows else 0
    if width < 2:
        return 0, 1
    columns = [[row[place].strip() for row in rows if len(row) > place] for place in range(width)]
    texts = [place for place in range(width) if width == 2 or _holds_sentences(columns[place])]
    guessed = {place: guess_language(" ".join(columns[place])) for place in texts}
    wanted = [primary_language(code) for code in languages]
    by_language = [[place for place in texts if guessed[place] == code] for code in wanted]
    if all(len(places) == 1 for places in by_language):
        return by_language[0][0], by_language[1][0]
    return (texts[0], texts[1]) if len(texts) == 2 else None


def longest_columns(rows: Sequence[Row]) -> tuple[int, int]:
    """The two columns with most text, addresses aside."""
    sizes: Counter[int] = Counter({0: 0, 1: 0})
    for row in rows:
        sizes.update({place: len(cell) for place, cell in enumerate(row) if "://" not in cell})
    first, second = sorted(place for place, _ in sizes.most_common(2))
    return first, second


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


def are_in_doubt(
    header: Row, rows: Sequence[Row], places: tuple[int, int], languages: tuple[str, str]
) -> bool:
    """Whether two columns may not be the two sides, though nothing better was found.

    So it is where the names tell one side alone, or say that a column is about the texts, or where
    a column holds keys, unless the texts themselves are in the two languages.

    Args:
        header: the names of the columns, or the first row where it may be them.
        rows: the first rows.
        places: the columns that were found, but not by their names.
        languages: codes of source and target.
    """
    cells = [[row[place].strip() for row in rows if len(row) > place] for place in places]
    if any(map(_holds_keys, cells)):
        return True
    guessed = [guess_language(" ".join(column)) for column in cells]
    if guessed == [primary_language(code) for code in languages]:
        return False
    names = [header[place] for place in places if place < len(header)]
    if any(map(is_about_texts, names)) and all(map(is_name, names)):
        return True
    return side_named(header, languages) is not None


def _holds_keys(cells: Sequence[str]) -> bool:
    """Whether nearly all cells are names such as programs have: ``menu.file.open``."""
    said = [cell for cell in cells if cell]
    keys = sum(1 for cell in said if _KEY.fullmatch(cell))
    return keys > 1 and keys >= _MOSTLY * len(said)
