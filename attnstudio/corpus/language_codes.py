"""Languages as files name them, by codes and in words, and how near two tags come to each other.

Tags are those of BCP 47 as programs write them: ``de``, ``de_AT``, ``deu_Latn``, ``iw``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from attnstudio.corpus.language_table import LANGUAGES
from attnstudio.names import is_language

# Tags that stand for each other, though one says more than the other.
_INSIDE = {
    **{"nb": "no", "nn": "no", "yue": "zh", "arz": "ar", "ckb": "ku", "fil": "tl", "pnb": "pa"},
    **{"hr": "sh", "sr": "sh", "bs": "sh"},
}
# Codes that stand in names as words far more often.
_WORDS = frozenset({"may", "mar", "sun", "run", "war", "her", "arm", "hat", "ice", "mac"})
_SCRIPTS_OF_REGIONS = {
    "zh": {"cn": "hans", "sg": "hans", "my": "hans", "tw": "hant", "hk": "hant", "mo": "hant"}
}
_TAG = re.compile(r"[a-z]{2,3}(?:[-_](?:[a-z]{2}|[a-z]{4}|\d{3}))*", re.IGNORECASE)
_SUBTAGS = re.compile(r"[-_]")
_ISO_639_3 = 3  # letters


class Nearness(IntEnum):
    """How near a tag comes to the one that is asked for; the nearest first."""

    SAME = 0
    SCRIPT = 1  # the same script, said or meant by the region
    GENERAL = 2  # one of them says the language alone
    REGION = 3  # another region
    INSIDE = 4  # one language counts as part of the other: Bokmål and Norwegian
    WRITING = 5  # another script


class _Tag(NamedTuple):
    language: str
    script: str
    others: tuple[str, ...]


def is_language_code(text: str) -> bool:
    """Whether a part of a name is a language's code, and not one that is a word as well."""
    text = text.lower()
    return text in _codes() and text not in _WORDS


def primary_language(tag: str) -> str:
    """The language of a tag, by the code that is stored: ``de`` of ``de_AT``, ``deu`` and ``ger``.

    A tag of no known language gives what stands before its region, in small letters.
    """
    first = _SUBTAGS.split(tag.strip().lower(), maxsplit=1)[0]
    return _codes().get(first, first)


def language_of_name(name: str) -> str:
    """The code of a language that is named in words (``German``); empty for other words."""
    return _names().get(folded(name.strip()), "")


def language_of(text: str) -> str:
    """The code of the language that a text names by a tag or in words; empty for other texts."""
    is_tag = _TAG.fullmatch(text.strip()) is not None
    primary = primary_language(text) if is_tag else ""
    return primary if primary in _stored() else language_of_name(text)


def are_same_languages(some: Sequence[str], others: Sequence[str]) -> bool:
    """Whether tags are of the same languages, in any order: ``eng`` is ``en``."""
    return set(map(primary_language, some)) == set(map(primary_language, others))


def all_languages() -> tuple[str, ...]:
    """The codes of all languages of the table, as they are stored."""
    return tuple(_described())


def names_of(code: str) -> tuple[str, ...]:
    """How a language of the table is called there, in English first; nothing for other codes."""
    return _described().get(code, ())


def code_of_typed(text: str) -> str:
    """The code that a person means who types a name, in any language, or a code; empty for none.

    A code with a region or script stays as it is typed. A code may be one that the table lacks, if
    it has three letters as those of ISO 639-3, which has one for every language that is spoken.
    """
    text = text.strip()
    if named := language_of_name(text):
        return named
    language = _SUBTAGS.split(text.lower(), maxsplit=1)[0]
    is_known = language in _codes() or len(language) == _ISO_639_3
    is_tag = is_known and _TAG.fullmatch(text) is not None and is_language(text)
    return _codes().get(text.lower(), text) if is_tag else ""


def code_as_given(text: str) -> str:
    """What stands for a language that is not known here: its name, or the code that was given.

    Empty for what cannot be the name of a file on every system.
    """
    code = "-".join(text.split())
    return code if is_language(code) else ""


def nearness(found: str, wanted: str) -> Nearness | None:
    """How near a tag or name comes to the one that is asked for; None for another language."""
    have, want = _tag(found), _tag(wanted)
    if have == want:
        return Nearness.SAME
    if have.language != want.language:
        is_inside = _INSIDE.get(have.language) == want.language
        return Nearness.INSIDE if is_inside or _holds(have, want) else None
    if have.script and want.script:
        return Nearness.SCRIPT if have.script == want.script else Nearness.WRITING
    if not have.others or not want.others:
        return Nearness.GENERAL
    return Nearness.REGION


def nearest_place(codes: Sequence[str], wanted: str, other: str) -> int | None:
    """Which of some texts is in a language, by their tags: the nearest, of equal ones the first.

    Args:
        codes: the tags.
        wanted: the language.
        other: that of the other side, which a tag must not come nearer to.
    """
    ranks = []
    for place, code in enumerate(codes):
        rank, rival = nearness(code, wanted), nearness(code, other)
        if rank is not None and (rival is None or rank < rival):
            ranks.append((rank, place))
    return min(ranks)[1] if ranks else None


def _holds(have: _Tag, want: _Tag) -> bool:
    return _INSIDE.get(want.language) == have.language


@lru_cache(maxsize=1_024)
def _tag(text: str) -> _Tag:
    text = text.strip()
    language, *others = _SUBTAGS.split(text.lower())
    named = "" if language in _codes() else language_of_name(text.partition("(")[0])
    if named:
        return _Tag(named, "", ())
    language = _codes().get(language, language)
    scripts = [other for other in others if len(other) == 4 and other.isalpha()]
    meant = [_SCRIPTS_OF_REGIONS.get(language, {}).get(other, "") for other in others]
    return _Tag(language, next(iter((*scripts, *filter(None, meant))), ""), tuple(others))


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    """The stored code of each code."""
    rows = [line.partition(":")[0].split() for line in LANGUAGES.strip().split("\n")]
    return {code: codes[0] for codes in rows for code in codes}


@lru_cache(maxsize=1)
def _described() -> dict[str, tuple[str, ...]]:
    """The names of each stored code."""
    lines = (line.partition(":") for line in LANGUAGES.strip().split("\n"))
    return {
        codes.split()[0]: tuple(filter(None, map(str.strip, names.split(","))))
        for codes, _, names in lines
    }


@lru_cache(maxsize=1)
def _stored() -> frozenset[str]:
    return frozenset(_described())


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """The stored code of each name."""
    return {folded(name): code for code, names in _described().items() for name in names}


def folded(name: str) -> str:
    """A word without case and accents, which names often lack."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
