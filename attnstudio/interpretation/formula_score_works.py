"""The ways in which places and reaches make numbers of a score."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from attnstudio.interpretation.formula import (
    Arithmetic,
    Summand,
    Table,
    number_text,
    signed_in_brackets,
    written_out,
)
from attnstudio.interpretation.formula_works import Products

_FAINTEST = -30.0  # as the model has it: what e is put to the power of at least


@dataclass(frozen=True, slots=True)
class Finished:
    """Sums of products, each divided by the root of a whole number, or times a whole number.

    Attributes:
        sums: what is added up.
        square: under the root.
        times: what is multiplied with.
    """

    sums: Products
    square: int = 1
    times: int = 1

    def values(self) -> Table:
        """See `Work`."""
        return self.sums.values() * self.times / math.sqrt(self.square)

    def arithmetic(self, row: int, column: int) -> Arithmetic:
        """See `Work`."""
        made = self.sums.arithmetic(row, column)
        finish = made.finish or number_text(made.result)
        if self.times != 1:
            finish = f"{self.times} × {finish}"
        if self.square != 1:
            finish = f"{finish} / √{self.square}"
        return replace(made, finish=finish, result=float(self.values()[row, column]))


@dataclass(frozen=True, slots=True)
class Turned:
    """Each pair of numbers turned as a point by place · 10000^(-2i/d) (Su et al. 2021).

    Attributes:
        vectors: (rows, d).
        places: of the rows, counted from 0.
        names: of the d numbers.
    """

    vectors: Table
    places: tuple[int, ...]
    names: tuple[str, ...]

    def values(self) -> Table:
        """See `Work`."""
        angles = np.outer(self.places, self._speeds())
        across, up = self.vectors[:, 0::2], self.vectors[:, 1::2]
        turned = np.empty_like(self.vectors)
        turned[:, 0::2] = across * np.cos(angles) - up * np.sin(angles)
        turned[:, 1::2] = across * np.sin(angles) + up * np.cos(angles)
        return turned

    def arithmetic(self, row: int, column: int) -> Arithmetic:
        """See `Work`."""
        first = column - column % 2
        angle = self.places[row] * float(self._speeds()[column // 2])
        ways = ("cos", "−sin") if column == first else ("sin", "cos")
        summands = []
        for place, way in zip((first, first + 1), ways, strict=True):
            number = float(self.vectors[row, place])
            sign = -1.0 if way.startswith("−") else 1.0
            wave = math.sin(angle) if way.endswith("sin") else math.cos(angle)
            text = f"{number_text(number)} × {_bracketed(f'{way}({number_text(angle)})')}"
            summands.append(Summand(self.names[place], text, number * sign * wave))
        return _sum_of(summands)

    def _speeds(self) -> Table:
        size = self.vectors.shape[1]
        return np.asarray(10_000.0 ** (-np.arange(0, size, 2) / size))


@dataclass(frozen=True, slots=True)
class Features:
    """elu(x) + 1 of each number (Katharopoulos et al. 2020, equation 7)."""

    numbers: Table

    def values(self) -> Table:
        """See `Work`."""
        below = np.exp(np.clip(self.numbers, _FAINTEST, 0.0))
        return np.where(self.numbers > 0.0, self.numbers + 1.0, below)

    def arithmetic(self, row: int, column: int) -> Arithmetic:
        """See `Work`."""
        number = float(self.numbers[row, column])
        finish = f"{number_text(number)} + 1" if number > 0.0 else f"exp({number_text(number)})"
        return Arithmetic((), 0.0, 0, number, finish, float(self.values()[row, column]))


@dataclass(frozen=True, slots=True)
class Sloped:
    """-m |i - j| for each key j (Press et al. 2022)."""

    slope: float
    own: int
    key_len: int

    def values(self) -> Table:
        """See `Work`."""
        return -self.slope * np.abs(self.own - np.arange(self.key_len, dtype=np.float64))[None]

    def arithmetic(self, row: int, column: int) -> Arithmetic:
        """See `Work`."""
        finish = f"−{number_text(self.slope)} × |{self.own} − {column}|"
        result = float(self.values()[row, column])
        return Arithmetic((), 0.0, 0, result, finish, result)


@dataclass(frozen=True, slots=True)
class Near:
    """-(j - p)² / 2σ² with σ = D / 2 for each key j (Luong et al. 2015, equation 10)."""

    place: float
    window: int
    key_len: int

    def values(self) -> Table:
        """See `Work`."""
        far = np.arange(self.key_len, dtype=np.float64) - self.place
        return np.asarray(-(far**2) / (2.0 * (self.window / 2.0) ** 2))[None]

    def arithmetic(self, row: int, column: int) -> Arithmetic:
        """See `Work`."""
        far = f"({column} − {signed_in_brackets(self.place)})²"
        finish = f"−{far} / (2 × {number_text(self.window / 2.0)}²)"
        result = float(self.values()[row, column])
        return Arithmetic((), 0.0, 0, result, finish, result)


@dataclass(frozen=True, slots=True)
class Spanned:
    """log m of each key j, m = min(max((R + z - |i - j|) / R, 0), 1).

    Sukhbaatar et al. 2019, equations 1 and 3; minus infinity where m is 0.

    Attributes:
        span: z.
        ramp: R.
        own: i.
        key_len: how many keys there are.
    """

    span: float
    ramp: float
    own: int
    key_len: int

    def soft(self) -> Table:
        """(1, keys): m."""
        away = np.abs(self.own - np.arange(self.key_len, dtype=np.float64))
        return np.clip((self.ramp + self.span - away) / self.ramp, 0.0, 1.0)[None]

    def values(self) -> Table:
        """See `Work`."""
        soft = self.soft()
        return np.where(soft > 0.0, np.log(np.where(soft > 0.0, soft, 1.0)), -math.inf)

    def arithmetic(self, row: int, column: int) -> Arithmetic:
        """See `Work`."""
        ramp, span, result = self.ramp, self.span, float(self.values()[row, column])
        inner = f"({ramp:g} + {number_text(span)} − |{self.own} − {column}|) / {ramp:g}"
        soft = float(self.soft()[row, column])
        finish = f"log({inner})" if 0.0 < soft < 1.0 else f"log({soft:g})"
        return Arithmetic((), 0.0, 0, result, finish, result)


def _bracketed(text: str) -> str:
    return f"({text})" if text.startswith("−") else text


def _sum_of(summands: list[Summand]) -> Arithmetic:
    values = np.array([each.value for each in summands])
    total = math.fsum(values)
    return written_out(values, summands.__getitem__, "", total, total)
