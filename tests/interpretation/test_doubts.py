"""Doubts about translations, on records whose numbers are known."""

import math
from dataclasses import replace

import pytest
from records import make_record

from attnstudio.interpretation.doubts import (
    Certainty,
    certainty_of,
    is_much_shorter,
    probability_of,
    repeated_in,
    spelled_words,
)
from attnstudio.tokenizer import Token, end_token


def tokens_of(text):
    """Pieces that are parted by ``|``, a space before each that begins a word."""
    pieces, place, tokens = text.split("|"), 0, []
    for piece in pieces:
        tokens.append(Token(piece.replace(" ", "▁"), place, place + len(piece)))
        place += len(piece)
    whole = "".join(pieces)
    return whole, (*tokens, end_token(whole))


def record_of(source="the| dog", target="der| Hund", probabilities=None):
    targets = tokens_of(target)
    log_probs = [math.log(p) for p in probabilities or [0.9] * len(targets[1])]
    return make_record(tokens_of(source), targets, log_probs=tuple(log_probs))


def test_the_probability_is_the_geometric_mean():
    assert probability_of(record_of(probabilities=[0.9, 0.1, 0.5])) == pytest.approx(
        (0.9 * 0.1 * 0.5) ** (1 / 3)
    )


@pytest.mark.parametrize(
    ("probability", "verdict"),
    [(0.9, "sure"), (0.7, "sure"), (0.6, "fairly_sure"), (0.4, "unsure"), (0.1, "guessing")],
)
def test_a_higher_probability_is_a_better_verdict(probability, verdict):
    assert certainty_of(probability) is Certainty(verdict)


@pytest.mark.parametrize(
    ("source", "spelled"),
    [
        ("the| dog|s| bark", ()),
        ("a| s|d|f|q|w| dog", ("sdfqw",)),
        ("q|wer|ty", ()),  # three pieces for six letters
        ("I| x|y|z| am", ()),  # too short to tell
        ("1|9|8|4", ()),  # digits are often cut so
        ("我|们|看|见|狗", ()),  # each is a word
    ],
)
def test_words_that_are_cut_into_letters_are_found(source, spelled):
    assert spelled_words(record_of(source=source)) == spelled


@pytest.mark.parametrize(
    ("given", "written", "is_short"),
    [(12, 6, False), (12, 5, True), (11, 1, False), (40, 19, True), (12, 30, False)],
)
def test_a_translation_of_less_than_half_the_pieces_is_much_shorter(given, written, is_short):
    record = record_of(source="|".join("a" * given), target="|".join("x" * written))
    assert is_much_shorter(replace(record, forced=False)) is is_short
    assert not is_much_shorter(replace(record, forced=True))


@pytest.mark.parametrize(
    ("target", "repeated"),
    [
        ("der| Hund| sieht| den| Vogel", ""),
        ("die| die| Frau", ""),
        ("diese| diese| diese| Frau", "diese diese"),
        ("die| Frau| die| Frau", "die Frau"),
        ("so|.|.|.|.", ""),
    ],
)
def test_what_is_said_again_and_again_is_found(target, repeated):
    found = repeated_in(record_of(target=target))
    assert (found or "") == repeated or (repeated and found in repeated)
