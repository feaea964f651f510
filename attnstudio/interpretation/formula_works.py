"""The ways in which numbers on formula cards are made of others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from attnstudio.inference.step_numbers import Affine, Norm
from attnstudio.interpretation.formula import (
    Arithmetic,
    Summand,
    Table,
    number_text,
    signed_in_brackets,
    written_out,
)

Given = NDArray[np.floating]


class Squash(StrEnum):
    """What is done with a sum."""

    NOTHING = ""
    TANH = "tanh"
    SIGMOID = "σ"
    TWICE_SIGMOID = "2 σ"

    def __call__(self, sums: Table) -> Table:
        """Of each number."""
        match self:
            case Squash.NOTHING:
                return sums
            case Squash.TANH:
                return np.tanh(sums)
            case Squash.SIGMOID:
                return np.asarray(0.5 * (1.0 + np.tanh(0.5 * sums)))
            case Squash.TWICE_SIGMOID:
                return np.asarray(1.0 + np.tanh(0.5 * sums))


@dataclass(frozen=True, slots=True)
class Products:
    """f(Σ left · right + bias): rows of the left with rows of the right.

    Attributes:
        left: (rows, n).
        right: (columns, n).
        names: of the n products.
        bias: (columns,); None where nothing is added.
        squash: f.
    """

    left: Table
    right: Table
    names: tuple[str, ...]
    bias: Table | None = None
    squash: Squash = Squash.NOTHING

    def values(self) -> Table:
        """See `Work`."""
        sums: Table = self.left @ self.right.T
        return self.squash(sums if self.bias is None else sums + self.bias)

    def arithmetic(self, row: int, column: int) -> Arithmetic:
        """See `Work`."""
        left, right = self.left[row], self.right[column]
        values = left * right
        bias = 0.0 if self.bias is None else float(self.bias[column])

        def summand(place: int) -> Summand:
            factors = float(left[place]), float(right[place])
            return Summand(self.names[place], _product(factors), float(values[place]))

        total = math.fsum((*values, bias))
        finish, result = _finished(total, self.squash)
        made = written_out(values, summand, finish, total, result)
        if self.bias is None:
            return made
        parts = (*made.summands, Summand("b", number_text(bias), bias))  # no product: never a rest
        return replace(made, summands=tuple(sorted(parts, key=lambda part: -abs(part.value))))


@dataclass(frozen=True, slots=True)
class NamedTerm:
    """A summand that every column has: the product of its factors, over a divisor.

    Attributes:
        name: what it is called.
        factors: (columns,) each.
        divisor: (columns,); None where nothing is divided.
    """

    name: str
    factors: tuple[Table, ...]
    divisor: Table | None = None

    def value(self) -> Table:
        """(columns,)."""
        product = np.asarray(np.prod(self.factors, axis=0))
        return product if self.divisor is None else product / self.divisor

    def summand(self, column: int) -> Summand:
        """One of them, written out."""
        factors = [float(factor[column]) for factor in self.factors]
        text, value = _product(factors), math.prod(factors)
        if self.divisor is not None:
            divisor = float(self.divisor[column])
            text, value = f"{text} / {number_text(divisor)}", value / divisor
        return Summand(self.name, text, value)


@dataclass(frozen=True, slots=True)
class Terms:
    """A sum of terms, component by component."""

    terms: tuple[NamedTerm, ...]

    def values(self) -> Table:
        """See `Work`."""
        return np.asarray(np.sum([term.value() for term in self.terms], axis=0))[None]

    def arithmetic(self, row: int, column: int) -> Arithmetic:  # noqa: ARG002 - there is one row
        """See `Work`."""
        return _squashed([term.summand(column) for term in self.terms], Squash.NOTHING)


@dataclass(frozen=True, slots=True)
class Copied:
    """The same numbers under another name, or each under another."""

    numbers: Table
    name: str | tuple[str, ...]

    def values(self) -> Table:
        """See `Work`."""
        return self.numbers

    def arithmetic(self, row: int, column: int) -> Arithmetic:
        """See `Work`."""
        number = float(self.numbers[row, column])
        name = self.name if isinstance(self.name, str) else self.name[column]
        return _squashed([Summand(name, number_text(number), number)], Squash.NOTHING)


@dataclass(frozen=True, slots=True)
class Divided:
    """Each number by the same one, the root of a whole number."""

    numbers: Table
    square: int

    def values(self) -> Table:
        """See `Work`."""
        return self.numbers / math.sqrt(self.square)

    def arithmetic(self, row: int, column: int) -> Arithmetic:
        """See `Work`."""
        number = float(self.numbers[row, column])
        result = number / math.sqrt(self.square)
        finish = f"{number_text(number)} / √{self.square}"
        return Arithmetic((), 0.0, 0, number, finish, result)


@dataclass(frozen=True, slots=True)
class Masked:
    """The numbers where a query may look, minus infinity elsewhere."""

    numbers: Table
    hidden: NDArray[np.bool_]

    def values(self) -> Table:
        """See `Work`."""
        return np.where(self.hidden, -math.inf, self.numbers)

    def arithmetic(self, row: int, column: int) -> Arithmetic:
        """See `Work`."""
        number, result = float(self.numbers[row, column]), float(self.values()[row, column])
        change = f"{number_text(number)} → {number_text(result)}"
        return Arithmetic((), 0.0, 0, number, change, result)


@dataclass(frozen=True, slots=True)
class Softmax:
    """exp(s / T) over the sum of it.

    Attributes:
        scores: (1, columns).
        names: of the columns.
        temperature: T; larger evens out, smaller sharpens.
        others: log Σ exp of scores that are not shown; minus infinity where all are.
        other_count: how many those are.
    """

    scores: Table
    names: tuple[str, ...]
    temperature: float = 1.0
    others: float = -math.inf
    other_count: int = 0

    def values(self) -> Table:
        """See `Work`."""
        shown = self._shifted()
        return np.asarray(np.exp(shown) / (np.exp(shown).sum() + self._hidden_sum()))

    def arithmetic(self, row: int, column: int) -> Arithmetic:
        """See `Work`."""
        shown = self._shifted()[0]
        tops = np.exp(shown)
        hidden = self._hidden_sum()
        total = math.fsum(tops) + hidden

        def summand(place: int) -> Summand:
            score = float(self.scores[0, place])
            return Summand(self.names[place], self._exponent(score), float(tops[place]))

        finish = f"{number_text(float(tops[column]))} / {number_text(total)}"
        result = float(self.values()[row, column])
        made = written_out(tops, summand, finish, total, result)
        count = made.rest_count + self.other_count
        return replace(made, rest=made.rest + hidden, rest_count=count)

    def _exponent(self, score: float) -> str:
        difference = f"{number_text(score)} − {signed_in_brackets(self._most())}"
        if self.temperature == 1.0:
            return f"exp({difference})"
        return f"exp(({difference}) / {number_text(self.temperature)})"

    def _most(self) -> float:
        return float(self.scores.max())

    def _shifted(self) -> Table:
        """Less the largest, so that none is too large for `exp`: it cancels out."""
        return (self.scores - self._most()) / self.temperature

    def _hidden_sum(self) -> float:
        return math.exp(self.others - self._most())


@dataclass(frozen=True, slots=True)
class Normed:
    """(r - μ) / √(σ² + ε) · γ + β (Ba et al. 2016).

    Attributes:
        came: r, (1, columns).
        norm: γ, β and ε.
        name: of r.
    """

    came: Table
    norm: Norm
    name: str

    def values(self) -> Table:
        """See `Work`."""
        scale, shift = (np.asarray(a, np.float64) for a in (self.norm.scale, self.norm.shift))
        return (self.came - self._mean) / self._deviation * scale + shift

    def arithmetic(self, row: int, column: int) -> Arithmetic:
        """See `Work`."""
        number, scale = float(self.came[row, column]), float(self.norm.scale[column])
        shift = float(self.norm.shift[column])
        middle = f"({number_text(number)} − {signed_in_brackets(self._mean)})"
        text = f"{middle} / {number_text(self._deviation)} × {signed_in_brackets(scale)}"
        value = (number - self._mean) / self._deviation * scale
        summands = [Summand(self.name, text, value), Summand("β", number_text(shift), shift)]
        return _squashed(summands, Squash.NOTHING)

    @property
    def _mean(self) -> float:
        return float(self.came.mean())

    @property
    def _deviation(self) -> float:
        return math.sqrt(float(self.came.var()) + self.norm.epsilon)


@dataclass(frozen=True, slots=True)
class Larger:
    """The larger of each pair of numbers (Goodfellow et al. 2013, Maxout Networks)."""

    numbers: Table

    def values(self) -> Table:
        """See `Work`."""
        return np.asarray(self.numbers.reshape(1, -1, 2).max(axis=-1))

    def arithmetic(self, row: int, column: int) -> Arithmetic:  # noqa: ARG002 - there is one row
        """See `Work`."""
        one, other = self.numbers[0, 2 * column : 2 * column + 2].tolist()
        finish = f"max({number_text(one)}, {number_text(other)})"
        return Arithmetic((), 0.0, 0, max(one, other), finish, max(one, other))


def linear(
    inputs: Given, layer: Affine, names: tuple[str, ...], squash: Squash = Squash.NOTHING
) -> Products:
    """What a linear layer makes of (n,) or (rows, n)."""
    bias = None if layer.bias is None else doubles(layer.bias)
    left = np.atleast_2d(doubles(inputs))
    return Products(left, doubles(layer.weight), names, bias, squash)


def doubles(numbers: Given) -> Table:
    """In double precision."""
    return np.asarray(numbers, dtype=np.float64)


def _product(factors: Sequence[float]) -> str:
    first, *others = factors
    return " × ".join([number_text(first), *map(signed_in_brackets, others)])


def _squashed(summands: list[Summand], squash: Squash) -> Arithmetic:
    values = np.array([each.value for each in summands])
    total = math.fsum(values)
    finish, result = _finished(total, squash)
    return written_out(values, summands.__getitem__, finish, total, result)


def _finished(total: float, squash: Squash) -> tuple[str, float]:
    """What is done with a sum, and what comes of it."""
    result = float(squash(np.array(total)))
    return (f"{squash}({number_text(total)})" if squash else ""), result
