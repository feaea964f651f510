"""The orders in which a recurrent decoder moves its cell, looks at the source and predicts.

`BahdanauDecoder`         look with the old state, move the cell with what was seen, predict
`LuongFeedingDecoder`     move the cell with what was seen before, look with the new state, predict
`LuongDecoder`            the same with nothing fed: all steps at once
`PlainDecoder`            never look
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from attnstudio.model.attention import Attended, Inspection, ScoreFunction, attend
from attnstudio.model.cells import CellState, FedCells, SequenceCells
from attnstudio.model.interface import AttentionTrace
from attnstudio.model.intervention import AttentionSite

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Memory:
    """A source, ready to be looked at.

    Attributes:
        keys: (batch, src_len, hidden), projected for the score function.
        values: (batch, src_len, memory_size), the encoder's states.
        mask: (batch, src_len), True where the source is real.
    """

    keys: Tensor
    values: Tensor
    mask: Tensor

    def select(self, rows: Tensor) -> Memory:
        """The memory whose row *i* is this one's row ``rows[i]``."""
        return Memory(
            self.keys.index_select(0, rows),
            self.values.index_select(0, rows),
            self.mask.index_select(0, rows),
        )


@dataclass(frozen=True, slots=True)
class RecurrentState:
    """Where a recurrent decoder stands.

    Attributes:
        memory: its source; None without attention.
        cells: its cells.
        attentional: (batch, hidden), the last attentional vector where it is fed (Luong 3.3).
        position: how many tokens were fed so far.

    Rows may share a source: those of one source then stand side by side.
    """

    memory: Memory | None
    cells: CellState
    attentional: Tensor | None = None
    position: int = 0

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
        )

    def with_own_sources(self) -> RecurrentState:
        """The same state with the source repeated for each row."""
        rows = len(self.cells.top)
        if self.memory is None or len(self.memory.mask) == rows:
            return self
        sources = torch.arange(len(self.memory.mask), device=self.memory.mask.device)
        sources = sources.repeat_interleave(rows // len(sources))
        return replace(self, memory=self.memory.select(sources))


@dataclass(frozen=True, slots=True)
class Advance:
    """What some steps brought.

    Attributes:
        features: (batch, tgt_len, feature_size), from which the next tokens are predicted.
        state: where the decoder stands now.
        cross: trace of the attention if one was asked for.
    """

    features: Tensor
    state: RecurrentState
    cross: AttentionTrace | None = None


class RecurrentDecoder(nn.Module, ABC):
    """Everything between the embedded target and the features that predict the next token.

    Attributes:
        feature_size: size of the features.
    """

    feature_size: int

    @abstractmethod
    def start(self, values: Tensor, mask: Tensor, cells: CellState) -> RecurrentState:
        """The state before the first token, from the encoder's states and the cells' start."""

    @abstractmethod
    def advance(self, embedded: Tensor, state: RecurrentState, inspection: Inspection) -> Advance:
        """Feed the embedded tokens, (batch, tgt_len, embedding), one after the other."""


class PlainDecoder(RecurrentDecoder):
    """No attention: the source is known from the start state alone (Sutskever et al. 2014)."""

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
        inspection: Inspection,  # noqa: ARG002 - there is no attention to inspect
    ) -> Advance:
        run = self.cells.run(embedded, state.cells)
        position = state.position + embedded.size(1)
        return Advance(run.outputs, RecurrentState(None, run.state, None, position))


class LuongDecoder(RecurrentDecoder):
    """The cell does not see what was attended to, so that all target positions go at once.

    Attentional vector tanh(W_c [c_t; h_t]) (Luong et al. 2015, equation 5).
    """

    def __init__(self, cells: SequenceCells, score: ScoreFunction, *, memory_size: int) -> None:
        super().__init__()
        size = cells.hidden_size
        self.feature_size = size
        self.cells = cells
        self.score = score
        self.combine = nn.Linear(memory_size + size, size, bias=False)  # W_c

    def start(self, values: Tensor, mask: Tensor, cells: CellState) -> RecurrentState:  # noqa: D102
        return RecurrentState(Memory(self.score.project_keys(values), values, mask), cells)

    def advance(  # noqa: D102
        self, embedded: Tensor, state: RecurrentState, inspection: Inspection
    ) -> Advance:
        memory = _memory_of(state)
        run = self.cells.run(embedded, state.cells)
        look = _look(self.score, run.outputs, memory, inspection)
        combined = torch.cat((look.context, run.outputs), dim=-1)
        attentional = self.combine(combined).tanh()  # (batch, tgt_len, hidden)
        position = state.position + embedded.size(1)
        return Advance(
            attentional,
            RecurrentState(memory, run.state, None, position),
            _join_steps([look], memory) if inspection.trace else None,
        )


