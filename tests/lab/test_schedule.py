"""In which order it is measured, and when a line ends, against costs that are known."""

import math
import statistics

import pytest

from attnstudio.lab.report import LineEnd, Work
from attnstudio.lab.schedule import LabSchedule

LENGTHS = tuple(2**power for power in range(3, 13))


def measured(
    costs, *, memories=None, lengths=LENGTHS, works=(Work.TRAINING,), most_s=3.0, free=math.inf
):
    """Run a schedule on machines whose costs are functions of the length."""
    schedule = LabSchedule(len(costs), lengths, works, most_s=most_s)
    schedule.available_bytes = free
    turns, left = [], []
    for turn in schedule.turns():
        turns.append(turn)
        left.append(schedule.left_s(turn.length, turn.work))
        if turn.is_first:
            memory = memories[turn.kind](turn.length) if memories else 1
            schedule.count_memory(turn, memory)
        else:
            schedule.take_time(turn, costs[turn.kind](turn.length))
    return schedule, turns, left


def test_kinds_take_turns_and_each_round_begins_with_another():
    _, turns, _ = measured([lambda _: 0.5, lambda _: 0.5, lambda _: 0.5], lengths=(8,))

    assert [turn.kind for turn in turns[:9]] == [0, 1, 2, 1, 2, 0, 2, 0, 1]
    assert [turn.is_first for turn in turns[:4]] == [True, True, True, False]


def test_quick_points_have_more_rounds_than_slow_ones():
    schedule, _, _ = measured([lambda _: 0.01, lambda _: 0.5], lengths=(8,))

    assert [line.points[0].rounds for line in schedule.lines.values()] == [7, 3]


def test_a_point_is_the_median_between_the_quarters_of_its_rounds():
    schedule = LabSchedule(1, (8,), (Work.TRAINING,))
    rounds = [0.3, 0.1, 0.2, 0.15, 0.5, 0.3, 0.11]
    for turn in schedule.turns():
        if turn.is_first:
            schedule.count_memory(turn, 77)
        else:
            schedule.take_time(turn, rounds.pop(0))
    [point] = schedule.lines[0, Work.TRAINING].points

    taken = [0.3, 0.1, 0.2, 0.15, 0.5]  # more than a second by then
    assert point.rounds == len(taken)
    assert point.seconds == statistics.median(taken)
    assert (point.low_s, point.high_s) == (0.15, 0.3)
    assert point.memory_bytes == 77


def test_a_line_ends_before_a_point_would_take_too_long_and_the_others_go_on():
    schedule, _, _ = measured([lambda n: 1e-5 * n**2, lambda n: 1e-4 * n])
    square, line = schedule.lines.values()

    assert square.end is LineEnd.TOO_SLOW
    assert square.points[-1].length == 512  # of which one takes 2.6 s, and the next would 10
    assert line.end is LineEnd.LONGEST
    assert line.points[-1].length == 4096


def test_a_point_that_took_too_long_against_all_hope_is_the_last_and_not_repeated():
    schedule, turns, _ = measured([lambda n: 0.01 if n < 64 else 20.0])
    [line] = schedule.lines.values()

    assert (line.points[-1].length, line.points[-1].rounds) == (64, 1)
    assert line.end is LineEnd.TOO_SLOW
    assert max(turn.length for turn in turns) == 64


def test_a_line_ends_before_the_memory_might_not_suffice():
    schedule, _, _ = measured([lambda n: 1e-6 * n], memories=[lambda n: 100 * n**2], free=1e8)
    [line] = schedule.lines.values()

    assert line.end is LineEnd.TOO_LARGE
    assert line.points[-1].length == 512  # 26 MB, and 105 with twice the length


def test_a_turn_that_cannot_be_made_ends_its_line_alone():
    schedule = LabSchedule(2, LENGTHS, (Work.TRAINING,))
    for turn in schedule.turns():
        if turn.kind == 1 and turn.length == 32:
            schedule.end_line(turn, LineEnd.FAILED, "It cannot.")
        elif turn.is_first:
            schedule.count_memory(turn, 1)
        else:
            schedule.take_time(turn, 0.01)
    first, second = schedule.lines.values()

    assert (first.end, len(first.points)) == (LineEnd.LONGEST, 10)
    assert (second.end, second.reason, len(second.points)) == (LineEnd.FAILED, "It cannot.", 2)


def test_every_work_is_done_at_a_length_before_the_next():
    _, turns, _ = measured([lambda _: 0.5], lengths=(8, 16), works=tuple(Work))

    order = list(dict.fromkeys((turn.length, turn.work) for turn in turns))
    assert order == [
        (8, Work.TRAINING), (8, Work.DECODING), (16, Work.TRAINING), (16, Work.DECODING),
    ]  # fmt: skip


def test_the_time_left_is_unknown_at_first_and_then_about_right():
    schedule, turns, left = measured([lambda n: 2e-4 * n, lambda n: 3e-4 * n])
    taken = [turn.length * (2e-4, 3e-4)[turn.kind] for turn in turns]

    assert left[0] is None
    at = next(place for place, turn in enumerate(turns) if turn.length == 64)
    assert left[at] == pytest.approx(sum(taken[at:]), rel=1.0)
    assert left[-1] < left[at]
    assert all(line.end is LineEnd.LONGEST for line in schedule.lines.values())
