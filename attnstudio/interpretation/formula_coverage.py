"""The cards of what an additive attention knows of its looks before (Tu et al. 2016)."""

from __future__ import annotations

import numpy as np

from attnstudio.inference.coverage_numbers import CoverageNumbers
from attnstudio.inference.step_numbers import StepNumbers
from attnstudio.interpretation.formula import Card, CardKind, card, components, numbered
from attnstudio.interpretation.formula_works import NamedTerm, Products, Squash, Terms, doubles


def coverage_cards(coverage: CoverageNumbers, step: StepNumbers) -> list[Card]:
    """How many words each piece is expected to become, and how much of that is covered."""
    pieces, cards = step.looked_at, []
    formula = "cⱼ = Σᵢ αᵢⱼ"
    if coverage.fertility is not None and coverage.expects is not None:
        states = doubles(step.head.looked_at)
        names = components("h", states.shape[1])
        expects = doubles(coverage.expects)[None]
        work = Products(expects, states, names, squash=Squash.TWICE_SIGMOID)
        cards.append(
            card(CardKind.FERTILITY, "Φⱼ = 2 σ(hⱼ · U_f)", coverage.fertility, work, columns=pieces)
        )
        formula = "cⱼ = Σᵢ αᵢⱼ / Φⱼ"
    looks = Terms(_looks(coverage, numbered(step.earlier)))
    return [*cards, card(CardKind.COVERAGE, formula, coverage.covered, looks, columns=pieces)]


def _looks(coverage: CoverageNumbers, names: tuple[str, ...]) -> tuple[NamedTerm, ...]:
    """What each look before adds; nothing where there is none."""
    earlier = doubles(coverage.earlier)
    if not len(earlier):
        return (NamedTerm("0", (np.zeros(earlier.shape[1]),)),)
    fertility = None if coverage.fertility is None else doubles(coverage.fertility)
    return tuple(
        NamedTerm(name, (row,), fertility) for name, row in zip(names, earlier, strict=True)
    )
