"""Heads that are switched off: nothing of them is shown as if it were passed on."""

from dataclasses import replace

import numpy as np
import pytest
from records import make_record

from attnstudio.interpretation.caption import caption_of
from attnstudio.interpretation.comparison import applied, with_heads_off
from attnstudio.interpretation.difference import with_difference
from attnstudio.interpretation.export import record_to_json, view_to_svg
from attnstudio.interpretation.head_figures import HeadFigure, head_figure
from attnstudio.interpretation.view import view_of
from attnstudio.model.intervention import HeadAddress, Intervention
from attnstudio.reading import Measure, Reading, ReadingMethod
from attnstudio.sites import CROSS, ENCODER_SELF, difference_site
from attnstudio.tokenizer import Token, end_token

TEXT = ("a b .", (Token("▁a", 0, 1), Token("▁b", 1, 3), Token(".", 4, 5), end_token("a b .")))
OFF = Intervention(ablated_heads=frozenset({HeadAddress(CROSS, 0, 1), HeadAddress(CROSS, 1, 0)}))


def rows(seed):
    numbers = np.random.default_rng(seed).random((2, 3, 4, 4))
    return (numbers / numbers.sum(axis=-1, keepdims=True)).astype(np.float32)


@pytest.fixture
def whole():
    return make_record(TEXT, TEXT, cross=rows(0), encoder_self=rows(1), norms=rows(2) * 3)


@pytest.fixture
def record(whole):
    return with_heads_off(whole, OFF)


@pytest.mark.parametrize("measure", [Measure.WEIGHTS, Measure.NORMS])
@pytest.mark.parametrize("options", [{}, {"words": True}, {"hide": True}, {"greatest": True}])
def test_a_head_that_is_off_has_nothing_to_show(record, measure, options):
    view = view_of(record, Reading(0, 1).by(measure), **options)
    assert view.is_off
    assert not view.weights.any()
    assert view.zeros.all()
    assert not view.links
    assert not view.looks
    assert view.empty_rows == ()
    assert head_figure(view, HeadFigure.SPREAD) is None


def test_the_others_are_as_they_were(whole, record):
    for reading in (Reading(0, 0), Reading(1, 2), Reading(site=ENCODER_SELF, layer=0, head=1)):
        np.testing.assert_array_equal(
            view_of(record, reading).weights, view_of(whole, reading).weights
        )
        assert not view_of(record, reading).is_off


def test_averages_are_of_the_heads_that_are_on(whole, record):
    weights = whole.matrices[CROSS].weights.astype(float)
    kept = [weights[layer, head] for layer in (0, 1) for head in range(3)]
    del kept[3], kept[1]
    view = view_of(record, Reading())
    assert view.heads_off == (2, 6)
    assert not view.is_off
    np.testing.assert_allclose(view.weights, np.mean(kept, axis=0), atol=1e-7)
    np.testing.assert_allclose(
        view_of(record, Reading(0), greatest=True).weights, np.maximum(kept[0], kept[1]), atol=1e-7
    )
    later = view_of(record, Reading(0, method=ReadingMethod.SHIFTED)).weights
    mean = (kept[0] + kept[1]) / 2
    np.testing.assert_allclose(later, [*mean[1:], mean[-1]], atol=1e-7)


def test_a_layer_that_is_off_is_crossed_out_in_pictures(record):
    layer = replace(record, off={CROSS: frozenset({(0, 0), (0, 1), (0, 2)})})
    svg = view_to_svg(layer, view_of(layer, Reading(0)))
    assert "off: passes nothing on" in svg
    assert svg.count("<line ") == 2
    assert 'class="weights" pointer-events="none" />' in svg, "no number stands in a cell"
    other = view_to_svg(layer, view_of(layer, Reading()))
    assert "3 of 6 heads off, not counted" in other
    assert "<line " not in other


def test_the_sum_of_the_change_counts_what_the_picture_leaves_out(whole, record):
    done = applied(OFF, whole, record)
    gone = sum(
        view_of(whole, Reading(layer, head)).weights.sum() for layer, head in ((0, 1), (1, 0))
    )
    assert done.total == pytest.approx(gone)


def test_a_difference_is_of_what_is_passed_on(whole, record):
    found = with_difference(record, whole).matrices[difference_site(CROSS)].weights
    expected = np.zeros_like(found)
    for place in ((0, 1), (1, 0)):
        expected[place] = -whole.matrices[CROSS].weights[place]
    np.testing.assert_allclose(found, expected, atol=1e-7)


def test_json_names_them(record):
    facts = record_to_json(record, Reading())
    assert facts["off"] == {"cross": [[0, 1], [1, 0]]}
    assert facts["head_figures"]["cross"]["spread"][0][1] is None
    assert facts["head_figures"]["cross"]["spread"][0][0] is not None


def test_the_change_stands_first_where_a_narrow_picture_cuts_the_end(record):
    view = view_of(record, Reading(0, 1))
    caption = caption_of(record, view, changes=("off: layer 0, head 1",))
    assert caption.subtitle == (
        "With the change: off: layer 0, head 1 · layer 0, head 1, off: passes nothing on"
    )
    assert not any("With the change" in note for note in caption.notes)
    many = tuple(f"off: layer {n}, head 1" for n in range(4))
    notes = caption_of(record, view, changes=many).notes
    assert f"With the change: {'; '.join(many)}." in notes
    assert "The unchanged translation, read with the change" in " ".join(notes)
