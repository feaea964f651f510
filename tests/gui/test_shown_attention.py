"""The one place where the chosen reading is kept."""

from dataclasses import replace

import numpy as np
import pytest
from records import make_record

from attnstudio.gui.inspector.shown_attention import ShownAttention
from attnstudio.reading import Measure, Reading, ReadingMethod
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF
from attnstudio.tokenizer import Token, end_token

TEXT = ("ab", (Token("▁a", 0, 1), Token("b", 1, 2), end_token("ab")))


def weights(layers, heads, seed=1):
    return np.random.default_rng(seed).dirichlet(np.ones(3), size=(layers, heads, 3))


@pytest.fixture
def shown(qapp):
    return ShownAttention(qapp)


def test_each_site_keeps_its_own_reading_while_the_model_has_it(shown):
    record = make_record(TEXT, TEXT, cross=weights(2, 2), encoder_self=weights(4, 2, 2))
    shown.show_record(record)
    shown.read_as(Reading(3, 1, site=ENCODER_SELF))
    np.testing.assert_allclose(shown.view.weights, record.matrices[ENCODER_SELF].weights[3, 1])

    shown.choose_site(CROSS)
    assert shown.reading == Reading()
    shown.choose_site(ENCODER_SELF)
    assert shown.reading == Reading(3, 1, site=ENCODER_SELF)
    shown.show_record(make_record(TEXT, TEXT, cross=weights(2, 2), encoder_self=weights(3, 2)))
    assert shown.reading == Reading(site=ENCODER_SELF)  # that encoder has no layer 3


def test_the_best_known_reading_is_the_first_and_is_told(shown):
    best = Reading(1, None, ReadingMethod.SHIFTED)
    record = make_record(TEXT, TEXT, cross=weights(2, 2), decoder_self=weights(2, 2))

    shown.show_record(record, best)

    assert (shown.reading, shown.is_best, shown.is_shifted) == (best, True, True)
    cross = record.matrices[CROSS].weights[1].mean(axis=0)
    np.testing.assert_allclose(shown.view.weights, cross[[1, 2, 2]])
    shown.choose_site(DECODER_SELF)
    assert (shown.is_best, shown.is_shifted) == (False, True)
    shown.choose_site(CROSS)
    shown.read_shifted(shifted=False)
    assert (shown.reading, shown.is_best) == (Reading(1), False)


def test_a_taught_head_is_the_first_that_is_seen_also_after_a_model_without_one(shown):
    plain = make_record(TEXT, TEXT, cross=weights(2, 2), decoder_self=weights(2, 2))
    taught = Reading(1, 0, ReadingMethod.SHIFTED)
    shown.show_record(plain)
    shown.read_as(Reading(0, 1))
    shown.read_as(Reading(1, 1, site=DECODER_SELF))

    shown.show_record(replace(plain, taught=taught))
    assert shown.reading == Reading(1, 1, site=DECODER_SELF)  # as the person chose
    shown.choose_site(CROSS)
    assert shown.reading == taught

    shown.read_as(Reading(0, 0))
    shown.show_record(replace(plain, taught=taught))  # another sentence
    assert shown.reading == Reading(0, 0)


def test_everybody_is_told_once_of_each_change(shown):
    changes = []
    shown.changed.connect(lambda: changes.append(shown.reading))
    shown.show_record(make_record(TEXT, TEXT, cross=weights(1, 2)))
    shown.read_as(Reading(0, 1))
    shown.join_words(joined=True)

    assert changes == [Reading(), Reading(0, 1), Reading(0, 1)]
    assert len(shown.view.rows) == 2  # ab </s>
    shown.show_record(None)
    assert (shown.view, shown.sites) == (None, ())


def test_norms_are_read_where_the_record_has_them_and_else_the_weights(shown):
    norms = np.random.default_rng(5).random((2, 2, 3, 3))
    with_norms = make_record(
        TEXT, TEXT, cross=weights(2, 2), decoder_self=weights(2, 2), norms=norms
    )
    shown.show_record(with_norms, Reading(1, 0, measure=Measure.NORMS))

    both = (Measure.WEIGHTS, Measure.NORMS)
    assert (shown.measures, shown.is_best) == (both, True)
    rows = norms[1, 0] / norms[1, 0].sum(axis=1, keepdims=True)
    np.testing.assert_allclose(shown.view.weights, rows)
    shown.choose_site(DECODER_SELF)
    assert shown.measures == (Measure.WEIGHTS,)
    shown.choose_site(CROSS)
    shown.read_by(Measure.WEIGHTS)
    assert shown.reading == Reading(1, 0)
    shown.read_by(Measure.NORMS)
    assert shown.reading.measure is Measure.NORMS
    shown.show_record(make_record(TEXT, TEXT, cross=weights(2, 2)))
    assert (shown.measures, shown.reading) == ((Measure.WEIGHTS,), Reading(1, 0))


def test_contributions_are_those_of_a_layer_and_let_go_of_its_head(shown):
    alti = np.random.default_rng(6).random((2, 1, 3, 3)) / 4
    shown.show_record(make_record(TEXT, TEXT, cross=weights(2, 2), alti=alti), Reading(1, 0))
    shown.read_by(Measure.ALTI)

    assert shown.reading == Reading(1, measure=Measure.ALTI)
    rows = alti[1, 0] / alti[1, 0].sum(axis=1, keepdims=True)
    np.testing.assert_allclose(shown.view.weights, rows)
    np.testing.assert_allclose(shown.view.prefix, 1 - alti[1, 0].sum(axis=1))
    shown.show_record(make_record(TEXT, TEXT, cross=weights(2, 2)))
    assert (shown.reading, shown.view.prefix) == (Reading(1), None)
