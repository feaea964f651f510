"""How a cost grows with size, as measured and as the law says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_LARGER = 3  # sizes that a slope is fitted over: start-up costs rule the small ones
_LEAST = 1e-9
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def slope(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """The exponent of growth over the larger sizes: least squares in logarithms of both."""
    x, y = (np.log(np.maximum(values[-_LARGER:], _LEAST)) for values in (sizes, costs))
    return float(np.polyfit(x, y, 1)[0])


@dataclass(frozen=True, slots=True)
class Law:
    """A sum of powers of the size, such as a + b·n.

    Attributes:
        exponents: of the powers, ascending: one or two.
        size: the letter that stands for the size.
    """

    exponents: tuple[int, ...]
    size: str = "n"

    @property
    def formula(self) -> str:
        """As one writes it."""
        terms = (
            letter + self._power(exponent)
            for letter, exponent in zip("ab", self.exponents, strict=False)
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
        shares = [x**exponent / y for exponent in self.exponents]  # (powers, sizes)
        if len(shares) == 1:
            return (_mean_factor(shares[0][-_LARGER:]),)
        factors = np.linalg.lstsq(np.stack(shares, axis=1), np.ones(len(x)), rcond=None)[0]
        if min(factors) >= 0:
            return tuple(map(float, factors))
        alone = [_mean_factor(share) for share in shares]
        errors = [((share * f - 1) ** 2).sum() for share, f in zip(shares, alone, strict=True)]
        best = int(np.argmin(errors))
        return tuple(alone[i] if i == best else 0.0 for i in range(len(alone)))

    def cost(self, factors: Sequence[float], size: float) -> float:
        """What the law says for a size."""
        return sum(f * size**exponent for f, exponent in zip(factors, self.exponents, strict=True))

    def written(self, factors: Sequence[float]) -> str:
        """The formula with its factors."""
        terms = (
            _written(factor) + self._power(exponent)
            for factor, exponent in zip(factors, self.exponents, strict=True)
        )
        return " + ".join(terms)

    def _power(self, exponent: int) -> str:
        return "" if exponent == 0 else f"·{self.size}" + ("²" if exponent == 2 else "")


def _mean_factor(shares: np.ndarray) -> float:
    """By which a power must be multiplied, the geometric mean of all sizes."""
    return float(np.exp(-np.log(shares).mean()))


def _written(factor: float) -> str:
    """Three figures, and a power of ten where there would be many zeros."""
    if factor == 0 or 1e-3 <= factor < 1e5:
        return f"{float(f'{factor:.3g}'):,g}"
    figures, _, power = f"{factor:.2e}".partition("e")
    return f"{float(figures):g}·10{str(int(power)).translate(_RAISED)}"
