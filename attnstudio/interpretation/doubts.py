"""What speaks against a translation, read from what the model did: it never says so itself.

None of it proves a translation wrong, and a model can be sure and wrong. The bounds are rules of
thumb for translators trained with label smoothing, which are rarely surer than 90 % of a piece.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum

from attnstudio.axes import Record
from attnstudio.interpretation.words import word_groups
from attnstudio.sites import SOURCE
from attnstudio.tokenizer import Token

_SURE, _FAIRLY_SURE, _UNSURE = 0.7, 0.5, 0.3
_FEWEST_LETTERS = 4
_LETTERS_A_PIECE = 1.7  # a word cut finer than this is spelled, not read
_LONGEST_REPEATED = 4
_LONG = 12  # pieces
_MUCH_SHORTER = 0.5


class Certainty(StrEnum):
    """How sure a model was of what it wrote, or would have been of what it was given."""

    SURE = "sure"
    FAIRLY_SURE = "fairly_sure"
    UNSURE = "unsure"
    GUESSING = "guessing"


def probability_of(record: Record) -> float:
    """The probability of a piece of the target, as the geometric mean over all of them."""
    log_probs = record.token_log_probs
    return math.exp(sum(log_probs) / len(log_probs)) if log_probs else 1.0


def certainty_of(probability: float) -> Certainty:
    """The verdict on a mean probability."""
    if probability >= _SURE:
        return Certainty.SURE
    if probability >= _FAIRLY_SURE:
        return Certainty.FAIRLY_SURE
    return Certainty.UNSURE if probability >= _UNSURE else Certainty.GUESSING


def spelled_words(record: Record) -> tuple[str, ...]:
    """The words of the source that the model knows by their letters only, in their order.

    What is no text has no words.
    """
    if not record.has_text(SOURCE):
        return ()
    tokens, text = record.source.tokens, record.source.text
    spelled = []
    for group in word_groups(record.source):
        word = text[tokens[group[0]].start : tokens[group[-1]].end].strip()
        letters = sum(map(str.isalpha, word))
        pieces = [index for index in group if tokens[index].text.strip("▁")]
        if letters >= _FEWEST_LETTERS and letters < _LETTERS_A_PIECE * len(pieces):
            spelled.append(word)
    return tuple(dict.fromkeys(spelled))


def is_much_shorter(record: Record) -> bool:
    """Whether a translation of the model's own has far fewer pieces than its source.

    Of one that was given, nobody knows better than who gave it; what is short may be said shortly.
    """
    if record.forced or not record.has_text(SOURCE):
        return False
    lengths = [
        sum(token.stands_for_text for token in units.tokens)
        for units in (record.source, record.target)
    ]
    return lengths[0] >= _LONG and lengths[1] < _MUCH_SHORTER * lengths[0]


def repeated_in(record: Record) -> str:
    """What the target says again and again, a sign of a model that is lost; empty where nothing.

    One piece counts from the third time on, more pieces from the second.
    """
    tokens = [token for token in record.target.tokens if token.stands_for_text]
    for length in range(_LONGEST_REPEATED, 0, -1):
        times = 3 if length == 1 else 2
        for start in range(len(tokens) - length * times + 1):
            first = _texts(tokens[start : start + length])
            following = [
                _texts(tokens[start + length * n : start + length * (n + 1)]) for n in range(times)
            ]
            if all(texts == first for texts in following) and any(map(str.isalpha, "".join(first))):
                begin, end = tokens[start], tokens[start + length - 1]
                return record.target.text[begin.start : end.end].strip()
    return ""


def _texts(tokens: Sequence[Token]) -> list[str]:
    return [token.text for token in tokens]
