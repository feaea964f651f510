"""Transformer (Vaswani et al. 2017); for the place of the norms see `residual`."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from attnstudio.model.attention.kernels import may_look_together
from attnstudio.model.attention.request import AttentionRequest, Traced
from attnstudio.model.attention.trace import AttentionTrace, traces_of
from attnstudio.model.dropout import Dropout
from attnstudio.model.embedding import TextEmbedding
from attnstudio.model.feature_kind import FeatureKind
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
from attnstudio.model.intervention import Spread
from attnstudio.model.multi_head import HeadsOutput
from attnstudio.model.precision import rounded
from attnstudio.model.transformer_layers import (
    DecoderLayer,
    EncoderLayer,
    LayerCache,
    _DecoderLayerOutput,
)
from attnstudio.model.unpadding import Unpadding
from attnstudio.model.workings import DecoderWorkings, FeatureWorkings
from attnstudio.sites import DECODER_SELF
from attnstudio.tokenizer import PADDING_ID

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from attnstudio.model.input_positions import InputPositions
    from attnstudio.model.intervention import Intervention


def text_embedding(vocabulary: int, model_size: int) -> TextEmbedding:
    """Ids as vectors in the size of the positions that are added (Vaswani et al. 2017, 3.4)."""
    return TextEmbedding(vocabulary, model_size, scale=math.sqrt(model_size))


@dataclass(frozen=True, slots=True)
class TransformerState:
    """Where a Transformer decoder stands.

    Attributes:
        mask: (sources, src_len), True where the source is real.
        layers: the cache of each layer.
        position: how many tokens were fed so far.
        beams: how many rows look at each source; they stand side by side.
    """

    mask: Tensor
    layers: tuple[LayerCache, ...]
    position: int = 0
    beams: int = 1

    def select(self, rows: Tensor) -> TransformerState:
        """The state whose row *i* is this one's row ``rows[i]``."""
        apart = self.with_own_sources()
        return TransformerState(
            apart.mask.index_select(0, rows),
            tuple(layer.select(rows) for layer in apart.layers),
            self.position,
        )

    def select_beams(self, rows: Tensor, sources: Tensor | None) -> TransformerState:
        """The state whose row *i* is this one's row ``rows[i]``, its source kept once."""
        mask = self.mask if sources is None else self.mask.index_select(0, sources)
        return TransformerState(
            mask,
            tuple(layer.select_beams(rows, sources) for layer in self.layers),
            self.position,
            len(rows) // len(mask),
        )

    def with_own_sources(self) -> TransformerState:
        """The same state with the source repeated for each row."""
        if self.beams == 1:
            return self
        sources = torch.arange(len(self.mask), device=self.mask.device)
        sources = sources.repeat_interleave(self.beams)
        layers = tuple(replace(layer, source=layer.source.select(sources)) for layer in self.layers)
        return TransformerState(self.mask.index_select(0, sources), layers, self.position)


class TiedProjection(nn.Module):
    """Scores of the vocabulary by its own embedding (Press and Wolf 2017)."""

    def __init__(self, embedding: nn.Embedding) -> None:
        super().__init__()
        self.weight = embedding.weight
        self.bias = None

    def forward(self, states: Tensor) -> Tensor:
        """(…, model_size) to (…, vocabulary)."""
        return functional.linear(states, self.weight)


