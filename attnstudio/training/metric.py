"""What a curve shows: a quantity of the updates, or a score of the validations."""

from __future__ import annotations

from dataclasses import dataclass

from attnstudio.training.scores import (
    AER,
    ATTENTION_ENTROPY,
    BLEU,
    CHRF,
    LOSS,
    PERPLEXITY,
    SOURCE_SHARE,
    TEXT_AGREEMENT,
    Better,
    Score,
)


@dataclass(frozen=True, slots=True)
class Metric:
    """A number with a curve.

    Attributes:
        key: of its chart among a person's settings.
        label: in legends and exports.
        score: what it means, by its name among the scores of a `Validation` or in a `Step`.
        is_validated: whether it comes from the validations.
    """

    key: str
    label: str
    score: Score
    is_validated: bool


def validated(score: Score) -> Metric:
    """The curve of a score of the validations."""
    return Metric(score.name, score.label, score, is_validated=True)


_LEARNING_RATE = Score(
    name="learning_rate",
    label="learning rate",
    better=Better.NEITHER,
    decimals=6,
    what="How large a step each update takes; the schedule sets it.",
    rests_on="It is a setting, not a result.",
)
_GRADIENT_NORM = Score(
    name="gradient_norm",
    label="gradient norm",
    better=Better.NEITHER,
    decimals=3,
    what="How hard an update pulls at the model. Single spikes are cut off and do no harm; a "
    "steady rise means that the learning rate is too high.",
    rests_on="It tells of trouble, not of quality.",
)
_SPEED = Score(
    name="tokens_per_second",
    label="speed",
    better=Better.FASTER,
    decimals=0,
    what="Pieces of target text that are trained on in a second.",
    rests_on="It says nothing about quality.",
)

TRAINING_LOSS = Metric("training_loss", "training loss", LOSS, is_validated=False)
VALIDATION_LOSS = Metric("validation_loss", "validation loss", LOSS, is_validated=True)
LEARNING_RATE = Metric("learning_rate", "learning rate", _LEARNING_RATE, is_validated=False)
GRADIENT_NORM = Metric("gradient_norm", "gradient norm", _GRADIENT_NORM, is_validated=False)
SPEED = Metric("speed", "speed", _SPEED, is_validated=False)
OF_STEPS = (TRAINING_LOSS, LEARNING_RATE, GRADIENT_NORM, SPEED)
METRICS = (
    VALIDATION_LOSS,
    *map(
        validated,
        (PERPLEXITY, BLEU, CHRF, AER, TEXT_AGREEMENT, ATTENTION_ENTROPY, SOURCE_SHARE),
    ),
    *OF_STEPS,
)
