"""The one interface that every model fills, and the values that pass through it.

A model reads any number of sources, each under the name of its axis, and writes one target; one
that only writes reads none. Sources are embedded first and encoded then, because between the two
lies what an attribution asks: how an output changes with the embedding of each position.

Nothing is left on a module by ``forward``: what a model looked at is returned as traces, one a
site, when they are asked for. Shapes use one alphabet: batch, src_len, tgt_len, layers, heads,
head_size, hidden, vocabulary.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, Self

from torch import Tensor, nn

from attnstudio.model.attention.request import Traced
from attnstudio.model.attention.trace import Looked, Traces, looks_of
from attnstudio.model.intervention import Spread
from attnstudio.reading import Reading
from attnstudio.sites import Site

if TYPE_CHECKING:
    from attnstudio.model.intervention import Intervention
    from attnstudio.model.unpadding import Unpadding
    from attnstudio.model.workings import DecoderWorkings


@dataclass(frozen=True, slots=True)
class SourceBatch:
    """What is read. For text, ``values`` holds token ids; other sources may bring features.

    Attributes:
        values: (batch, src_len) ids, or (batch, src_len, features).
        mask: (batch, src_len), True where the source is real, False on padding.
    """

    values: Tensor
    mask: Tensor


@dataclass(frozen=True, slots=True)
class Embedded:
    """A source as vectors, before any position has seen another.

    Attributes:
        states: (batch, src_len, size); with an unpadding, its tokens alone, (tokens, size).
        mask: (batch, src_len), True where the source is real.
        unpadding: where the tokens are; only in training, see `Unpadding`.
    """

    states: Tensor
    mask: Tensor
    unpadding: Unpadding | None = None


@dataclass(frozen=True, slots=True)
class EncodedSource:
    """A source as the decoder sees it.

    Attributes:
        states: (batch, src_len, hidden).
        mask: (batch, src_len), True where the source is real.
        summary: (batch, hidden), from which a recurrent decoder starts; None for a Transformer.
    """

    states: Tensor
    mask: Tensor
    summary: Tensor | None = None

    def select(self, rows: Tensor) -> EncodedSource:
        """The sources whose row *i* is this one's row ``rows[i]``."""
        return EncodedSource(
            self.states.index_select(0, rows),
            self.mask.index_select(0, rows),
            None if self.summary is None else self.summary.index_select(0, rows),
        )


@dataclass(frozen=True, slots=True)
class Encoded:
    """All that a model has read.

    Attributes:
        sources: by the name of their axis; empty for a model that only writes.
        traces: of the encoder's attention, if they were asked for and it has one.
    """

    sources: Mapping[str, EncodedSource]
    traces: Traces = field(default_factory=dict)

    def select(self, rows: Tensor) -> Encoded:
        """What was read whose row *i* is this one's row ``rows[i]``."""
        return Encoded(
            {name: source.select(rows) for name, source in self.sources.items()},
            {site: trace.select(rows) for site, trace in self.traces.items()},
        )


@dataclass(frozen=True, slots=True)
class DecoderOutput:
    """What is known of the next token at one or all target positions.

    Attributes:
        features: (batch, tgt_len, feature_size).
        projection: scores the vocabulary by its ``weight``, (vocabulary, feature_size), and its
            ``bias``, (vocabulary,) or None.
        traces: of the decoder's attention, if they were asked for and it has one.
        workings: what the features were made of, if traces were asked for.
    """

    features: Tensor
    projection: nn.Module
    traces: Traces = field(default_factory=dict)
    workings: DecoderWorkings | None = None

    @property
    def logits(self) -> Tensor:
        """Scores, (batch, tgt_len, vocabulary), made when asked for: once, and in one precision."""
        scores: Tensor = self.projection(self.features.flatten(0, 1))
        return scores.view(*self.features.shape[:2], -1)


class DecoderState(Protocol):
    """Where a decoder stands, one row a hypothesis; it carries what was encoded along."""

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


class SequenceModel(nn.Module, ABC):
    """What writes a target, perhaps after reading sources.

    Attributes:
        sources: the names of the axes that it reads; none for one that only writes.
        target_vocabulary: how many target pieces it chooses from.
        taught: the head that its training teaches where to look; None where it teaches none.
        spread: who sees what the decoder took where it looked; what a change can reach follows.
    """

    sources: tuple[str, ...]
    target_vocabulary: int
    taught: Reading | None = None
    spread: Spread = Spread.UNKNOWN

    @abstractmethod
    def embed(self, sources: Mapping[str, SourceBatch]) -> Mapping[str, Embedded]:
        """The sources as vectors, under their names."""

    @abstractmethod
    def encode(
        self,
        embedded: Mapping[str, Embedded],
        *,
        intervention: Intervention | None = None,
        trace: bool = False,
    ) -> Encoded:
        """Let the positions of each source see the others."""

    def read(
        self,
        sources: Mapping[str, SourceBatch],
        *,
        intervention: Intervention | None = None,
        trace: bool = False,
    ) -> Encoded:
        """Embed and encode, for those who ask nothing in between."""
        return self.encode(self.embed(sources), intervention=intervention, trace=trace)

    @abstractmethod
    def decode(
        self,
        encoded: Encoded,
        inputs: Tensor,
        *,
        intervention: Intervention | None = None,
        trace: Traced = False,
    ) -> DecoderOutput:
        """Score every position of known targets at once (teacher forcing).

        Args:
            encoded: one row of each source a row.
            inputs: (batch, tgt_len) ids that begin with ``<s>``; row *t* of the logits is the
                score of what comes after input *t*.
            intervention: a change of the attention; positions count from the first input.
            trace: whether to return queries, keys, terms, scores and weights, of all layers or of
                that of one head; where neither that nor an intervention is asked for, the fastest
                kernel is taken.
        """

    def look(
        self, encoded: Encoded, inputs: Tensor, *, intervention: Intervention | None = None
    ) -> Mapping[Site, Looked]:
        """The weights of a `decode`, for those who want no scores of the vocabulary.

        Returns:
            Those of each site of the decoder.
        """
        output = self.decode(encoded, inputs, intervention=intervention, trace=True)
        return looks_of(output.traces)

    @abstractmethod
    def start(self, encoded: Encoded) -> DecoderState:
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
