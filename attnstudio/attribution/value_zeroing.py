"""How far what a layer gives turns where one place of the source has nothing to give.

Mohebbi et al. 2023, Quantifying Context Mixing in Transformers, equations 4 and 5: the value of
place j is set to zero for all heads while the weights stay, and the output of the layer is compared
with what it was, by its cosine distance. There it is the output of a layer of an encoder, behind
its feed-forward part; here it is the sum of what the target takes from the source and what came so
far, where the attention on the source ends, as in `contributions`. A recurrent model adds what it
takes to nothing: compared is the context itself, all heads side by side.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from attnstudio.attribution.example import Example
from attnstudio.model.attention.trace import AttentionTrace, CarriedValues
from attnstudio.model.interface import SequenceModel
from attnstudio.sites import cross_site

_MOST_NUMBERS = 4_000_000  # of outputs, worked out at a time: 16 MB


@torch.inference_mode()
def value_zeroing(model: SequenceModel, example: Example) -> Tensor | None:
    """1 - cos(y_t, y_t without the value of place j) of each layer, from 0 to 2.

    Returns:
        (layers, tgt_len, src_len); None where a model does not look at its source.
    """
    sources, change = example.sources_of(example.source), example.intervention
    encoded = model.read(sources, intervention=change)
    output = model.decode(encoded, example.inputs, intervention=change, trace=True)
    trace = output.traces.get(cross_site(example.axis))
    return None if trace is None else distances_of(trace)


def distances_of(trace: AttentionTrace) -> Tensor:
    """(layers, tgt_len, src_len) of the trace of one pair, a batch of one."""
    layers = [
        _of_layer(trace.weights[0, number].float(), carried)
        for number, carried in enumerate(trace.carried)
    ]
    return torch.stack(layers)


def _of_layer(weights: Tensor, carried: CarriedValues) -> Tensor:
    """(tgt_len, src_len) from (heads, tgt_len, src_len), a few target places at a time."""
    residual = carried.residual
    taken = carried.side_by_side() if residual is None else carried.of_heads()
    values = taken[0].transpose(0, 1)  # (src_len, heads, size)
    places = max(1, _MOST_NUMBERS // (values.size(0) * values.size(2)))
    came = None if residual is None else residual.states[0].float() + residual.bias.float()
    parts = []
    for start in range(0, weights.size(1), places):
        some = slice(start, start + places)
        of_places = weights[:, some].permute(2, 1, 0) @ values  # (src_len, some, size)
        given = of_places.sum(dim=0) if came is None else of_places.sum(dim=0) + came[some]
        alike = functional.cosine_similarity(given.unsqueeze(0), given - of_places, dim=-1)
        parts.append((1.0 - alike).clamp_min(0.0).T)
    return torch.cat(parts)
