"""Patience counts as the trainer does."""

import pytest

from attnstudio.config import TrainingConfig
from attnstudio.training.events import Validation
from attnstudio.training.patience import validations_without_gain
from attnstudio.training.state import TrainState


def validation(step, loss, bleu=None):
    scores = {"loss": loss} if bleu is None else {"loss": loss, "bleu": bleu}
    return Validation(
        step=step, elapsed_s=1.0, epoch=0.1, scores=scores, seconds=1.0, is_best=False
    )


@pytest.mark.parametrize("best_metric", ["loss", "bleu"])
def test_validations_without_a_gain_are_counted_as_by_the_trainer(best_metric):
    config = TrainingConfig(validate_every=10, best_metric=best_metric)
    losses = [(10, 3.0, 9.0), (20, 2.0, 8.0), (25, 1.0, 20.0), (30, 2.5, 8.5), (40, 2.2, 8.8)]
    losses += [(50, 2.0, 9.0)]  # as good as the best is no gain
    made, state = [], TrainState()
    for step, loss, bleu in losses:
        made.append(validation(step, loss, bleu))
        value = loss if best_metric == "loss" else -bleu
        state = state.after_validation(value, scheduled=step % 10 == 0)

        assert validations_without_gain(made, config) == state.validations_without_gain
    assert state.validations_without_gain == (3 if best_metric == "loss" else 4)
