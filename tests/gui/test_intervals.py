"""Where a score of a validation lies with 95 % is drawn, read off and exported beside it."""

import numpy as np
import pytest
from events import SCORES, make_started, make_validation

from attnstudio.gui.charts.chart_reading import Cursor
from attnstudio.gui.charts.curve_board import CurveBoard
from attnstudio.gui.charts.curve_export import to_table
from attnstudio.training.history import History

AERS = {10: 0.5, 20: 0.4, 30: 0.35}


def history_with(*, interval):
    history = History()
    history.add(make_started())
    for step, aer in AERS.items():
        ends = {"lowest": {"aer": aer - 0.05}, "highest": {"aer": aer + 0.07}} if interval else {}
        history.add(
            make_validation(
                step=step,
                elapsed_s=1.0 * step,
                epoch=0.1 * step,
                scores=SCORES | {"aer": aer},
                **ends,
            )
        )
    return history


@pytest.fixture
def plot_of(qtbot):
    def make(*, interval):
        board = CurveBoard(lambda _: None, lambda *_: "")
        qtbot.addWidget(board)
        board.resize(1000, 700)
        board.show()
        board.set_run("one", history_with(interval=interval), 0)
        board.redraw()
        return next(plot for plot in board.plots if plot.title == "Alignment error")

    return make


def drawn(plot):
    """The y of everything that is drawn, line by line."""
    return [y[np.isfinite(y)].tolist() for y in (item.yData for item in plot.lines.items) if len(y)]


def test_whiskers_reach_from_end_to_end(plot_of):
    whiskers, line = drawn(plot_of(interval=True))

    assert line == list(AERS.values())
    assert whiskers == pytest.approx([0.45, 0.57, 0.35, 0.47, 0.3, 0.42])


def test_without_an_interval_nothing_else_is_drawn(plot_of):
    [line] = drawn(plot_of(interval=False))

    assert line == list(AERS.values())


def test_the_chart_has_room_for_the_whiskers(plot_of):
    low, high = plot_of(interval=True).canvas.getViewBox().viewRange()[1]

    assert low < 0.3
    assert high > 0.57


def test_the_table_says_how_sure_a_value_is_and_the_words_from_where_to_where(plot_of):
    plot = plot_of(interval=True)

    plot.crosshair.show(Cursor(20.0))

    [row] = plot.reading.rows
    assert row.values[0] == "0.4 ± 0.06"
    assert "0.4, with 95 % from 0.35 to 0.47" in row.words

    plot.crosshair.show(Cursor(None, (10.0, 20.0)))
    [row] = plot.reading.rows
    assert row.values == ("0.5", "0.4", "-0.1")


def test_exported_tables_have_the_ends_where_there_are_any(plot_of):
    with_ends = to_table(plot_of(interval=True)).splitlines()
    assert with_ends[0] == "run,quantity,x,y,low,high"
    assert with_ends[1].startswith("one,one,10.0,0.5,0.45,0.57")

    assert to_table(plot_of(interval=False)).splitlines()[:2] == [
        "run,quantity,x,y",
        "one,one,10.0,0.5",
    ]
