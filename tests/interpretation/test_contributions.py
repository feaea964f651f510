"""Contributions as they are read: of a whole layer, as shares of what the source gives."""

import numpy as np
import pytest
from records import make_record

from attnstudio.errors import AlignmentError
from attnstudio.interpretation.links import word_links
from attnstudio.interpretation.matrices import first_reading, matrix_of, prefix_shares
from attnstudio.interpretation.view import view_of
from attnstudio.reading import Measure, Reading, ReadingMethod
from attnstudio.sites import CROSS, ENCODER_SELF
from attnstudio.tokenizer import Token, end_token

SOURCE = ("ab c", (Token("▁a", 0, 1), Token("b", 1, 2), Token("▁c", 2, 4), end_token("ab c")))
TARGET = ("xy", (Token("▁x", 0, 1), Token("y", 1, 2), end_token("xy")))
SPANS = [(0, 2), (3, 4)], [(0, 2)]
ALTI = Measure.ALTI


def contributions(layers=2):
    """What is missing to 1 is the share of what was written so far."""
    shares = np.random.default_rng(8).dirichlet(np.ones(5), size=(layers, 1, 3))
    return shares[..., :4]


def record_of(alti, heads=3):
    cross = np.random.default_rng(9).dirichlet(np.ones(4), size=(len(alti), heads, 3))
    own = np.random.default_rng(9).dirichlet(np.ones(4), size=(len(alti), heads, 4))
    return make_record(SOURCE, TARGET, cross=cross, encoder_self=own, alti=alti)


@pytest.mark.parametrize("layer", [None, 0, 1])
def test_rows_are_shares_of_what_the_source_gives_and_the_rest_stands_apart(layer):
    alti = contributions()
    record = record_of(alti)
    naive = Reading(layer, measure=ALTI)
    shifted = Reading(layer, method=ReadingMethod.SHIFTED, measure=ALTI)

    mean = alti[:, 0].mean(axis=0) if layer is None else alti[layer, 0]
    rows = mean / mean.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(matrix_of(record, naive), rows)
    np.testing.assert_allclose(matrix_of(record, shifted), rows[[1, 2, 2]])
    rest = 1.0 - mean.sum(axis=1)
    np.testing.assert_allclose(prefix_shares(record, naive), rest)
    np.testing.assert_allclose(prefix_shares(record, shifted), rest[[1, 2, 2]])
    joined = view_of(record, naive, words=True)
    np.testing.assert_allclose(joined.prefix, [rest[:2].mean(), rest[2]])
    best = {int(row[:4].argmax()) for row in rows[:2]}
    linked = {0 if place < 2 else 1 for place in best if place < 3}
    assert {link.source for link in word_links(record, naive, *SPANS).sure} == linked


def test_no_other_reading_says_a_share_of_what_was_written():
    record = record_of(contributions())

    assert prefix_shares(record, Reading(1)) is None
    assert view_of(record, Reading(1)).prefix is None
    assert prefix_shares(record, Reading(1, site=ENCODER_SELF, measure=ALTI)) is None


def test_where_nothing_counts_all_comes_of_what_was_written():
    record = record_of(np.zeros((1, 1, 3, 4)))

    assert not matrix_of(record, Reading(measure=ALTI)).any()
    assert prefix_shares(record, Reading(measure=ALTI)).tolist() == [1.0] * 3


def test_a_head_has_none_of_its_own():
    record = record_of(contributions())
    with pytest.raises(AlignmentError, match="whole layer: head 2 has none") as refused:
        matrix_of(record, Reading(1, 2, measure=ALTI))
    assert "Name the layer alone" in refused.value.hint
    with pytest.raises(AlignmentError, match="2 layers with 3 heads; head 5 does not exist"):
        matrix_of(record, Reading(1, 5, measure=ALTI))

    alone = record_of(contributions(), heads=1)  # the only head of a layer is the layer
    of_head, of_layer = (matrix_of(alone, Reading(1, head, measure=ALTI)) for head in (0, None))
    np.testing.assert_array_equal(of_head, of_layer)


def test_a_model_that_adds_to_nothing_has_none():
    record = make_record(SOURCE, TARGET, cross=np.full((1, 1, 3, 4), 0.25))

    assert record.measures_of(CROSS) == (Measure.WEIGHTS,)
    with pytest.raises(AlignmentError, match=r"no contributions \(ALTI\)") as refused:
        matrix_of(record, Reading(measure=ALTI))
    assert "Only a Transformer adds" in refused.value.hint
    assert first_reading(record, Reading(0, measure=ALTI)) == Reading(0)


def test_another_measure_of_the_same_place_lets_go_of_a_head_only_for_contributions():
    shown = Reading(1, 2, ReadingMethod.SHIFTED)

    assert shown.by(Measure.NORMS) == Reading(1, 2, ReadingMethod.SHIFTED, measure=Measure.NORMS)
    assert shown.by(ALTI) == Reading(1, None, ReadingMethod.SHIFTED, measure=ALTI)
    assert shown.by(ALTI).by(Measure.WEIGHTS) == Reading(1, None, ReadingMethod.SHIFTED)
    assert Reading.from_mapping(shown.by(ALTI).to_mapping()) == shown.by(ALTI)
