"""The orders in which a recurrent decoder moves its cell, looks at the source and predicts.

`BahdanauDecoder`         look with the old state, move the cell with what was seen, predict
`LuongFeedingDecoder`     move the cell with what was seen before, look with the new state, predict
`LuongDecoder`            the same with nothing fed: all steps at once
`PlainDecoder`            never look
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from attnstudio.model.attention.request import AttentionRequest
from attnstudio.model.attention.trace import AttentionTrace
from attnstudio.model.cells import CellState, FedCells, SequenceCells
from attnstudio.model.feature_kind import FeatureKind
from attnstudio.model.intervention import Spread
from attnstudio.model.source_attention import Look, Memory, SourceAttention, join_looks
from attnstudio.model.workings import CellWorkings, DecoderWorkings, FeatureWorkings


@dataclass(frozen=True, slots=True)
class RecurrentState:
    """Where a recurrent decoder stands.

    Attributes:
        memory: its source; None without attention.
        cells: its cells.
        attentional: (batch, hidden), the last attentional vector where it is fed (Luong 3.3).
        position: how many tokens were fed so far.
        covered: (batch, heads, src_len), how much each place was looked at, where that counts.

    Rows may share a source: those of one source then stand side by side.
    """

    memory: Memory | None
    cells: CellState
    attentional: Tensor | None = None
    position: int = 0
    covered: Tensor | None = None

    def select(self, rows: Tensor) -> RecurrentState:
        """The state whose row *i* is this one's row ``rows[i]``."""
        return self.with_own_sources().select_beams(rows, sources=rows)

    def select_beams(self, rows: Tensor, sources: Tensor | None) -> RecurrentState:
        """The state whose row *i* is this one's row ``rows[i]``, its source kept once."""
        memory = self.memory
        return RecurrentState(
            memory if memory is None or sources is None else memory.select(sources),
            self.cells.select(rows),
            None if self.attentional is None else self.attentional.index_select(0, rows),
            self.position,
            None if self.covered is None else self.covered.index_select(0, rows),
        )

    def with_own_sources(self) -> RecurrentState:
        """The same state with the source repeated for each row."""
        rows = len(self.cells.top)
        if self.memory is None or len(self.memory.mask) == rows:
            return self
        return replace(self, memory=self.memory.repeated(rows // len(self.memory.mask)))


@dataclass(frozen=True, slots=True)
class Advance:
    """What some steps brought.

    Attributes:
        features: (batch, tgt_len, feature_size), from which the next tokens are predicted.
        state: where the decoder stands now.
        cross: trace of the attention if one was asked for.
        workings: what the features were made of, where there is such a trace.
    """

    features: Tensor
    state: RecurrentState
    cross: AttentionTrace | None = None
    workings: DecoderWorkings | None = None


class RecurrentDecoder(nn.Module, ABC):
    """Everything between the embedded target and the features that predict the next token.

    Attributes:
        feature_size: size of the features.
        spread: who sees what it took where it looked.
    """

    feature_size: int
    spread: Spread

    @abstractmethod
    def start(self, values: Tensor, mask: Tensor, cells: CellState) -> RecurrentState:
        """The state before the first token, from the encoder's states and the cells' start."""

    @abstractmethod
    def advance(
        self, embedded: Tensor, state: RecurrentState, request: AttentionRequest
    ) -> Advance:
        """Feed the embedded tokens, (batch, tgt_len, embedding), one after the other."""


class PlainDecoder(RecurrentDecoder):
    """No attention: the source is known from the start state alone (Sutskever et al. 2014)."""

    spread = Spread.NOBODY

    def __init__(self, cells: SequenceCells) -> None:
        super().__init__()
        self.feature_size = cells.hidden_size
        self.cells = cells

    def start(  # noqa: D102 - see RecurrentDecoder
        self,
        values: Tensor,  # noqa: ARG002 - it never looks at the source
        mask: Tensor,  # noqa: ARG002
        cells: CellState,
    ) -> RecurrentState:
        return RecurrentState(None, cells)

    def advance(  # noqa: D102
        self,
        embedded: Tensor,
        state: RecurrentState,
        request: AttentionRequest,  # noqa: ARG002 - there is no attention to look with
    ) -> Advance:
        run = self.cells.run(embedded, state.cells)
        position = state.position + embedded.size(1)
        return Advance(run.outputs, RecurrentState(None, run.state, None, position))


class LuongDecoder(RecurrentDecoder):
    """The cell does not see what was attended to, so that all target positions go at once.

    Attentional vector tanh(W_c [c_t; h_t]) (Luong et al. 2015, equation 5).
    """

    spread = Spread.NOBODY

    def __init__(self, cells: SequenceCells, score: SourceAttention, *, memory_size: int) -> None:
        super().__init__()
        size = cells.hidden_size
        self.feature_size = size
        self.cells = cells
        self.score = score
        self.combine = nn.Linear(memory_size + size, size, bias=False)  # W_c

    def start(self, values: Tensor, mask: Tensor, cells: CellState) -> RecurrentState:  # noqa: D102
        return RecurrentState(self.score.memory_of(values, mask), cells)

    def advance(  # noqa: D102
        self, embedded: Tensor, state: RecurrentState, request: AttentionRequest
    ) -> Advance:
        memory = _memory_of(state)
        run = self.cells.run(embedded, state.cells)
        look = self.score.look(run.outputs, memory, request)
        combined = torch.cat((look.context, run.outputs), dim=-1)
        attentional = self.combine(combined).tanh()  # (batch, tgt_len, hidden)
        position = state.position + embedded.size(1)
        after = RecurrentState(memory, run.state, None, position)
        if not request.trace:
            return Advance(attentional, after)
        cross = join_looks([look], memory, self.score, _for_context(self.combine, memory))
        made = FeatureWorkings(FeatureKind.TANH, combined, self.combine)
        cells = CellWorkings(self.cells, embedded, None, state.cells)
        return Advance(attentional, after, cross, DecoderWorkings(made, cells, moves_first=True))


class LuongFeedingDecoder(RecurrentDecoder):
    """The cell sees the previous attentional vector beside the token (Luong et al. 2015, 3.3)."""

    spread = Spread.STATES

    def __init__(self, cells: FedCells, score: SourceAttention, *, memory_size: int) -> None:
        super().__init__()
        size = cells.hidden_size
        self.feature_size = size
        self.cells = cells
        self.score = score
        self.combine = nn.Linear(memory_size + size, size, bias=False)  # W_c

    def start(self, values: Tensor, mask: Tensor, cells: CellState) -> RecurrentState:  # noqa: D102
        memory = self.score.memory_of(values, mask)
        return RecurrentState(memory, cells, torch.zeros_like(cells.top))

    def advance(  # noqa: D102
        self, embedded: Tensor, state: RecurrentState, request: AttentionRequest
    ) -> Advance:
        memory = _memory_of(state)
        cells, before = state.cells, state.attentional
        assert before is not None, "this state comes from another decoder"
        attentional = before
        looks: list[Look] = []
        features: list[Tensor] = []
        seen: list[Tensor] = []
        for offset, projected in enumerate(self.cells.project_inputs(embedded).unbind(dim=1)):
            cells = self.cells.step(projected, attentional, cells)
            here = _at(request, offset)
            look = self.score.look(cells.top.unsqueeze(1), memory, here)
            combined = torch.cat((look.context.squeeze(1), cells.top), dim=-1)
            attentional = self.combine(combined).tanh()  # (batch, hidden)
            looks.append(look)
            features.append(attentional)
            seen.append(combined)
        position = state.position + embedded.size(1)
        attentionals = torch.stack(features, dim=1)
        after = RecurrentState(memory, cells, attentional, position)
        if not request.trace:
            return Advance(attentionals, after)
        cross = join_looks(looks, memory, self.score, _for_context(self.combine, memory))
        made = FeatureWorkings(FeatureKind.TANH, torch.stack(seen, dim=1), self.combine)
        fed = torch.cat((before.unsqueeze(1), attentionals[:, :-1]), dim=1)
        moved = CellWorkings(self.cells, embedded, fed, state.cells)
        return Advance(attentionals, after, cross, DecoderWorkings(made, moved, moves_first=True))


class BahdanauDecoder(RecurrentDecoder):
    """Look with the state before the step; the cell sees the context beside the token.

    The features are maxout(U_o s_t + V_o y_{t-1} + C_o c_t) with pairs of units (Bahdanau et al.
    2015, appendix A.2.2; here with s_t, the state after the step).
    """

    spread = Spread.STATES

    def __init__(
        self, cells: FedCells, score: SourceAttention, *, memory_size: int, embedding_size: int
    ) -> None:
        super().__init__()
        self.feature_size = cells.hidden_size // 2
        self.cells = cells
        self.score = score
        self.deep_output = nn.Linear(
            cells.hidden_size + memory_size + embedding_size, 2 * self.feature_size
        )

    def start(self, values: Tensor, mask: Tensor, cells: CellState) -> RecurrentState:  # noqa: D102
        memory = self.score.memory_of(values, mask)
        return RecurrentState(memory, cells, covered=self.score.nothing_covered(memory))

    def advance(  # noqa: D102
        self, embedded: Tensor, state: RecurrentState, request: AttentionRequest
    ) -> Advance:
        memory = _memory_of(state)
        cells, covered = state.cells, state.covered
        looks: list[Look] = []
        tops: list[Tensor] = []
        for offset, projected in enumerate(self.cells.project_inputs(embedded).unbind(dim=1)):
            here = _at(request, offset)
            look = self.score.look(cells.top.unsqueeze(1), memory, here, covered)
            covered = self.score.covered_after(look, memory)
            cells = self.cells.step(projected, look.context.squeeze(1), cells)
            looks.append(look)
            tops.append(cells.top)
        contexts = torch.cat([look.context for look in looks], dim=1)
        seen = torch.cat((torch.stack(tops, dim=1), contexts, embedded), dim=-1)
        sums = self.deep_output(seen)  # (batch, tgt_len, 2 * feature_size)
        features = sums.unflatten(-1, (self.feature_size, 2)).amax(dim=-1)
        position = state.position + embedded.size(1)
        after = RecurrentState(memory, cells, None, position, covered)
        if not request.trace:
            return Advance(features, after)
        made = FeatureWorkings(FeatureKind.MAXOUT, seen, self.deep_output, sums)
        moved = CellWorkings(self.cells, embedded, contexts, state.cells)
        cross = join_looks(looks, memory, self.score)
        return Advance(features, after, cross, DecoderWorkings(made, moved))


def _at(request: AttentionRequest, offset: int) -> AttentionRequest:
    return AttentionRequest(request.intervention, request.trace, request.first_query + offset)


def _for_context(combine: nn.Linear, memory: Memory) -> Tensor:
    """The columns of W_c that meet the context: (hidden, memory_size)."""
    return combine.weight[:, : memory.size]


def _memory_of(state: RecurrentState) -> Memory:
    assert state.memory is not None, "this state comes from another decoder"
    return state.memory
