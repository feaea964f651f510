"""A head that learns how far it looks: its soft edge, its exact zeros and its slopes."""

import numpy as np
import pytest
import torch
from tiny_models import EVERY, build, ragged_sources, target_inputs

from attnstudio.config_attention import NormaliserKind, OwnReachKind
from attnstudio.config_model import TransformerConfig
from attnstudio.model.attention.span import RAMP, LearntSpan
from attnstudio.model.builder import build_model
from attnstudio.model.multi_head import MultiHeadAttention
from attnstudio.model.spec import translation_spec
from attnstudio.sites import DECODER_SELF, ENCODER_SELF

LENGTHS = (5, 3, 4)


def spans_set(model):
    """Let the heads of each layer look 0, 0.5, 2.25 and 9 pieces far."""
    for part in model.modules():
        if isinstance(part, LearntSpan):
            part.spans_in_units.data = torch.tensor([-0.1, 0.5 / 64, 2.25 / 64, 9 / 64])
    return model


def weights_by_the_paper(scores, span, *, length, is_causal):
    """Equation 3, by the letters of the paper: m(x) = min(max((R + z - x) / R, 0), 1)."""
    weights = np.zeros_like(scores)
    for row in range(len(scores)):
        for key in range(length):
            x = row - key if is_causal else abs(min(row, length - 1) - key)
            if x >= 0:
                soft = min(max((RAMP + span - x) / RAMP, 0.0), 1.0)
                weights[row, key] = soft * np.exp(scores[row, key])
    return weights / weights.sum(-1, keepdims=True)


@pytest.mark.parametrize("site", [ENCODER_SELF, DECODER_SELF], ids=lambda site: site.name)
@torch.no_grad()
def test_weights_are_those_of_the_paper_with_exact_zeros_outside(site):
    model = spans_set(build(EVERY["transformer-span"]))
    encoded = model.read(ragged_sources(), trace=True)
    traces = {**encoded.traces, **model.decode(encoded, target_inputs(), trace=True).traces}
    trace = traces[site]
    lengths = LENGTHS if site == ENCODER_SELF else (6, 6, 6)
    for row, length in enumerate(lengths):
        for layer in range(trace.weights.size(1)):
            for head, span in enumerate((0.0, 0.5, 2.25, 9.0)):
                at = (row, layer, head)
                expected = weights_by_the_paper(
                    trace.terms[0].values[at].double().numpy(),
                    span,
                    length=length,
                    is_causal=site == DECODER_SELF,
                )
                np.testing.assert_allclose(trace.weights[at], expected, atol=1e-6)
                assert (trace.weights[at].numpy() == 0).tolist() == (expected == 0).tolist()
    assert (trace.weights[0, :, 0, -1, 0] == 0).all()  # four or five pieces away
    assert (trace.weights[0, :, 3, -1, 0] > 0).all()


@pytest.mark.parametrize("is_causal", [False, True])
def test_a_span_learns_by_the_slope_of_the_loss(is_causal):
    torch.manual_seed(2)
    reach = LearntSpan(3, 0.0, is_causal=is_causal).double()
    reach.spans_in_units.data = torch.tensor([0.4, 1.3, 4.6]).double() / 64
    scores, outer = torch.randn(2, 3, 9, 9).double(), torch.randn(2, 3, 9, 9).double()

    def loss():
        reached = reach.over(torch.zeros(2, 3, 9, 4), 9, first_query=0, padding=None)
        masked = (scores + reached.terms[0].values).masked_fill(~reached.mask, -torch.inf)
        return (masked.softmax(-1) * outer).sum()

    [gradient] = torch.autograd.grad(loss(), reach.spans_in_units)
    for head in range(3):
        with torch.no_grad():
            reach.spans_in_units[head] += 1e-7
            above = loss()
            reach.spans_in_units[head] -= 2e-7
            below = loss()
            reach.spans_in_units[head] += 1e-7
        assert gradient[head].item() == pytest.approx((above - below).item() / 2e-7, rel=1e-4)
        assert gradient[head].item() != 0.0


def test_a_span_of_nothing_can_grow_but_not_shrink():
    reach = LearntSpan(2, 0.0, is_causal=True)
    reach.spans_in_units.data = torch.tensor([-0.2, 0.0])
    assert reach.spans.tolist() == [0.0, 0.0]
    [upwards] = torch.autograd.grad(-reach.spans.sum(), reach.spans_in_units)
    [downwards] = torch.autograd.grad(reach.spans.sum(), reach.spans_in_units)
    assert upwards.tolist() == [-64.0, -64.0]
    assert downwards.tolist() == [0.0, 0.0]


def test_spans_begin_at_the_window_one_for_each_head_of_each_layer():
    model = build_model_with_spans(window=5)
    own = [part for part in model.modules() if isinstance(part, MultiHeadAttention)]
    found = {part.site: part.spec.reach for part in own}
    for site in (ENCODER_SELF, DECODER_SELF):
        assert found[site].spans.tolist() == pytest.approx([5.0] * 4)
        assert found[site].is_causal == (site == DECODER_SELF)
    names = [name for name, _ in model.named_parameters() if "span" in name]
    assert names == [
        "encoder_layers.0.attention.reach.spans_in_units",
        "decoder_layers.0.attention.reach.spans_in_units",
    ]


def build_model_with_spans(window):
    config = TransformerConfig(
        encoder_layers=1, decoder_layers=1, model_size=8, heads=4, feedforward_size=8,
        own_reach=OwnReachKind.SPAN, window=window,
    )  # fmt: skip
    return build_model(config, translation_spec(source=9, target=9, shared=True))


def test_spans_are_learnt_with_softmax_alone():
    others = [kind for kind in NormaliserKind if kind is not NormaliserKind.SOFTMAX]
    for kind in others:
        with pytest.raises(ValueError, match="a learnt span lets the looks of softmax fade"):
            TransformerConfig(own_reach=OwnReachKind.SPAN, normaliser=kind)
