"""The one interface that every model fills, and the values that pass through it.

Nothing is left on a module by ``forward``: what a model looked at is returned as a trace when it
is asked for. Shapes use one alphabet: batch, src_len, tgt_len, layers, heads, head_size, hidden,
vocabulary.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

from torch import Tensor, nn

from attnstudio.model.attention.trace import AttentionTrace

if TYPE_CHECKING:
    from attnstudio.model.intervention import Intervention


@dataclass(frozen=True, slots=True)
class SourceBatch:
    """What is translated. For text, ``values`` holds token ids; other sources may bring features.

    Attributes:
        values: (batch, src_len) ids, or (batch, src_len, features).
        mask: (batch, src_len), True where the source is real, False on padding.
    """

    values: Tensor
    mask: Tensor


@dataclass(frozen=True, slots=True)
class EncodedSource:
    """The source as the decoder sees it.

    Attributes:
        states: (batch, src_len, hidden).
        mask: (batch, src_len), True where the source is real.
        summary: (batch, hidden), from which a recurrent decoder starts; None for a Transformer.
        self_attention: the encoder's trace if one was asked for (Transformer only).
    """

    states: Tensor
    mask: Tensor
    summary: Tensor | None = None
    self_attention: AttentionTrace | None = None

    def select(self, rows: Tensor) -> EncodedSource:
        """The sources whose row *i* is this one's row ``rows[i]``."""
        trace = self.self_attention
        return EncodedSource(
            self.states.index_select(0, rows),
            self.mask.index_select(0, rows),
            None if self.summary is None else self.summary.index_select(0, rows),
            None if trace is None else trace.select(rows),
        )


@dataclass(frozen=True, slots=True)
class DecoderOutput:
    """What is known of the next token at one or all target positions.

    Attributes:
        features: (batch, tgt_len, feature_size).
        projection: scores the vocabulary by its ``weight``, (vocabulary, feature_size), and its
            ``bias``, (vocabulary,) or None.
        cross: trace of the attention on the source, None if not asked for or without attention.
        self_attention: the decoder's own trace (Transformer only).
    """

    features: Tensor
    projection: nn.Module
    cross: AttentionTrace | None = None
    self_attention: AttentionTrace | None = None

    @property
    def logits(self) -> Tensor:
        """Scores, (batch, tgt_len, vocabulary), made when asked for: once, and in one precision."""
        scores: Tensor = self.projection(self.features.flatten(0, 1))
        return scores.view(*self.features.shape[:2], -1)

    def attention_weights(self) -> DecoderWeights:
        """The weights alone; none without a trace."""
        return DecoderWeights(
            None if self.cross is None else self.cross.weights,
            None if self.self_attention is None else self.self_attention.weights,
        )


@dataclass(frozen=True, slots=True)
class DecoderWeights:
    """What a decoder looks at: (batch, layers, heads, tgt_len, src_len or tgt_len).

    Attributes:
        cross: weights on the source; None without attention.
        self_attention: the decoder's own (Transformer only).
    """

    cross: Tensor | None
    self_attention: Tensor | None


class DecoderState(Protocol):
    """Where a decoder stands, one row a hypothesis; it carries its encoded source along."""

    @property
    def position(self) -> int:
        """How many tokens were fed so far."""
        ...

    def select(self, rows: Tensor) -> Self:
        """The state whose row *i* is this one's row ``rows[i]``; rows may repeat or go missing."""
        ...

    def select_beams(self, rows: Tensor, sources: Tensor | None) -> Self:
        """The same for hypotheses of a beam, which share their source instead of repeating it.

        The new state has as many rows for each source, the rows of a source side by side.

        Args:
            rows: which row each new row is.
            sources: which sources go on; None for all of them as they are.
        """
        ...


@dataclass(frozen=True, slots=True)
class StepOutput:
    """One decoding step.

    Attributes:
        output: features and traces with tgt_len 1.
        state: where the decoder stands now.
    """

    output: DecoderOutput
    state: DecoderState


class Seq2SeqModel(nn.Module, ABC):
    """Encoder, attention, decoder.

    Attributes:
        target_vocabulary: how many target pieces it chooses from.
    """

    target_vocabulary: int

    @abstractmethod
    def encode(
        self,
        source: SourceBatch,
        *,
        intervention: Intervention | None = None,
        trace: bool = False,
    ) -> EncodedSource:
        """Read the source."""

    @abstractmethod
    def decode(
        self,
        encoded: EncodedSource,
        inputs: Tensor,
        *,
        intervention: Intervention | None = None,
        trace: bool = False,
    ) -> DecoderOutput:
        """Score every position of known targets at once (teacher forcing).

        Args:
            encoded: one source a row.
            inputs: (batch, tgt_len) ids that begin with ``<s>``; row *t* of the logits is the
                score of what comes after input *t*.
            intervention: a change of the attention; positions count from the first input.
            trace: whether to return queries, keys, scores and weights; without it (and without
                an intervention) the fused path is taken.
        """

    def look(
        self, encoded: EncodedSource, inputs: Tensor, *, intervention: Intervention | None = None
    ) -> DecoderWeights:
        """The weights of a `decode`, for those who want no scores of the vocabulary."""
        output = self.decode(encoded, inputs, intervention=intervention, trace=True)
        return output.attention_weights()

    @abstractmethod
    def start(self, encoded: EncodedSource) -> DecoderState:
        """The state before the first token."""

    @abstractmethod
    def step(
        self,
        state: DecoderState,
        tokens: Tensor,
        *,
        intervention: Intervention | None = None,
        trace: bool = False,
    ) -> StepOutput:
        """Feed one token a row, (batch,), and score what comes next."""
