import numpy as np
import pytest

from attnstudio.alignment.fertility import fertility_factors
from attnstudio.alignment.lexicon import Vocabulary

PAIRS = 200


def factors_of(links):
    """Of the first pair, where each pair has two source and three target words."""
    words = Vocabulary.of_words(["two", "none"] * PAIRS)
    places = np.repeat(np.arange(2 * PAIRS, dtype=np.int32), 3)
    return fertility_factors(words, places, np.tile(np.float32(links), PAIRS))[:6].reshape(2, 3)


def test_a_word_of_two_words_wants_two_and_no_third():
    two, none = factors_of([1, 1, 0, 0, 0, 0])

    assert two[:2].min() > 1  # the other link is there: this one makes two
    assert two[2] < 0.2  # it would be the third
    assert none.max() < 0.2  # a word that never has any


def test_factors_are_those_of_whole_fertilities_where_these_are_sure():
    two, none = factors_of([1, 1, 0, 0, 0, 0])

    # counts of fertilities 0 to 5, 10 imagined occurrences as all words, each with 1 imagined
    of_all = np.array([PAIRS, 0, PAIRS, 0, 0, 0]) + 1.0
    chances = 10 * of_all / of_all.sum() + np.array([0, 0, PAIRS, 0, 0, 0])
    assert two[0] == pytest.approx(min(20, 2 * chances[2] / chances[1]), rel=1e-3)
    assert two[2] == pytest.approx(max(0.05, 3 * chances[3] / chances[2]), rel=1e-3)
    chances = 10 * of_all / of_all.sum() + np.array([PAIRS, 0, 0, 0, 0, 0])
    assert none[0] == pytest.approx(max(0.05, chances[1] / chances[0]), rel=1e-3)


def test_more_links_than_one_have_more_orders_to_be_made_in():
    words = Vocabulary.of_words(["some"] * 2 * PAIRS)
    links = np.tile(np.float32([1, 0, 1, 1]), PAIRS)  # of one word, then of two

    factors = fertility_factors(words, np.repeat(np.arange(2 * PAIRS, dtype=np.int32), 2), links)

    assert factors[1] == pytest.approx(2, rel=0.05)  # two are as frequent as one


def test_any_number_of_links_has_a_factor():
    words = Vocabulary.of_words(["many"])

    factors = fertility_factors(words, np.zeros(40, np.int32), np.ones(40, np.float32))

    assert np.isfinite(factors).all()
    assert (factors > 0).all()
