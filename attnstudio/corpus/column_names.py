"""What the names at the top of a table's columns say: which column is which side."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attnstudio.corpus.column_words import ABOUT, ROLES
from attnstudio.corpus.language_codes import (
    folded,
    is_language_code,
    language_of,
    language_of_name,
    nearness,
    primary_language,
)

_PARTS = re.compile(r"[\s_\-./:()\[\]]+|(?<=[a-z])(?=[A-Z])")
_SENTENCE = re.compile(r"[!?,;:…。！？،؟।]|\w{4}\.\s*$")
_TAG = re.compile(r"[a-z]{2,3}(?:[-_](?:[a-z]{2}|[a-z]{4}|\d{3}))*", re.IGNORECASE)
_LONGEST_NAME = 3  # words
_PAIRS = (
    (("source", "target"), ("src", "tgt"), ("src", "trg"), ("source text", "target text")),
    (("original", "translation"), ("source", "translation")),
)
_PLAIN = frozenset(
    {"text", "sentence", "segment", "string", "phrase", "column", "col", "field", "line", "side"}
    | {"lang", "language", "value", "reference", "ref", "satz", "zeile", "spalte"}
)
# Headers that mean something else, though they are languages' codes.
_RATHER_WORDS = frozenset({"id", "no"})


def languages_named(header: Sequence[str]) -> tuple[str, ...]:
    """The languages that columns are named after, by code or in words; none twice.

    A column ``id`` beside two languages holds no Indonesian.
    """
    found = dict.fromkeys(_language_named(name.strip().rpartition(".")[2]) for name in header)
    named = tuple(code for code in found if code)
    return named if len(named) < 3 else tuple(c for c in named if c not in _RATHER_WORDS)


def _language_named(name: str) -> str:
    is_code = _TAG.fullmatch(name) and is_language_code(re.split("[-_]", name)[0])
    return name.lower() if is_code else language_of_name(name)


def columns_by_name(header: Sequence[str], languages: tuple[str, str]) -> tuple[int, int] | None:
    """The source and the target column, as their names say; None where they do not.

    A name may be a language's code (``zh-CN``) or name, or say the role (``source``), alone or
    beside other words (``sentence_en``).
    """
    names = [cell.strip().lower().replace("_", "-").rpartition(".")[2] for cell in header]
    exact = tuple(code.lower().replace("_", "-") for code in languages)
    primary = tuple(primary_language(code) for code in languages)
    for pair in (exact, primary, *(known for group in _PAIRS for known in group)):
        if pair[0] != pair[1] and pair[0] in names and pair[1] in names:
            return names.index(pair[0]), names.index(pair[1])
    roots = [language_of(name) for name in names]
    if primary[0] != primary[1] and roots.count(primary[0]) == roots.count(primary[1]) == 1:
        return roots.index(primary[0]), roots.index(primary[1])
    return _columns_by_tag(names, languages) or _columns_by_part(header, primary)


def side_named(header: Sequence[str], languages: tuple[str, str]) -> int | None:
    """The side that one column is named as where no column is named as the other; else None."""
    of_language, of_role = _sides_said(header, tuple(map(primary_language, languages)))
    named = [(side, said[side].count(True)) for said in (of_language, of_role) for side in (0, 1)]
    sides = {side for side, count in named if count}
    if any(count > 1 for _, count in named):  # ``English | Englisch``: two words, no header
        return None
    return sides.pop() if len(sides) == 1 else None


def is_about_texts(name: str) -> bool:
    """Whether a column's name says that it holds keys, comments or the like, and no sentences."""
    return is_name(name) and not ABOUT.isdisjoint(_words(name))


def _columns_by_tag(names: Sequence[str], languages: tuple[str, str]) -> tuple[int, int] | None:
    """Of columns whose names are languages, the ones nearest to source and target."""
    places = []
    for wanted, other in (languages, languages[::-1]):
        ranks = []
        for place, name in enumerate(names):
            rank, rival = (
                nearness(name, code) if language_of(name) else None for code in (wanted, other)
            )
            if rank is not None and (rival is None or rank < rival):
                ranks.append((rank, place))
        ranks.sort()
        is_clear = len(ranks) == 1 or (len(ranks) > 1 and ranks[0][0] < ranks[1][0])
        places.append(ranks[0][1] if is_clear else None)
    first, second = places
    return None if first is None or second is None else (first, second)


def _columns_by_part(header: Sequence[str], languages: Sequence[str]) -> tuple[int, int] | None:
    of_language, of_role = _sides_said(header, languages)
    mixed = [(of_language[0], of_role[1]), (of_role[0], of_language[1])]  # ``en`` and ``Zieltext``
    for first, second in (of_language, of_role, *mixed):
        if first.count(True) == second.count(True) == 1 and first != second:
            return first.index(True), second.index(True)
    return None


def _sides_said(
    header: Sequence[str], languages: Sequence[str]
) -> tuple[list[list[bool]], list[list[bool]]]:
    """Of source and target, whether each column's name has its language, and its role."""
    said = [_words(cell) if is_name(cell) else frozenset() for cell in header]
    said = [frozenset() if words & ABOUT or _has_number(words) else words for words in said]
    of_language = [
        [language in words or any(language_of_name(word) == language for word in words)
         for words in said]
        for language in languages
    ]  # fmt: skip
    return of_language, [[bool(words & role) for words in said] for role in ROLES]


def _has_number(words: frozenset[str]) -> bool:
    """Whether they are no name but the number of a text: ``en-17``."""
    return any(word.isdecimal() for word in words)


def is_name(cell: str) -> bool:
    """Whether a cell may be the name of a column, and is no sentence."""
    words = cell.split()
    return 0 < len(words) <= _LONGEST_NAME and not _SENTENCE.search(cell)


def are_names(first: Sequence[str], rows: Sequence[Sequence[str]], places: Sequence[int]) -> bool:
    """Whether the first row of a table has the names of its columns.

    That is so where two columns have names that no text would be (``A``, ``Text 1``,
    ``Deutsch``) and no row below has such ones, or where a column has a word above nothing but
    numbers.

    Args:
        first: that row.
        rows: those below it.
        places: the columns of source and target.
    """
    if not rows or not all(is_name(cell) for cell in first if cell.strip()):
        return False
    if _all_plain(first, places):
        return not any(_all_plain(row, places) for row in rows)
    return any(
        not _is_number(cell) and cells and all(map(_is_number, cells))
        for place, cell in enumerate(first)
        if cell.strip()
        for cells in [[row[place] for row in rows if len(row) > place and row[place].strip()]]
    )


def _all_plain(row: Sequence[str], places: Sequence[int]) -> bool:
    return all(place < len(row) and _is_plain(row[place]) for place in places)


def _words(name: str) -> frozenset[str]:
    return frozenset(folded(word) for word in _PARTS.split(name) if word)


def _is_plain(name: str) -> bool:
    known = _PLAIN.union(*ROLES)
    words = _words(name)
    return bool(words) and all(
        word in known
        or (len(word) == 1 and word.isascii())
        or bool(language_of_name(word))
        or word.rstrip("0123456789") in known
        for word in words
    )


def _is_number(cell: str) -> bool:
    try:
        float(cell.strip().replace(",", "."))
    except ValueError:
        return False
    return True
