"""Two numbers for the attention of a model: how spread it is, and what the source counts for."""

import math

import numpy as np
import pytest
from records import make_record

from attnstudio.evaluation.attention_scores import attention_scores
from attnstudio.tokenizer import Token, end_token

SOURCE = ("ab c", (Token("▁a", 0, 1), Token("b", 1, 2), Token("▁c", 2, 4), end_token("ab c")))
TARGET = ("xy", (Token("▁x", 0, 1), Token("y", 1, 2), end_token("xy")))


def record_of(cross, **measures):
    return make_record(SOURCE, TARGET, cross=np.asarray(cross, dtype=np.float64), **measures)


def alike():
    return np.full((2, 3, 3, 4), 0.25)


def one_place():
    return np.eye(4)[np.zeros((2, 3, 3), dtype=int)]


@pytest.mark.parametrize(("weights", "spread"), [(alike(), 1.0), (one_place(), 0.0)])
def test_the_spread_goes_from_one_place_to_all_alike(weights, spread):
    assert attention_scores([record_of(weights)]) == {"attention_entropy": pytest.approx(spread)}


def test_it_is_the_mean_entropy_of_all_rows_over_that_of_chance():
    cross = np.random.default_rng(3).dirichlet(np.ones(4), size=(2, 3, 3))

    rows = [row for layer in cross for head in layer for row in head]
    entropies = [-sum(weight * math.log(weight) for weight in row) for row in rows]
    expected = sum(entropies) / len(entropies) / math.log(4)
    assert attention_scores([record_of(cross)])["attention_entropy"] == pytest.approx(expected)


def test_the_share_of_the_source_is_what_alti_gives_to_its_places():
    alti = np.random.default_rng(8).dirichlet(np.ones(5), size=(2, 1, 3))[..., :4]

    scores = attention_scores([record_of(alike(), alti=alti)])

    assert scores["source_share"] == pytest.approx(alti.sum(axis=(1, 3)).mean())


def test_a_long_sentence_counts_as_much_as_a_short_one():
    short = make_record(
        ("a", (Token("▁a", 0, 1), end_token("a"))), TARGET, cross=np.full((1, 1, 3, 2), 0.5)
    )

    scores = attention_scores([short, record_of(one_place())])

    assert scores["attention_entropy"] == pytest.approx(0.5)


def test_without_attention_there_is_nothing_to_tell():
    assert attention_scores([make_record(SOURCE, TARGET)]) == {}
    assert attention_scores([]) == {}
