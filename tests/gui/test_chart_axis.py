"""What is written under charts: there are always labels, and they fit beside each other."""

import math
from itertools import pairwise

import pytest
from PySide6.QtCore import QDateTime
from PySide6.QtGui import QFontMetricsF

from attnstudio.gui.charts.chart_axis import ClockAxis, NumberAxis

START = QDateTime.fromString("2026-11-03T14:07:31", "yyyy-MM-ddTHH:mm:ss").toSecsSinceEpoch()
SPANS = [0.5, 3, 40, 600, 3_000, 20_000, 86_400, 3 * 86_400, 6 * 86_400, 90 * 86_400, 3e8]


@pytest.fixture
def axis(qapp):  # noqa: ARG001 - fonts need it
    return ClockAxis("bottom")


def labels(axis, span, size):
    levels = axis.tickValues(START, START + span, size)
    return [label for spacing, values in levels for label in axis.tickStrings(values, 1.0, spacing)]


@pytest.mark.parametrize("size", [120, 180, 450, 1_500])
@pytest.mark.parametrize("span", SPANS[2:])
def test_labels_are_there_and_do_not_overlap(axis, span, size):
    found = labels(axis, span, size)

    metrics = QFontMetricsF(axis.font())
    assert sum(metrics.horizontalAdvance(label) for label in found) < 1.2 * size
    assert len(found) >= (1 if size < 200 else 2)
    assert not any(a == b for a, b in pairwise(found))


@pytest.mark.parametrize("span", SPANS)
def test_ticks_lie_inside_in_even_distances(axis, span):
    [(spacing, values)] = axis.tickValues(START, START + span, 300)

    assert all(START <= value <= START + span for value in values)
    steps = [b - a for a, b in pairwise(values)]
    assert all(math.isclose(step, spacing, abs_tol=3_600) for step in steps)


@pytest.mark.parametrize(
    ("span", "size", "expected"),
    [
        (20, 900, ["14:07:32", "14:07:34", "14:07:36"]),
        (1_800, 500, ["14:10", "14:15", "14:20", "14:25", "14:30", "14:35"]),
        (86_400, 300, ["18:00", "4 Nov", "06:00", "12:00"]),
        (5 * 86_400, 400, ["4 Nov", "5 Nov", "6 Nov", "7 Nov", "8 Nov"]),
    ],
)
def test_times_are_round_and_midnight_is_told_by_its_day(axis, span, size, expected):
    assert labels(axis, span, size)[: len(expected)] == expected


def test_nothing_is_labelled_where_there_is_no_range(axis):
    assert axis.tickValues(START, START, 300) == []
    assert axis.tickValues(math.nan, math.nan, 300) == []
    assert axis.tickValues(-1e300, 1e300, 300) == []


def test_the_name_of_the_axis_says_no_power_of_ten(axis):
    axis.setLabel("time of day")
    axis.setRange(START, START + 600)

    assert "1e" not in axis.labelString()
    assert "time of day" in axis.labelString()


@pytest.mark.parametrize(
    ("values", "spacing", "expected"),
    [
        ([0.0, 2e5, 4e5], 2e5, ["0", "200k", "400k"]),
        ([-2e4, 1.5e4], 5e3, ["-20k", "15k"]),
        ([5e6, 1.05e7], 5e5, ["5M", "10.5M"]),
        ([2e10, 3e10], 1e10, ["20G", "30G"]),
        ([20_000.0, 20_010.0], 10, ["20000", "20010"]),
        ([0.0, 500.0], 500, ["0", "500"]),
        ([0.0, 0.002], 0.002, ["0", "0.002"]),
    ],
)
@pytest.mark.usefixtures("qapp")
def test_large_numbers_are_written_short_where_nothing_is_lost(values, spacing, expected):
    axis = NumberAxis("bottom")

    assert axis.tickStrings(values, 1.0, spacing) == expected


@pytest.mark.usefixtures("qapp")
def test_a_long_axis_says_no_power_of_ten_in_its_name():
    axis = NumberAxis("bottom")
    axis.setLabel("target tokens")
    axis.setRange(0, 5e9)

    assert "1e" not in axis.labelString()
