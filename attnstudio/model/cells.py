"""Stacks of recurrent cells: one that runs over a whole sequence, one that is fed step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor, nn

from attnstudio.config_model import Cell
from attnstudio.model.dropout import Dropout
from attnstudio.model.precision import has_rounded_lstm
from attnstudio.model.workings import CellWeights

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class CellState:
    """Where a stack of cells stands.

    Attributes:
        hidden: one (batch, hidden) a layer.
        memory: the same for the LSTM's cell; empty for a GRU.
    """

    hidden: tuple[Tensor, ...]
    memory: tuple[Tensor, ...] = ()

    @property
    def top(self) -> Tensor:
        """What the stack shows to the outside, (batch, hidden)."""
        return self.hidden[-1]

    def select(self, rows: Tensor) -> CellState:
        """The state whose row *i* is this one's row ``rows[i]``."""
        return CellState(
            tuple(layer.index_select(0, rows) for layer in self.hidden),
            tuple(layer.index_select(0, rows) for layer in self.memory),
        )


@dataclass(frozen=True, slots=True)
class CellRun:
    """What a stack showed at each step, (batch, length, hidden), and where it stands after it."""

    outputs: Tensor
    state: CellState


def recurrent_layers(
    cell: Cell, input_size: int, hidden_size: int, *, layers: int = 1, dropout: float = 0.0
) -> nn.GRU | nn.LSTM:
    """Torch's own stack of cells, batch first, with dropout between the layers."""
    kind = nn.GRU if cell is Cell.GRU else _LongShortTermMemory
    between = dropout if layers > 1 else 0.0  # torch warns about dropout that has no place
    return kind(input_size, hidden_size, layers, batch_first=True, dropout=between)


class _LongShortTermMemory(nn.LSTM):
    """Torch's own, in float32 where autocast would ask for one that the processor does not have."""

    def forward(  # type: ignore[override]  # of torch's three ways to call it, the one in use
        self, inputs: Tensor, state: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        kind = inputs.device.type
        if kind != "cpu" or not torch.is_autocast_enabled(kind) or has_rounded_lstm():
            return super().forward(inputs, state)
        plain = None if state is None else (state[0].float(), state[1].float())
        with torch.autocast(kind, enabled=False):
            return super().forward(inputs.float(), plain)


class SequenceCells(nn.Module):
    """Cells whose inputs are all known beforehand: fused over the whole sequence."""

    def __init__(
        self, cell: Cell, *, input_size: int, hidden_size: int, layers: int, dropout: float
    ) -> None:
        super().__init__()
        self.hidden_size = hidden_size
        self.recurrent = recurrent_layers(
            cell, input_size, hidden_size, layers=layers, dropout=dropout
        )

    def layer_weights(self) -> tuple[CellWeights, ...]:
        """What each layer has learned."""
        named = dict(self.recurrent.named_parameters())
        return tuple(
            CellWeights(
                named[f"weight_ih_l{layer}"],
                named[f"bias_ih_l{layer}"],
                named[f"weight_hh_l{layer}"],
                named[f"bias_hh_l{layer}"],
            )
            for layer in range(self.recurrent.num_layers)
        )

    def run(self, inputs: Tensor, state: CellState) -> CellRun:
        """Run over (batch, length, input_size)."""
        hidden = torch.stack(state.hidden)  # (layers, batch, hidden)
        if not state.memory:
            outputs, hidden = self.recurrent(inputs, hidden)
            return CellRun(outputs, CellState(hidden.unbind()))
        outputs, (hidden, memory) = self.recurrent(inputs, (hidden, torch.stack(state.memory)))
        return CellRun(outputs, CellState(hidden.unbind(), memory.unbind()))


class FedCells(nn.Module):
    """Cells that see, beside an input known beforehand, something fed at the time of the step.

    The equations are those of `torch.nn.GRU` and `torch.nn.LSTM`. The product with the known
    input is taken for all steps at once by `project_inputs`.
    """

    def __init__(
        self,
        cell: Cell,
        *,
        input_size: int,
        fed_size: int,
        hidden_size: int,
        layers: int,
        dropout: float,
    ) -> None:
        super().__init__()
        self.hidden_size = hidden_size
        gates_size = hidden_size * (3 if cell is Cell.GRU else 4)
        self.input_gates = nn.Linear(input_size, gates_size)
        self.fed_gates = nn.Linear(fed_size, gates_size, bias=False)
        self.upper_gates = nn.ModuleList(
            nn.Linear(hidden_size, gates_size) for _ in range(layers - 1)
        )
        self.hidden_gates = nn.ModuleList(nn.Linear(hidden_size, gates_size) for _ in range(layers))
        self.dropout = Dropout(dropout)

    def layer_weights(self) -> tuple[CellWeights, ...]:
        """What each layer has learned; the lowest is fed the known input, then the other."""
        given = (self.input_gates, *cast("Iterable[nn.Linear]", self.upper_gates))
        before = cast("Iterable[nn.Linear]", self.hidden_gates)
        layers = []
        for layer, (inputs, hidden) in enumerate(zip(given, before, strict=True)):
            weight = inputs.weight
            if not layer:
                weight = torch.cat((weight, self.fed_gates.weight), dim=1)
            layers.append(CellWeights(weight, inputs.bias, hidden.weight, hidden.bias))
        return tuple(layers)

    def project_inputs(self, inputs: Tensor) -> Tensor:
        """(batch, length, input_size) to (batch, length, gates)."""
        projected: Tensor = self.input_gates(inputs)
        return projected

    def step(self, projected: Tensor, fed: Tensor, state: CellState) -> CellState:
        """One step: ``projected`` is (batch, gates), ``fed`` is (batch, fed_size)."""
        gates = projected + self.fed_gates(fed)
        hidden: list[Tensor] = []
        memory: list[Tensor] = []
        for layer, hidden_gates in enumerate(self.hidden_gates):
            if layer:
                gates = self.upper_gates[layer - 1](self.dropout(hidden[-1]))
            recurrent = hidden_gates(state.hidden[layer])
            if state.memory:
                kept = _lstm_memory(gates + recurrent, state.memory[layer])
                memory.append(kept.memory)
                hidden.append(kept.hidden)
            else:
                hidden.append(_gru_hidden(gates, recurrent, state.hidden[layer]))
        return CellState(tuple(hidden), tuple(memory))


@dataclass(frozen=True, slots=True)
class _LstmUpdate:
    hidden: Tensor
    memory: Tensor


def _gru_hidden(gates: Tensor, recurrent: Tensor, hidden: Tensor) -> Tensor:
    size = hidden.size(-1)
    reset_update, candidate = torch.split(gates, [2 * size, size], dim=-1)
    recurrent_reset_update, recurrent_candidate = torch.split(recurrent, [2 * size, size], dim=-1)
    reset, update = (reset_update + recurrent_reset_update).sigmoid().chunk(2, dim=-1)
    candidate = (candidate + reset * recurrent_candidate).tanh()
    return candidate + update * (hidden - candidate)


def _lstm_memory(gates: Tensor, memory: Tensor) -> _LstmUpdate:
    enter, forget, candidate, show = gates.chunk(4, dim=-1)
    memory = forget.sigmoid() * memory + enter.sigmoid() * candidate.tanh()
    return _LstmUpdate(show.sigmoid() * memory.tanh(), memory)
