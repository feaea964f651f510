"""How a number on a card is made, line by line."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from attnstudio.interpretation.formula import TOLERANCE, Arithmetic, Card, number_text


class SumLine(NamedTuple):
    """One line: what a part comes from, how it is made, and what it is."""

    name: str
    text: str
    number: str


def sum_of(card: Card, row: int, column: int) -> Arithmetic:
    """How one number of a card is made; the number alone where it is taken as it comes.

    Where what is recomputed is right, the sum ends with the very digits of the model's number.
    """
    value = float(card.values[row, column])
    made = card.arithmetic(row, column) or Arithmetic((), 0.0, 0, value, "", value)
    return replace(made, result=value) if abs(made.result - value) < TOLERANCE else made


def sum_lines(name: str, made: Arithmetic, rest: str) -> tuple[SumLine, ...]:
    """The parts of a number below each other; the last line is the number itself.

    Args:
        name: of the number.
        made: its parts.
        rest: what the other summands are called, where there are some.
    """
    lines = [SumLine(each.name, each.text, number_text(each.value)) for each in made.summands]
    if made.rest_count:
        lines.append(SumLine("", rest, number_text(made.rest)))
    if len(lines) > 1 and made.finish:
        lines.append(SumLine("", "Σ", number_text(made.total)))
    return (*lines, SumLine(name, made.finish, number_text(made.result)))
