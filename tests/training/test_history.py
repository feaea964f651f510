from events import make_started, make_step

from attnstudio.training.events import (
    CheckpointSaved,
    Failed,
    Finished,
    Validation,
    WatchTranslated,
)
from attnstudio.training.history import History


def started(step=0, resumed_from=None):
    return make_started(step=step, resumed_from=resumed_from)


def updated(step):
    return make_step(
        step=step,
        elapsed_s=float(step),
        epoch=0.1,
        loss=5.0 - step,
        tokens_per_second=100.0,
        target_tokens=step * 10,
    )


def validated(step, loss, *, is_best):
    return Validation(
        step=step,
        elapsed_s=0.0,
        epoch=0.1,
        scores={"loss": loss, "perplexity": 2.0, "token_accuracy": 0.5},
        seconds=1.0,
        is_best=is_best,
    )


def fold(*events):
    history = History()
    for event in events:
        history.add(event)
    return history


def test_a_resumed_segment_voids_what_came_after_its_checkpoint():
    history = fold(
        started(),
        updated(1),
        updated(2),
        CheckpointSaved(step=2, elapsed_s=0.0),
        updated(3),
        updated(4),
        started(2, resumed_from=2),
        updated(3),
    )

    assert [step.step for step in history.steps] == [1, 2, 3]
    assert history.checkpoints == [2]


def test_a_resumed_segment_voids_all_that_it_will_do_again():
    def told(step):
        return (
            validated(step, 2.0, is_best=True),
            WatchTranslated(
                step=step,
                elapsed_s=0.0,
                index=0,
                source="a",
                reference="b",
                translation="c",
                attention="file",
            ),
            CheckpointSaved(step=step, elapsed_s=0.0),
        )

    history = fold(started(), *told(2), *told(3), *told(4), started(3, resumed_from=3))

    assert [event.step for event in history.validations] == [2, 3]
    assert [event.step for event in history.watched] == [2, 3]
    assert history.checkpoints == [2, 3]
    assert history.best.step == 3


def test_a_run_that_began_again_without_checkpoint_keeps_nothing():
    history = fold(started(), updated(1), updated(2), started(), updated(1))

    assert [step.step for step in history.steps] == [1]


def test_the_best_validation_is_the_last_that_was_marked():
    history = fold(
        started(),
        validated(10, 3.0, is_best=True),
        validated(20, 2.0, is_best=True),
        validated(30, 2.5, is_best=False),
    )

    assert history.best.step == 20


def test_a_killed_run_has_no_ending_and_a_resumed_one_forgets_its_failure():
    assert fold(started(), updated(1)).ending is None
    assert (
        fold(
            started(), Failed(step=1, elapsed_s=0.0, template="no", hint_template=""), started(1, 1)
        ).ending
        is None
    )


def test_the_step_is_the_last_one_known():
    assert (
        fold(
            started(), updated(8), Finished(step=9, elapsed_s=0.0, reason="requested", best_step=0)
        ).step
        == 9
    )
    assert fold(started(), updated(8)).step == 8
    assert fold(started(), updated(8), CheckpointSaved(step=9, elapsed_s=1.0)).step == 9
    assert fold(started()).step == 0


def test_segments_are_those_of_which_something_is_left():
    assert fold(started(), updated(1), started(1, 1)).segments == [started(), started(1, 1)]
    assert fold(started(), started(5, 5), started(3, 3)).segments == [started(), started(3, 3)]
    assert fold(started(), started(3, 3), started(3, 3)).segments == [started(), started(3, 3)]
    assert fold(started(), started(5, 5), started()).segments == [started()]
