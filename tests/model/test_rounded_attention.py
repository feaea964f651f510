"""Attention from rounded queries and keys, against torch's own in float32."""

import pytest
import torch
from torch.nn import functional

from attnstudio.model.attention.rounded import rounded_attention

PADDED = torch.ones(3, 1, 1, 6, dtype=torch.bool)
PADDED[1, ..., 4:] = False
PADDED[2, ..., 1:] = False
CAUSAL = torch.ones(5, 6, dtype=torch.bool).tril(diagonal=1)


def rounded_inputs():
    random = torch.Generator().manual_seed(5)
    return [
        torch.randn(3, length, 2, 8, generator=random).bfloat16().transpose(1, 2).requires_grad_()
        for length in (5, 6, 6)
    ]


@pytest.mark.parametrize("mask", [None, PADDED, CAUSAL], ids=["none", "padding", "causal"])
def test_contexts_and_gradients_are_nearly_those_of_float32(mask):
    inputs = rounded_inputs()
    exact = [each.detach().float().requires_grad_() for each in inputs]
    expected = functional.scaled_dot_product_attention(*exact, attn_mask=mask)
    outer = torch.randn(expected.shape, generator=torch.Generator().manual_seed(6))
    found = rounded_attention(*inputs, mask)

    assert found.dtype is torch.bfloat16
    torch.testing.assert_close(found.float(), expected, atol=0.01, rtol=0.01)
    gradients = torch.autograd.grad(found, inputs, outer.bfloat16())
    wanted = torch.autograd.grad(expected, exact, outer)
    for gradient, want in zip(gradients, wanted, strict=True):
        torch.testing.assert_close(gradient.float(), want, atol=0.03, rtol=0.03)


@pytest.mark.parametrize("key_len", [2, 15, 16, 40])
def test_weights_of_short_and_long_rows_are_softmaxes(key_len):
    """Values that are unit vectors make the contexts the weights."""
    random = torch.Generator().manual_seed(7)
    queries, keys = (
        (4.0 * torch.randn(2, 2, length, 8, generator=random)).bfloat16() for length in (3, key_len)
    )
    values = torch.eye(key_len).bfloat16().expand(2, 2, -1, -1)
    mask = torch.ones(2, 1, 1, key_len, dtype=torch.bool)
    mask[1, ..., key_len // 2 :] = False
    scores = (queries.double() @ keys.double().mT / 8**0.5).masked_fill(~mask, -torch.inf)
    weights = rounded_attention(queries, keys, values, mask).double()
    torch.testing.assert_close(weights, scores.softmax(dim=-1), rtol=2**-8, atol=1e-6)


def test_scores_are_not_rounded():
    """Two scores that bfloat16 cannot tell apart give different weights."""
    keys = torch.zeros(1, 1, 2, 2, dtype=torch.bfloat16)
    keys[0, 0, 0, 0] = keys[0, 0, 1, 0] = 1.0
    keys[0, 0, 1, 1] = 2**-7
    queries = torch.full((1, 1, 1, 2), 100.0, dtype=torch.bfloat16)
    values = torch.tensor([[0.0], [1.0]]).bfloat16().view(1, 1, 2, 1)
    gap = 100 * 2**-7 / 2**0.5

    weight = rounded_attention(queries, keys, values, None).item()

    assert weight == pytest.approx(torch.tensor(gap).sigmoid().item(), rel=2**-8)


def test_padding_is_never_looked_at():
    queries, keys, values = (each.detach() for each in rounded_inputs())
    changed = values.clone()
    changed[1, :, 4:] = 50.0

    assert torch.equal(
        rounded_attention(queries, keys, values, PADDED)[1],
        rounded_attention(queries, keys, changed, PADDED)[1],
    )
