"""Linear attention: the shares of the paper, and the same without ever making them."""

import numpy as np
import pytest
import torch
from tiny_models import EVERY, build, ragged_sources, recurrent, target_inputs
from torch.nn import functional

from attnstudio.config_attention import (
    AttentionKind,
    HeadScoreKind,
    NormaliserKind,
    OwnReachKind,
    PositionKind,
    SourceReachKind,
)
from attnstudio.config_model import RecurrentConfig, TransformerConfig
from attnstudio.model import multi_head
from attnstudio.model.attention.attend import attend
from attnstudio.model.attention.kernels import Kernel, context_by, kernel_for
from attnstudio.model.attention.linear import linear_attention
from attnstudio.model.attention.normaliser import Share
from attnstudio.model.attention.reach import Everything, SoFar, Window
from attnstudio.model.attention.request import AttentionRequest
from attnstudio.model.attention.score import FeatureDot, ScaledDot, features
from attnstudio.model.attention.spec import AttentionSpec
from attnstudio.sites import CROSS, DECODER_SELF

CPU = torch.device("cpu")
REACHES = {"everything": Everything(), "so far": SoFar()}
LINEAR = NormaliserKind.LINEAR


def spec_of(reach):
    return AttentionSpec(FeatureDot(), Share(), reach)


def inputs(queries, keys):
    random = torch.Generator().manual_seed(8)
    return [
        torch.randn(3, 2, length, size, generator=random).requires_grad_()
        for length, size in ((queries, 4), (keys, 4), (keys, 5))
    ]


def test_features_are_elu_plus_one_and_never_quite_nothing():
    states = torch.tensor([-200.0, -20.0, -1.5, -1e-3, 0.0, 1e-3, 2.0, 40.0], dtype=torch.float64)
    by_numpy = np.where(states.numpy() > 0, states.numpy() + 1, np.exp(states.numpy()))
    np.testing.assert_allclose(features(states), by_numpy, rtol=1e-12, atol=1e-13)
    torch.testing.assert_close(features(states), functional.elu(states) + 1, atol=1e-12, rtol=0)
    weights = attend(
        spec_of(Everything()),
        *[torch.full((1, 1, 3, 4), -500.0)] * 3,
        None,
        site=CROSS,
        request=AttentionRequest(),
    ).weights
    torch.testing.assert_close(weights, torch.full((1, 1, 3, 3), 1 / 3))


@pytest.mark.parametrize("reach", REACHES)
def test_contexts_of_five_tokens_are_those_of_the_paper(reach):
    """Equation 4 with the φ of equation 7, token by token."""
    given = [each.detach() for each in inputs(5, 5)]
    attended = attend(spec_of(REACHES[reach]), *given, None, site=CROSS, request=AttentionRequest())
    queries, keys, values = (each.double().numpy()[1, 1] for each in given)

    def phi(x):
        return np.where(x > 0, x, np.exp(x) - 1) + 1

    for place in range(5):
        seen = range(place + 1) if reach == "so far" else range(5)
        similar = np.array([phi(queries[place]) @ phi(keys[other]) for other in seen])
        weights = similar / similar.sum()
        context = sum(w * values[other] for w, other in zip(weights, seen, strict=True))
        found = attended.weights[1, 1, place].numpy()
        np.testing.assert_allclose(found[: len(weights)], weights, atol=1e-6)
        assert (found[len(weights) :] == 0).all()
        np.testing.assert_allclose(attended.context[1, 1, place], context, atol=1e-5)


