"""Texts as they are compared: what differs between two that say the same is taken away."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from attnstudio.corpus.language_codes import primary_language
from attnstudio.corpus.languages import WITHOUT_SPACES, scripts_of

_SPACES = re.compile(" {2,}")
_WORD = re.compile(r"[^\W\d_]+")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_LAST_LETTER = 0x32400  # what follows in Unicode has no letters
_NEAR = 0xFFFF
_FAR = "\U00010000-\U0010ffff"

NormalForm = Callable[[Sequence[str]], Sequence[str]]
"""Gives as many comparable texts as it gets sentences, none of which has a line end."""


def as_stored(sentences: Sequence[str]) -> Sequence[str]:
    """Sentences as they are: only those that are equal are the same."""
    return sentences


def tight_form(sentences: Sequence[str]) -> list[str]:
    """Compatibility characters as plain ones (NFKC), single spaces: ``Ｔｏｍ １`` as ``Tom 1``."""
    text = unicodedata.normalize("NFKC", "\n".join(sentences))
    if "  " in text:  # spaces of other widths are plain ones by now
        text = _SPACES.sub(" ", text)
    return text.split("\n")


def loose_form(sentences: Sequence[str]) -> list[str]:
    """Letters, marks and digits alone, large letters as small ones: ``A dog!`` is ``a dog``.

    A sentence without any letter and digit becomes an empty text.
    """
    text = unicodedata.normalize("NFKC", "\n".join(sentences)).casefold()
    text = _signs().sub(" ", text)
    return [" ".join(line.split()) for line in text.split("\n")]


def has_words(sentence: str) -> bool:
    """Whether there is any letter or digit."""
    return _LETTER_OR_DIGIT.search(sentence) is not None


def script_shares(sentences: Sequence[str], language: str) -> list[float]:
    """Which share of each sentence is written as its language is, from 0 to 1.

    Words are counted, or letters where a language has no spaces: an English name in a Chinese
    sentence is worth one of its characters. 1 where there is no letter at all, or the language is
    not known.
    """
    scripts = scripts_of(language)
    if not scripts:
        return [1.0] * len(sentences)
    is_latin = "LATIN" in scripts
    letters = _letters_of(scripts, primary_language(language) in WITHOUT_SPACES)

    def share(sentence: str) -> float:
        if is_latin and sentence.isascii():
            return 1.0
        others, own = letters.subn(" ", sentence)
        foreign = len(_WORD.findall(others))
        return own / (own + foreign) if own or foreign else 1.0

    return list(map(share, sentences))


@lru_cache(maxsize=1)
def _signs() -> re.Pattern[str]:
    """A character that is no letter, mark, digit or line end.

    Python's ``\\w`` has letters and digits, but no marks. Those beyond 0xFFFF stand apart, because
    a class of many such ranges is looked through from its beginning for each character.
    """
    codes = (*range(0x300, 0x20000), *range(0xE0100, 0xE01F0))
    marks = [code for code in codes if unicodedata.category(chr(code))[0] == "M"]
    near = _ranges(code for code in marks if code <= _NEAR)
    far = _ranges(code for code in marks if code > _NEAR)
    return re.compile(rf"[^\w{near}\n{_FAR}]|(?=[{_FAR}])[^\w{far}]|_")


@lru_cache
def _letters_of(scripts: frozenset[str], one_by_one: bool) -> re.Pattern[str]:
    """A word in some scripts, or a single letter of them."""

    def is_one(code: int) -> bool:
        character = chr(code)
        if unicodedata.category(character)[0] not in "LM":
            return False
        name = unicodedata.name(character, "").replace("-", " ").split()
        return not scripts.isdisjoint(name[:2])  # HALFWIDTH KATAKANA LETTER A

    inside = _ranges(filter(is_one, range(_LAST_LETTER)))
    return re.compile(f"[{inside}]" + ("" if one_by_one else "+"))


def _ranges(codes: Iterable[int]) -> str:
    """The inside of a class of characters, given in their order."""
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in ranges)
