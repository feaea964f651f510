"""From which length on one kind costs less than another, and what the laws say beyond."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from attnstudio.lab.laws import Law
from attnstudio.lab.report import LabCurve, Measure

_CLEAR = math.log(1.05)  # less of a difference is noise
_TAIL = 5  # points that a law is fitted through: what each step costs anyhow rules the short ones


class Verdict(StrEnum):
    """When a kind costs less than another."""

    ALWAYS = "always"
    FROM = "from"  # some length on
    UNTIL = "until"  # some length
    SAME = "same"  # wherever both were measured, but for noise
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two kinds held against each other.

    Attributes:
        verdict: when the first costs less.
        length: where the lines cross, for ``FROM`` and ``UNTIL``; else 0.
        longest: at which both were measured; 0 where there is none.
    """

    verdict: Verdict
    length: float = 0.0
    longest: int = 0


@dataclass(frozen=True, slots=True)
class FittedLaw:
    """The known law of a kind, with the factors that fit its longer sentences best.

    Attributes:
        law: powers of the length.
        factors: of milliseconds or megabytes.
        first: the shortest length that it was fitted to.
    """

    law: Law
    factors: tuple[float, ...]
    first: int

    def cost(self, length: float) -> float:
        """What it says for a length."""
        return self.law.cost(self.factors, length)

    def square_share(self, length: float) -> float:
        """Which part of the cost grows with n²."""
        return self.law.share(self.factors, length, 2)


def crossing(curve: LabCurve, other: LabCurve, measure: Measure) -> Crossing:
    """When a kind costs less than another, as measured at the lengths that both have.

    Between two lengths both costs are taken to follow powers of the length.
    """
    own = dict(zip(curve.lengths, curve.costs(measure), strict=True))
    others = dict(zip(other.lengths, other.costs(measure), strict=True))
    lengths = [length for length in curve.lengths if length in others]
    if not lengths:
        return Crossing(Verdict.SAME)
    ratios = [_log_ratio(own[length], others[length]) for length in lengths]  # below 0: cheaper
    longest = lengths[-1]
    if all(abs(ratio) < _CLEAR for ratio in ratios):
        return Crossing(Verdict.SAME, longest=longest)
    if all(ratio < _CLEAR for ratio in ratios) and ratios[-1] < -_CLEAR and ratios[0] < 0:
        return Crossing(Verdict.ALWAYS, longest=longest)
    if ratios[-1] < -_CLEAR:
        return Crossing(Verdict.FROM, _last_change(lengths, ratios), longest)
    if ratios[0] < -_CLEAR and ratios[-1] > 0:
        return Crossing(Verdict.UNTIL, _last_change(lengths, ratios), longest)
    return Crossing(Verdict.NEVER, longest=longest)


def fitted_law(curve: LabCurve, measure: Measure) -> FittedLaw | None:
    """The known law through the longer sentences; None where there are too few points for it."""
    law = Law(curve.growth.exponents)
    lengths, costs = curve.lengths[-_TAIL:], curve.costs(measure)[-_TAIL:]
    if len(lengths) <= len(law.exponents):
        return None
    return FittedLaw(law, law.fit(lengths, costs), lengths[0])


def _log_ratio(cost: float, other: float) -> float:
    return math.log(max(cost, 1e-9) / max(other, 1e-9))


def _last_change(lengths: Sequence[int], ratios: Sequence[float]) -> float:
    """Where the last change of sign lies, between two lengths in logarithms."""
    at = lengths[0] * 1.0
    for (length, ratio), (after, next_ratio) in pairwise(zip(lengths, ratios, strict=True)):
        if (ratio < 0) != (next_ratio < 0):
            share = ratio / (ratio - next_ratio)
            at = length * (after / length) ** share
    return at
