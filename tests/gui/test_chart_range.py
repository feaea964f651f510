"""From where to where charts reach: what the person writes, in any locale, and logarithms."""

import numpy as np
import pytest
from finding import press
from PySide6.QtCore import QLocale

from attnstudio.gui.charts.chart_range import horizontal_range, vertical_range
from attnstudio.gui.charts.plotted_curve import ChartScale, PlotOptions
from attnstudio.gui.charts.range_dialog import RangeDialog


@pytest.fixture
def in_german():
    before = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    yield
    QLocale.setDefault(before)


def wanted(qtbot, vertical=("", ""), horizontal=("", "")):
    """What the dialog gives for these texts; None where it refuses."""
    dialog = RangeDialog("Loss", ChartScale(log_y=True))
    qtbot.addWidget(dialog)
    chosen = []
    dialog.scale_chosen.connect(chosen.append)
    for fields, texts in ((dialog.vertical, vertical), (dialog.horizontal, horizontal)):
        for field, text in zip(fields, texts, strict=True):
            field.setText(text)
    press(dialog, "OK")
    assert bool(chosen) != bool(dialog.problem.text())
    return chosen[0] if chosen else None


def test_each_axis_has_its_own_ends_and_the_logarithm_stays(qtbot):
    scale = wanted(qtbot, ("1", " 2.5 "), ("-3", ""))

    assert scale == ChartScale(log_y=True, y_range=(1.0, 2.5), x_range=(-3.0, None))
    assert wanted(qtbot) == ChartScale(log_y=True)


@pytest.mark.parametrize("ends", [("1", "1"), ("2", "1"), ("1e400", ""), ("nan", ""), ("inf", "")])
def test_ends_that_are_none_are_refused_on_both_axes(qtbot, ends):
    assert wanted(qtbot, vertical=ends) is None
    assert wanted(qtbot, horizontal=ends) is None


@pytest.mark.usefixtures("in_german")
def test_numbers_are_taken_with_a_comma_or_a_point_and_shown_with_a_comma(qtbot):
    assert wanted(qtbot, ("0,5", "1e3")).y_range == (0.5, 1000.0)
    assert wanted(qtbot, ("0.25", "")).y_range == (0.25, None)
    dialog = RangeDialog("Loss", ChartScale(x_range=(0.5, None)))
    qtbot.addWidget(dialog)
    assert [field.text() for field in dialog.horizontal] == ["0,5", ""]


def test_a_logarithm_has_no_place_for_an_end_that_is_not_above_zero():
    y = [np.array([1.0, 10.0])]
    plain = vertical_range(y, PlotOptions(logarithmic=True))

    assert vertical_range(y, PlotOptions(logarithmic=True, y_range=(-5.0, 100.0))) == (plain[0], 2)
    assert vertical_range(y, PlotOptions(logarithmic=True, y_range=(0.0, None))) == plain
    assert vertical_range(y, PlotOptions(y_range=(-5.0, 100.0))) == (-5.0, 100.0)
    x = horizontal_range(y, PlotOptions(logarithmic_x=True, x_range=(-1.0, 1000.0)), is_clock=False)
    assert x == (0.0, 3.0)


def test_ends_beside_those_that_are_found_never_turn_round():
    low, high = vertical_range([np.array([1.0, 2.0])], PlotOptions(y_range=(50.0, None)))

    assert (low, high) == (50.0, 51.0)


def test_of_many_points_outliers_are_left_out_until_they_are_wanted():
    y = [np.concatenate((np.linspace(1, 2, 500), [300.0]))]

    assert vertical_range(y, PlotOptions())[1] < 3.0
    assert vertical_range(y, PlotOptions(all_shown=True))[1] > 300.0
