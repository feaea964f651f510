"""What corrections tell so far: how many there are, and how wrong the found links were."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from attnstudio.evaluation.alignment_error import AlignmentScore, score_alignments
from attnstudio.evaluation.bootstrap import Interval, interval_of, resampled_totals
from attnstudio.project.corrections import Correction, is_held_out

_COUNTS = ("links", "sure", "links_sure", "links_possible")


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
    scores = [score_alignments([each.found], [each.links.alignment]) for each in corrections]
    counts = np.array(
        [[getattr(score, name) for name in _COUNTS] for score in scores], np.int64
    ).reshape(-1, len(_COUNTS))
    links, sure, links_sure, links_possible = resampled_totals(counts).T
    errors = 1.0 - (links_sure + links_possible) / np.maximum(1, links + sure)
    errors[links + sure == 0] = 0.0
    whole = score_alignments(
        [each.found for each in corrections], [each.links.alignment for each in corrections]
    )
    return FoundScore(len(corrections), whole, interval_of(errors))
