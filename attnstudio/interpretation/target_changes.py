"""What a change of the attention did to each row of a matrix as it is looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnstudio.interpretation.comparison import Comparison
from attnstudio.interpretation.view import View
from attnstudio.interpretation.words import word_groups
from attnstudio.sites import TARGET


@dataclass(frozen=True, slots=True)
class TargetChanges:
    """What became of what the model writes.

    Attributes:
        differences: Δ log probability of each row, (rows,), after minus before, in nats.
        reached: whether the change can reach each row, (rows,); all others stay to the last digit.
    """

    differences: NDArray[np.float64]
    reached: NDArray[np.bool_]


def target_changes(view: View, comparison: Comparison) -> TargetChanges | None:
    """What a change did to the rows of a view: of a word it is that of all its pieces.

    Returns:
        None where the rows are not of the target, or of another one than was compared.
    """
    target = comparison.before.target
    pieces = [[piece] for piece in range(len(target))]
    groups = pieces if len(view.rows) == len(pieces) else word_groups(target)
    if view.site.queries != TARGET or len(view.rows) != len(groups):
        return None
    differences, reached = comparison.differences, comparison.reach.targets
    return TargetChanges(
        np.array([differences[group].sum() for group in groups]),
        np.array([reached[group].any() for group in groups]),
    )