class LuongFeedingDecoder(RecurrentDecoder):
    """The cell sees the previous attentional vector beside the token (Luong et al. 2015, 3.3)."""

    def __init__(self, cells: FedCells, score: ScoreFunction, *, memory_size: int) -> None:
        super().__init__()
        size = cells.hidden_size
        self.feature_size = size
        self.cells = cells
        self.score = score
        self.combine = nn.Linear(memory_size + size, size, bias=False)  # W_c

    def start(self, values: Tensor, mask: Tensor, cells: CellState) -> RecurrentState:  # noqa: D102
        memory = Memory(self.score.project_keys(values), values, mask)
        return RecurrentState(memory, cells, torch.zeros_like(cells.top))

    def advance(  # noqa: D102
        self, embedded: Tensor, state: RecurrentState, inspection: Inspection
    ) -> Advance:
        memory = _memory_of(state)
        cells, attentional = state.cells, state.attentional
        assert attentional is not None, "this state comes from another decoder"
        looks: list[_Look] = []
        features: list[Tensor] = []
        for offset, projected in enumerate(self.cells.project_inputs(embedded).unbind(dim=1)):
            cells = self.cells.step(projected, attentional, cells)
            here = _at(inspection, offset)
            look = _look(self.score, cells.top.unsqueeze(1), memory, here)
            combined = torch.cat((look.context.squeeze(1), cells.top), dim=-1)
            attentional = self.combine(combined).tanh()  # (batch, hidden)
            looks.append(look)
            features.append(attentional)
        position = state.position + embedded.size(1)
        return Advance(
            torch.stack(features, dim=1),
            RecurrentState(memory, cells, attentional, position),
            _join_steps(looks, memory) if inspection.trace else None,
        )


class BahdanauDecoder(RecurrentDecoder):
    """Look with the state before the step; the cell sees the context beside the token.

    The features are maxout(U_o s_t + V_o y_{t-1} + C_o c_t) with pairs of units (Bahdanau et al.
    2015, appendix A.2.2; here with s_t, the state after the step).
    """

    def __init__(
        self, cells: FedCells, score: ScoreFunction, *, memory_size: int, embedding_size: int
    ) -> None:
        super().__init__()
        self.feature_size = cells.hidden_size // 2
        self.cells = cells
        self.score = score
        self.deep_output = nn.Linear(
            cells.hidden_size + memory_size + embedding_size, 2 * self.feature_size
        )

    def start(self, values: Tensor, mask: Tensor, cells: CellState) -> RecurrentState:  # noqa: D102
        return RecurrentState(Memory(self.score.project_keys(values), values, mask), cells)

    def advance(  # noqa: D102
        self, embedded: Tensor, state: RecurrentState, inspection: Inspection
    ) -> Advance:
        memory = _memory_of(state)
        cells = state.cells
        looks: list[_Look] = []
        tops: list[Tensor] = []
        for offset, projected in enumerate(self.cells.project_inputs(embedded).unbind(dim=1)):
            here = _at(inspection, offset)
            look = _look(self.score, cells.top.unsqueeze(1), memory, here)
            cells = self.cells.step(projected, look.context.squeeze(1), cells)
            looks.append(look)
            tops.append(cells.top)
        contexts = torch.cat([look.context for look in looks], dim=1)
        seen = torch.cat((torch.stack(tops, dim=1), contexts, embedded), dim=-1)
        features = self.deep_output(seen).unflatten(-1, (self.feature_size, 2)).amax(dim=-1)
        position = state.position + embedded.size(1)
        return Advance(
            features,
            RecurrentState(memory, cells, None, position),
            _join_steps(looks, memory) if inspection.trace else None,
        )


@dataclass(frozen=True, slots=True)
class _Look:
    """Projected queries (batch, tgt_len, hidden) and what they saw of the source."""

    queries: Tensor
    attended: Attended

    @property
    def context(self) -> Tensor:
        context = self.attended.context  # (sources, heads=1, …, memory_size)
        return context.view(*self.queries.shape[:2], -1)  # (batch, tgt_len, memory_size)


def _look(score: ScoreFunction, states: Tensor, memory: Memory, inspection: Inspection) -> _Look:
    """Rows that share a source look at it together, as if they were target positions."""
    queries = score.project_queries(states)
    together = queries.reshape(memory.values.size(0), -1, queries.size(-1))
    attended = attend(
        score.score(together, memory.keys).unsqueeze(1),  # (batch, heads=1, tgt_len, src_len)
        memory.values.unsqueeze(1),
        memory.mask[:, None, None, :],
        site=AttentionSite.CROSS,
        inspection=inspection,
    )
    return _Look(queries, attended)


def _join_steps(looks: Sequence[_Look], memory: Memory) -> AttentionTrace:
    """One trace, with one layer and one head, of looks that follow each other."""
    return AttentionTrace(
        queries=torch.cat([look.queries for look in looks], dim=1)[:, None, None],
        keys=memory.keys[:, None, None],
        scores=torch.cat([look.attended.scores for look in looks], dim=2).unsqueeze(1),
        weights=torch.cat([look.attended.weights for look in looks], dim=2).unsqueeze(1),
    )


def _at(inspection: Inspection, offset: int) -> Inspection:
    return Inspection(inspection.intervention, inspection.trace, inspection.first_target + offset)


def _memory_of(state: RecurrentState) -> Memory:
    assert state.memory is not None, "this state comes from another decoder"
    return state.memory
