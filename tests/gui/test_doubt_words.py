"""Doubts in words."""

import math

import numpy as np
import pytest

from attnstudio.gui.doubt_words import certainty_words, doubts_about
from attnstudio.inference.record import AttentionRecord
from attnstudio.tokenizer import Token, end_token


def record(probability, *, forced=False, pieces=("▁der", "▁Hund")):
    text = "".join(pieces).replace("▁", " ")
    tokens, place = [], 0
    for piece in pieces:
        tokens.append(Token(piece, place, place + len(piece)))
        place += len(piece)
    tokens = (*tokens, end_token(text))
    cross = np.ones((1, 1, len(tokens), 1))
    log_probs = (math.log(probability),) * len(tokens)
    return AttentionRecord("", text, (end_token(""),), tokens, forced, cross, None, None, log_probs)


@pytest.mark.usefixtures("qapp")
def test_certainty_has_a_verdict_and_a_number():
    assert certainty_words(record(0.81)) == "sure, 81 %"
    assert certainty_words(record(0.12)) == "guessing, 12 %"


@pytest.mark.usefixtures("qapp")
def test_nothing_is_said_where_nothing_speaks_against_it():
    assert doubts_about(record(0.8), ()) == []


@pytest.mark.usefixtures("qapp")
def test_what_is_unknown_is_named_before_what_is_unlikely():
    first, second = doubts_about(record(0.2), ["🐕", "Ω", "ж", "ц", "щ"])

    assert "🐕" in first
    assert "1 more" in first
    assert "not sure" in second
    assert "guessing, 20 %" in second


@pytest.mark.usefixtures("qapp")
def test_a_given_translation_that_is_unlikely_is_told_as_such():
    [doubt] = doubts_about(record(0.2, forced=True), ())
    assert "would hardly have written" in doubt


@pytest.mark.usefixtures("qapp")
def test_a_model_that_repeats_itself_is_lost():
    [doubt] = doubts_about(record(0.9, pieces=("▁die", "▁Frau") * 3), ())
    assert "die Frau" in doubt
