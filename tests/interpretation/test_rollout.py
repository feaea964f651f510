"""Attention through all layers: against products of matrices written from the definition."""

import numpy as np
import pytest
from records import make_record

from attnstudio.axes import Meaning
from attnstudio.interpretation.caption import caption_of
from attnstudio.interpretation.export import view_to_table
from attnstudio.interpretation.rollout import with_rollout
from attnstudio.interpretation.view import view_of
from attnstudio.reading import Reading
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, SITES, rollout_site, site_named
from attnstudio.tokenizer import Token, end_token

SOURCE = ("a b c", (Token("▁a", 0, 1), Token("▁b", 1, 3), Token("▁c", 3, 5), end_token("a b c")))
TARGET = ("x y", (Token("▁x", 0, 1), Token("▁y", 1, 3), end_token("x y")))
LAYERS, HEADS = 3, 2


@pytest.fixture
def record():
    generator = np.random.default_rng(7)

    def rows(queries, keys, causal=False):
        weights = generator.random((LAYERS, HEADS, queries, keys)) ** 2
        weights = np.tril(weights) if causal else weights
        return weights / weights.sum(axis=-1, keepdims=True)

    return make_record(
        SOURCE,
        TARGET,
        cross=rows(3, 4),
        encoder_self=rows(4, 4),
        decoder_self=rows(3, 3, causal=True),
    )


def rolled(record, site):
    return with_rollout(record).matrices[rollout_site(site)].weights


@pytest.mark.parametrize("site", [ENCODER_SELF, DECODER_SELF])
def test_layers_of_half_attention_and_half_identity_are_multiplied(record, site):
    size = record.matrices[site].weights.shape[-1]
    first, second, third = (
        0.5 * (layer[0] + layer[1]) / 2 + 0.5 * np.eye(size)
        for layer in record.matrices[site].weights
    )

    found = rolled(record, site)

    assert found.shape == (1, 1, size, size)
    np.testing.assert_allclose(found[0, 0], third @ second @ first, atol=1e-12)
    if site == DECODER_SELF:
        assert np.triu(found[0, 0], 1).max() == 0  # nobody looks ahead


def test_over_the_source_the_whole_decoder_is_one_product(record):
    """Written as one system over what is fed and what was encoded, layer after layer."""
    encoded = rolled(record, ENCODER_SELF)[0, 0]
    whole = np.eye(3 + 4)
    for layer in range(LAYERS):
        look, own = np.eye(3 + 4), np.eye(3 + 4)
        own[:3, :3] = (np.eye(3) + record.matrices[DECODER_SELF].weights[layer].mean(axis=0)) / 2
        look[:3, :3] = np.eye(3) / 2
        look[:3, 3:] = record.matrices[CROSS].weights[layer].mean(axis=0) / 2
        whole = look @ own @ whole

    np.testing.assert_allclose(rolled(record, CROSS)[0, 0], whole[:3, 3:] @ encoded, atol=1e-12)
    shares = rolled(record, CROSS).sum(axis=-1)
    np.testing.assert_allclose(shares, 1 - 0.5**LAYERS)  # what is left comes of the text so far


def test_one_look_in_one_layer_is_seen_through_the_others(record):
    encoder = np.tile(np.eye(4), (LAYERS, HEADS, 1, 1))
    encoder[1, :, 0] = np.eye(4)[3]  # in the second layer alone, a looks at </s>
    changed = make_record(
        SOURCE,
        TARGET,
        encoder_self=encoder,
        cross=record.matrices[CROSS].weights,
        decoder_self=record.matrices[DECODER_SELF].weights,
    )

    expected = np.eye(4)
    expected[0] = [0.5, 0, 0, 0.5]
    np.testing.assert_allclose(rolled(changed, ENCODER_SELF)[0, 0], expected)


def test_a_rollout_stands_beside_the_attention_and_says_what_it_is(record):
    whole = with_rollout(record)

    assert whole.sites == (*SITES, *map(rollout_site, SITES))
    assert whole.matrices[rollout_site(CROSS)].meaning is Meaning.MAGNITUDE
    for site in SITES:
        assert whole.matrices[site] is record.matrices[site]
        assert site_named(rollout_site(site).name) is None  # no run is read so
    view = view_of(whole, Reading(site=rollout_site(CROSS)))
    caption = caption_of(whole, view)
    assert caption.title == "Rollout: target over source"
    assert caption.scale_name == "attention through all layers"
    assert view_to_table(view).startswith("rollout: target over source,")
    assert view.links == frozenset()


def test_a_model_that_does_not_attend_to_its_own_text_has_none(record):
    recurrent = make_record(SOURCE, TARGET, cross=record.matrices[CROSS].weights[:1, :1])

    assert with_rollout(recurrent) is recurrent
