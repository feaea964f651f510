"""Curves of runs that have gone wrong: no warning, an axis for what is sound, gaps are seen."""

import math

import numpy as np
import pyqtgraph as pg
import pytest
from events import make_step
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from attnstudio.gui.charts.chart_range import vertical_range
from attnstudio.gui.charts.chart_reading import Cursor
from attnstudio.gui.charts.curve_board import CurveBoard
from attnstudio.gui.charts.curve_legend import CurveLegend
from attnstudio.gui.charts.mark_lines import MarkKind
from attnstudio.gui.charts.plotted_curve import PlotOptions
from attnstudio.training.events import Validation
from attnstudio.training.history import History

WRONG = [1e300, math.inf, math.nan, 1e308, -math.inf, 1.7976e308]


def history_of(values):
    """Sound values, and from the middle on these."""
    history = History()
    for n, value in enumerate([*(9.0 - 0.1 * n for n in range(20)), *values], start=1):
        history.add(
            make_step(
                step=n,
                elapsed_s=0.5 * n,
                epoch=n / 100,
                loss=value,
                gradient_norm=value,
                target_tokens=50 * n,
            )
        )
        history.add(
            Validation(
                step=n,
                elapsed_s=0.5 * n,
                epoch=n / 100,
                scores={
                    "loss": value,
                    "perplexity": value,
                    "token_accuracy": 0.5,
                    "bleu": 10.0,
                    "chrf": 30.0,
                },
                seconds=1.0,
                is_best=n == 20,
            )
        )
    return history


@pytest.fixture
def board(qtbot):
    board = CurveBoard(lambda error: pytest.fail(str(error)))
    qtbot.addWidget(board)
    board.resize(1200, 800)
    board.show()
    return board


def painted(board):
    board.redraw()
    for _ in range(2):
        QApplication.processEvents()
        board.grab()


@pytest.mark.parametrize("logarithmic", [False, True])
@pytest.mark.parametrize("outliers", [False, True])
@pytest.mark.parametrize("values", [WRONG, WRONG * 30], ids=["few", "many"])
def test_values_beyond_all_measure_warn_of_nothing(qtbot, board, values, outliers, logarithmic):
    board.tools.logarithmic.setChecked(logarithmic)
    board.tools.outliers.setChecked(outliers)
    board.tools.slider.setValue(990)
    board.set_run("wrong", history_of(values), 0)
    painted(board)
    for plot in board.plots:
        plot.crosshair.show(Cursor(5.0, (3.0, 22.0)))
        qtbot.keyClick(plot, Qt.Key.Key_Left)
        viewport = plot.canvas.viewport()
        place = QPointF(viewport.rect().center())
        none = Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(QEvent.Type.MouseMove, place, viewport.mapToGlobal(place), *none)
        QApplication.sendEvent(viewport, event)
    painted(board)


def test_an_axis_is_made_for_what_is_sound_and_gaps_are_marked(board):
    board.set_run("wrong", history_of([*WRONG, 6.0, 1e300, 5.0]), 0)
    painted(board)

    perplexity = next(plot for plot in board.plots if plot.title == "Perplexity")
    low, high = perplexity.canvas.view_range[1]
    assert low <= 5.0
    assert 9.0 <= high < 12.0
    assert perplexity.lines.shapes[0].gaps == [21.0, 28.0]
    assert {21.0, 28.0} <= set(perplexity.lines.marked_places)
    upright = [item for item in perplexity.canvas.items() if isinstance(item, pg.InfiniteLine)]
    colours = {line.pen.color().name() for line in upright if line.isVisible()}
    assert perplexity.lines.curves[0].series.colour in colours
    legend = board.findChild(CurveLegend)
    assert ("gap", "no number") in legend.kinds
    board.set_visible("wrong", False)
    board.set_run("sound", history_of([]), 1)
    painted(board)
    assert ("gap", "no number") not in legend.kinds


def test_one_value_out_of_all_proportion_leaves_the_others_to_be_read(board):
    board.set_run("wrong", history_of([1e7]), 0)
    painted(board)
    perplexity = next(plot for plot in board.plots if plot.title == "Perplexity")
    assert perplexity.canvas.view_range[1][1] < 12.0
    assert perplexity.lines.shapes[0].gaps == []

    board.tools.outliers.setChecked(True)
    painted(board)

    assert perplexity.canvas.view_range[1][1] > 1e7


@pytest.mark.parametrize("logarithmic", [False, True])
def test_where_nothing_is_a_number_there_is_still_an_axis(board, logarithmic):
    board.tools.logarithmic.setChecked(logarithmic)
    history = History()
    for n in range(1, 9):
        history.add(
            make_step(
                step=n,
                elapsed_s=0.5 * n,
                epoch=n / 100,
                loss=math.nan,
                gradient_norm=math.inf,
                target_tokens=50 * n,
            )
        )
    board.set_run("wrong", history, 0)
    painted(board)

    (left, right), (low, high) = board.plots[0].canvas.view_range
    assert left <= 1 < 8 <= right
    assert -1 < low < high < 2
    assert board.plots[0].lines.marked_places == [1.0]


def test_what_is_read_of_a_gap_is_said_as_it_was_measured(board):
    board.set_run("wrong", history_of([1e300, math.inf]), 0)
    painted(board)
    perplexity = next(plot for plot in board.plots if plot.title == "Perplexity")

    perplexity.crosshair.show(Cursor(21.0))
    assert perplexity.reading.rows[0].values[0] == "1.0e+300"
    perplexity.crosshair.show(Cursor(22.0))
    assert perplexity.reading.rows[0].values[0] == "inf"
    perplexity.crosshair.show(Cursor(None, (22.0, 22.0)))
    assert perplexity.reading.rows[0].values == ("inf", "inf", "nan")


def test_the_kinds_of_marks_are_told_apart():
    assert len({kind.value for kind in MarkKind}) == len(MarkKind)


def test_a_range_of_the_person_holds_also_where_nothing_can_be_drawn():
    options = PlotOptions(y_range=(2.0, 4.0))

    assert vertical_range([np.full(9, np.nan)], options) == (2.0, 4.0)
    assert vertical_range([], options) == (2.0, 4.0)
