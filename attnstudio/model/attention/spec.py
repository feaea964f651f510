"""An attention, said in full: score, normaliser, reach, positions."""

from __future__ import annotations

from dataclasses import dataclass, fields

from torch import nn

from attnstudio.model.attention.normaliser import Normaliser
from attnstudio.model.attention.positions import NO_POSITIONS, PositionScheme
from attnstudio.model.attention.reach import Reach
from attnstudio.model.attention.score import ScoreFunction


@dataclass(frozen=True, slots=True)
class AttentionSpec:
    """What an attention computes; how, `kernels.kernel_for` decides.

    Attributes:
        score: how well a key fits a query.
        normaliser: what makes weights of scores.
        reach: which positions a query may look at.
        positions: what it brings to a score where a query and a key stand.
    """

    score: ScoreFunction
    normaliser: Normaliser
    reach: Reach
    positions: PositionScheme = NO_POSITIONS

    def learnt_parts(self) -> dict[str, nn.Module]:
        """The parts that learn something, by the names of these fields."""
        parts = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: part for name, part in parts.items() if isinstance(part, nn.Module)}
