"""Every way to compute an attention computes the same, or is not taken."""

from itertools import product

import numpy as np
import pytest
import torch
from kinds import REACHES, SCORES, Near, Receding, Sparsemax, set_attention
from tiny_models import TRANSFORMER, build, ragged_batch, ragged_sources, recurrent, target_inputs
from torch.nn import functional

from attnstudio.config_attention import AttentionKind, OwnReachKind, PositionKind
from attnstudio.model.attention.attend import attend
from attnstudio.model.attention.kernels import Kernel, context_by, kernel_for
from attnstudio.model.attention.normaliser import Softmax
from attnstudio.model.attention.positions import NoPositions
from attnstudio.model.attention.reach import Everything, SoFar, Window
from attnstudio.model.attention.request import AttentionRequest
from attnstudio.model.attention.score import ScaledDot
from attnstudio.model.attention.spec import AttentionSpec
from attnstudio.model.multi_head import MultiHeadAttention
from attnstudio.model.packed import packed
from attnstudio.model.packed_transformer import PackedTransformer
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, SOURCE

CPU = torch.device("cpu")
NORMALISERS = {"softmax": Softmax(), "sparsemax": Sparsemax()}
every_kind = pytest.mark.parametrize(
    ("score", "normaliser", "reach"), list(product(SCORES, NORMALISERS, REACHES))
)
PADDED = torch.ones(3, 1, 1, 6, dtype=torch.bool)
PADDED[1, ..., 4:] = False
PADDED[2, ..., 1:] = False
PROVEN = {(ScaledDot, Softmax, reach) for reach in (Everything, SoFar, Window)}


def spec_of(score, normaliser, reach):
    return AttentionSpec(SCORES[score](), NORMALISERS[normaliser], REACHES[reach])


def inputs(dtype):
    random = torch.Generator().manual_seed(5)
    return [
        torch.randn(3, 2, length, 4, generator=random).to(dtype).requires_grad_()
        for length in (4, 6, 6)
    ]


def explicit(spec, queries, keys, values, mask):
    request = AttentionRequest(first_query=2)
    return attend(spec, queries, keys, values, mask, site=CROSS, request=request).context


