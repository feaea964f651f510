"""One step of a Transformer decoder with as few calls into torch as it takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from attnstudio.model.interface import (
    DecoderOutput,
    DecoderState,
    EncodedSource,
    Seq2SeqModel,
    SourceBatch,
    StepOutput,
)
from attnstudio.model.multi_head import KeyValues
from attnstudio.model.packed_linear import PackedLinear
from attnstudio.model.transformer import (
    DecoderLayer,
    LayerCache,
    TransformerModel,
    TransformerState,
    sinusoidal_positions,
)

if TYPE_CHECKING:
    from attnstudio.model.intervention import Intervention

_TABULATED_POSITIONS = 512


class PackedTransformer(Seq2SeqModel):
    """A Transformer whose linear layers are packed, for reading.

    It does what the model does. A step without a trace or an intervention goes by a path of its
    own: query, key and value in one product, sums and ReLU inside the products. For one sentence
    the calls of a step took longer than its arithmetic.

    Args:
        model: in evaluation mode, with `PackedLinear` for every linear layer.
    """

    def __init__(self, model: TransformerModel) -> None:
        super().__init__()
        self.model = model
        self._layers = [
            _Layer(layer) for layer in cast("Iterable[DecoderLayer]", model.decoder_layers)
        ]
        embedding = model.target_embedding.weight
        self._positions = sinusoidal_positions(
            0, _TABULATED_POSITIONS, embedding.size(1), embedding.device
        )

    def encode(  # noqa: D102 - see Seq2SeqModel
        self,
        source: SourceBatch,
        *,
        intervention: Intervention | None = None,
        trace: bool = False,
    ) -> EncodedSource:
        return self.model.encode(source, intervention=intervention, trace=trace)

    def decode(  # noqa: D102
        self,
        encoded: EncodedSource,
        inputs: Tensor,
        *,
        intervention: Intervention | None = None,
        trace: bool = False,
    ) -> DecoderOutput:
        return self.model.decode(encoded, inputs, intervention=intervention, trace=trace)

    def start(self, encoded: EncodedSource) -> TransformerState:  # noqa: D102
        return self.model.start(encoded)

    def step(  # noqa: D102
        self,
        state: DecoderState,
        tokens: Tensor,
        *,
        intervention: Intervention | None = None,
        trace: bool = False,
    ) -> StepOutput:
        assert isinstance(state, TransformerState), "this state comes from another kind of model"
        if trace or intervention is not None or state.position >= _TABULATED_POSITIONS:
            return self.model.step(state, tokens, intervention=intervention, trace=trace)
        embedded = functional.embedding(tokens, self.model.target_embedding.weight)
        states = torch.add(
            self._positions[state.position], embedded, alpha=self.model.embedding_scale
        )  # (rows, model_size)
        mask = state.mask[:, None, None, :]
        caches: list[LayerCache] = []
        for layer, cache in zip(self._layers, state.layers, strict=True):
            states, after = layer.advance(states, cache, mask)
            caches.append(after)
        features = self.model.decoder_norm(states).unsqueeze(1)
        return StepOutput(
            DecoderOutput(features, self.model.projection),
            TransformerState(state.mask, tuple(caches), state.position + 1, state.beams),
        )


class _Layer:
    """A decoder layer for one position a row."""

    def __init__(self, layer: DecoderLayer) -> None:
        own, cross, feedforward = layer.attention, layer.cross, layer.feedforward
        parts = (own.query, own.key, own.value)
        self._heads = own.heads
        self._own_norm = layer.attention_norm
        self._own_inputs = PackedLinear(
            torch.cat([part.weight for part in parts]), torch.cat([part.bias for part in parts])
        )
        self._own_output = _packed(own.output)
        self._cross_norm = layer.cross_norm
        self._cross_query = _packed(cross.query)
        self._cross_output = _packed(cross.output)
        self._feedforward_norm = layer.feedforward_norm
        self._enter, self._leave = _packed(feedforward[0]), _packed(feedforward[2])

    def advance(self, states: Tensor, cache: LayerCache, mask: Tensor) -> tuple[Tensor, LayerCache]:
        """Move (rows, model_size) one layer up."""
        rows, size = states.shape
        inputs = self._own_inputs(self._own_norm(states)).view(rows, 3, self._heads, 1, -1)
        queries, keys, values = inputs.unbind(dim=1)  # (rows, heads, 1, head_size)
        cache = cache.followed_by(KeyValues(keys, values))
        target, source = cache.target, cache.source
        assert target is not None
        context = functional.scaled_dot_product_attention(queries, target.keys, target.values)
        states = self._own_output.added_to(states, context.reshape(rows, size))
        queries = self._cross_query(self._cross_norm(states))
        queries = queries.view(len(source.keys), -1, self._heads, size // self._heads)
        context = functional.scaled_dot_product_attention(
            queries.transpose(1, 2), source.keys, source.values, attn_mask=mask
        )  # (sources, heads, beams, head_size)
        states = self._cross_output.added_to(states, context.transpose(1, 2).reshape(rows, size))
        inner = self._enter(self._feedforward_norm(states))
        return self._leave.added_to(states, inner), cache


def _packed(module: nn.Module) -> PackedLinear:
    assert isinstance(module, PackedLinear), "the model was not packed"
    return module
