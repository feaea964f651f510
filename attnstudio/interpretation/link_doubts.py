"""Which sentence pairs a person's look at their word links would mend most in."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from attnstudio.alignment.link_chances import THRESHOLD


def expected_errors(confidences: NDArray[np.float32]) -> float:
    """How many links of a pair are expected to be wrong or missing.

    Args:
        confidences: of all that may be links of the pair; those above the threshold are its links.
    """
    return float(np.where(confidences > THRESHOLD, 1.0 - confidences, confidences).sum())


def doubt_of(confidences: NDArray[np.float32], words: int) -> float:
    """How much a look at the pair is expected to mend, for the work that it is.

    The expected errors alone put the longest sentences first, and errors a word the shortest,
    which mend more for each word that is read and less for each sentence. The root of the number
    of words lies between: see `benchmarks/link_corrections.py`.

    Args:
        confidences: as in `expected_errors`.
        words: of both sides.
    """
    return expected_errors(confidences) / math.sqrt(max(1, words))
