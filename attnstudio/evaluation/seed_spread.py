"""Whether two kinds of models differ by more than their seeds do.

Both are trained with the same seeds. The differences of the same seeds have a mean, and its 95 %
interval is Student's (1908, The probable error of a mean): mean ± t · s / √n, with the standard
deviation s of n differences and t of n − 1 degrees of freedom. Of two seeds it is so wide that
hardly anything lies beyond it; three are the fewest that can show a difference.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from attnstudio.evaluation.bootstrap import Interval

MOST_SEEDS = 20
# The 97.5 % quantiles of Student's t for 1, 2, … 19 degrees of freedom.
_T = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093,
)  # fmt: skip


def seed_interval(differences: Sequence[float]) -> Interval:
    """Where the mean difference lies with 95 %.

    Args:
        differences: of two kinds with the same seed each; 2 to `MOST_SEEDS` of them.
    """
    count = len(differences)
    mean = statistics.fmean(differences)
    reach = _T[count - 2] * statistics.stdev(differences) / math.sqrt(count)
    return Interval(mean - reach, mean + reach)
