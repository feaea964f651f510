"""Changes at each site of a Transformer, against its forward pass worked out anew.

The witness is torch's own functions and no part of the model but its weights: each layer's
attention is written out once more, with the change put in by hand.
"""

import math

import numpy as np
import pytest
import torch
from kinds import normalised
from tiny_models import (
    ATTENTIVE,
    RECURRENT,
    TRANSFORMER,
    build,
    ragged_batch,
    ragged_sources,
    target_inputs,
)
from torch.nn import functional

from attnstudio.errors import UsageError
from attnstudio.model.input_positions import sinusoidal_positions
from attnstudio.model.intervention import HeadAddress, Intervention, RowAddress
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF

LAYER, HEAD, QUERY = 1, 2, 2
ROW = (0.2, 0.7, 0.1)  # of the third query, which no site keeps from its first three keys
TEMPERATURE = 0.25
SHARE = 0.4  # of the places, those with the largest weights
HEADS, SIZE = 4, 16
every_site = pytest.mark.parametrize(
    "site", [CROSS, ENCODER_SELF, DECODER_SELF], ids=lambda site: site.name
)


@pytest.fixture(autouse=True)
def _no_gradients():
    with torch.no_grad():
        yield


def split(states):
    return states.unflatten(-1, (HEADS, SIZE // HEADS)).transpose(1, 2)


def largest_by_hand(weights, scores, share):
    """Each row by itself, in NumPy."""
    cut = np.zeros_like(weights)
    for place in np.ndindex(weights.shape[:-1]):
        there = np.flatnonzero(~np.isneginf(scores[place]))
        count = max(1, int(np.floor(share * len(there) + 0.5)))
        best = sorted(there, key=lambda key: (-weights[(*place, key)], key))[:count]
        cut[place][best] = weights[place][best] / weights[place][best].sum()
    return cut


def attention_by_hand(module, queries, memory, allowed, change, weights_of):
    scores = split(module.query(queries)) @ split(module.key(memory)).mT
    scores = scores / math.sqrt(SIZE // HEADS)
    if change.get("temperature") == (module.site, module.layer):
        scores[:, HEAD] = scores[:, HEAD] / TEMPERATURE
    scores = scores.masked_fill(~allowed(scores), -torch.inf)
    weights = scores.softmax(-1)
    if change.get("share") == module.site:
        weights = torch.tensor(largest_by_hand(weights.numpy(), scores.numpy(), SHARE))
    at = (module.site, module.layer)
    if change.get("row") == at:
        weights[:, HEAD, QUERY] = 0.0
        weights[:, HEAD, QUERY, : len(ROW)] = torch.tensor(ROW)
    weights_of[at] = weights
    context = weights @ split(module.value(memory))
    if change.get("head") == at:
        context[:, HEAD] = 0.0
    return module.output(context.transpose(1, 2).flatten(2))


def logits_by_hand(model, change):
    """Logits, and the weights of each site and layer.

    The change names under ``row``, ``head`` and ``temperature`` the site and layer that they act
    on, under ``masked`` a site whose key 0 nothing looks at (but for the first target, which has no
    other), and under ``share`` a site whose rows keep but their largest weights.
    """
    found = {}

    def allowed(site, mask):
        def places(scores):
            here = mask.expand_as(scores).clone()
            if change.get("masked") == site:
                here[..., 0] = False
            return here

        return places

    source = ragged_batch()
    padding = source.mask[:, None, None, :]
    embedding = model.target_embedding.weight
    positions = sinusoidal_positions(0, 6, SIZE, torch.device("cpu"))
    states = embedding[source.values] * SIZE**0.5 + positions[:5]
    for layer in model.encoder_layers:
        normed = layer.attention_norm(states)
        places = allowed(ENCODER_SELF, padding)
        states = states + attention_by_hand(layer.attention, normed, normed, places, change, found)
        states = states + layer.feedforward(layer.feedforward_norm(states))
    memory = model.encoder_norm(states)
    causal = torch.ones(6, 6, dtype=torch.bool).tril()
    states = embedding[target_inputs()] * SIZE**0.5 + positions
    for layer in model.decoder_layers:
        normed = layer.attention_norm(states)
        places = allowed(DECODER_SELF, causal)
        states = states + attention_by_hand(layer.attention, normed, normed, places, change, found)
        places = allowed(CROSS, padding)
        states = states + attention_by_hand(
            layer.cross, layer.cross_norm(states), memory, places, change, found
        )
        states = states + layer.feedforward(layer.feedforward_norm(states))
    return functional.linear(model.decoder_norm(states), embedding), found


def output_and_steps(model, change):
    """Traces of all sites and logits of known targets; logits of single steps."""
    encoded = model.read(ragged_sources(), intervention=change, trace=True)
    output = model.decode(encoded, target_inputs(), intervention=change, trace=True)
    state, steps = model.start(encoded), []
    for tokens in target_inputs().unbind(dim=1):
        step = model.step(state, tokens, intervention=change)
        steps.append(step.output.logits)
        state = step.state
    return output.logits, {**encoded.traces, **output.traces}, torch.cat(steps, dim=1)


def assert_is_as_by_hand(intervention, change):
    model = build(TRANSFORMER)
    logits, traces, steps = output_and_steps(model, intervention)
    expected, weights = logits_by_hand(model, change)
    torch.testing.assert_close(logits, expected, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(steps, expected, atol=1e-5, rtol=1e-5)
    for (site, layer), want in weights.items():
        torch.testing.assert_close(traces[site].weights[:, layer], want, atol=1e-5, rtol=1e-5)
    plain, _ = logits_by_hand(model, {})
    assert not torch.allclose(expected, plain, atol=1e-4)


@every_site
def test_a_row_is_replaced_where_it_is_addressed(site):
    change = Intervention(rows={RowAddress(site, LAYER, HEAD, QUERY): ROW})
    assert_is_as_by_hand(change, {"row": (site, LAYER)})


@every_site
def test_a_head_is_ablated_where_it_is_addressed(site):
    change = Intervention(ablated_heads=frozenset({HeadAddress(site, LAYER, HEAD)}))
    assert_is_as_by_hand(change, {"head": (site, LAYER)})


@every_site
def test_a_head_is_sharpened_where_it_is_addressed(site):
    change = Intervention(temperatures={HeadAddress(site, LAYER, HEAD): TEMPERATURE})
    assert_is_as_by_hand(change, {"temperature": (site, LAYER)})


@pytest.mark.parametrize("kind", [kind for kind in RECURRENT if "linear" not in kind])
@pytest.mark.parametrize("temperature", [0.2, 5.0])
def test_the_last_head_of_a_recurrent_model_is_sharpened_too(kind, temperature):
    """What is made of the scores over the temperature, in NumPy (Hinton et al. 2015, 1)."""
    model, last = build(ATTENTIVE[kind]), ATTENTIVE[kind].heads - 1
    change = Intervention(temperatures={HeadAddress(CROSS, 0, last): temperature})
    encoded = model.read(ragged_sources())
    trace = model.decode(encoded, target_inputs(), intervention=change, trace=True).traces[CROSS]
    scores = trace.scores[:, 0].clone()
    scores[:, last] /= temperature
    expected = normalised(model.decoder.score.spec.normaliser, scores)
    np.testing.assert_allclose(trace.weights[:, 0].numpy(), expected, atol=1e-6)
    plain = model.decode(encoded, target_inputs(), intervention=Intervention()).logits
    changed = model.decode(encoded, target_inputs(), intervention=change).logits
    assert not torch.allclose(plain, changed, atol=1e-5)


@pytest.mark.parametrize("temperature", [0.0, -1.0, math.inf, math.nan])
def test_a_temperature_is_above_zero(temperature):
    with pytest.raises(ValueError, match="a temperature of"):
        Intervention(temperatures={HeadAddress(CROSS, 0, 0): temperature})


@pytest.mark.parametrize("site", [CROSS, ENCODER_SELF], ids=lambda site: site.name)
def test_keys_are_masked_in_all_layers_of_a_site(site):
    change = Intervention(masked={site: frozenset({0})})
    assert_is_as_by_hand(change, {"masked": site})


def test_a_later_key_is_masked_in_the_decoders_own_attention():
    """Its queries see less than all keys, so those that cannot see the key go on as they did."""
    model = build(TRANSFORMER)
    change = Intervention(masked={DECODER_SELF: frozenset({2})})
    logits, traces, steps = output_and_steps(model, change)
    before, weights = logits_by_hand(model, {})
    torch.testing.assert_close(steps, logits, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(logits[:, :2], before[:, :2], atol=1e-5, rtol=1e-5)
    assert traces[DECODER_SELF].weights[..., 2].eq(0.0).all()
    first = weights[DECODER_SELF, 0].clone()
    first[..., 2] = 0.0
    first = first / first.sum(-1, keepdim=True)
    torch.testing.assert_close(traces[DECODER_SELF].weights[:, 0], first, atol=1e-5, rtol=1e-5)
    assert not torch.allclose(logits[:, 2:], before[:, 2:], atol=1e-4)


def test_a_query_of_the_decoder_that_could_look_at_nothing_is_refused_both_ways():
    model = build(TRANSFORMER)
    encoded = model.read(ragged_sources())
    change = Intervention(masked={DECODER_SELF: frozenset({0})})
    with pytest.raises(UsageError, match="0 masked, nothing is left to look at"):
        model.decode(encoded, target_inputs(), intervention=change)
    with pytest.raises(UsageError, match="0 masked, nothing is left to look at"):
        model.step(model.start(encoded), target_inputs()[:, 0], intervention=change)


@pytest.mark.parametrize("kind", [kind for kind in ATTENTIVE if "linear" in kind])
def test_linear_attention_says_that_it_has_no_temperature(kind):
    model = build(ATTENTIVE[kind])
    encoded = model.read(ragged_sources())
    change = Intervention(temperatures={HeadAddress(CROSS, 0, 0): 0.5})
    with pytest.raises(UsageError, match="Linear attention has no temperature"):
        model.decode(encoded, target_inputs(), intervention=change)
    elsewhere = Intervention(temperatures={HeadAddress(CROSS, 9, 0): 0.5})
    model.decode(encoded, target_inputs(), intervention=elsewhere)


@every_site
def test_of_the_rows_of_a_site_the_largest_weights_are_kept(site):
    assert_is_as_by_hand(Intervention(kept_shares={site: SHARE}), {"share": site})


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("kind", ATTENTIVE)
def test_the_largest_weights_of_a_row_are_kept_whatever_makes_them(kind, share):
    """Of scores that are traced, which a cut below has changed already, in NumPy."""
    model = build(ATTENTIVE[kind])
    normalisers = [
        part.spec.normaliser
        for part in model.modules()
        if getattr(part, "site", None) == CROSS and hasattr(part, "spec")
    ]
    logits, traces, steps = output_and_steps(model, Intervention(kept_shares={CROSS: share}))
    trace = traces[CROSS]
    for layer, normaliser in enumerate(normalisers):
        scores = trace.scores[:, layer]
        expected = largest_by_hand(
            np.asarray(normalised(normaliser, scores)), scores.numpy(), share
        )
        np.testing.assert_allclose(trace.weights[:, layer].numpy(), expected, atol=1e-5)
    torch.testing.assert_close(steps, logits, atol=1e-5, rtol=1e-5)


def test_with_the_whole_share_nothing_is_changed():
    model = build(TRANSFORMER)
    change = Intervention(kept_shares={CROSS: 1.0, ENCODER_SELF: 1.0, DECODER_SELF: 1.0})
    logits, _, _ = output_and_steps(model, change)
    torch.testing.assert_close(logits, logits_by_hand(model, {})[0], atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("share", [0.0, -0.5, 1.01, math.nan])
def test_a_share_is_above_zero_and_at_most_one(share):
    with pytest.raises(ValueError, match="a share of"):
        Intervention(kept_shares={CROSS: share})


def test_a_share_that_is_kept_is_a_change():
    assert not Intervention(kept_shares={CROSS: 0.5}).is_empty
    assert Intervention().is_empty