@every_kind
@pytest.mark.parametrize("padding", [None, PADDED], ids=["whole", "padded"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_every_kernel_that_claims_a_kind_gives_its_contexts_and_gradients(
    score, normaliser, reach, padding, dtype
):
    spec = spec_of(score, normaliser, reach)
    kernel = kernel_for(spec, CPU, dtype)
    parts = (type(spec.score), type(spec.normaliser), type(spec.reach))
    assert (kernel is not Kernel.EXPLICIT) == (parts in PROVEN)
    if kernel is Kernel.EXPLICIT:
        return
    assert kernel is (Kernel.FUSED if dtype is torch.float32 else Kernel.ROUNDED)
    # `ROUNDED` says that it rounds weights and gradients to bfloat16, of 8 bits; scores it does not
    near = 1e-5 if dtype is torch.float32 else 0.03
    given = inputs(dtype)
    exact = [each.detach().float().requires_grad_() for each in given]
    if padding is not None and reach == "near":
        padding = None  # a window and padding may leave nothing
    outer = torch.randn(3, 2, 4, 4, generator=torch.Generator().manual_seed(6))

    found = context_by(kernel, spec.reach, *given, padding, first_query=2)
    expected = explicit(spec, *exact, padding)

    torch.testing.assert_close(found.float(), expected, atol=near, rtol=near)
    gradients = torch.autograd.grad(found, given, outer.to(found.dtype))
    wanted = torch.autograd.grad(expected, exact, outer)
    for gradient, want in zip(gradients, wanted, strict=True):
        torch.testing.assert_close(gradient.float(), want, atol=near, rtol=near)


@every_kind
@torch.no_grad()
def test_a_model_that_is_packed_computes_what_it_says(score, normaliser, reach):
    """Encoding, known targets, and steps of a beam whose rows share their source."""
    own = REACHES[reach] if REACHES[reach].is_causal else SoFar()
    model = set_attention(build(TRANSFORMER), SCORES[score], NORMALISERS[normaliser], own=own)
    fast = packed(model)
    is_proven = type(own) in (Everything, SoFar) and score == "scaled"
    assert isinstance(fast, PackedTransformer) == (is_proven and normaliser == "softmax")
    expected = model.decode(model.read(ragged_sources(), trace=True), target_inputs(), trace=True)
    encoded = fast.read(ragged_sources())
    torch.testing.assert_close(
        fast.decode(encoded, target_inputs()).logits, expected.logits, atol=1e-5, rtol=1e-5
    )
    looked = fast.look(encoded, target_inputs())
    torch.testing.assert_close(
        looked[CROSS].weights, expected.traces[CROSS].weights, atol=1e-5, rtol=1e-5
    )
    pairs = torch.arange(3).repeat_interleave(2)
    state = fast.start(encoded)
    for number, tokens in enumerate(target_inputs().unbind(dim=1)):
        step = fast.step(state, tokens if number == 0 else tokens[pairs])
        rows = slice(None) if number == 0 else pairs
        torch.testing.assert_close(
            step.output.logits[:, 0], expected.logits[rows, number], atol=1e-5, rtol=1e-5
        )
        state = step.state.select_beams(pairs, None) if number == 0 else step.state


@pytest.mark.parametrize("drops", [False, True])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_weights_that_are_looked_at_are_computed_explicitly(dtype, drops):
    spec = AttentionSpec(ScaledDot(), Softmax(), Everything())
    wishes = {"needs_weights": True, "drops": drops, "is_packed": True}
    assert kernel_for(spec, CPU, dtype, **wishes) is Kernel.EXPLICIT


def test_what_only_looks_like_a_proven_kind_is_computed_explicitly():
    class Louder(ScaledDot):
        pass

    spec = AttentionSpec(Louder(), Softmax(), Everything())
    assert kernel_for(spec, CPU, torch.float32) is Kernel.EXPLICIT


# --- positions -----------------------------------------------------------------------------------

POSITIONS = {kind: TRANSFORMER.model_copy(update={"positions": kind}) for kind in PositionKind}
every_position = pytest.mark.parametrize("kind", PositionKind)


def own_attentions(model):
    """Of a text on itself: places count there alone."""
    return [
        module
        for module in model.modules()
        if isinstance(module, MultiHeadAttention) and module.site.is_self
    ]


# Those that leave scores alone, and those whose terms were proven with a kernel.
WITH_KERNELS = set(PositionKind) - {PositionKind.RELATIVE, PositionKind.TRANSFORMER_XL}


@every_position
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_a_kernel_is_taken_for_the_places_that_it_was_proven_for(kind, dtype):
    fast = Kernel.FUSED if dtype is torch.float32 else Kernel.ROUNDED
    on_a_card = Kernel.FUSED if kind is not PositionKind.ALIBI else Kernel.EXPLICIT
    for attention in own_attentions(build(POSITIONS[kind])):
        is_fast = kind in WITH_KERNELS
        found = kernel_for(attention.spec, CPU, dtype)
        assert found is (fast if is_fast else Kernel.EXPLICIT)
        elsewhere = kernel_for(attention.spec, torch.device("cuda"), dtype)
        assert elsewhere is (on_a_card if is_fast else Kernel.EXPLICIT)


@pytest.mark.parametrize("kind", [kind for kind in PositionKind if kind in WITH_KERNELS])
@pytest.mark.parametrize("reach", [OwnReachKind.ALL, OwnReachKind.WINDOW])
@pytest.mark.parametrize("site", [ENCODER_SELF, DECODER_SELF], ids=lambda site: site.name)
@pytest.mark.parametrize("length", [6, 140])  # of 140 pieces, a window is computed in blocks
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_a_layer_by_its_kernel_is_the_layer_in_full_with_its_gradients(
    kind, reach, site, length, dtype
):
    """Queries at 2 and on: as they are turned, and from where they stand."""
    model = build(POSITIONS[kind].model_copy(update={"own_reach": reach, "window": 2}))
    attention = next(each for each in own_attentions(model) if each.site == site)
    random = torch.Generator().manual_seed(5)
    given = torch.randn(3, length, 16, generator=random).requires_grad_()
    outer = torch.randn(3, length - 2, 16, generator=random)
    padding = torch.ones(3, 1, 1, length, dtype=torch.bool)
    padding[1, ..., -2:] = False
    # of numbers up to 8, rounded more than once
    near = 1e-5 if dtype is torch.float32 else 0.1
    found = []
    for trace, rounds in ((False, dtype is torch.bfloat16), (True, False)):
        request = AttentionRequest(trace=trace, first_query=2)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=rounds):
            memory = attention.project(given)
            states = attention(given[:, 2:], memory, padding, request).states.float()
        learnt = [given, attention.query.weight, attention.key.weight]
        found.append((states, *torch.autograd.grad(states, learnt, outer)))
    for fast, wanted in zip(*found, strict=True):
        scale = wanted.abs().max().item()
        torch.testing.assert_close(fast / scale, wanted / scale, atol=near, rtol=near)


@every_position
@torch.no_grad()
def test_only_a_model_without_places_in_its_layers_is_packed(kind):
    model = build(POSITIONS[kind])
    is_plain = all(type(each.spec.positions) is NoPositions for each in own_attentions(model))
    assert isinstance(packed(model), PackedTransformer) == is_plain
    expected = model.decode(model.read(ragged_sources()), target_inputs()).logits
    fast = packed(model)
    found = fast.decode(fast.read(ragged_sources()), target_inputs()).logits
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)