@pytest.mark.parametrize("padded", [False, True], ids=["whole", "padded"])
@pytest.mark.parametrize(
    ("reach", "queries", "keys", "first"),
    [
        ("everything", 7, 7, 0), ("everything", 3, 150, 0), ("everything", 150, 3, 20),
        ("so far", 7, 7, 0), ("so far", 64, 64, 0), ("so far", 150, 150, 0),
        ("so far", 70, 100, 30), ("so far", 1, 31, 30), ("so far", 1, 1, 0),
    ],
)  # fmt: skip
def test_sums_give_the_contexts_and_gradients_of_the_weights(reach, queries, keys, first, padded):
    spec = spec_of(REACHES[reach])
    lengths = torch.tensor([keys, -(-keys // 2), 1])
    padding = torch.arange(keys) < lengths[:, None, None, None] if padded else None
    given = inputs(queries, keys)
    outer = torch.randn(3, 2, queries, 5, generator=torch.Generator().manual_seed(9))
    request = AttentionRequest(first_query=first)
    expected = attend(spec, *given, padding, site=CROSS, request=request).context
    found = linear_attention(*given, padding, is_causal=reach == "so far", first_query=first)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)
    gradients = torch.autograd.grad(found, given, outer)
    for gradient, wanted in zip(
        gradients, torch.autograd.grad(expected, given, outer), strict=True
    ):
        torch.testing.assert_close(gradient, wanted, atol=1e-5, rtol=1e-5)


def test_no_number_is_kept_for_each_pair_of_a_long_text():
    """What autograd keeps of 4,096 places is far less than 4,096² numbers."""
    kept = []

    def remember(tensor):
        kept.append(tensor.numel())
        return tensor

    given = [torch.randn(1, 1, 4096, 8, requires_grad=True) for _ in range(3)]
    for is_causal in (False, True):
        kept.clear()
        with torch.autograd.graph.saved_tensors_hooks(remember, lambda tensor: tensor):
            linear_attention(*given, None, is_causal=is_causal).sum().backward()
        assert max(kept) <= 4096 * 64


def test_it_is_taken_where_no_weight_is_asked_for_and_none_is_dropped():
    for reach in REACHES.values():
        for dtype in (torch.float32, torch.bfloat16):
            assert kernel_for(spec_of(reach), CPU, dtype) is Kernel.LINEAR
        assert kernel_for(spec_of(reach), CPU, torch.float32, drops=True) is Kernel.EXPLICIT
        assert kernel_for(spec_of(reach), CPU, torch.float32, needs_weights=True) is Kernel.EXPLICIT
    others = (
        spec_of(Window(3)),
        AttentionSpec(ScaledDot(), Share(), Everything()),
    )
    for spec in others:
        assert kernel_for(spec, CPU, torch.float32) is Kernel.EXPLICIT


def test_a_model_trains_by_sums_and_gets_the_gradients_of_its_weights(monkeypatch):
    taken = []

    def remembered(kernel, *arguments, **others):
        taken.append(kernel)
        return context_by(kernel, *arguments, **others)

    monkeypatch.setattr(multi_head, "context_by", remembered)
    model = build(EVERY["transformer-linear"])
    found = model.decode(model.read(ragged_sources()), target_inputs())
    assert set(taken) == {Kernel.LINEAR}
    encoded = model.read(ragged_sources(), trace=True)
    traced = model.decode(encoded, target_inputs(), trace=True)
    assert traced.traces[DECODER_SELF].weights.shape == (3, 3, 4, 6, 6)
    gradients = [
        torch.autograd.grad(output.logits.logsumexp(-1).sum(), list(model.parameters()))
        for output in (found, traced)
    ]
    for fast, wanted in zip(*gradients, strict=True):
        torch.testing.assert_close(fast, wanted, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"score": HeadScoreKind.ADDITIVE}, "compares words in a way of its own"),
        ({"score": HeadScoreKind.DOT}, "compares words in a way of its own"),
        ({"positions": PositionKind.ALIBI}, "alibi positions change how two words are compared"),
        ({"positions": PositionKind.ROTARY}, "rotary positions change how two words are compared"),
        ({"source_reach": SourceReachKind.PREDICTED}, "a predicted reach changes"),
        ({"own_reach": OwnReachKind.SPAN}, "a learnt span lets the looks of softmax fade"),
    ],
)
def test_what_linear_attention_cannot_be_with_is_refused_with_the_reason(parts, reason):
    with pytest.raises(ValueError, match=reason):
        TransformerConfig(normaliser=LINEAR, **parts)
    for kind in (PositionKind.NONE, PositionKind.SINUSOIDAL, PositionKind.LEARNT):
        TransformerConfig(normaliser=LINEAR, positions=kind)


def test_a_recurrent_model_is_linear_with_projections_alone():
    with pytest.raises(ValueError, match="between the projections of scaled_dot; choose that"):
        RecurrentConfig(normaliser=LINEAR)
    scaled = recurrent(AttentionKind.SCALED_DOT).model_dump() | {"normaliser": LINEAR}
    assert isinstance(build(RecurrentConfig(**scaled)).decoder.score.spec.score, FeatureDot)
