"""Where the norms are, and what DeepNorm scales, against formulas worked out by hand."""

import numpy as np
import pytest
import torch
from tiny_models import TRANSFORMER, VOCABULARY, build, ragged_sources, target_inputs

from attnstudio.config_model import NormKind
from attnstudio.model.attention.contributions import contributions_of
from attnstudio.model.builder import build_model, parameter_count
from attnstudio.model.multi_head import MultiHeadAttention
from attnstudio.model.residual import Residual, decoder_depth, encoder_depth
from attnstudio.sites import CROSS

DEEP = TRANSFORMER.model_copy(update={"norm": NormKind.DEEP, "encoder_layers": 24})


def norm(x, layer):
    weight, bias = layer.weight.detach().double().numpy(), layer.bias.detach().double().numpy()
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5) * weight + bias


def test_depths_are_those_of_the_paper():
    reading, writing = encoder_depth(18, 18), decoder_depth(18)  # of their figure 2, N = M = 18
    assert reading.scale == pytest.approx(0.81 * 18 ** (5 / 16))
    assert reading.gain == pytest.approx(0.87 * 18 ** (-5 / 16))
    assert writing.scale == pytest.approx(54**0.25)
    assert writing.gain == pytest.approx(216**-0.25)


@pytest.mark.parametrize("residual", [Residual(), Residual(False), Residual(False, 1.7)])
def test_a_residual_is_its_formula(residual):
    torch.manual_seed(3)
    layer = torch.nn.LayerNorm(6)
    torch.nn.init.normal_(layer.weight)
    torch.nn.init.normal_(layer.bias)
    x, given = torch.randn(2, 3, 6), torch.randn(2, 3, 6)
    entered = residual.entered(layer, x).detach().numpy()
    left = residual.left(layer, x, given).detach().numpy()
    came, y = x.double().numpy(), given.double().numpy()
    if residual.norm_first:
        expected = norm(came, layer), came + y
    else:
        expected = came, norm(residual.scale * came + y, layer)
    np.testing.assert_allclose(entered, expected[0], atol=1e-5)
    np.testing.assert_allclose(left, expected[1], atol=1e-5)


def test_each_stack_is_scaled_by_its_own_depth():
    model = build_model(DEEP, VOCABULARY)
    assert {layer.residual for layer in model.encoder_layers} == {
        Residual(False, encoder_depth(24, 3).scale)
    }
    assert {layer.residual for layer in model.decoder_layers} == {
        Residual(False, decoder_depth(3).scale)
    }


def test_values_outputs_and_feedforward_layers_start_smaller_and_queries_and_keys_do_not():
    torch.manual_seed(1)
    wide = DEEP.model_copy(update={"model_size": 128, "feedforward_size": 128, "heads": 4})
    model = build_model(wide, VOCABULARY)
    even = np.sqrt(2 / (128 + 128))  # Xavier
    for layers, depth in (
        (model.encoder_layers, encoder_depth(24, 3)), (model.decoder_layers, decoder_depth(3)),
    ):  # fmt: skip
        found = {name: [] for name in ("query", "key", "value", "output", "feedforward")}
        for module in layers.modules():
            if isinstance(module, MultiHeadAttention):
                for name in ("query", "key", "value", "output"):
                    found[name].append(getattr(module, name).weight)
        for layer in layers:
            found["feedforward"] += [layer.feedforward[0].weight, layer.feedforward[2].weight]
        for name, weights in found.items():
            wanted = even if name in ("query", "key") else even * depth.gain
            assert torch.stack(weights).std().item() == pytest.approx(wanted, rel=0.03), name


@pytest.mark.parametrize("kind", NormKind)
def test_all_kinds_learn_as_many_numbers(kind):
    model = build_model(TRANSFORMER.model_copy(update={"norm": kind}), VOCABULARY)
    last = 0 if kind is NormKind.PRE else 2 * 2 * 16  # the norm behind a stack is its last layer's
    assert parameter_count(model) == parameter_count(build_model(TRANSFORMER, VOCABULARY)) - last


@pytest.mark.parametrize("kind", NormKind)
@torch.no_grad()
def test_parts_of_a_layer_add_up_and_are_shared_out_behind_its_norm(kind):
    model = build(TRANSFORMER.model_copy(update={"norm": kind}))
    given = []
    name = "cross_norm" if kind is not NormKind.PRE else "feedforward_norm"
    for layer in model.decoder_layers:
        # what comes out of the sum: behind the norm where it comes last
        getattr(layer, name).register_forward_hook(
            lambda _, args, out: given.append(args[0] if kind is NormKind.PRE else out)
        )
    encoded = model.read(ragged_sources())
    traces = model.decode(encoded, target_inputs(), trace=True).traces
    found = contributions_of({CROSS: traces[CROSS]})[CROSS]
    for number, carried in enumerate(traces[CROSS].carried):
        layer, residual = model.decoder_layers[number], carried.residual
        weights = traces[CROSS].weights[:, number].double().numpy()
        of_heads = carried.of_heads().double().numpy()
        parts = np.einsum("bhqk,bhkd->bqkd", weights, of_heads)
        came, bias = residual.states.double().numpy(), residual.bias.double().numpy()
        whole = parts.sum(2) + came + bias
        if kind is not NormKind.PRE:
            spread = np.sqrt(whole.var(-1, keepdims=True) + 1e-5)
            gain = layer.cross_norm.weight.double().numpy() / spread
            whole = (whole - whole.mean(-1, keepdims=True)) * gain
            whole += layer.cross_norm.bias.double().numpy()
            came = (came - came.mean(-1, keepdims=True)) * gain
            parts = (parts - parts.mean(-1, keepdims=True)) * gain[:, :, None]
        np.testing.assert_allclose(whole, given[number].numpy(), atol=1e-4)
        size = np.abs(whole).sum(-1)
        places = np.maximum(0, size[..., None] - np.abs(whole[:, :, None] - parts).sum(-1))
        before = np.maximum(0, size - np.abs(whole - came).sum(-1))
        shares = places / (places.sum(-1) + before)[..., None]
        np.testing.assert_allclose(found[:, number, 0].numpy(), shares, atol=1e-4)
