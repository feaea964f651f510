"""Doubts in words."""

import math

import numpy as np
import pytest
from records import make_record

from attnstudio.gui.inspector.doubt_words import certainty_words, doubts_about
from attnstudio.tokenizer import Token, end_token


def record(probability, *, forced=False, pieces=("▁der", "▁Hund"), source=()):
    text = "".join(pieces).replace("▁", " ")
    tokens, place = [], 0
    for piece in pieces:
        tokens.append(Token(piece, place, place + len(piece)))
        place += len(piece)
    tokens = (*tokens, end_token(text))
    source_text = "".join(source).replace("▁", " ")
    starts = [sum(map(len, source[:place])) for place in range(len(source))]
    source_tokens = (
        *(Token(p, start, start + len(p)) for p, start in zip(source, starts, strict=True)),
        end_token(source_text),
    )
    cross = np.full((1, 1, len(tokens), len(source_tokens)), 1 / len(source_tokens))
    log_probs = (math.log(probability),) * len(tokens)
    return make_record(
        (source_text, source_tokens),
        (text, tokens),
        cross=cross,
        forced=forced,
        log_probs=log_probs,
    )


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.81, "sure, 81 %"),
        (0.61, "fairly sure, 61 %"),
        (0.41, "unsure, 41 %"),
        (0.12, "guessing, 12 %"),
    ],
)
def test_certainty_has_a_verdict_and_a_number(probability, words):
    assert certainty_words(record(probability)) == words


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("probability", [0.49, 0.31, 0.29, 0.02])
def test_a_translation_is_doubted_from_the_first_verdict_that_is_not_sure(probability):
    [doubt] = doubts_about(record(probability), ())
    assert certainty_words(record(probability)) in doubt
    assert doubts_about(record(0.51), ()) == []


@pytest.mark.usefixtures("qapp")
def test_a_word_that_is_known_by_its_letters_only_is_named():
    [doubt] = doubts_about(record(0.9, source=("▁a", "▁s", "d", "f", "q", "w", "▁dog")), ())

    assert "“sdfqw” only letter by letter" in doubt
    assert "dog" not in doubt


@pytest.mark.usefixtures("qapp")
def test_all_doubts_are_told_the_gravest_first():
    lost = record(
        0.2, pieces=("▁die", "▁Frau") * 3, source=("▁a", "▁s", "d", "f", "q", "w", "▁dog")
    )
    doubts = doubts_about(lost, ["Ω"])

    words = ("never learned “Ω”", "letter by letter", "again and again", "not sure of these words")
    assert len(doubts) == len(words)
    for doubt, expected in zip(doubts, words, strict=True):
        assert expected in doubt


@pytest.mark.usefixtures("qapp")
def test_four_unknown_texts_are_all_named_and_of_more_the_rest_is_counted():
    [four] = doubts_about(record(0.9), list("ΩΨΦΞ"))
    [six] = doubts_about(record(0.9), list("ΩΨΦΞΣΠ"))

    assert "more" not in four
    assert all(f"“{letter}”" in four for letter in "ΩΨΦΞ")
    assert "and 2 more" in six
    assert "Σ" not in six


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
