"""The ways in which weights are made of scores, other than a softmax."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from attnstudio.interpretation.formula import (
    Arithmetic,
    Summand,
    Table,
    number_text,
    signed_in_brackets,
    written_out,
)

_HALVINGS = 200  # until the two ends of what is searched are neighbours


@dataclass(frozen=True, slots=True)
class Entmax:
    """max(0, (α - 1) s / T - τ)^(1 / (α - 1)), with τ where they sum to 1 (Peters et al. 2019).

    Attributes:
        scores: (1, columns).
        alpha: above 1 and up to 2, which is sparsemax (Martins and Astudillo 2016).
        temperature: T; larger evens out, smaller sharpens.
    """

    scores: Table
    alpha: float
    temperature: float = 1.0

    def values(self) -> Table:
        """See `Work`."""
        return self.above(self.threshold())

    def above(self, threshold: float) -> Table:
        """(1, columns): the weights at a threshold; their sum falls as it grows."""
        slope = (self.alpha - 1.0) / self.temperature
        return np.asarray(np.maximum(0.0, slope * self.scores - threshold) ** self.power)

    @property
    def power(self) -> float:
        """1 / (α - 1)."""
        return 1.0 / (self.alpha - 1.0)

    def threshold(self) -> float:
        """τ, by halving what it lies in: one weight is 1 at its lower end, all 0 at its upper."""
        upper = float(self.scores.max()) * (self.alpha - 1.0) / self.temperature
        lower = upper - 1.0
        for _ in range(_HALVINGS):
            middle = 0.5 * (lower + upper)
            if middle in (lower, upper):
                break
            if self.above(middle).sum() >= 1.0:
                lower = middle
            else:
                upper = middle
        return lower

    def arithmetic(self, row: int, column: int) -> Arithmetic:
        """See `Work`."""
        score = float(self.scores[row, column])
        result = float(self.values()[row, column])
        return Arithmetic((), 0.0, 0, score, self.text(column, self.threshold()), result)

    def text(self, column: int, threshold: float) -> str:
        """How a weight is made at a threshold."""
        score = number_text(float(self.scores[0, column]))
        if self.temperature != 1.0:
            score = f"{score} / {number_text(self.temperature)}"
        if self.alpha == 2.0:
            return f"max(0, {score} − {signed_in_brackets(threshold)})"
        if self.alpha == 1.5:
            return f"max(0, {score} / 2 − {signed_in_brackets(threshold)})²"
        score = f"({score})" if score.startswith("−") else score
        scaled = f"{number_text(self.alpha - 1.0)} × {score}"
        power = number_text(self.power)
        return f"max(0, {scaled} − {signed_in_brackets(threshold)})^{power}"


@dataclass(frozen=True, slots=True)
class Sharpness:
    """1 + σ(w), the α of a head (Correia et al. 2019, section 3).

    Attributes:
        learned: w.
    """

    learned: float

    def values(self) -> Table:
        """See `Work`."""
        return np.array([[1.5 + 0.5 * math.tanh(0.5 * self.learned)]])

    def arithmetic(self, row: int, column: int) -> Arithmetic:
        """See `Work`."""
        finish = f"1 + σ({number_text(self.learned)})"
        return Arithmetic((), 0.0, 0, self.learned, finish, float(self.values()[row, column]))


@dataclass(frozen=True, slots=True)
class Threshold:
    """τ of an `Entmax`: for sparsemax (Σ s - 1) / k over the k scores above it.

    Otherwise it is known by what comes of it: with it the weights add up to 1.
    """

    weights: Entmax
    names: tuple[str, ...]

    def values(self) -> Table:
        """See `Work`."""
        return np.array([[self.weights.threshold()]])

    def arithmetic(self, row: int, column: int) -> Arithmetic:  # noqa: ARG002 - there is one number
        """See `Work`."""
        threshold = self.weights.threshold()
        scores = self.weights.scores[0]
        if self.weights.alpha == 2.0:
            kept = np.where(scores > threshold, scores, 0.0)
            count = int((scores > threshold).sum())
            total = math.fsum(kept)
            finish = f"({number_text(total)} − 1) / {count}"

            def score(place: int) -> Summand:
                value = float(scores[place])
                return Summand(self.names[place], number_text(value), value)

            return written_out(kept, score, finish, total, threshold)
        shares = self.weights.values()[0]

        def share(place: int) -> Summand:
            text = self.weights.text(place, threshold)
            return Summand(self.names[place], text, float(shares[place]))

        total = math.fsum(shares)
        return written_out(shares, share, "Σ = 1", total, threshold)


@dataclass(frozen=True, slots=True)
class Shares:
    """s over the sum of all that may be looked at (Katharopoulos et al. 2020, equation 4).

    Attributes:
        scores: (1, columns), above 0; minus infinity where nothing may be looked at.
        names: of the columns.
    """

    scores: Table
    names: tuple[str, ...]

    def values(self) -> Table:
        """See `Work`."""
        there = self._there()
        return np.asarray(there / there.sum())

    def arithmetic(self, row: int, column: int) -> Arithmetic:
        """See `Work`."""
        there = self._there()[row]
        total = math.fsum(there)

        def summand(place: int) -> Summand:
            value = float(there[place])
            return Summand(self.names[place], number_text(value), value)

        finish = f"{number_text(float(there[column]))} / {number_text(total)}"
        result = float(there[column]) / total
        return written_out(there, summand, finish, total, result)

    def _there(self) -> Table:
        return np.where(np.isneginf(self.scores), 0.0, self.scores)
