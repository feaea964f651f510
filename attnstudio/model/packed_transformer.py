"""A Transformer that is only read, by a path of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor
from torch.nn import functional

from attnstudio.model.attention.reach import so_far
from attnstudio.model.attention.request import Traced
from attnstudio.model.attention.trace import Looked
from attnstudio.model.interface import (
    DecoderOutput,
    DecoderState,
    Embedded,
    Encoded,
    EncodedSource,
    SequenceModel,
    SourceBatch,
    StepOutput,
)
from attnstudio.model.packed_layers import (
    LayerLook,
    Norm,
    PackedCache,
    PackedDecoderLayer,
    PackedEncoderLayer,
    as_packed,
)
from attnstudio.model.transformer import TransformerModel, TransformerState
from attnstudio.model.transformer_layers import DecoderLayer, EncoderLayer
from attnstudio.sites import DECODER_SELF, Site

if TYPE_CHECKING:
    from attnstudio.model.intervention import Intervention

_TABULATED_POSITIONS = 512


@dataclass(frozen=True, slots=True)
class PackedState:
    """Where the decoder stands.

    Attributes:
        mask: (sources, src_len), True where the source is real.
        bias: (sources, 1, 1, src_len), minus infinity where it is not; None where all is real.
        layers: the cache of each layer.
        position: how many tokens were fed so far.
        beams: how many rows look at each source; they stand side by side.
    """

    mask: Tensor
    bias: Tensor | None
    layers: tuple[PackedCache, ...]
    position: int = 0
    beams: int = 1

    def select(self, rows: Tensor) -> PackedState:
        """The state whose row *i* is this one's row ``rows[i]``."""
        return self.select_beams(rows, sources=rows // self.beams)

    def select_beams(self, rows: Tensor, sources: Tensor | None) -> PackedState:
        """The state whose row *i* is this one's row ``rows[i]``, its source kept once."""
        mask, bias = self.mask, self.bias
        if sources is not None:
            mask = mask.index_select(0, sources)
            bias = None if bias is None else bias.index_select(0, sources)
        layers = tuple(layer.select_beams(rows, sources) for layer in self.layers)
        return PackedState(mask, bias, layers, self.position, len(rows) // len(mask))

    def unpacked(self) -> TransformerState:
        """The same as the model keeps it."""
        layers = tuple(layer.unpacked() for layer in self.layers)
        return TransformerState(self.mask, layers, self.position, self.beams)


class PackedTransformer(SequenceModel):
    """A Transformer whose linear layers are packed, for reading.

    It does what the model does. Without a trace or an intervention it goes by a path of its own,
    see `packed_layers`.

    Args:
        model: in evaluation mode, with `PackedLinear` for every linear layer.
    """

    def __init__(self, model: TransformerModel) -> None:
        super().__init__()
        self.model = model
        self.sources = model.sources
        self.target_vocabulary = model.target_vocabulary
        encoder_layers = cast("Iterable[EncoderLayer]", model.encoder_layers)
        decoder_layers = cast("Iterable[DecoderLayer]", model.decoder_layers)
        self._encoder_layers = [PackedEncoderLayer(layer) for layer in encoder_layers]
        self._decoder_layers = [PackedDecoderLayer(layer) for layer in decoder_layers]
        self._norm = Norm(model.decoder_norm)
        self._projection = as_packed(model.projection).prepare_single_rows()
        embedding = model.target_embedding.weight
        positions = model.target_positions.vectors(0, _TABULATED_POSITIONS, embedding.device)
        self._positions = positions.detach()

    def embed(self, sources: Mapping[str, SourceBatch]) -> Mapping[str, Embedded]:  # noqa: D102
        return self.model.embed(sources)

    def encode(  # noqa: D102 - see SequenceModel
        self,
        embedded: Mapping[str, Embedded],
        *,
        intervention: Intervention | None = None,
        trace: bool = False,
    ) -> Encoded:
        if trace or intervention is not None:
            return self.model.encode(embedded, intervention=intervention, trace=trace)
        source = embedded[self.model.source]
        states = source.states
        bias = _bias_of(source.mask)
        for layer in self._encoder_layers:
            states = layer.forward(states, bias)
        encoded = EncodedSource(self.model.encoder_norm(states), source.mask)
        return Encoded({self.model.source: encoded})

    def decode(  # noqa: D102
        self,
        encoded: Encoded,
        inputs: Tensor,
        *,
        intervention: Intervention | None = None,
        trace: Traced = False,
    ) -> DecoderOutput:
        return self.model.decode(encoded, inputs, intervention=intervention, trace=trace)

    def look(  # noqa: D102
        self, encoded: Encoded, inputs: Tensor, *, intervention: Intervention | None = None
    ) -> Mapping[Site, Looked]:
        if intervention is not None:
            return self.model.look(encoded, inputs, intervention=intervention)
        source = encoded.sources[self.model.source]
        states = self.model.embed_target(inputs)
        visible = so_far(inputs.size(1), inputs.size(1), 0, inputs.device)
        causal = None if visible is None else _bias_where(visible)
        bias = _bias_of(source.mask)
        looks: list[LayerLook] = []
        for layer in self._decoder_layers:
            look = layer.look(states, source.states, causal, bias)
            looks.append(look)
            if layer is not self._decoder_layers[-1]:  # nobody asks for the states of the last
                states = layer.go_on(look)
        return {
            DECODER_SELF: Looked(torch.stack([look.own for look in looks], dim=1), visible),
            self.model.cross_site: Looked(
                torch.stack([look.cross for look in looks], dim=1),
                source.mask[:, None, None, None, :],
            ),
        }

    def start(self, encoded: Encoded) -> PackedState:  # noqa: D102
        source = encoded.sources[self.model.source]
        bias = _bias_of(source.mask)
        padded = bias is not None
        layers = (layer.start(source.states, padded=padded) for layer in self._decoder_layers)
        return PackedState(source.mask, bias, tuple(layers))

    def step(  # noqa: D102
        self,
        state: DecoderState,
        tokens: Tensor,
        *,
        intervention: Intervention | None = None,
        trace: bool = False,
    ) -> StepOutput:
        inspected = trace or intervention is not None
        if isinstance(state, PackedState) and (inspected or state.position >= _TABULATED_POSITIONS):
            state = state.unpacked()
        if not isinstance(state, PackedState):
            return self.model.step(state, tokens, intervention=intervention, trace=trace)
        embedded = functional.embedding(tokens, self.model.target_embedding.weight)
        states = torch.add(
            self._positions[state.position], embedded, alpha=self.model.target_embedding.scale
        )  # (rows, model_size)
        caches: list[PackedCache] = []
        for layer, cache in zip(self._decoder_layers, state.layers, strict=True):
            states, after = layer.advance(states, cache, state.bias)
            caches.append(after)
        return StepOutput(
            DecoderOutput(self._norm(states).unsqueeze(1), self._projection),
            PackedState(state.mask, state.bias, tuple(caches), state.position + 1, state.beams),
        )


def _bias_of(mask: Tensor) -> Tensor | None:
    """(batch, src_len) to (batch, 1, 1, src_len): what is added to scores; None for nothing."""
    return None if mask.all() else _bias_where(mask)[:, None, None, :]


def _bias_where(visible: Tensor) -> Tensor:
    """0 where it is True, else minus infinity."""
    return torch.zeros(visible.shape, device=visible.device).masked_fill_(~visible, -torch.inf)
