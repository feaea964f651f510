"""Which side a file is and which split it is for, as the names of files and folders say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import PurePath
from typing import NamedTuple

from attnstudio.corpus.language_codes import (
    Nearness,
    is_language_code,
    language_of_name,
    nearness,
)
from attnstudio.corpus.parallel_corpus import Split

_SEPARATORS = re.compile(r"[._\-+\s()\[\]]")
# Android writes ``values-pt-rBR`` and ``values-b+sr+Latn``.
_REGION = re.compile(
    r"r?[a-z]{2}|\d{3}|hans|hant|latn|cyrl|arab|deva|grek|hebr|jpan|hang|kore|thai"
)
_ROLES = (frozenset({"src", "source"}), frozenset({"tgt", "trg", "target"}))
_SIDES_OF_TESTS = ("src", "ref")  # ``newstest2014-deen-src.de``, ``newstest2014-deen-ref.en``
# Of a language: ``zh_CN``, ``pt-BR``, ``es-419``, ``eng_Latn``. ``en-de`` is no such.
_TAG = re.compile(r"(?<![a-zA-Z])([a-z]{2,3})[-_](?:[A-Z]{2}|[A-Z][a-z]{3}|\d{3})(?![a-zA-Z0-9])")
_LONGEST_NAME = 2  # words
_MOST_REGIONS = 2  # a script and a region
_FEWEST_LETTERS = 4  # of a language's name beside other words
_SPLITS = {
    **dict.fromkeys(("train", "training"), Split.TRAIN),
    **dict.fromkeys(("valid", "validation", "val", "dev", "devel", "tune", "tuning"), Split.VALID),
    **dict.fromkeys(("test", "testing", "devtest"), Split.TEST),
}
# What stands behind the language in the names of texts.
_AFTER_LANGUAGE = {
    *_SPLITS,
    *("txt", "text", "tok", "clean", "norm", "raw", "snt", "plain", "lc", "tc"),
    *("sgm", "sgml", "srt", "vtt", "json", "xml"),
}


class _LanguagePlace(NamedTuple):
    side: int
    start: int
    end: int  # of the language with its region, counted in parts of the name


def side_of(name: str, languages: tuple[str, str]) -> int | None:
    """0 for a file of the source language, 1 for the target's, None when its name does not say.

    The last language in a name counts, as a code of any kind or in words, and where there is none,
    a part such as ``source``.
    """
    place = _language_place(_parts(name), languages)
    return place.side if place else None


def stem_of(name: str, languages: tuple[str, str]) -> str:
    """A name without its language, by which partners find each other."""
    parts = ["*" if part in _SIDES_OF_TESTS else part for part in _parts(name)]
    place = _language_place(parts, languages)
    return ".".join((*parts[: place.start], "*", *parts[place.end :])) if place else "*"


def name_without_language(name: str, languages: tuple[str, str]) -> str:
    """``values`` for ``values-de`` and ``app.json`` for ``app.de.json``."""
    parts = _parts(name)
    place = _language_place(parts, languages)
    return ".".join((*parts[: place.start], *parts[place.end :])) if place else name


def is_name_of_side(name: str, languages: tuple[str, str]) -> bool:
    """Whether a name is that of one side's text: nothing but its kind or split follows."""
    parts = _parts(name)
    place = _language_place(parts, languages)
    return place is not None and _AFTER_LANGUAGE.issuperset(parts[place.end :])


def languages_by_name(paths: Sequence[PurePath]) -> tuple[str, str] | None:
    """Source and target as the names say: ``train.en`` beside ``train.de``, or ``x.en-de.tsv``.

    A pair of languages in a name gives the order; else it is that of the files, English first.
    """
    pairs, lasts = [], []
    for path in paths:
        named = _languages_in(path.name)
        pairs += [(a, b) for a, b in pairwise(named) if nearness(a, b) is None]
        lasts += named[-1:]
    found = list(dict.fromkeys(lasts))
    for first, second in pairs:
        if len(found) < 2 or {first, second} == set(found):
            return first, second
    if len(found) != 2:
        return None
    first, second = found
    return (second, first) if nearness(second, "en") is not None else (first, second)


def split_by_name(names: Iterable[str]) -> Split | None:
    """The split that the first of some names says that says any; None where none does."""
    parts = (part for name in names for part in _SEPARATORS.split(name.lower()))
    return next((_SPLITS[part] for part in parts if part in _SPLITS), None)


def _languages_in(name: str) -> list[str]:
    """The languages that a name says: codes as they stand there, and those of names in words."""
    parts = _SEPARATORS.split(_TAG.sub(r"\1", name).lower())
    named = [part if is_language_code(part) else _named(part) for part in parts]
    return [language for language in named if language]


def _named(word: str) -> str:
    is_short = len(word) < _FEWEST_LETTERS and word.isascii()
    return "" if is_short else language_of_name(word)


def _parts(name: str) -> list[str]:
    return _SEPARATORS.split(name.lower())


def _language_place(parts: Sequence[str], languages: tuple[str, str]) -> _LanguagePlace | None:
    """The last place where the parts of a name say one of two languages, or else a role."""
    for start in reversed(range(len(parts))):
        place = _language_at(parts, start, languages)
        if place is not None:
            return place
    for start in reversed(range(len(parts))):
        for side, role in enumerate(_ROLES):
            if parts[start] in role:
                return _LanguagePlace(side, start, start + 1)
    return None


def _language_at(
    parts: Sequence[str], start: int, languages: tuple[str, str]
) -> _LanguagePlace | None:
    """The language that begins at a part, with its region if it has one."""
    end = start + 1
    while end < len(parts) and end <= start + _MOST_REGIONS and _REGION.fullmatch(parts[end]):
        end += 1
    for stop in range(end, start, -1):
        regions = [part[-2:] if part.isalpha() and len(part) < 4 else part
                   for part in parts[start + 1 : stop]]  # fmt: skip
        side = _nearest("-".join((parts[start], *regions)), languages)
        if side is not None:
            return _LanguagePlace(side, start, stop)
    for words in range(_LONGEST_NAME, 0, -1):
        named = _named(" ".join(parts[start : start + words]))
        side = _nearest(named, languages) if named else None
        if side is not None:
            return _LanguagePlace(side, start, min(start + words, len(parts)))
    return None


def _nearest(tag: str, languages: tuple[str, str]) -> int | None:
    """The side whose language a tag is nearer to."""
    far = len(Nearness)
    ranks = [far if rank is None else rank for rank in (nearness(tag, code) for code in languages)]
    return None if ranks[0] == ranks[1] else ranks.index(min(ranks))
