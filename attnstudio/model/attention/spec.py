"""An attention, said in full: score, normaliser, reach."""

from __future__ import annotations

from dataclasses import dataclass

from attnstudio.model.attention.normaliser import Normaliser
from attnstudio.model.attention.reach import Reach
from attnstudio.model.attention.score import ScoreFunction


@dataclass(frozen=True, slots=True)
class AttentionSpec:
    """What an attention computes; how, `kernels.kernel_for` decides.

    Attributes:
        score: how well a key fits a query.
        normaliser: what makes weights of scores.
        reach: which positions a query may look at.
    """

    score: ScoreFunction
    normaliser: Normaliser
    reach: Reach