@torch.no_grad()
@pytest.mark.parametrize(
    ("score", "reach"), [(Receding, None), (ScaledDot, Near())], ids=["score", "reach"]
)
@pytest.mark.parametrize("family", ["transformer", "recurrent"])
def test_rows_of_a_beam_look_apart_where_their_position_counts(score, reach, family):
    """As one row after the other, each would stand at another position than it does."""
    if family == "transformer":
        model = set_attention(build(TRANSFORMER), score, Softmax(), cross=reach)
    else:
        model = build(recurrent(AttentionKind.SCALED_DOT))
        model.decoder.score.spec = AttentionSpec(score(), Softmax(), reach or Everything())
    source = ragged_batch()
    source.mask[:] = True  # a window beyond the end of a source leaves nothing to look at
    state = model.step(model.start(model.read({SOURCE: source})), torch.tensor([1, 1, 1])).state
    rows = torch.arange(3).repeat_interleave(2)
    tokens = torch.tensor([4, 9, 4, 9, 4, 9])
    together = model.step(state.select_beams(rows, None), tokens).output.logits
    apart = model.step(state.select(rows), tokens).output.logits
    torch.testing.assert_close(together, apart, atol=1e-5, rtol=1e-5)


# --- a normaliser from outside -------------------------------------------------------------------


def sparsemax_of(scores):
    """By bisection over the threshold: another way than the class goes."""
    low, high = scores[np.isfinite(scores)].max() - 1.0, scores[np.isfinite(scores)].max()
    for _ in range(100):
        middle = (low + high) / 2
        if np.maximum(scores - middle, 0.0).sum() > 1.0:
            low = middle
        else:
            high = middle
    return np.maximum(scores - low, 0.0)


@pytest.mark.parametrize("family", ["transformer", "recurrent"])
def test_a_normaliser_from_outside_trains_and_is_what_the_trace_shows(family):
    if family == "transformer":
        model = set_attention(build(TRANSFORMER), ScaledDot, Sparsemax())
    else:
        model = build(recurrent(AttentionKind.ADDITIVE))
        score = model.decoder.score
        score.spec = AttentionSpec(score.spec.score, Sparsemax(), Everything())
    inputs, wanted = target_inputs()[:, :-1], target_inputs()[:, 1:]
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-2)
    losses = []
    for _ in range(40):
        optimiser.zero_grad()
        logits = model.decode(model.read(ragged_sources()), inputs).logits
        loss = functional.cross_entropy(logits.flatten(0, 1), wanted.flatten())
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 2

    with torch.no_grad():
        trace = model.decode(model.read(ragged_sources()), inputs, trace=True).traces[CROSS]
    expected = np.apply_along_axis(sparsemax_of, -1, trace.scores.double().numpy())
    np.testing.assert_allclose(trace.weights, expected, atol=1e-6)
    assert (trace.weights[0] == 0).any()  # of the sentence without padding: no softmax does that
