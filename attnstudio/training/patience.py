"""How near a training is to the end that it comes to when it gains nothing any more."""

from __future__ import annotations

from collections.abc import Sequence

from attnstudio.config import BestMetric, TrainingConfig
from attnstudio.training.events import Validation


def validations_without_gain(validations: Sequence[Validation], config: TrainingConfig) -> int:
    """How many scheduled validations in a row brought no new best, as the trainer counts them."""
    best: float | None = None
    without_gain = 0
    for made in validations:
        if made.step % config.validate_every:
            continue  # one at an end or a pause
        by_bleu = config.best_metric is BestMetric.BLEU and made.bleu is not None
        value = -made.bleu if by_bleu and made.bleu is not None else made.loss
        if best is None or value < best:
            best, without_gain = value, 0
        else:
            without_gain += 1
    return without_gain
