"""Where a time budget ends, in simulated trainings."""

import pytest

from attnstudio.training.budget import BudgetFollower, Moment, updates_that_fit

BEGIN = Moment(0, 0.0, 0.0)


def test_what_is_left_of_a_budget_is_filled_but_for_validation_and_the_end():
    assert updates_that_fit(600, 0, 0.5) == 1047  # 600 s * 0.97 * 0.9 / 0.5 s
    assert updates_that_fit(600, 0, 0.5, validation_share=0.0) == 1164
    assert updates_that_fit(600, 590, 0.5) < 0


def test_a_pace_as_planned_moves_nothing():
    follower = BudgetFollower(600, BEGIN, 1047)

    for stretch in range(1, 20):  # of 30 s, 3 of them for validation
        now = Moment(54 * stretch, 30.0 * stretch, 3.0 * stretch)
        assert follower.new_end(now, 1047) is None


@pytest.mark.parametrize(("share", "moves"), [(0.97, False), (1.03, False), (0.9, True)])
def test_only_a_move_of_over_a_twentieth_of_what_is_left_is_worth_it(share, moves):
    follower = BudgetFollower(600, BEGIN, 1047)
    end = follower.new_end(Moment(60, 30.0, 0.0), 60 + int(share * (1047 - 60)))

    assert (end is not None) is moves


def test_updates_three_times_as_slow_leave_a_third_of_them():
    follower = BudgetFollower(600, Moment(540, 270.0, 0.0), 1047)
    end = follower.new_end(Moment(560, 300.0, 0.0), 1047)

    assert end.update_s == 1.5
    assert end.horizon_steps == 560 + int((600 * 0.97 - 300) * 0.9 / 1.5)


def test_a_stretch_is_measured_once_it_is_long_enough():
    follower = BudgetFollower(600, BEGIN, 1047)

    assert follower.new_end(Moment(2, 300.0, 0.0), 1047) is None  # too few updates
    assert follower.new_end(Moment(10, 29.0, 0.0), 1047) is None  # too short
    assert follower.new_end(Moment(10, 30.0, 0.0), 1047).update_s == 3.0
    assert follower.new_end(Moment(40, 40.0, 0.0), 1047) is None  # a new one has begun


def test_validation_is_no_part_of_an_update_and_takes_the_share_that_it_took():
    follower = BudgetFollower(600, BEGIN, 1047)
    end = follower.new_end(Moment(40, 40.0, 20.0), 2000)

    assert end.update_s == 0.5
    assert end.horizon_steps == 40 + int((600 * 0.97 - 40) * 0.5 / 0.5)


def test_a_run_that_goes_on_beyond_its_budget_keeps_its_plan():
    follower = BudgetFollower(600, Moment(900, 600.0, 0.0), 1047)

    assert follower.new_end(Moment(950, 660.0, 0.0), 1047) is None


def test_the_pace_of_a_single_stretch_counts_half():
    follower = BudgetFollower(600, BEGIN, 1047)
    follower.new_end(Moment(60, 30.0, 0.0), 1047)  # half a second an update

    assert follower.new_end(Moment(80, 60.0, 0.0), 1047).update_s == 1.0  # 1.5 s each


def test_only_what_is_far_from_the_last_news_is_news():
    follower = BudgetFollower(600, BEGIN, 1047)
    moments = [Moment(steps, 30.0 * turn, 0.0) for turn, steps in enumerate((60, 115, 130), 1)]
    nothing, nothing_yet, much = (follower.new_end(moment, 1047) for moment in moments)
    more = follower.new_end(Moment(145, 120.0, 0.0), much.horizon_steps)
    little = follower.new_end(Moment(160, 150.0, 0.0), more.horizon_steps)

    assert nothing is None
    assert nothing_yet is None
    assert much.instead_of == 1047
    assert more.instead_of == much.horizon_steps
    assert little.horizon_steps < more.horizon_steps
    assert little.instead_of is None
