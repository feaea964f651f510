"""An honest time left."""

import pytest

from attnstudio.config_training import LimitsConfig
from attnstudio.training.events import Step
from attnstudio.training.time_left import TimeLeft


def steps(count, seconds_each, first=1, start_s=0.0):
    return [
        Step(
            step=n,
            elapsed_s=start_s + (n - first + 1) * seconds_each,
            epoch=n / 50,
            loss=1.0,
            learning_rate=0.1,
            gradient_norm=1.0,
            tokens_per_second=100.0,
            target_tokens=n,
        )
        for n in range(first, first + count)
    ]


def after(limits, *parts):
    left = TimeLeft(limits)
    for part in parts:
        for step in part:
            left.add(step)
    return left


def test_steady_steps_make_a_right_guess():
    left = after(LimitsConfig(max_steps=1000), steps(100, 0.5))

    assert left.seconds == pytest.approx(450, rel=0.01)
    assert left.share_done == pytest.approx(0.1)


def test_the_limit_that_comes_first_counts():
    limits = LimitsConfig(max_steps=1000, max_minutes=2, max_epochs=3)
    left = after(limits, steps(100, 0.5))

    assert left.seconds == pytest.approx(25, rel=0.02)  # epoch 3 is step 150
    assert left.share_done == pytest.approx(100 / 150)


def test_minutes_are_known_from_the_first_step():
    assert after(LimitsConfig(max_minutes=10), steps(1, 2.0)).seconds == pytest.approx(598)


def test_a_machine_that_slows_down_is_noticed_within_two_minutes():
    left = after(
        LimitsConfig(max_steps=10_000), steps(400, 0.5), steps(60, 2.0, first=401, start_s=200)
    )

    assert left.seconds == pytest.approx((10_000 - 460) * 2.0, rel=0.3)


def test_validation_counts_as_time():
    slow = [
        *steps(99, 0.5),
        Step(
            step=100,
            elapsed_s=99.5,
            epoch=2.0,
            loss=1.0,
            learning_rate=0.1,
            gradient_norm=1.0,
            tokens_per_second=100.0,
            target_tokens=100,
        ),
    ]

    assert after(LimitsConfig(max_steps=200), slow).seconds > 60


def test_nothing_is_promised_too_early_or_without_a_limit():
    assert after(LimitsConfig(max_steps=1000), steps(3, 0.5)).seconds is None
    assert after(LimitsConfig(), steps(100, 0.5)).seconds is None
    assert after(LimitsConfig(), steps(100, 0.5)).share_done is None
    assert TimeLeft(LimitsConfig(max_steps=10)).seconds is None


def test_a_resumed_run_begins_to_guess_anew():
    left = after(LimitsConfig(max_steps=200), steps(100, 0.5), steps(50, 1.0, first=80, start_s=40))

    assert left.seconds == pytest.approx(71, rel=0.05)


def test_the_time_to_a_step_needs_no_limit_and_no_luck():
    left = after(LimitsConfig(), steps(100, 0.5))

    assert left.seconds_to(300) == pytest.approx(100, rel=0.01)
    assert left.seconds_to(50) == 0.0
    assert after(LimitsConfig(), steps(3, 0.5)).seconds_to(300) is None
    assert TimeLeft(LimitsConfig()).seconds_to(300) is None
