"""Patience counts as the trainer does."""

import pytest

from attnstudio.config_training import TrainingConfig
from attnstudio.training.events import Validation
from attnstudio.training.patience import validations_without_gain
from attnstudio.training.scores import alignment_error
from attnstudio.training.state import TrainState


def validation(step, loss, **more):
    scores = {"loss": loss, **more}
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
        made.append(validation(step, loss, bleu=bleu))
        value = loss if best_metric == "loss" else -bleu
        state = state.after_validation(
            value, scheduled=step % 10 == 0, error=None, waits_for_alignment=False
        )

        assert validations_without_gain(made, config) == state.validations_without_gain
    assert state.validations_without_gain == (3 if best_metric == "loss" else 4)


def of_gold(error):
    return {"aer": error}


def of_text(error):
    return {"text_agreement": 1 - error}


@pytest.mark.parametrize("measured_by", [of_gold, of_text])
@pytest.mark.parametrize(("waits", "without_gain"), [(False, 4), (True, 1)])
def test_better_links_are_a_gain_where_they_are_waited_for(waits, without_gain, measured_by):
    config = TrainingConfig(validate_every=10, wait_for_alignment=waits)
    measured = [(10, 2.0, 0.8), (20, 2.5, 0.7), (25, 2.6, 0.6), (30, 2.7, 0.65), (40, 2.8, 0.5)]
    made, state = [], TrainState()
    for step, loss, error in [*measured, (50, 2.9, None)]:
        made.append(validation(step, loss, **({} if error is None else measured_by(error))))
        error = alignment_error(made[-1].scores)
        state = state.after_validation(
            loss, scheduled=step % 10 == 0, error=error, waits_for_alignment=waits
        )

        assert validations_without_gain(made, config) == state.validations_without_gain
    assert state.validations_without_gain == without_gain
    assert (state.best_step, state.aligned_step, state.least_error) == (0, 0, 0.5)
