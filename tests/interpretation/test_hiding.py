"""Marks and punctuation left out: what is left against plain loops, and what is said of it."""

import csv
import io
import math

import numpy as np
import pytest
from records import make_record

from attnstudio.axes import Matrix, Meaning, Record
from attnstudio.corpus.alignment import Link
from attnstudio.interpretation.export import view_to_svg, view_to_table
from attnstudio.interpretation.view import view_of
from attnstudio.reading import Measure, Reading
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, SITES
from attnstudio.tokenizer import SPACE, Token, end_token


def tokens_of(pieces):
    text, tokens = "", []
    for piece in pieces.split():
        shown = piece.replace(SPACE, " " if text else "")
        tokens.append(Token(piece, len(text), len(text) + len(shown)))
        text += shown
    return text, (*tokens, end_token(text))


SOURCE = tokens_of("▁the ▁old ▁— ▁gre en ▁house .")
TARGET = tokens_of("▁das ▁Haus , ▁alt")
WORDS = {CROSS: [0, 1, 3, 4, 5], ENCODER_SELF: [0, 1, 3, 4, 5], DECODER_SELF: [1, 2, 4]}
EMPTY = 2  # a row of the target that looks at marks and signs only
LOG_PROBS = (-0.5, -0.25, -3.0, -0.125, -0.01)


@pytest.fixture
def record():
    generator = np.random.default_rng(2)

    def rows(queries, keys):
        weights = generator.random((2, 2, queries, keys)) ** 3
        return weights / weights.sum(axis=-1, keepdims=True)

    cross = rows(5, 8)
    cross[:, :, EMPTY] = 0.0005  # 0.0025 on words: less than a hundredth
    cross[:, :, EMPTY, [2, 6]] = 0.0
    cross[:, :, EMPTY, 7] = 1 - 0.0025
    return make_record(
        SOURCE,
        TARGET,
        cross=cross,
        encoder_self=rows(8, 8),
        decoder_self=rows(5, 5),
        norms=generator.random((2, 2, 5, 8)),
        log_probs=LOG_PROBS,
    )


@pytest.mark.parametrize(
    ("site", "measure"), [(CROSS, Measure.NORMS), *((site, Measure.WEIGHTS) for site in SITES)]
)
def test_rows_add_up_to_one_over_the_words_alone(record, site, measure):
    reading = Reading(1, 0, site=site, measure=measure)
    whole, view = view_of(record, reading), view_of(record, reading, hide=True)

    assert [view.columns.label(n) for n in range(len(view.columns))] == [
        whole.columns.label(n) for n in WORDS[site]
    ]
    for row in range(len(whole.rows)):
        left = sum(float(whole.weights[row, column]) for column in WORDS[site])
        assert view.kept.shares[row] == pytest.approx(left)
        for place, column in enumerate(WORDS[site]):
            expected = float(whole.weights[row, column]) / left if left >= 0.01 else 0.0
            assert view.weights[row, place] == pytest.approx(expected)
    is_empty = site == CROSS and measure is Measure.WEIGHTS
    assert view.empty_rows == ((EMPTY,) if is_empty else ())
    assert np.isfinite(view.weights).all()


def test_links_lead_to_the_words_that_are_left_and_from_no_empty_row(record):
    view = view_of(record, Reading(0, 1), hide=True)

    expected = set()
    for row in (0, 1, 2, 3):  # </s> has no links
        weights = [float(record.matrices[CROSS].weights[0, 1, row, n]) for n in WORDS[CROSS]]
        if row != EMPTY:
            expected.add(Link(weights.index(max(weights)), row))
    assert view.links == expected


def test_words_are_joined_before_any_is_left_out(record):
    reading = Reading(0, 0)
    joined = view_of(record, reading, words=True)
    view = view_of(record, reading, words=True, hide=True)

    names = [view.columns.label(n) for n in range(len(view.columns))]
    assert names == ["the", "old", "green", "house"]
    assert view.kept.places == (0, 1, 3, 4)
    left = joined.weights[:, [0, 1, 3, 4]]
    np.testing.assert_allclose(view.weights[0], left[0] / left[0].sum())
    piece = view_of(record, reading, hide=True).links
    joined_place = {0: 0, 1: 1, 2: 2, 3: 2, 4: 3}  # gre and en are one word
    assert view.links == {Link(joined_place[link.source], link.target) for link in piece}


def test_a_text_of_signs_alone_keeps_them():
    only = tokens_of("... !")
    record = make_record(only, only, cross=np.full((1, 1, 3, 3), 1 / 3))

    view = view_of(record, Reading(), hide=True)

    assert view.kept is None
    assert view.weights.shape == (3, 3)


def test_numbers_that_are_no_distribution_stay_as_they_are(record):
    scores = np.random.default_rng(3).normal(size=(1, 1, 5, 8))
    signed = Record(
        axes=record.axes,
        matrices={CROSS: Matrix(scores, Meaning.SIGNED)},
        token_log_probs=record.token_log_probs,
        forced=True,
    )

    view = view_of(signed, Reading(), hide=True)

    np.testing.assert_array_equal(view.weights, scores[0, 0][:, WORDS[CROSS]])
    assert view.kept.shares is None
    assert view.empty_rows == ()


def test_the_picture_says_what_is_left_out_and_which_rows_are_empty(record):
    view = view_of(record, Reading(1, 0), hide=True)
    picture = view_to_svg(record, view)

    assert "layer 1, head 0, without &lt;/s&gt; and punctuation" in picture
    assert "scaled to add up to 1" in picture
    assert "These look at no word: ,." in picture
    assert picture.count("on no word</text>") == 1
    assert picture.count("<rect") == view_to_svg(record, view_of(record, Reading(1, 0))).count(
        "<rect"
    ) - (5 * 8 - 4 * 5)
    whole = view_to_svg(record, view_of(record, Reading(1, 0)))
    assert "punctuation" not in whole
    assert "no word" not in whole


def test_the_table_says_what_is_left_out(record):
    [corner, *columns], *_ = csv.reader(
        io.StringIO(view_to_table(view_of(record, Reading(), hide=True)))
    )

    assert corner == "target over source, without </s> and punctuation"
    assert columns == ["▁the", "▁old", "▁gre", "en", "▁house"]


def test_rows_of_the_target_have_the_probability_of_all_their_pieces():
    source, target = tokens_of("▁a"), tokens_of("▁gr ün . ▁Haus")
    log_probs = (-1.0, -0.5, -0.25, -2.0, -0.125)
    cross = np.full((1, 1, 5, 2), 0.5)
    record = make_record(
        source, target, cross=cross, encoder_self=np.full((1, 1, 2, 2), 0.5), log_probs=log_probs
    )

    np.testing.assert_array_equal(view_of(record, Reading()).log_probs, log_probs)
    words = view_of(record, Reading(), words=True).log_probs
    assert [math.exp(value) for value in words] == pytest.approx(
        [math.exp(-1.0) * math.exp(-0.5), math.exp(-0.25), math.exp(-2.0), math.exp(-0.125)]
    )
    assert view_of(record, Reading(site=ENCODER_SELF)).log_probs is None
