"""When a training gains nothing any more, and how near it is to the end that it then comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attnstudio.config_training import BestMetric, TrainingConfig
from attnstudio.training.events import Validation
from attnstudio.training.scores import LOSS, Better, alignment_error, score_named


def gain_metric(scores: Mapping[str, float], by: BestMetric) -> float:
    """What the best is chosen by; lower is better. Where that was not measured, it is the loss."""
    if by.value not in scores:
        return scores[LOSS.name]
    value = scores[by.value]
    return -value if score_named(by.value).better is Better.HIGHER else value


def validations_without_gain(validations: Sequence[Validation], config: TrainingConfig) -> int:
    """How many scheduled validations in a row brought no new best, as the trainer counts them."""
    best: float | None = None
    least_error: float | None = None
    without_gain = 0
    for made in validations:
        error = alignment_error(made.scores)
        aligns_better = error is not None and (least_error is None or error < least_error)
        least_error = error if aligns_better else least_error
        if made.step % config.validate_every or LOSS.name not in made.scores:
            continue  # one at an end or a pause, or of a log that does not tell
        value = gain_metric(made.scores, config.best_metric)
        if best is None or value < best:
            best, without_gain = value, 0
        elif config.wait_for_alignment and aligns_better:
            without_gain = 0
        else:
            without_gain += 1
    return without_gain
