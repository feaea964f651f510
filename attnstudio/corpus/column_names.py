"""What the names at the top of a table's columns say: which column is which side."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attnstudio.corpus.language_guess import is_language_code
from attnstudio.corpus.languages import primary_language

_PARTS = re.compile(r"[\s_\-./:()\[\]]+|(?<=[a-z])(?=[A-Z])")
_SENTENCE = re.compile(r"[!?,;:…。！？،؟।]|\w{4}\.\s*$")
_TAG = re.compile(r"[a-z]{2,3}(?:[-_](?:[a-z]{2}|[a-z]{4}|\d{3}))*", re.IGNORECASE)
_LONGEST_NAME = 3  # words
_PAIRS = (
    (("source", "target"), ("src", "tgt"), ("src", "trg"), ("source text", "target text")),
    (("original", "translation"), ("source", "translation")),
)
_ROLES = (
    frozenset({"source", "src", "original", "input"}),
    frozenset({"target", "tgt", "trg", "translation", "translated", "output"}),
)
# Columns that are about a text and do not hold it, though their names have its language or role.
_ABOUT = frozenset({"lang", "language", "code", "id", "score", "url", "length", "count", "file"})
_PLAIN = frozenset(
    {"text", "sentence", "segment", "string", "phrase", "column", "col", "field", "line", "side"}
    | {"lang", "language", "value", "reference", "ref"}
)
# In the words of the larger languages, and the codes of three letters.
_NAMES_OF_LANGUAGES = {
    "ar": "arabic ara arabisch arabe العربية",
    "bg": "bulgarian bul български",
    "cs": "czech ces cze tschechisch čeština česky",
    "da": "danish dan dänisch dansk",
    "de": "german deu ger deutsch allemand alemán tedesco",
    "el": "greek ell gre griechisch ελληνικά",
    "en": "english eng englisch anglais inglés inglese inglês 英文 英语",
    "es": "spanish spa spanisch espagnol español spagnolo",
    "et": "estonian est eesti",
    "fa": "persian farsi fas per فارسی",
    "fi": "finnish fin finnisch suomi",
    "fr": "french fra fre französisch français francés francese",
    "he": "hebrew heb עברית",
    "hi": "hindi hin हिन्दी",
    "hr": "croatian hrv kroatisch hrvatski",
    "hu": "hungarian hun ungarisch magyar",
    "id": "indonesian ind",
    "it": "italian ita italienisch italien italiano",
    "ja": "japanese jpn japanisch 日本語",
    "ko": "korean kor koreanisch 한국어",
    "lt": "lithuanian lit lietuvių",
    "lv": "latvian lav latviešu",
    "nl": "dutch nld dut niederländisch nederlands",
    "no": "norwegian nor norwegisch norsk",
    "pl": "polish pol polnisch polski",
    "pt": "portuguese por portugiesisch portugais português",
    "ro": "romanian ron rum rumänisch română",
    "ru": "russian rus russisch russe русский",
    "sk": "slovak slk slovenčina",
    "sl": "slovenian slv slovenščina",
    "sr": "serbian srp српски",
    "sv": "swedish swe schwedisch svenska",
    "th": "thai tha ไทย",
    "tr": "turkish tur türkisch türkçe",
    "uk": "ukrainian ukr ukrainisch українська",
    "vi": "vietnamese vie",
    "zh": "chinese zho chi mandarin chinesisch 中文 汉语",
}
_LANGUAGE_OF_NAME = {
    name: code for code, names in _NAMES_OF_LANGUAGES.items() for name in names.split()
}


def language_of_name(name: str) -> str:
    """The code of a language that is named in words (``German``); empty for other words."""
    return _LANGUAGE_OF_NAME.get(name.strip().lower(), "")


def languages_named(header: Sequence[str]) -> tuple[str, ...]:
    """The languages that columns are named after, by code or in words; none twice.

    A column ``id`` beside two languages holds no Indonesian.
    """
    found = dict.fromkeys(_language_named(name.strip().rpartition(".")[2]) for name in header)
    named = tuple(code for code in found if code)
    return named if len(named) < 3 else tuple(code for code in named if code != "id")


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
    roots = [primary_language(name) if _TAG.fullmatch(name) else "" for name in names]
    if primary[0] != primary[1] and roots.count(primary[0]) == roots.count(primary[1]) == 1:
        return roots.index(primary[0]), roots.index(primary[1])
    return _columns_by_part(header, primary)


def _columns_by_part(header: Sequence[str], languages: Sequence[str]) -> tuple[int, int] | None:
    said = [_words(cell) if is_name(cell) else frozenset() for cell in header]
    said = [frozenset() if words & _ABOUT or _has_number(words) else words for words in said]
    of_language = [
        [language in words or any(language_of_name(word) == language for word in words)
         for words in said]
        for language in languages
    ]  # fmt: skip
    of_role = [[bool(words & role) for words in said] for role in _ROLES]
    for first, second in (of_language, of_role):
        if first.count(True) == second.count(True) == 1 and first != second:
            return first.index(True), second.index(True)
    return None


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
    return frozenset(word.lower() for word in _PARTS.split(name) if word)


def _is_plain(name: str) -> bool:
    known = _PLAIN.union(*_ROLES)
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
