"""How much each place of a source contributes to what a layer gives: local ALTI.

A layer of a decoder gives y, the sum of what it takes from each place, T_j = Σ_h α_hj f_h(x_j), of
what came so far, r, and of a bias b. A part of that sum contributes as much as y is nearer to it
than to nothing, in the Manhattan distance: max(0, ‖y‖₁ - ‖y - T_j‖₁), and r likewise; each as a
share of all of them. The bias is nobody's.

Ferrando, Gállego and Costa-jussà 2022, Measuring the Mixing of Contextual Information in the
Transformer; for a decoder that looks at a source: Ferrando et al. 2022, Towards Opening the Black
Box of Neural Machine Translation. There the norm of the layer comes after the sum and is drawn into
its parts: with the spread of the sum taken as it is, a norm is linear. Where it comes before
whatever reads the sum, there is none in it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from attnstudio.model.attention.trace import AddedTo, AttentionTrace, CarriedValues, Traces
from attnstudio.sites import Site

_MOST_NUMBERS = 4_000_000  # of the parts of sums, worked out at a time: 16 MB


def contributions_of(traces: Traces) -> dict[Site, Tensor]:
    """Where the target looks at a source and adds what it takes to what came so far.

    Returns:
        Of each such site (batch, layers, 1, query_len, key_len): the share of each place in what a
        layer gives, all heads together. What is missing to 1 is the share of what came so far.
    """
    return {
        site: torch.stack(layers, dim=1).unsqueeze(2)
        for site, trace in traces.items()
        if site.is_cross and (layers := _of_layers(trace))
    }


def _of_layers(trace: AttentionTrace) -> list[Tensor]:
    """(batch, query_len, key_len) of each layer; none where a layer adds to nothing."""
    residuals = [(layer, layer.residual) for layer in trace.carried]
    return [
        _shares(trace.weights[:, place], layer, residual)
        for place, (layer, residual) in enumerate(residuals)
        if residual is not None
    ]


def _shares(weights: Tensor, layer: CarriedValues, residual: AddedTo) -> Tensor:
    """Of one layer, a few target places at a time.

    Args:
        weights: (batch, heads, query_len, key_len).
        layer: what they are multiplied with.
        residual: what it is added to.
    """
    carried = layer.of_heads().transpose(1, 2)  # (batch, key_len, heads, output_size)
    looked = weights.float().permute(0, 3, 2, 1)  # (batch, key_len, query_len, heads)
    states, bias = residual.states.float(), residual.bias.float()
    batch, keys, _, size = carried.shape
    queries = max(1, _MOST_NUMBERS // (batch * keys * size))
    shares = []
    for start in range(0, states.size(1), queries):
        some = slice(start, start + queries)
        parts = looked[:, :, some] @ carried  # (batch, key_len, some, output_size)
        came = states[:, some]
        given = parts.sum(dim=1) + came + bias
        if isinstance(residual.norm, nn.LayerNorm):
            gain = _gain_of(residual.norm, given)
            parts, came = _drawn(parts, gain.unsqueeze(1)), _drawn(came, gain)
            given = _drawn(given, gain) + residual.norm.bias.float()
        whole = given.abs().sum(dim=-1)  # (batch, some)
        of_places = whole.unsqueeze(1) - (given.unsqueeze(1) - parts).abs().sum(dim=-1)
        of_prefix = whole - (given - came).abs().sum(dim=-1)
        of_places, of_prefix = of_places.clamp_min(0.0), of_prefix.clamp_min(0.0)
        total = (of_places.sum(dim=1) + of_prefix).clamp_min(torch.finfo(torch.float32).tiny)
        shares.append((of_places / total.unsqueeze(1)).transpose(1, 2))
    return torch.cat(shares, dim=1)


def _gain_of(norm: nn.LayerNorm, sums: Tensor) -> Tensor:
    """What a norm multiplies each component of a centred sum with: (batch, queries, size)."""
    spread = (sums.var(dim=-1, unbiased=False, keepdim=True) + norm.eps).sqrt()
    return norm.weight.float() / spread


def _drawn(part: Tensor, gain: Tensor) -> Tensor:
    """A part of a sum as its norm leaves it."""
    return (part - part.mean(dim=-1, keepdim=True)) * gain