class TransformerModel(SequenceModel):
    """Embeddings, encoder layers, decoder layers; the target embedding is the output projection.

    Args:
        model_size: size of every state.
        encoder_layers: layers that read the source.
        decoder_layers: layers that write the target; they say by what name they know the source.
        source_embedding: makes vectors of what is read; None for the target's own embedding.
        source_positions: vectors of places, added to what is read.
        target_positions: the same for what is written.
        target_vocabulary: size of the target vocabulary.
        dropout: share of embeddings dropped while training.
    """

    spread = Spread.LAYERS

    def __init__(
        self,
        model_size: int,
        encoder_layers: Sequence[EncoderLayer],
        decoder_layers: Sequence[DecoderLayer],
        *,
        source_embedding: nn.Module | None,
        source_positions: InputPositions,
        target_positions: InputPositions,
        target_vocabulary: int,
        dropout: float,
    ) -> None:
        super().__init__()
        self.model_size = model_size
        self.target_vocabulary = target_vocabulary
        self.target_embedding = text_embedding(target_vocabulary, model_size)
        self.source_embedding = source_embedding or self.target_embedding
        self.source_positions = source_positions
        self.target_positions = target_positions
        self.projection = TiedProjection(self.target_embedding)
        self.encoder_layers = nn.ModuleList(encoder_layers)
        self.encoder_norm = nn.LayerNorm(model_size)
        self.decoder_layers = nn.ModuleList(decoder_layers)
        self.decoder_norm = nn.LayerNorm(model_size)
        self.dropout = Dropout(dropout)
        self._heads = decoder_layers[0].attention.heads
        self.encoder_site = encoder_layers[0].attention.site
        self.cross_site = decoder_layers[0].cross.site
        self.source = self.cross_site.keys
        self.sources = (self.source,)

    def embed(self, sources: Mapping[str, SourceBatch]) -> Mapping[str, Embedded]:  # noqa: D102
        source = sources[self.source]
        unpadding = self._unpadding(source.mask)
        states = self._embed(
            self.source_embedding, self.source_positions, source.values, unpadding=unpadding
        )
        return {self.source: Embedded(states, source.mask, unpadding)}

    def encode(  # noqa: D102 - see SequenceModel
        self,
        embedded: Mapping[str, Embedded],
        *,
        intervention: Intervention | None = None,
        trace: bool = False,
    ) -> Encoded:
        request = AttentionRequest(intervention, trace)
        source = embedded[self.source]
        states, unpadding = source.states, source.unpadding
        mask = source.mask[:, None, None, :]  # (batch, heads, query_len, src_len)
        traces: list[AttentionTrace | None] = []
        for layer in self.encoder_layers:
            output: HeadsOutput = layer(states, mask, request, unpadding)
            states = output.states
            traces.append(output.trace)
        states = self.encoder_norm(states)
        if unpadding is not None:
            states = unpadding.restore(states)
        encoded = EncodedSource(states, source.mask)
        found = traces_of({self.encoder_site: traces}) if trace else {}
        return Encoded({self.source: encoded}, found)

    def decode(  # noqa: D102
        self,
        encoded: Encoded,
        inputs: Tensor,
        *,
        intervention: Intervention | None = None,
        trace: Traced = False,
    ) -> DecoderOutput:
        return self._advance(self.start(encoded), inputs, intervention, trace=trace).output

    def start(self, encoded: Encoded) -> TransformerState:  # noqa: D102
        layers = cast("Iterable[DecoderLayer]", self.decoder_layers)
        source = encoded.sources[self.source]
        memory = rounded(source.states)
        unpadding = self._unpadding(source.mask)
        if unpadding is not None:
            memory = unpadding.remove(memory)
        caches = tuple(LayerCache(layer.cross.project(memory, unpadding)) for layer in layers)
        return TransformerState(source.mask, caches)

    def step(  # noqa: D102
        self,
        state: DecoderState,
        tokens: Tensor,
        *,
        intervention: Intervention | None = None,
        trace: bool = False,
    ) -> StepOutput:
        assert isinstance(state, TransformerState), "this state comes from another kind of model"
        return self._advance(state, tokens.unsqueeze(1), intervention, trace=trace)

    def _advance(
        self,
        state: TransformerState,
        inputs: Tensor,
        intervention: Intervention | None,
        *,
        trace: Traced,
    ) -> StepOutput:
        """Feed (batch, tgt_len) tokens; one step and teacher forcing differ in tgt_len alone."""
        request = AttentionRequest(intervention, trace, first_query=state.position)
        is_shared = state.beams > 1 and not request.needs_weights and self._may_look_together()
        looked_from = state if is_shared else state.with_own_sources()
        # Rows that share a source look at it together, in its order.
        unpadding = None if is_shared else self._unpadding(inputs != PADDING_ID)
        states = self._embed(
            self.target_embedding, self.target_positions, inputs, state.position, unpadding
        )
        mask = looked_from.mask[:, None, None, :]  # (batch, heads, query_len, src_len)
        outputs: list[_DecoderLayerOutput] = []
        for layer, cache in zip(self.decoder_layers, looked_from.layers, strict=True):
            outputs.append(layer(states, cache, mask, request, unpadding))
            states = outputs[-1].states
        features = self.decoder_norm(states)
        if unpadding is not None:
            features = unpadding.restore(features)
        return StepOutput(
            DecoderOutput(
                features,
                self.projection,
                traces_of(
                    {
                        DECODER_SELF: [output.self_trace for output in outputs],
                        self.cross_site: [output.cross_trace for output in outputs],
                    }
                )
                if trace
                else {},
                DecoderWorkings(FeatureWorkings(FeatureKind.NORM, states, self.decoder_norm))
                if trace and unpadding is None
                else None,
            ),
            TransformerState(
                state.mask,
                tuple(
                    replace(output.cache, source=before.source)
                    for output, before in zip(outputs, state.layers, strict=True)
                ),
                state.position + inputs.size(1),
                state.beams,
            ),
        )

    def embed_target(self, tokens: Tensor) -> Tensor:
        """(batch, tgt_len) from the first position on to (batch, tgt_len, model_size)."""
        return self._embed(self.target_embedding, self.target_positions, tokens)

    def _embed(
        self,
        embedding: nn.Module,
        places: InputPositions,
        values: Tensor,
        first: int = 0,
        unpadding: Unpadding | None = None,
    ) -> Tensor:
        """Vectors of (batch, length) ids or (batch, length, features), with their positions."""
        positions = places.vectors(first, values.size(1), values.device)
        if unpadding is not None:
            values = values.flatten(0, 1)[unpadding.tokens]
            # an index would add its gradients in any order, and a run would not repeat
            positions = functional.embedding(unpadding.positions, positions)
        vectors: Tensor = embedding(values)  # (…, model_size)
        embedded: Tensor = self.dropout(rounded(vectors + positions.to(vectors.dtype)))
        return embedded

    def _may_look_together(self) -> bool:
        layers = cast("Iterable[DecoderLayer]", self.decoder_layers)
        return all(may_look_together(layer.cross.spec) for layer in layers)

    def _unpadding(self, mask: Tensor) -> Unpadding | None:
        """How to leave padding out while training on a processor in bfloat16.

        Elsewhere it costs more than it gains: in float32 a batch of 1,000 tokens took 7% longer.
        """
        on_processor = mask.device.type == "cpu" and torch.is_autocast_enabled("cpu")
        if not self.training or not on_processor:
            return None
        return Unpadding.of(mask, self._heads)
