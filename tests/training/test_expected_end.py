"""What ends a training and when, before it has begun."""

import pytest

from attnstudio.config import RunConfig
from attnstudio.config_text import merge_config
from attnstudio.training.expected_end import Ending, Pace, TimeRange, expected_end

PACE = Pace(quickest_s=0.5, slowest_s=1.0, updates_an_epoch=100.0)


def end_of(pace=PACE, *, training=None, limits=None):
    changes = {"training": training or {}, "limits": limits or {}}
    return expected_end(merge_config(RunConfig(), changes), pace)


def test_a_time_budget_ends_when_it_says_and_leaves_no_room_for_patience():
    end = end_of(training={"budget_minutes": 30})

    assert end.ending is Ending.BUDGET
    assert end.time == TimeRange(1800, 1800)
    assert end.earliest is None


@pytest.mark.parametrize(
    ("limits", "ending", "updates"),
    [({"max_steps": 500}, Ending.STEPS, 500), ({"max_epochs": 3}, Ending.EPOCHS, 300)],
)
def test_a_number_of_updates_takes_what_the_pace_makes_of_it(limits, ending, updates):
    end = end_of(limits=limits)

    assert end.ending is ending
    assert end.time.shortest_s == updates * 0.5
    assert updates * 1.0 <= end.time.longest_s <= updates * 1.2  # validations take their share


def test_the_limit_that_is_reached_first_is_the_one():
    assert end_of(limits={"max_steps": 10, "max_minutes": 60}).ending is Ending.STEPS
    assert end_of(limits={"max_steps": 100_000, "max_minutes": 5}).ending is Ending.MINUTES


def test_without_a_limit_patience_ends_it_and_only_the_soonest_end_is_known():
    end = end_of(training={"patience": 4, "validate_every": 20})

    assert end.ending is Ending.PATIENCE
    assert end.time.shortest_s == (4 + 1) * 20 * 0.5  # the first validation is a gain


def test_patience_may_come_before_a_limit_and_is_told_then():
    soon = {"patience": 1, "validate_every": 10}

    assert end_of(training=soon, limits={"max_steps": 500}).earliest.shortest_s == 10.0
    assert end_of(training=soon, limits={"max_steps": 10}).earliest is None


def test_without_limit_and_patience_nothing_ends_it():
    end = end_of(training={"patience": 0})

    assert (end.ending, end.time) == (Ending.NOTHING, None)


def test_without_a_pace_only_what_is_fixed_is_known():
    assert end_of(None, limits={"max_minutes": 2}).time == TimeRange(120, 120)
    assert end_of(None, limits={"max_steps": 5}).ending is Ending.STEPS
    assert end_of(None, limits={"max_steps": 5}).time is None
    assert end_of(None).time is None
