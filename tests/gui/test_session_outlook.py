"""When the next validation of a training comes, as it is known while it goes on."""

import pytest
from events import make_step, make_validation

from attnstudio.config_training import LimitsConfig
from attnstudio.gui.training.session_outlook import NextValidation, SessionOutlook
from attnstudio.gui.training.validation_words import when_words
from attnstudio.training.history import History


def outlook(run, *, every=200, **limits):
    """That of a run that is validated so often."""
    definition = run.definition()
    config = definition.config
    training = config.training.model_copy(update={"validate_every": every})
    changed = config.model_copy(
        update={"training": training, "limits": LimitsConfig.model_validate(limits)}
    )
    made = SessionOutlook()
    made.begin(None)
    made.learn(definition.model_copy(update={"config": changed}), is_planned=True)
    return made


def step_at(step, elapsed_s):
    return make_step(step=step, elapsed_s=elapsed_s, epoch=step / 50, loss=1.0, target_tokens=step)


def go_on(outlook, last, seconds_each, first=10):
    for step in range(first, last + 1, 10):
        outlook.add(step_at(step, step * seconds_each))


def test_the_first_validation_comes_as_fast_as_the_steps_do(small_run):
    seen = outlook(small_run())
    assert seen.next_validation(History()) == NextValidation(200, None)
    seen.add(step_at(1, 2.0))
    assert seen.next_validation(History()) == NextValidation(200, None)  # one is only luck

    go_on(seen, 50, 2.0)
    assert seen.next_validation(History()) == NextValidation(200, pytest.approx(300))
    go_on(seen, 200, 2.0, first=60)
    assert seen.next_validation(History()) == NextValidation(200, 0.0)  # it is under way

    history = History()
    history.add(make_validation(step=200, elapsed_s=400.0, epoch=1.0))
    assert seen.next_validation(history) == NextValidation(400, pytest.approx(400))


def test_a_limit_that_comes_before_brings_the_validation(small_run):
    seen = outlook(small_run(), max_steps=150)

    go_on(seen, 50, 2.0)

    assert seen.next_validation(History()) == NextValidation(None, pytest.approx(200))


def test_nothing_is_said_before_it_is_known_how_it_is_trained():
    assert SessionOutlook().next_validation(History()) is None


@pytest.mark.parametrize(
    ("coming", "words"),
    [
        (NextValidation(1200, None), "at step 1,200"),
        (NextValidation(200, 59), "at step 200: in less than a minute"),
        (NextValidation(200, 250), "at step 200: in about 4 min"),
        (NextValidation(None, 250), "at the end of the training: in about 4 min"),
    ],
)
def test_it_is_said_no_more_exactly_than_it_is_known(coming, words):
    assert when_words(coming) == words
