"""Two models on the same pieces, cell by cell."""

from dataclasses import replace

import numpy as np
import pytest
from records import make_record

from attnstudio.axes import Meaning
from attnstudio.errors import AlignmentError
from attnstudio.interpretation.caption import caption_of
from attnstudio.interpretation.difference import with_difference
from attnstudio.interpretation.export import view_to_svg
from attnstudio.interpretation.rollout import with_rollout
from attnstudio.interpretation.view import view_of
from attnstudio.reading import Reading
from attnstudio.sites import CROSS, ENCODER_SELF, difference_site, rollout_site, site_named
from attnstudio.tokenizer import Token, end_token

SOURCE = ("a b", (Token("▁a", 0, 1), Token("▁b", 1, 3), end_token("a b")))
TARGET = ("x", (Token("▁x", 0, 1), end_token("x")))


def record_of(seed, heads=2, target=TARGET):
    generator = np.random.default_rng(seed)

    def rows(queries):
        weights = generator.random((2, heads, queries, 3))
        return weights / weights.sum(axis=-1, keepdims=True)

    return make_record(
        SOURCE, target, cross=rows(len(target[1])).astype(np.float32), encoder_self=rows(3)
    )


def test_each_cell_is_this_model_less_the_other():
    one, other = record_of(1), record_of(2)
    both = with_difference(with_rollout(one), with_rollout(other))

    for site in (CROSS, ENCODER_SELF):
        found = both.matrices[difference_site(site)]
        assert found.meaning is Meaning.SIGNED
        for place in np.ndindex(found.weights.shape):
            ours, theirs = (float(each.matrices[site].weights[place]) for each in (one, other))
            assert found.weights[place] == pytest.approx(ours - theirs)
        assert both.matrices[site] is one.matrices[site]
        assert site_named(difference_site(site).name) is None
    assert difference_site(rollout_site(ENCODER_SELF)) not in both.matrices


def test_models_of_other_heads_are_compared_on_average():
    one, other = record_of(1), record_of(2, heads=3)

    found = with_difference(one, other).matrices[difference_site(CROSS)].weights

    assert found.shape == (1, 1, 2, 3)
    means = [each.matrices[CROSS].weights.mean(axis=(0, 1)) for each in (one, other)]
    np.testing.assert_allclose(found[0, 0], means[0] - means[1], atol=1e-7)


def test_the_picture_has_two_arms_and_says_what_it_is():
    both = with_difference(record_of(1), record_of(2))
    view = view_of(both, Reading(0, 1, site=difference_site(CROSS)))

    caption = caption_of(both, view)
    assert caption.title == "Difference: target over source"
    assert caption.scale_name == "attention more than the other; 0 in the middle"
    assert 'id="scale-diverging"' in view_to_svg(both, view)
    assert view.links == frozenset()


def test_other_pieces_cannot_be_compared():
    longer = ("x y", (Token("▁x", 0, 1), Token("▁y", 1, 3), end_token("x y")))
    with pytest.raises(AlignmentError, match="cut the target into other pieces"):
        with_difference(record_of(1), record_of(2, target=longer))
    nothing = replace(record_of(1), matrices={})
    with pytest.raises(AlignmentError, match="attend in no common place"):
        with_difference(record_of(1), nothing)
