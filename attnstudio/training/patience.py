"""When a training gains nothing any more, and how near it is to the end that it then comes to."""

from __future__ import annotations

from collections.abc import Sequence

from attnstudio.config import BestMetric, TrainingConfig
from attnstudio.training.events import Validation


def gain_metric(loss: float, bleu: float | None, by: BestMetric) -> float:
    """What the best is chosen by; lower is better. Where nothing was translated, it is the loss."""
    return -bleu if by is BestMetric.BLEU and bleu is not None else loss


def validations_without_gain(validations: Sequence[Validation], config: TrainingConfig) -> int:
    """How many scheduled validations in a row brought no new best, as the trainer counts them."""
    best: float | None = None
    without_gain = 0
    for made in validations:
        if made.step % config.validate_every:
            continue  # one at an end or a pause
        value = gain_metric(made.loss, made.bleu, config.best_metric)
        if best is None or value < best:
            best, without_gain = value, 0
        else:
            without_gain += 1
    return without_gain
