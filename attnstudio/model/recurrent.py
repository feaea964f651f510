"""Recurrent encoder-decoder: bidirectional encoder, attention, GRU or LSTM decoder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from attnstudio.config_model import Cell
from attnstudio.model.attention.request import AttentionRequest, Traced
from attnstudio.model.cells import CellState, recurrent_layers
from attnstudio.model.dropout import Dropout
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
from attnstudio.model.recurrent_decoders import RecurrentDecoder, RecurrentState
from attnstudio.sites import cross_site
from attnstudio.tokenizer import PADDING_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attnstudio.model.intervention import Intervention


class RecurrentEncoder(nn.Module):
    """Reads the source in both directions (Bahdanau et al. 2015, section 3.2).

    ``embedding`` makes vectors of ``embedding_size`` of what is read.

    States and summary are the two directions side by side, (…, 2 * hidden). ``reduced_size``
    adds a learned reduction of the states, for scores that need a certain size.

    The backward direction reads each sentence turned round within its own length, so padding is
    only ever read after a sentence. This takes torch's dense kernels; those for packed sequences
    were measured at 1.2 (GRU) to 2.5 times (LSTM) their time on a CPU.
    """

    def __init__(
        self,
        cell: Cell,
        *,
        embedding: nn.Module,
        embedding_size: int,
        hidden_size: int,
        layers: int,
        dropout: float,
        reduced_size: int | None = None,
    ) -> None:
        super().__init__()
        self.embedding = embedding
        self.dropout = Dropout(dropout)
        input_sizes = [embedding_size] + [2 * hidden_size] * (layers - 1)
        self.forwards = nn.ModuleList(
            recurrent_layers(cell, size, hidden_size) for size in input_sizes
        )
        self.backwards = nn.ModuleList(
            recurrent_layers(cell, size, hidden_size) for size in input_sizes
        )
        self.reduction = (
            nn.Identity()
            if reduced_size is None
            else nn.Linear(2 * hidden_size, reduced_size, bias=False)
        )

    def forward(self, source: Embedded) -> EncodedSource:
        """Read the source, whose padding must come last."""
        states = source.states  # (batch, src_len, embedding)
        turned = _turned_places(source.mask)
        for forwards, backwards in zip(self.forwards, self.backwards, strict=True):
            states = self.dropout(states)
            ahead = forwards(states)[0]  # (batch, src_len, hidden)
            back = _reorder(backwards(_reorder(states, turned))[0], turned)
            states = torch.cat((ahead, back), dim=-1)
        last = source.mask.sum(dim=1, keepdim=True) - 1  # (batch, 1)
        summary = torch.cat((_reorder(ahead, last)[:, 0], back[:, 0]), dim=-1)
        return EncodedSource(self.reduction(states), source.mask, summary)


def _turned_places(mask: Tensor) -> Tensor:
    """(batch, src_len) places that turn each sentence round and leave its padding last."""
    places = torch.arange(mask.size(1), device=mask.device).expand_as(mask)
    return torch.where(mask, mask.sum(dim=1, keepdim=True) - 1 - places, places)


def _reorder(states: Tensor, places: Tensor) -> Tensor:
    """(batch, length, size) taken at (batch, new_length) places."""
    return states.gather(1, places.unsqueeze(-1).expand(-1, -1, states.size(-1)))


class RecurrentModel(SequenceModel):
    """Encoder, start states from the summary, one of the recurrent decoders, vocabulary.

    Args:
        cell: of encoder and decoder.
        encoder: reads the source.
        decoder: writes the target; where it looks at the source, it does so at the source's site.
        source: the name of the source.
        vocabulary_size: how many target pieces there are.
        embedding_size: size of the vectors of the target.
        hidden_size: size of the decoder's states.
        layers: of the decoder.
        dropout: share of embeddings and features dropped while training.
    """

    def __init__(
        self,
        cell: Cell,
        encoder: RecurrentEncoder,
        decoder: RecurrentDecoder,
        *,
        source: str,
        vocabulary_size: int,
        embedding_size: int,
        hidden_size: int,
        layers: int,
        dropout: float,
    ) -> None:
        super().__init__()
        self.source = source
        self.sources = (source,)
        self.target_vocabulary = vocabulary_size
        self.spread = decoder.spread
        self.layers = layers
        self.hidden_size = hidden_size
        self.parts = 1 if cell is Cell.GRU else 2  # an LSTM's memory starts like its hidden state
        self.encoder = encoder
        self.bridge = nn.Linear(2 * hidden_size, self.parts * layers * hidden_size)
        self.embedding = nn.Embedding(vocabulary_size, embedding_size, padding_idx=PADDING_ID)
        self.decoder = decoder
        self.dropout = Dropout(dropout)
        self.output = nn.Linear(decoder.feature_size, vocabulary_size)

    def embed(self, sources: Mapping[str, SourceBatch]) -> Mapping[str, Embedded]:  # noqa: D102
        source = sources[self.source]
        return {self.source: Embedded(self.encoder.embedding(source.values), source.mask)}

    def encode(  # noqa: D102 - see SequenceModel
        self,
        embedded: Mapping[str, Embedded],
        *,
        intervention: Intervention | None = None,  # noqa: ARG002 - its encoder does not attend
        trace: bool = False,  # noqa: ARG002
    ) -> Encoded:
        return Encoded({self.source: self.encoder(embedded[self.source])})

    def decode(  # noqa: D102
        self,
        encoded: Encoded,
        inputs: Tensor,
        *,
        intervention: Intervention | None = None,
        trace: Traced = False,
    ) -> DecoderOutput:
        return self._advance(self.start(encoded), inputs, intervention, trace=trace).output

    def start(self, encoded: Encoded) -> RecurrentState:
        """Every layer starts from tanh(linear(summary)) (Bahdanau et al. 2015, A.2.2)."""
        source = encoded.sources[self.source]
        assert source.summary is not None, "this source was encoded by another kind of model"
        starts = self.bridge(source.summary).tanh().split(self.hidden_size, dim=-1)
        cells = CellState(hidden=starts[: self.layers], memory=starts[self.layers :])
        return self.decoder.start(source.states, source.mask, cells)

    def step(  # noqa: D102
        self,
        state: DecoderState,
        tokens: Tensor,
        *,
        intervention: Intervention | None = None,
        trace: bool = False,
    ) -> StepOutput:
        assert isinstance(state, RecurrentState), "this state comes from another kind of model"
        return self._advance(state, tokens.unsqueeze(1), intervention, trace=trace)

    def _advance(
        self,
        state: RecurrentState,
        inputs: Tensor,
        intervention: Intervention | None,
        *,
        trace: Traced,
    ) -> StepOutput:
        """Feed (batch, tgt_len) tokens; one step and teacher forcing differ in tgt_len alone."""
        embedded = self.dropout(self.embedding(inputs))
        request = AttentionRequest(intervention, trace, first_query=state.position)
        looked_from = state.with_own_sources() if request.needs_weights else state
        advance = self.decoder.advance(embedded, looked_from, request)
        features = self.dropout(advance.features)
        traces = {} if advance.cross is None else {cross_site(self.source): advance.cross}
        after = replace(advance.state, memory=state.memory)
        output = DecoderOutput(features, self.output, traces, advance.workings)
        return StepOutput(output, after)
