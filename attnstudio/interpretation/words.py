"""Pieces of a text joined to its words."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import groupby

from attnstudio.axes import TextUnits, Units
from attnstudio.corpus.alignment import Span
from attnstudio.corpus.text import makes_words
from attnstudio.tokenizer import Token

_INSIDE_WORDS = "'’-"
# A name of a letter begins with its script; these are written without spaces between words.
_WITHOUT_SPACES = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")


def is_mark(units: Units, place: int) -> bool:
    """Whether a unit is no part of what was given, such as ``</s>``; ``<unk>`` stands for one."""
    if isinstance(units, TextUnits):
        return not units.tokens[place].stands_for_text
    return units.is_special(place)


def is_sign(units: TextUnits, place: int) -> bool:
    """Whether a piece has neither letter nor digit, such as a comma; a mark is none."""
    token = units.tokens[place]
    shown = units.text[token.start : token.end].strip()
    return not is_mark(units, place) and shown != "" and not any(map(makes_words, shown))


def word_groups(units: TextUnits) -> list[list[int]]:
    """The places of the pieces in groups, one a word.

    In scripts without spaces between words a piece stays alone, but for what shows no character
    of its own: a lone ``▁``, or the first bytes of a character, which belong to the one after.
    """
    text = units.text
    word_at = _word_numbers(text)
    keys: list[tuple[str, int]] = []
    for index, token in enumerate(units.tokens):
        place = first_shown(token, text)
        stands_for_none = place >= len(text) or not (token.text or place < token.end)
        if token.is_special or stands_for_none:
            keys.append(("alone", index))
        elif _is_without_spaces(text[place]):
            keys.append(("character", place))
        else:
            keys.append(("word", word_at[place]))
    return [[index for index, _ in group] for _, group in groupby(enumerate(keys), lambda k: k[1])]


def first_shown(token: Token, text: str) -> int:
    """Where the first character from a token on that is no space stands; its own, or a later one.

    Where no such character follows, it is the end of the text.
    """
    rest = text[token.start :]
    return token.start + len(rest) - len(rest.lstrip())


def joined(units: TextUnits, words: Sequence[Sequence[int]]) -> TextUnits:
    """One token a word; a token that stays alone stays itself.

    Args:
        units: the pieces.
        words: their places in groups, as `word_groups` finds them.
    """
    tokens = []
    for word in words:
        first, last = units.tokens[word[0]], units.tokens[word[-1]]
        shown = units.text[first.start : last.end].strip()
        is_piece = not first.is_special and shown
        tokens.append(Token(shown if is_piece else first.text, first.start, last.end))
    return TextUnits(units.text, tuple(tokens))


def words_of(text: str) -> list[str]:
    """The words and signs of a text; in scripts without spaces between words, its characters."""
    return [text[start:end] for start, end in word_spans(text)]


def word_spans(text: str) -> list[Span]:
    """Where the words and signs of a text stand in it, as `words_of` cuts them."""
    spans: list[Span] = []
    last = None
    for place, (number, character) in enumerate(zip(_word_numbers(text), text, strict=True)):
        if character.isspace():
            continue
        key = (number, place) if _is_without_spaces(character) else number
        if key == last:
            spans[-1] = spans[-1]._replace(end=place + 1)
        else:
            spans.append(Span(place, place + 1))
        last = key
    return spans


def _word_numbers(text: str) -> list[int]:
    """For each character the number of its word; a sign that is no letter is a word of its own."""
    numbers: list[int] = []
    number, before = -1, ""
    for place, character in enumerate(text):
        kind = _kind(character)
        after = text[place + 1 : place + 2]
        if character in _INSIDE_WORDS and before == "letter" and after and _kind(after) == before:
            kind = "letter"
        if kind != before or kind == "sign":
            number += 1
        numbers.append(number)
        before = kind
    return numbers


def _kind(character: str) -> str:
    """Letters, digits and the marks that combine with them make words."""
    if character.isspace():
        return "space"
    return "letter" if makes_words(character) else "sign"


def _is_without_spaces(character: str) -> bool:
    return unicodedata.name(character, "").startswith(_WITHOUT_SPACES)
