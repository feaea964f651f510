"""From which length on one kind costs less than another, and what the laws say beyond."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from attnstudio.lab.laws import Law
from attnstudio.lab.report import LabCurve, LabPoint, Measure

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
        error: how far it is off on the average there, as a share of the cost.
    """

    law: Law
    factors: tuple[float, ...]
    first: int
    error: float = 0.0

    def cost(self, length: float) -> float:
        """What it says for a length."""
        return self.law.cost(self.factors, length)

    def square_share(self, length: float) -> float:
        """Which part of the cost grows with n²."""
        return self.law.share(self.factors, length, 2)


def crossing(curve: LabCurve, other: LabCurve, measure: Measure) -> Crossing:
    """When a kind costs less than another, as measured at the lengths that both have.

    A difference counts where it is clear of noise; between two lengths both costs are taken to
    follow powers of the length.
    """
    own = {point.length: point for point in curve.points}
    pairs = [(own[point.length], point) for point in other.points if point.length in own]
    if not pairs:
        return Crossing(Verdict.SAME)
    lengths = [point.length for point, _ in pairs]
    ratios = [_log_ratio(one.cost(measure), two.cost(measure)) for one, two in pairs]
    signs = [_sign(one, two, measure) for one, two in pairs]  # -1 where it clearly costs less
    verdict = _verdict(signs)
    if verdict is Verdict.FROM:
        return Crossing(verdict, _from(lengths, ratios, signs), lengths[-1])
    if verdict is Verdict.UNTIL:
        backwards = [-ratio for ratio in ratios], [-sign for sign in signs]
        return Crossing(verdict, _from(lengths, *backwards), lengths[-1])
    return Crossing(verdict, longest=lengths[-1])


def fitted_law(curve: LabCurve, measure: Measure) -> FittedLaw | None:
    """The known law through the longer sentences; None where there are too few points for it."""
    law = Law(curve.growth.exponents)
    lengths, costs = curve.lengths[-_TAIL:], curve.costs(measure)[-_TAIL:]
    if len(lengths) <= len(law.exponents):
        return None
    factors = law.fit(lengths, costs)
    errors = [
        abs(law.cost(factors, length) / cost - 1)
        for length, cost in zip(lengths, costs, strict=True)
        if cost
    ]
    return FittedLaw(law, factors, lengths[0], sum(errors) / max(1, len(errors)))


def _verdict(signs: Sequence[int]) -> Verdict:
    if not any(signs):
        return Verdict.SAME
    if signs[-1] < 0:
        return Verdict.ALWAYS if signs[0] < 0 and max(signs) <= 0 else Verdict.FROM
    return Verdict.UNTIL if signs[0] < 0 < signs[-1] else Verdict.NEVER


def _sign(one: LabPoint, two: LabPoint, measure: Measure) -> int:
    """-1 where one clearly costs less than two, 1 where more, 0 where it may be noise."""
    ratio = _log_ratio(one.cost(measure), two.cost(measure))
    if abs(ratio) < _CLEAR:
        return 0
    less, more = (one, two) if ratio < 0 else (two, one)
    if measure is Measure.SECONDS and less.high_s >= more.low_s:  # half of the rounds overlap
        return 0
    return -1 if ratio < 0 else 1


def _log_ratio(cost: float, other: float) -> float:
    return math.log(max(cost, 1e-9) / max(other, 1e-9))


def _from(lengths: Sequence[int], ratios: Sequence[float], signs: Sequence[int]) -> float:
    """Where the last stretch of lower costs begins.

    That is where the lines cross, if the costs are clearly higher right before it; where the lines
    run together before, it is where the difference gets clear of noise.
    """
    first = len(signs) - 1
    while first and signs[first - 1] < 0:
        first -= 1
    level = 0.0 if first and signs[first - 1] > 0 else -_CLEAR
    while first and ratios[first - 1] < level:
        first -= 1
    if not first:
        return float(lengths[0])
    before, after = ratios[first - 1] - level, ratios[first] - level
    share = before / (before - after)
    return float(lengths[first - 1] * (lengths[first] / lengths[first - 1]) ** share)
