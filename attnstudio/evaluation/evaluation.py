"""What a model's translations of sentence pairs are worth: scores, and links beside gold ones."""

from __future__ import annotations

from dataclasses import dataclass

from attnstudio.evaluation.alignment_report import AlignmentReport
from attnstudio.evaluation.metrics import TranslationScores
from attnstudio.reading import Reading, ReadingMethod

AVERAGE = Reading(None, None, ReadingMethod.NAIVE)


@dataclass(frozen=True, slots=True)
class AlignedReading:
    """How well one reading of the attention links words."""

    reading: Reading
    report: AlignmentReport


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of translating sentence pairs and comparing with them.

    Attributes:
        hypotheses: the translations, in the order of the pairs.
        truncated: which sources were too long, so that only their beginning was translated;
            counted from 0.
        scores: of the translations.
        alignments: of the readings of `readings_of`, in their order; empty where there are no gold
            links or the model has no attention.
    """

    hypotheses: tuple[str, ...]
    truncated: tuple[int, ...]
    scores: TranslationScores
    alignments: tuple[AlignedReading, ...]


def readings_of(chosen: Reading | None) -> tuple[Reading, Reading, Reading]:
    """The readings that an evaluation tries.

    Args:
        chosen: the one chosen on gold links, or of the head that was taught; None for neither.

    Returns:
        The chosen one, else the plain average; the plain average; and the average one step later.
    """
    return chosen or AVERAGE, AVERAGE, Reading(None, None, ReadingMethod.SHIFTED)
