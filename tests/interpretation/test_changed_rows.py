"""Rows that a person puts in place of those that a model computed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import make_record

from attnstudio.corpus.alignment import Alignment, GoldLinks, Span
from attnstudio.errors import UsageError
from attnstudio.interpretation.changed_rows import (
    checked_row,
    dragged,
    row_to_links,
    row_to_words,
    uniform_row,
)
from attnstudio.sites import CROSS, DECODER_SELF
from attnstudio.tokenizer import Token

SOURCE = (
    "die Katze",
    (Token("▁die", 0, 3), Token("▁Ka", 3, 6), Token("tze", 6, 9), Token("</s>", 9, 9)),
)
TARGET = ("the cat", (Token("▁the", 0, 3), Token("▁cat", 3, 7), Token("</s>", 7, 7)))


@pytest.fixture
def record():
    return make_record(
        SOURCE,
        TARGET,
        cross=np.full((1, 1, 3, 4), 0.25),
        decoder_self=np.tril(np.ones((3, 3)))[None, None] / np.arange(1, 4)[:, None],
    )


def test_all_places_alike_are_those_that_may_be_looked_at(record):
    assert uniform_row(record, CROSS, 1) == (0.25,) * 4
    assert uniform_row(record, DECODER_SELF, 1) == (0.5, 0.5)


def test_the_pieces_of_a_word_share_what_it_gets(record):
    assert row_to_words(record, CROSS, 0, [[1, 2]]) == (0.0, 0.5, 0.5, 0.0)


def test_words_get_alike_however_many_pieces_they_have(record):
    assert row_to_words(record, CROSS, 0, [[0], [1, 2]]) == (0.5, 0.25, 0.25, 0.0)


def test_words_that_are_not_written_yet_are_not_looked_at(record):
    assert row_to_words(record, DECODER_SELF, 1, [[1, 2]]) == (0.0, 1.0)
    with pytest.raises(UsageError, match="There is no such word to look at from here"):
        row_to_words(record, DECODER_SELF, 1, [[2]])


def links(text):
    return GoldLinks(
        (Span(0, 3), Span(4, 9)), (Span(0, 3), Span(4, 7)), Alignment.from_pharaoh(text)
    )


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        ("0-0 1-1", (0.0, 0.5, 0.5, 0.0)),
        ("1-1 0p1", (0.0, 0.5, 0.5, 0.0)),  # sure links alone
        ("1p1 0p1", (0.5, 0.25, 0.25, 0.0)),  # possible ones where there are no others
        ("0-0", None),
    ],
)
def test_a_row_to_what_a_word_is_linked_with(record, drawn, expected):
    assert row_to_links(record, CROSS, 1, links(drawn)) == expected


def test_the_end_of_a_sentence_is_linked_with_nothing(record):
    assert row_to_links(record, CROSS, 2, links("0-0 1-1")) is None


# one weight is dragged

rows = st.lists(st.floats(0.0, 1.0), min_size=2, max_size=12).filter(lambda row: sum(row) > 0.1)


@given(rows, st.data())
def test_the_others_give_way_in_proportion(numbers, data):
    row = np.array(numbers) / np.sum(numbers)
    place = data.draw(st.integers(0, len(row) - 1))
    weight = data.draw(st.floats(0.0, 1.0))
    moved = np.array(dragged(tuple(row), [place], weight))

    assert moved.sum() == pytest.approx(1.0)
    assert moved[place] == pytest.approx(weight)
    others, before = np.delete(moved, place), np.delete(row, place)
    if before.sum() > 1e-12:
        assert others == pytest.approx(before * (1.0 - weight) / before.sum())
    else:
        assert others == pytest.approx([(1.0 - weight) / len(others)] * len(others))


@pytest.mark.parametrize(
    ("row", "places", "weight", "expected"),
    [
        ((0.5, 0.3, 0.2), [0], 0.0, (0.0, 0.6, 0.4)),
        ((0.5, 0.3, 0.2), [0], 1.0, (1.0, 0.0, 0.0)),
        ((1.0, 0.0, 0.0), [0], 0.4, (0.4, 0.3, 0.3)),  # the others had nothing: alike
        ((0.0, 0.5, 0.5), [0], 0.2, (0.2, 0.4, 0.4)),
        ((0.4, 0.2, 0.4), [0, 1], 0.9, (0.6, 0.3, 0.1)),  # pieces of a word keep their ratio
        ((0.0, 0.0, 1.0), [0, 1], 0.5, (0.25, 0.25, 0.5)),
        ((1.0, 1e-320, 0.0), [0], 0.4, (0.4, 0.3, 0.3)),  # nor here, but for rounding
        ((1.0,), [0], 0.3, (1.0,)),  # there is no other place
    ],
)
def test_weights_at_the_ends(row, places, weight, expected):
    assert dragged(row, places, weight) == pytest.approx(expected)


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan")])
def test_a_weight_is_a_share(weight):
    with pytest.raises(ValueError, match="a weight of"):
        dragged((0.5, 0.5), [0], weight)


def test_something_must_be_dragged():
    with pytest.raises(ValueError, match="no place to move"):
        dragged((0.5, 0.5), [], 0.5)


# written down


def test_a_row_that_is_written_down_is_taken_with_what_rounding_left_of_1(record):
    assert sum(checked_row(record, CROSS, 0, (0.333, 0.333, 0.333, 0.0005))) == pytest.approx(1)
    assert checked_row(record, DECODER_SELF, 1, (0.25, 0.75)) == (0.25, 0.75)


@pytest.mark.parametrize("weights", [(0.5, 0.5, 0.5, 0.0), (1.5, -0.5, 0.0, 0.0)])
def test_a_row_that_is_no_distribution_is_refused(record, weights):
    with pytest.raises(UsageError, match=r"The weights .* sum to"):
        checked_row(record, CROSS, 0, weights)


def test_a_row_of_another_length_is_refused(record):
    with pytest.raises(UsageError, match="2 weights were given where there are 4 places"):
        checked_row(record, CROSS, 0, (0.5, 0.5))
