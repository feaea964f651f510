"""The cards of one layer of recurrent cells: its gates, and the state that they let through.

The equations are those of `torch.nn.GRU` and `torch.nn.LSTM`. That GRU is not quite the one of Cho
et al. 2014: its reset gate acts on the product with the state before, bias and all, and its update
gate says how much of that state is kept. That LSTM is the one of Gers et al. 2000, without
peepholes.
"""

from __future__ import annotations

import numpy as np

from attnstudio.inference.step_numbers import CellNumbers
from attnstudio.interpretation.formula import Card, CardKind, Table, card, components
from attnstudio.interpretation.formula_works import (
    NamedTerm,
    Products,
    Squash,
    Terms,
    doubles,
)


def cell_cards(cell: CellNumbers, layer: int, inputs: tuple[str, ...]) -> list[Card]:
    """The cards of one layer at one step.

    Args:
        cell: its numbers.
        layer: which one, counted from 0.
        inputs: names of the components of what it is fed.
    """
    names = (*inputs, *components("s", len(cell.before)))
    gates = _Gates(cell, layer, names)
    return _gru_cards(gates) if cell.memory_before is None else _lstm_cards(gates)


class _Gates:
    """The numbers of a layer in double precision, gate by gate."""

    def __init__(self, cell: CellNumbers, layer: int, names: tuple[str, ...]) -> None:
        self.cell, self.layer, self.names = cell, layer, names
        self.before = doubles(cell.before)
        self.gates = doubles(cell.gates)
        self._size = len(cell.before)
        self._fed = np.concatenate((doubles(cell.inputs), self.before))[None]

    def card(
        self, kind: CardKind, formula: str, number: int, squash: Squash, scale: Table | None = None
    ) -> Card:
        """The card of a gate.

        Args:
            kind: which.
            formula: its formula.
            number: its place in torch's order.
            squash: what is done with the sum.
            scale: (hidden,) by which the product with the state is multiplied first.
        """
        part = slice(number * self._size, (number + 1) * self._size)
        weights, hidden_bias = (
            doubles(self.cell.weights[part]),
            doubles(self.cell.hidden_bias[part]),
        )
        if scale is not None:
            weights, hidden_bias = weights.copy(), hidden_bias * scale
            weights[:, -self._size :] *= scale[:, None]
        bias = doubles(self.cell.input_bias[part]) + hidden_bias
        work = Products(self._fed, weights, self.names, bias, squash)
        values = self.gates[number]
        return card(kind, formula, values, work, layer=self.layer)

    def state_card(self, formula: str, *terms: NamedTerm) -> Card:
        """The card of the state after the step."""
        return card(CardKind.STATE, formula, self.cell.after, Terms(terms), layer=self.layer)


def _gru_cards(gates: _Gates) -> list[Card]:
    reset, update, candidate = gates.gates
    return [
        gates.card(CardKind.RESET, "r = σ(W_r x + U_r s + b_r)", 0, Squash.SIGMOID),
        gates.card(CardKind.UPDATE, "z = σ(W_z x + U_z s + b_z)", 1, Squash.SIGMOID),
        gates.card(
            CardKind.CANDIDATE, "n = tanh(W_n x + b_n + r ⊙ (U_n s + b′_n))", 2, Squash.TANH, reset
        ),
        gates.state_card(
            "s′ = (1 − z) ⊙ n + z ⊙ s",
            NamedTerm("(1 − z) ⊙ n", (1.0 - update, candidate)),
            NamedTerm("z ⊙ s", (update, gates.before)),
        ),
    ]


def _lstm_cards(gates: _Gates) -> list[Card]:
    enter, forget, candidate, show = gates.gates
    before, after = gates.cell.memory_before, gates.cell.memory_after
    assert before is not None
    assert after is not None
    memory = Terms(
        (
            NamedTerm("f ⊙ m", (forget, doubles(before))),
            NamedTerm("i ⊙ g", (enter, candidate)),
        )
    )
    return [
        gates.card(CardKind.INPUT_GATE, "i = σ(W_i x + U_i s + b_i)", 0, Squash.SIGMOID),
        gates.card(CardKind.FORGET_GATE, "f = σ(W_f x + U_f s + b_f)", 1, Squash.SIGMOID),
        gates.card(CardKind.MEMORY_CANDIDATE, "g = tanh(W_g x + U_g s + b_g)", 2, Squash.TANH),
        gates.card(CardKind.OUTPUT_GATE, "o = σ(W_o x + U_o s + b_o)", 3, Squash.SIGMOID),
        card(CardKind.MEMORY, "m′ = f ⊙ m + i ⊙ g", after, memory, layer=gates.layer),
        gates.state_card(
            "s′ = o ⊙ tanh(m′)", NamedTerm("o ⊙ tanh(m′)", (show, np.tanh(doubles(after))))
        ),
    ]
