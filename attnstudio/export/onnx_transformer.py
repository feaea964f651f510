"""A Transformer as two modules that are traced: what reads, and one step of what writes."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from attnstudio.model.interface import SourceBatch
from attnstudio.model.multi_head import KeyValues
from attnstudio.model.transformer import TransformerModel, TransformerState
from attnstudio.model.transformer_layers import LayerCache
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, SOURCE
from attnstudio.tokenizer import PADDING_ID

_KEPT, _WRITTEN_SO_FAR = {1: "batch", 3: "source"}, {1: "batch", 3: "written"}
PLACES = {
    "source_keys": _KEPT,
    "source_values": _KEPT,
    "state_keys": _WRITTEN_SO_FAR,
    "state_values": _WRITTEN_SO_FAR,
    "next_state_keys": {1: "batch", 3: "target"},
    "next_state_values": {1: "batch", 3: "target"},
}


class TransformerReader(nn.Module):
    """What a Transformer makes of a source, and nothing written yet."""

    outputs = ("source_keys", "source_values", "state_keys", "state_values", "encoder_attention")

    def __init__(self, model: TransformerModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, source_ids: Tensor) -> tuple[Tensor, ...]:
        """(batch, source) ids; keys and values are (layers, batch, heads, length, head_size)."""
        batch = SourceBatch(source_ids, source_ids != PADDING_ID)
        encoded = self.model.read({SOURCE: batch}, trace=True)
        layers = self.model.start(encoded).layers
        keys = torch.stack([layer.source.keys for layer in layers])
        values = torch.stack([layer.source.values for layer in layers])
        weights = encoded.traces[ENCODER_SELF].weights
        return keys, values, keys[:, :, :, :0], values[:, :, :, :0], weights


class TransformerWriter(nn.Module):
    """One step of a Transformer."""

    inputs = ("source_keys", "source_values", "state_keys", "state_values")
    outputs = (
        "logits", "cross_attention", "self_attention", "next_state_keys", "next_state_values",
    )  # fmt: skip

    def __init__(self, model: TransformerModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, token: Tensor, source_ids: Tensor, *given: Tensor) -> tuple[Tensor, ...]:
        """Feed (batch,) ids; the attention is (batch, layers, heads, length)."""
        layers = tuple(
            LayerCache(KeyValues(keys, values), KeyValues(own_keys, own_values))
            for keys, values, own_keys, own_values in zip(*(g.unbind() for g in given), strict=True)
        )
        state = TransformerState(source_ids != PADDING_ID, layers, given[2].size(3))
        step = self.model.step(state, token, trace=True)
        after = step.state
        assert isinstance(after, TransformerState)
        written = [layer.target for layer in after.layers if layer.target is not None]
        traces = step.output.traces
        return (
            step.output.logits[:, 0],
            traces[CROSS].weights[:, :, :, 0],
            traces[DECODER_SELF].weights[:, :, :, 0],
            torch.stack([each.keys for each in written]),
            torch.stack([each.values for each in written]),
        )
