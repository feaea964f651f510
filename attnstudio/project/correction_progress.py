"""What corrections tell so far: how many there are, and how wrong the found links were."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from attnstudio.corpus.alignment import Alignment
from attnstudio.evaluation.alignment_error import AlignmentScore
from attnstudio.evaluation.bootstrap import Interval, interval_of, resampled_totals
from attnstudio.project.corrections import Correction, is_held_out

_COUNTS = 5
_DRAWS = 200  # enough for two decimals, after every click


@dataclass(frozen=True, slots=True)
class FoundScore:
    """How wrong found links were, as people corrected them.

    Attributes:
        pairs: how many were corrected.
        score: of the found links.
        aer: where the alignment error rate lies with 95 %, over sentences like these.
    """

    pairs: int
    score: AlignmentScore
    aer: Interval


@dataclass(frozen=True, slots=True)
class CorrectionProgress:
    """What is told beside the corrections.

    Attributes:
        corrected: of all corrected pairs; the least certain come first, so they are worse than
            the others.
        held_out: of the tenth of these that is never taught.
    """

    corrected: FoundScore
    held_out: FoundScore


def progress_of(corrections: Iterable[Correction]) -> CorrectionProgress:
    """Count over the last correction of each pair; those withdrawn are left out."""
    valid = [each for each in corrections if not each.is_withdrawn]
    return CorrectionProgress(
        _score(valid), _score([each for each in valid if is_held_out(*each.texts)])
    )


def _score(corrections: list[Correction]) -> FoundScore:
    counts = np.array([_counts(each.found, each.links.alignment) for each in corrections], np.int64)
    counts = counts.reshape(-1, _COUNTS)
    links, sure, _, links_sure, links_possible = resampled_totals(counts, _DRAWS).T
    errors = 1.0 - (links_sure + links_possible) / np.maximum(1, links + sure)
    errors[links + sure == 0] = 0.0
    return FoundScore(
        len(corrections), AlignmentScore(*counts.sum(axis=0).tolist()), interval_of(errors)
    )


def _counts(found: Alignment, gold: Alignment) -> tuple[int, int, int, int, int]:
    """Of one pair, as in `AlignmentScore`: asked for all of them after every click."""
    links = found.possible
    return (
        len(links),
        len(gold.sure),
        len(gold.possible),
        len(links & gold.sure),
        len(links & gold.possible),
    )
