"""Learning rates, as the formulas say."""

import pytest

from attnstudio.config_training import Schedule
from attnstudio.errors import ConfigError
from attnstudio.training.schedule import RateSchedule


def rate(step, kind, *, warmup=100, horizon=0):
    return RateSchedule(kind, 2.0, warmup, horizon).rate(step)


def test_the_rate_rises_straight_to_its_peak():
    assert [rate(s, Schedule.CONSTANT) for s in (1, 50, 100)] == [0.02, 1.0, 2.0]


def test_inverse_square_root_falls_to_half_at_four_times_the_warm_up():
    assert rate(400, Schedule.INVERSE_SQRT) == pytest.approx(1.0)


def test_inverse_square_root_without_warm_up_begins_at_the_peak():
    assert rate(1, Schedule.INVERSE_SQRT, warmup=0) == 2.0


def test_a_linear_schedule_is_halved_midway_and_zero_from_the_horizon_on():
    linear = [rate(s, Schedule.LINEAR, horizon=300) for s in (200, 300, 301)]

    assert linear == [1.0, 0.0, 0.0]


def test_a_linear_schedule_without_horizon_is_refused():
    with pytest.raises(ConfigError, match="needs a horizon after its warm-up of 100 steps"):
        RateSchedule(Schedule.LINEAR, 2.0, 100)


@pytest.mark.parametrize("horizon", [250, 900])
def test_a_bent_line_goes_on_from_its_rate_and_ends_at_the_new_horizon(horizon):
    bent = RateSchedule(Schedule.LINEAR, 2.0, 100, 300).bent(200, horizon)

    assert [bent.rate(200), bent.rate(horizon)] == pytest.approx([1.0, 0.0])


def test_the_peak_of_a_warm_up_is_not_bent():
    assert RateSchedule(Schedule.LINEAR, 2.0, 100, 300).bent(50, 200).peak == 2.0


def test_a_horizon_never_falls_into_the_warm_up():
    assert RateSchedule(Schedule.LINEAR, 2.0, 100, 300).bent(50, 20).horizon_steps == 101
