"""Value zeroing against NumPy, from the weights of the models alone."""

import numpy as np
import pytest
import torch
from made_models import KINDS, made_example
from tiny_models import ATTENTIVE, EVERY, build

from attnstudio.attribution.value_zeroing import value_zeroing
from attnstudio.model.packed import packed
from attnstudio.sites import CROSS


def cosine_distance(one, other):
    return 1.0 - one @ other / (np.linalg.norm(one) * np.linalg.norm(other))


@torch.no_grad()
def traced(model, example):
    encoded = model.read(example.sources_of(example.source), trace=True)
    return encoded, model.decode(encoded, example.inputs, trace=True).traces[CROSS]


def states_of_layers(model, encoded, example):
    """What comes to the attention on the source of each layer, and what leaves it."""
    before, found = [], []
    hooks = [
        layer.cross.register_forward_hook(
            lambda *call: found.append(call[-1].states[0].detach().numpy())
        )
        for layer in model.decoder_layers
    ]
    hooks += [
        layer.cross_norm.register_forward_hook(
            lambda *call: before.append(call[1][0][0].detach().numpy())
        )
        for layer in model.decoder_layers
    ]
    with torch.no_grad():
        model.decode(encoded, example.inputs)
    for hook in hooks:
        hook.remove()
    return before, found


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith("transformer")])
def test_value_zeroing_of_a_transformer_is_that_of_its_layers(kind):
    model, example = build(ATTENTIVE[kind]), made_example()
    encoded, trace = traced(model, example)
    before, taken = states_of_layers(model, encoded, example)
    memory = encoded.sources["source"].states[0].numpy()
    wanted = np.zeros((3, 5, 5))
    for number, layer in enumerate(model.decoder_layers):
        weight, bias = layer.cross.value.weight.detach().numpy(), layer.cross.value.bias
        values = (memory @ weight.T + bias.detach().numpy()).reshape(5, 4, -1)
        output = layer.cross.output.weight.detach().numpy()
        shift = layer.cross.output.bias.detach().numpy()
        looked = trace.weights[0, number].numpy()  # (heads, tgt_len, src_len)
        for place in range(5):
            kept = values.copy()
            kept[place] = 0.0
            context = np.einsum("htj,jhs->ths", looked, kept).reshape(5, -1)
            without = before[number] + context @ output.T + shift
            full = before[number] + taken[number]
            wanted[number, :, place] = [
                cosine_distance(*both) for both in zip(full, without, strict=True)
            ]
    for reader in (model, packed(model)):
        with torch.inference_mode():
            found = value_zeroing(reader, example).numpy()
        np.testing.assert_allclose(found, wanted, atol=1e-5)
    assert wanted.max() > 0.01


@pytest.mark.parametrize(
    "kind",
    [
        "general-gru-fed",
        "dot-lstm-free",
        "additive-gru-fed",
        "additive-heads-fed",
        "general-heads-free",
    ],
)
def test_value_zeroing_of_a_recurrent_model_is_that_of_its_context(kind):
    model, example = build(ATTENTIVE[kind]), made_example()
    encoded, trace = traced(model, example)
    memory = encoded.sources["source"].states[0].numpy()
    looked = trace.weights[0, 0].numpy()  # (heads, tgt_len, src_len)

    def context(states):
        parts = np.split(states, len(looked), axis=1)
        return np.concatenate([w @ part for w, part in zip(looked, parts, strict=True)], axis=1)

    wanted = np.zeros((5, 5))
    for place in range(5):
        kept = memory.copy()
        kept[place] = 0.0
        pairs = zip(context(memory), context(kept), strict=True)
        wanted[:, place] = [cosine_distance(*both) for both in pairs]
    with torch.inference_mode():
        found = value_zeroing(model, example).numpy()
    np.testing.assert_allclose(found[0], wanted, atol=1e-6)
    assert wanted.max() > 0.004


def test_target_places_worked_out_in_parts_are_the_same(monkeypatch):
    model, example = build(ATTENTIVE["transformer"]), made_example()
    together = value_zeroing(model, example)
    monkeypatch.setattr("attnstudio.attribution.value_zeroing._MOST_NUMBERS", 5 * 16 * 2)
    torch.testing.assert_close(value_zeroing(model, example), together)


def test_a_model_that_never_looks_has_no_value_zeroing():
    assert value_zeroing(build(EVERY["none-gru"]), made_example()) is None
