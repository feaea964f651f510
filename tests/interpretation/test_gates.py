"""How far gates are open, against a count by hand."""

import numpy as np
import pytest

from attnstudio.interpretation.formula import CardKind, card
from attnstudio.interpretation.gates import STEPS, gate_spread, gate_template

VALUES = [0.0, 0.05, 0.0999, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1.0]


def gate(values, kind=CardKind.UPDATE):
    return card(kind, "z", np.array(values), None)


def test_numbers_are_counted_in_ten_steps_from_shut_to_open():
    spread = gate_spread(gate(VALUES))

    assert spread.counts == (3, 1, 1, 0, 0, 1, 0, 1, 0, 3)
    assert spread.total == len(VALUES)
    middle = sum(VALUES) / len(VALUES)
    assert spread.mean == pytest.approx(middle)
    squares = sum((value - middle) ** 2 for value in VALUES) / len(VALUES)
    assert spread.deviation == pytest.approx(squares**0.5)


def test_a_gate_that_is_all_the_way_open_is_in_the_last_step():
    assert gate_spread(gate([1.0] * 7)).counts == (*(0,) * (STEPS - 1), 7)


@pytest.mark.parametrize(
    "kind",
    [CardKind.RESET, CardKind.UPDATE, CardKind.INPUT_GATE, CardKind.FORGET_GATE,
     CardKind.OUTPUT_GATE],
)  # fmt: skip
def test_every_gate_says_how_much_it_lets_through(kind):
    assert gate_spread(gate(VALUES, kind)) is not None
    words = gate_template(kind).format(mean="1 %", spread="2 %", n=3, shut=4, open=5)

    assert "{" not in words
    for told in ("1 %", "2 %", "3", "4", "5"):
        assert told in words


@pytest.mark.parametrize("kind", [CardKind.CANDIDATE, CardKind.STATE, CardKind.SOFTMAX])
def test_what_is_no_gate_is_not_counted(kind):
    assert gate_spread(gate(VALUES, kind)) is None
