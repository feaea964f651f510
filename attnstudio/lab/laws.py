"""How a cost grows with size, as measured and as the law says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

_LARGER = 3  # sizes that a slope is fitted over: start-up costs rule the small ones
_LEAST = 1e-9
_Shares = NDArray[np.float64]
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def slope(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """The exponent of growth over the larger sizes: least squares in logarithms of both."""
    x, y = (np.log(np.maximum(values[-_LARGER:], _LEAST)) for values in (sizes, costs))
    return float(np.polyfit(x, y, 1)[0])


@dataclass(frozen=True, slots=True)
class Law:
    """A sum of powers of the size, such as a + b·n.

    Attributes:
        exponents: of the powers, ascending: at most three.
        size: the letter that stands for the size.
    """

    exponents: tuple[int, ...]
    size: str = "n"

    @property
    def formula(self) -> str:
        """As one writes it."""
        terms = (
            letter + self._power(exponent)
            for letter, exponent in zip("abc", self.exponents, strict=False)
        )
        return " + ".join(terms)

    @property
    def expected_slope(self) -> str:
        """What `slope` should find."""
        low, high = self.exponents[0], self.exponents[-1]
        return f"{low}" if low == high else f"{low} to {high}"

    def fit(self, sizes: Sequence[float], costs: Sequence[float]) -> tuple[float, ...]:
        """The factors of the powers, none below 0, with the smallest relative errors.

        A single power is fitted over the larger sizes, since it leaves out what does not grow.
        """
        x, y = np.asarray(sizes, float), np.maximum(costs, _LEAST)
        shares = np.stack([x**exponent / y for exponent in self.exponents])  # (powers, sizes)
        if len(shares) == 1:
            return (_mean_factor(shares[0][-_LARGER:]),)
        found = _least_squares(shares)
        if found.min() < 0:
            fewer = (
                _of_powers(shares, powers)
                for count in range(1, len(shares))
                for powers in combinations(range(len(shares)), count)
            )
            allowed = (factors for factors in fewer if factors.min() >= 0)
            found = min(allowed, key=lambda factors: _error(shares, factors))
        return tuple(map(float, found))

    def cost(self, factors: Sequence[float], size: float) -> float:
        """What the law says for a size."""
        return sum(f * size**exponent for f, exponent in zip(factors, self.exponents, strict=True))

    def share(self, factors: Sequence[float], size: float, exponent: int) -> float:
        """Which part of the cost at a size grows with this power, from 0 to 1."""
        powers = zip(factors, self.exponents, strict=True)
        part = sum(factor * size**power for factor, power in powers if power == exponent)
        whole = self.cost(factors, size)
        return part / whole if whole else 0.0

    def written(self, factors: Sequence[float]) -> str:
        """The formula with its factors."""
        terms = (
            _written(factor) + self._power(exponent)
            for factor, exponent in zip(factors, self.exponents, strict=True)
        )
        return " + ".join(terms)

    def _power(self, exponent: int) -> str:
        return "" if exponent == 0 else f"·{self.size}" + ("²" if exponent == 2 else "")


def _of_powers(shares: _Shares, powers: Sequence[int]) -> _Shares:
    """The best factors of some of the powers, the others left away."""
    factors = np.zeros(len(shares))
    chosen = shares[list(powers)]
    factors[list(powers)] = _mean_factor(chosen[0]) if len(powers) == 1 else _least_squares(chosen)
    return factors


def _least_squares(shares: _Shares) -> _Shares:
    scale = np.linalg.norm(shares, axis=1)  # powers of large sizes differ by many digits
    scaled = (shares.T / scale, np.ones(shares.shape[1]))
    found: _Shares = np.linalg.lstsq(*scaled, rcond=None)[0] / scale
    return found


def _error(shares: _Shares, factors: _Shares) -> float:
    return float(((factors @ shares - 1) ** 2).sum())


def _mean_factor(shares: _Shares) -> float:
    """By which a power must be multiplied, the geometric mean of all sizes."""
    return float(np.exp(-np.log(shares).mean()))


def _written(factor: float) -> str:
    """Three figures, and a power of ten where there would be many zeros."""
    if factor == 0 or 1e-3 <= factor < 1e5:
        return f"{float(f'{factor:.3g}'):,g}"
    figures, _, power = f"{factor:.2e}".partition("e")
    return f"{float(figures):g}·10{str(int(power)).translate(_RAISED)}"
