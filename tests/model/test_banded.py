"""A window in blocks computes what it computes in full, and is taken where it is quicker."""

import pytest
import torch
from tiny_models import TRANSFORMER, build
from torch.nn import functional

from attnstudio.config_attention import OwnReachKind, SourceReachKind
from attnstudio.model import multi_head
from attnstudio.model.attention.attend import attend
from attnstudio.model.attention.banded import banded_attention
from attnstudio.model.attention.kernels import Kernel, context_by, kernel_for
from attnstudio.model.attention.normaliser import Softmax
from attnstudio.model.attention.reach import Everything, Window
from attnstudio.model.attention.request import AttentionRequest
from attnstudio.model.attention.score import ScaledDot
from attnstudio.model.attention.spec import AttentionSpec
from attnstudio.model.interface import SourceBatch
from attnstudio.sites import CROSS, SOURCE

CPU = torch.device("cpu")


def spec_of(window, *, is_causal=False):
    return AttentionSpec(ScaledDot(), Softmax(), Window(window, is_causal))


def inputs(queries, keys):
    random = torch.Generator().manual_seed(8)
    return [
        torch.randn(3, 2, length, 4, generator=random).requires_grad_()
        for length in (queries, keys, keys)
    ]


@pytest.mark.parametrize("padded", [False, True], ids=["whole", "padded"])
@pytest.mark.parametrize("is_causal", [False, True], ids=["both sides", "before"])
@pytest.mark.parametrize(
    ("window", "queries", "keys", "first"),
    [
        (1, 70, 70, 0), (3, 64, 64, 0), (3, 97, 97, 0), (20, 130, 130, 0), (40, 33, 33, 0),
        (2, 90, 50, 0), (2, 50, 90, 0), (5, 40, 100, 60), (5, 1, 61, 60), (200, 60, 60, 0),
    ],
)  # fmt: skip
def test_blocks_give_the_contexts_and_gradients_of_the_whole(
    window, queries, keys, first, is_causal, padded
):
    """Also where the text that is looked at is shorter than the one that looks, or goes on."""
    spec = spec_of(window, is_causal=is_causal)
    lengths = torch.tensor([keys, keys // 2, 1])
    padding = torch.arange(keys) < lengths[:, None, None, None] if padded else None
    given = inputs(queries, keys)
    outer = torch.randn(3, 2, queries, 4, generator=torch.Generator().manual_seed(9))
    request = AttentionRequest(first_query=first)
    expected = attend(spec, *given, padding, site=CROSS, request=request).context
    found = banded_attention(spec.reach, *given, padding, first_query=first)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)
    gradients = torch.autograd.grad(found, given, outer)
    for gradient, wanted in zip(
        gradients, torch.autograd.grad(expected, given, outer), strict=True
    ):
        torch.testing.assert_close(gradient, wanted, atol=1e-5, rtol=1e-5)


def test_in_bfloat16_a_processor_computes_blocks_in_float32():
    spec, given = spec_of(3), [each.detach().bfloat16() for each in inputs(80, 80)]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = context_by(Kernel.BANDED, spec.reach, *given, None)
    exact = [each.float() for each in given]
    expected = attend(spec, *exact, None, site=CROSS, request=AttentionRequest()).context
    torch.testing.assert_close(found.float(), expected, atol=0.01, rtol=0.01)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_blocks_are_taken_from_the_length_on_where_they_are_quicker(dtype):
    wide, narrow = spec_of(32, is_causal=True), spec_of(8)
    assert kernel_for(narrow, CPU, dtype, length=128) is Kernel.BANDED
    assert kernel_for(narrow, CPU, dtype, length=127) is not Kernel.BANDED
    assert kernel_for(wide, CPU, dtype, length=256) is Kernel.BANDED
    assert kernel_for(wide, CPU, dtype, length=255) is not Kernel.BANDED
    assert kernel_for(narrow, CPU, dtype, length=500, needs_weights=True) is Kernel.EXPLICIT
    everything = AttentionSpec(ScaledDot(), Softmax(), Everything())
    assert kernel_for(everything, CPU, dtype, length=500) is not Kernel.BANDED


def test_a_long_text_goes_through_blocks_and_gives_the_logits_of_the_trace(monkeypatch):
    taken = []

    def remembered(kernel, *arguments, **others):
        taken.append(kernel)
        return context_by(kernel, *arguments, **others)

    monkeypatch.setattr(multi_head, "context_by", remembered)
    parts = {
        "own_reach": OwnReachKind.WINDOW, "source_reach": SourceReachKind.WINDOW, "window": 4,
    }  # fmt: skip
    model = build(TRANSFORMER.model_copy(update=parts))
    ids = torch.randint(4, 23, (2, 150), generator=torch.Generator().manual_seed(1))
    ids[1, 131:] = 0
    sources, inputs = {SOURCE: SourceBatch(ids, ids != 0)}, ids[:, :140]
    found = model.decode(model.read(sources), inputs).logits
    assert set(taken) == {Kernel.BANDED}
    traced = model.decode(model.read(sources, trace=True), inputs, trace=True).logits
    torch.testing.assert_close(found, traced, atol=1e-4, rtol=1e-4)
    losses = [
        functional.cross_entropy(each.flatten(0, 1), inputs.flatten()) for each in (found, traced)
    ]
    gradients = [
        torch.autograd.grad(loss, list(model.parameters()), retain_graph=True) for loss in losses
    ]
    for fast, wanted in zip(*gradients, strict=True):
        torch.testing.assert_close(fast, wanted, atol=1e-5, rtol=1e-4)


def test_dropout_in_blocks_drops_a_share_and_keeps_the_mean():
    torch.manual_seed(0)
    queries, keys, values = (
        torch.zeros(1, 1, 400, 4),
        torch.zeros(1, 1, 400, 4),
        torch.ones(1, 1, 400, 4),
    )
    found = banded_attention(Window(9), queries, keys, values, None, dropout=0.5)
    assert found.mean().item() == pytest.approx(1.0, abs=0.05)
    assert found.std().item() > 0.1
