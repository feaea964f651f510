"""Charts: the cursor tells the data, zoom stops the following, files hold the points."""

import csv
import io
import math
import re
import time
import zlib
from xml.etree import ElementTree

import numpy as np
import pytest
from events import SCORES, make_started, make_step, make_validation
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QGuiApplication,
    QImage,
    QMouseEvent,
    QPainter,
    QWheelEvent,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from attnstudio.errors import ExportError, StorageError
from attnstudio.gui.charts import curve_export, drawing_schedule
from attnstudio.gui.charts.chart_axis import ClockAxis
from attnstudio.gui.charts.chart_picture import ChartPicture
from attnstudio.gui.charts.chart_reading import Cursor
from attnstudio.gui.charts.curve_board import CurveBoard
from attnstudio.gui.charts.curve_preferences import CurvePreferences
from attnstudio.gui.charts.plotted_curve import ChartScale, PlotOptions
from attnstudio.gui.charts.range_dialog import RangeDialog
from attnstudio.gui.look.scheme_switch import apply_colours
from attnstudio.gui.look.theme import DARK, LIGHT, SPACE
from attnstudio.gui.training.chart_settings import load_preferences, save_preferences
from attnstudio.training.curves import Axis, smooth
from attnstudio.training.history import History
from attnstudio.training.metric import TRAINING_LOSS, validated
from attnstudio.training.scores import BLEU


def history_of(steps, *, loss=lambda n: 5 / n, every=10):
    history = History()
    for n in range(1, steps + 1):
        history.add(
            make_step(
                step=n,
                elapsed_s=0.5 * n,
                epoch=n / 100,
                loss=loss(n),
                gradient_norm=1.0 + n % 3,
                target_tokens=50 * n,
            )
        )
        if n % every == 0:
            history.add(
                make_validation(
                    step=n,
                    elapsed_s=0.5 * n,
                    epoch=n / 100,
                    scores=SCORES | {"bleu": 10.0 + n, "chrf": 30.0},
                )
            )
    return history


@pytest.fixture
def errors():
    return []


@pytest.fixture
def wanted_paths():
    """What the person answers when they are asked for a file; the last one counts."""
    return []


@pytest.fixture
def board(qtbot, errors, wanted_paths):
    board = CurveBoard(errors.append, lambda *_: str(wanted_paths[-1]))
    qtbot.addWidget(board)
    board.resize(1000, 700)
    board.show()
    return board


@pytest.fixture
def plot(board):
    board.set_run("one", history_of(100), 0)
    board.redraw()
    return board.plots[0]


def shown(board):
    return [plot.title for plot in board.plots if plot.isVisibleTo(board)]


def test_charts_without_points_are_not_shown(board):
    assert shown(board) == []
    assert board.grid.nothing.isVisibleTo(board)

    board.set_run("one", history_of(5), 0)
    board.redraw()
    assert shown(board) == ["Loss", "Speed", "Learning rate", "Gradient norm"]
    board.set_run("one", history_of(30), 0)
    board.redraw()

    assert shown(board)[:3] == ["Loss", "BLEU", "Perplexity"]
    assert "Alignment error" not in shown(board)  # there is no gold


def test_the_cursor_tells_exactly_what_was_measured(qtbot, plot):
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    qtbot.keyClick(plot, Qt.Key.Key_Left)

    line = plot.lines.curves[0]
    smoothed = smooth(line.curve.y, 0.6)
    assert plot.crosshair.place == 99
    assert plot.accessibleDescription().startswith(
        f"one, training loss: {5 / 99:.4g} (smoothed {smoothed[98]:.4g}) at 99"
    )


class PaintCounter(QObject):
    def __init__(self, plot):
        super().__init__(plot)
        self.count = 0
        plot.canvas.viewport().installEventFilter(self)

    def eventFilter(self, _, event):  # noqa: N802 - Qt's
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_a_chart_with_nothing_new_is_not_painted_again(qtbot, board):
    history = history_of(100)
    board.set_run("one", history, 0)
    board.redraw()
    counters = {plot.title: PaintCounter(plot) for plot in board.plots}
    qtbot.wait(50)
    before = {title: counter.count for title, counter in counters.items()}

    history.add(make_step(step=101, elapsed_s=50.5, epoch=1.01, loss=0.04, target_tokens=5050))
    board.redraw()
    qtbot.wait(50)

    grown = {title for title, counter in counters.items() if counter.count > before[title]}
    assert grown == {"Loss", "Speed", "Learning rate", "Gradient norm"}
    history.add(
        make_validation(
            step=101, elapsed_s=50.5, epoch=1.01, scores=SCORES | {"bleu": 99.0, "chrf": 30.0}
        )
    )
    board.redraw()
    bleu = next(plot for plot in board.plots if plot.title == "BLEU")
    assert bleu.lines.curves[0].curve.y[-1] == 99.0


def test_a_pinned_cursor_measures_from_there_and_escape_lets_go(qtbot, plot):
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Space, Qt.Key.Key_Left):
        qtbot.keyClick(plot, key)

    change = plot.lines.curves[0].curve.y[98] - plot.lines.curves[0].curve.y[99]
    assert f"Δ {change:.4g}" in plot.accessibleDescription()
    assert "steps: 100 → 99, Δ -1" in plot.accessibleDescription()
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.accessibleDescription() == ""


def rows_of(board):
    """The table of values: title, headings, and the first words of each row."""
    table = board.values.table
    columns = range(table.columnCount())
    headings = [table.horizontalHeaderItem(column).text() for column in columns]
    cells = [
        [table.item(row, column).text() for column in columns] for row in range(table.rowCount())
    ]
    return headings[1:], cells


def test_two_pins_measure_in_between_also_when_the_pointer_is_elsewhere(qtbot, board, plot):
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Space, *[Qt.Key.Key_Left] * 20, Qt.Key.Key_Space):
        qtbot.keyClick(plot, key)
    qtbot.keyClick(plot, Qt.Key.Key_Left)

    y = plot.lines.curves[0].curve.y
    headings, cells = rows_of(board)
    assert headings == ["A", "B", "Δ"]
    assert cells[0][1:] == [f"{y[99]:.4g}", f"{y[79]:.4g}", f"{y[79] - y[99]:.4g}"]
    assert board.values.moment.text() == "steps: 100 → 80, Δ -20"
    assert all(p.crosshair.value.pins == (100.0, 80.0) for p in board.plots)
    qtbot.keyClick(plot, Qt.Key.Key_Space)
    assert all(p.crosshair.value.pins == () for p in board.plots)


def test_a_run_that_ended_long_before_has_no_value_there(board, plot):
    board.set_run("short", history_of(30, loss=lambda n: 7 / n), 1)
    board.redraw()

    plot.pointed.emit(Cursor(90.0))
    plot.crosshair.show(Cursor(90.0))
    words = {row.words for row in plot.reading.rows if not row.has_markers}
    smoothed = smooth(plot.lines.curves[0].curve.y, 0.6)[89]
    assert words == {
        f"one, training loss: {5 / 90:.4g} (smoothed {smoothed:.4g}) at 90",
        "short, training loss: – at 90",
    }

    plot.crosshair.show(Cursor(None, (20.0, 90.0)))
    [row] = [r for r in plot.reading.rows if r.run == "short" and not r.has_markers]
    assert row.values == (f"{7 / 20:.4g}", "–", "–")
    plot.crosshair.show(Cursor(31.0))  # one step beyond its last point, which may be on its way
    [row] = [r for r in plot.reading.rows if r.run == "short" and not r.has_markers]
    assert row.values[0] == f"{7 / 30:.4g}"


def test_what_was_measured_elsewhere_is_named_with_its_place(plot):
    def validations():
        [row] = [r for r in plot.reading.rows if r.has_markers]
        return row.values

    plot.crosshair.show(Cursor(50.0))
    assert validations()[0] == "2"
    plot.crosshair.show(Cursor(53.0))
    assert validations()[0] == "2@50"
    plot.crosshair.show(Cursor(None, (47.0, 53.0)))  # both nearest to what was measured at 50
    assert validations() == ("2@50", "2@50", "–")
    plot.crosshair.show(Cursor(None, (20.0, 90.0)))
    assert validations() == ("2", "2", "0")


def test_the_cursor_is_the_same_in_every_chart(board, plot):
    plot.pointed.emit(Cursor(40.0))

    assert {p.crosshair.place for p in board.plots if p is not plot} == {40.0}


def move(plot, x, y, *, pressed=False):
    """The mouse, at a point of the data."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    viewport = plot.canvas.viewport()
    place = QPointF(
        plot.canvas.mapFromScene(plot.canvas.getViewBox().mapViewToScene(QPointF(x, y)))
    )
    send(viewport, QEvent.Type.MouseMove, place, none, left if pressed else none)


def send(viewport, kind, place, button, buttons):
    none = Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(kind, place, viewport.mapToGlobal(place), button, buttons, none)
    QApplication.sendEvent(viewport, event)


def six_runs(board):
    for number in range(6):
        history = history_of(100, loss=lambda _, number=number: 1.0 + number)
        board.set_run(f"run {number}", history, number)
    board.redraw()
    return board.plots[0]


def test_the_values_stand_once_beside_the_charts_and_the_nearest_line_first(board):
    plot = six_runs(board)
    board.values.resize(240, 260)
    board.values.show()
    QApplication.processEvents()
    move(plot, 50, 4.0)

    headings, cells = rows_of(board)
    assert board.values.title.text() == "Loss"
    assert headings == ["value", "smoothed"]
    assert cells[0] == ["run 3", "4", "4"]
    shown = len(cells)
    assert 3 <= shown < 12
    assert board.values.more.text() == f"+{12 - shown} more"
    table = board.values.table
    last = table.visualItemRect(table.item(shown - 1, 0))
    assert last.bottom() <= table.viewport().height()
    for chart in board.plots:  # nothing but the chart itself is on any chart
        labels = [label.text() for label in chart.canvas.findChildren(QLabel)]
        assert labels == []


def test_a_drag_leaves_no_cursor_in_any_chart(board):
    plot = six_runs(board)
    move(plot, 50, 4.0)
    assert all(p.crosshair.place is not None for p in board.plots)
    viewport = plot.canvas.viewport()
    left = Qt.MouseButton.LeftButton
    place = QPointF(
        plot.canvas.mapFromScene(plot.canvas.getViewBox().mapViewToScene(QPointF(50, 4.0)))
    )
    send(viewport, QEvent.Type.MouseButtonPress, place, left, left)
    move(plot, 80, 3.0, pressed=True)
    assert not any(p.crosshair.place is not None for p in board.plots)
    outside = QPointF(-300, 40)
    send(viewport, QEvent.Type.MouseMove, outside, Qt.MouseButton.NoButton, left)
    send(viewport, QEvent.Type.MouseButtonRelease, outside, left, Qt.MouseButton.NoButton)

    assert not any(p.crosshair.place is not None for p in board.plots)
    assert board.values.table.isHidden()
    assert not any(p.crosshair.value.pins for p in board.plots)  # a drag is no click


def test_a_chart_that_was_hidden_comes_back_without_a_cursor(board):
    plot = six_runs(board)
    move(plot, 50, 4.0)
    plot.enlarged.emit()
    QApplication.sendEvent(plot.canvas.viewport(), QEvent(QEvent.Type.Leave))
    plot.enlarged.emit()

    assert not any(p.crosshair.place is not None for p in board.plots)


def test_a_double_click_fits_and_pins_nothing(qtbot, plot):
    viewport = plot.canvas.viewport()
    middle = viewport.rect().center()
    move(plot, 50, 2.0)
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=middle)

    assert plot.crosshair.value.pins == ()
    assert plot.is_following


def test_a_single_point_stands_in_an_axis_that_can_be_read(board):
    history = History()
    history.add(make_step(step=200, elapsed_s=9.0, epoch=0.1, loss=5.0, target_tokens=50))
    history.add(
        make_validation(
            step=200, elapsed_s=9.0, epoch=0.1, scores=SCORES | {"bleu": 0.0, "chrf": 30.0}
        )
    )
    board.set_run("one", history, 0)
    board.redraw()

    for plot in board.plots:
        (left, right), (low, _) = plot.canvas.view_range
        assert right - left >= 400
        assert (left + right) / 2 == pytest.approx(200)
        assert low >= -1  # there is no BLEU below 0


def test_a_tile_says_what_is_to_come_until_it_is_drawn(board):
    board.set_run("one", history_of(20), 0)
    while all(card.isHidden() for card in board.grid.cards):
        board.schedule.waiting.popleft()()
    card = next(card for card in board.grid.cards if not card.isHidden())

    assert card.plot is None
    assert card.waiting.text() == "Loss: drawing…"
    board.redraw()
    assert card.waiting.isHidden()
    assert card.plot.isVisibleTo(board)


def test_zooming_stops_the_following_until_it_is_asked_for_again(board, plot):
    assert plot.is_following
    plot.canvas.getViewBox().sigRangeChangedManually.emit([True, True])
    assert not plot.is_following
    assert plot.heading.follow.isVisibleTo(board)
    before = plot.canvas.view_range
    board.set_run("one", history_of(200), 0)
    board.redraw()
    assert plot.canvas.view_range == before

    plot.heading.follow.click()

    assert plot.is_following
    assert plot.canvas.view_range[0][1] >= 200


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.NoModifier, None])
def test_the_plain_wheel_is_left_to_the_page(plot, modifier):
    modifier = modifier or Qt.KeyboardModifier.ControlModifier
    before = plot.canvas.view_range
    place = QPointF(plot.canvas.viewport().rect().center())
    event = QWheelEvent(
        place, plot.canvas.viewport().mapToGlobal(place), QPoint(0, 0), QPoint(0, 120),
        Qt.MouseButton.NoButton, modifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(plot.canvas.viewport(), event)

    zoomed = plot.canvas.view_range != before
    assert zoomed is (modifier is Qt.KeyboardModifier.ControlModifier)


def test_a_logarithmic_axis_counts_what_it_cannot_show(board):
    board.set_run("one", history_of(20, loss=lambda n: n - 5.0), 0)
    board.tools.logarithmic.setChecked(True)
    board.redraw()

    assert "Hidden, as not above 0: 5" in board.plots[0].accessibleDescription()


def test_a_gap_stays_a_gap(board):
    board.set_run("one", history_of(20, loss=lambda n: math.nan if n == 7 else 1.0), 0)
    board.redraw()

    line = board.plots[0].lines.curves[0]
    assert math.isnan(line.curve.y[6])
    assert math.isnan(board.plots[0].lines.shapes[0].smoothed[6])


def test_a_choice_about_the_charts_is_told_and_outlives_the_program(qtbot, board, settings):
    board.preferences_changed.connect(lambda: save_preferences(settings, board.preferences))
    board.tools.slider.setValue(900)
    board.tools.raw.setChecked(False)
    board.tools.logarithmic.setChecked(True)
    board.tools.axis.setCurrentIndex(board.tools.axis.findData(Axis.TOKENS))
    board.tools.axis.activated.emit(board.tools.axis.currentIndex())

    again = CurveBoard(lambda _: None)
    qtbot.addWidget(again)
    assert load_preferences(settings) == board.preferences
    again.apply_preferences(load_preferences(settings))

    options = PlotOptions(0.9, raw_shown=False, logarithmic=True)
    assert again.preferences == CurvePreferences(Axis.TOKENS, options)


def test_every_chart_says_what_it_is_and_where_it_is_better(qtbot, board):
    board.set_run("one", history_of(30), 0)
    board.redraw()
    bleu = next(plot for plot in board.plots if plot.title == "BLEU")

    for plot in board.plots:
        question = plot.findChild(QPushButton, "question")
        assert question.accessibleName() == f"What is {plot.title}?"
        assert "better" in question.accessibleDescription() or plot.title == "Speed"
    bleu.setFocus()
    qtbot.keyClick(bleu, Qt.Key.Key_Left)
    assert board.values.about.text() == "higher is better · 40: good"


def entries(board, plot):
    return {action.text(): action for action in board.menu.menu_of(plot).actions()}


def test_a_chart_has_its_own_logarithms_until_all_are_scaled_alike(board, plot, settings):
    other = board.plots[1]
    entries(board, plot)["Logarithmic vertical axis"].trigger()
    entries(board, plot)["Logarithmic horizontal axis"].trigger()

    (left, right), (low, high) = plot.canvas.view_range
    assert (left, right) == pytest.approx((0, 2), abs=0.1)  # 1 to 100
    assert (low, high) == pytest.approx((np.log10(5 / 100), np.log10(5)), abs=0.2)
    assert entries(board, plot)["Logarithmic vertical axis"].isChecked()
    assert not entries(board, other)["Logarithmic vertical axis"].isChecked()
    plot.crosshair.show(Cursor(50.0))
    assert plot.crosshair.place == pytest.approx(np.log10(50))
    save_preferences(settings, board.preferences)
    assert load_preferences(settings).scales == {TRAINING_LOSS: ChartScale(True, True)}
    board.tools.logarithmic.setChecked(True)
    board.tools.logarithmic.setChecked(False)
    assert not entries(board, plot)["Logarithmic vertical axis"].isChecked()


def test_the_numbers_of_a_logarithmic_axis_do_not_overlap(plot):
    axis = plot.canvas.getAxis("left")

    assert axis.logTickStrings([1.0, np.log10(20), np.log10(30), np.log10(50), 2.0], 1.0, None) == [
        "10", "20", None, "50", "100",
    ]  # fmt: skip


def test_a_range_can_be_set_and_is_left_to_the_chart_again(qtbot, board, plot):
    for ends, expected in (
        (("2", "4", "10", ""), ((10, 100), (2, 4))),
        (("", "", "", ""), ((1 - 4, 100 + 4), (0, 2.6))),  # with room for stars at the ends
    ):
        entries(board, plot)["Range…"].trigger()
        dialog = board.findChild(RangeDialog)
        for field, text in zip((*dialog.vertical, *dialog.horizontal), ends, strict=True):
            field.setText(text)
        dialog._take()
        qtbot.waitUntil(lambda: board.findChild(RangeDialog) is None)

        x, y = plot.canvas.view_range
        assert x == pytest.approx(expected[0], abs=2)
        assert y == pytest.approx(expected[1], abs=0.5)


@pytest.mark.parametrize("ends", [("4", "2"), ("a", "")])
def test_a_range_that_is_none_is_refused_in_words(qtbot, ends):
    dialog = RangeDialog("Loss", ChartScale())
    qtbot.addWidget(dialog)
    chosen = []
    dialog.scale_chosen.connect(chosen.append)
    for field, text in zip(dialog.vertical, ends, strict=True):
        field.setText(text)

    dialog._take()

    assert chosen == []
    assert "the first is below the second" in dialog.problem.text()


def resumed_history():
    history = history_of(250)
    history.add(
        make_started(
            step=240, elapsed_s=120.0, resumed_from=240, parameters=1, train_pairs=1, batches=1
        )
    )
    history.add(make_step(step=241, elapsed_s=121.0, epoch=2.41, loss=0.02, target_tokens=12_050))
    return history


def test_best_resumption_and_epochs_are_marked_and_can_be_hidden(board):
    board.set_run("one", resumed_history(), 0)
    board.set_run("two", history_of(250), 1)
    board.mark("one")
    board.redraw()
    plot = board.plots[0]

    assert sorted(plot.lines.marked_places) == [100, 200, 240]
    bleu = next(plot for plot in board.plots if plot.title == "BLEU")
    assert {line.run: line.best_x for line in bleu.lines.curves} == {"one": 240, "two": 250}
    stars = [item for item in bleu.lines.items if item.opts["symbol"] == "star"]
    assert sorted(item.getData()[0][0] for item in stars) == [240, 250]
    board.tools.marks.setChecked(False)
    board.redraw()
    assert plot.lines.marked_places == []
    assert {line.best_x for line in bleu.lines.curves} == {None}


def test_runs_stand_on_a_time_of_day_axis_where_they_were_trained(board):
    history = History()
    history.add(make_started(parameters=1, train_pairs=1, batches=1, at=1_700_000_000.0))
    for step in (1, 2):
        history.add(
            make_step(step=step, elapsed_s=60.0 * step, epoch=0.1, loss=1.0, target_tokens=9)
        )
    board.set_run("one", history, 0)
    board.set_run("old", history_of(10), 1)
    board.apply_preferences(CurvePreferences(Axis.CLOCK))
    plot = board.plots[0]

    assert isinstance(plot.canvas.getAxis("bottom"), ClockAxis)
    np.testing.assert_array_equal(plot.lines.curves[0].curve.x, [1_700_000_060, 1_700_000_120])
    assert [len(line.curve.x) for line in plot.lines.curves if line.run == "old"] == [0, 0]
    plot.crosshair.show(pinned := Cursor(None, (1_700_000_060, 1_700_000_120)))
    plot.pointed.emit(pinned)
    assert board.values.moment.text().endswith("Δ 1 min")
    board.apply_preferences(CurvePreferences())
    assert not isinstance(plot.canvas.getAxis("bottom"), ClockAxis)


def test_axes_and_options_are_kept(board):
    scales = {validated(BLEU): ChartScale(log_y=False)}
    options = PlotOptions(0.9, False, True, True)
    wanted = CurvePreferences(Axis.TOKENS, options, scales, marks_shown=False)

    board.apply_preferences(wanted)

    assert board.preferences == wanted
    board.set_run("one", history_of(10), 0)
    board.redraw()
    assert board.plots[0].lines.curves[0].curve.x[-1] == 500


def test_a_resumed_run_is_redrawn(board):
    history = history_of(50)
    board.set_run("one", history, 0)
    board.redraw()
    history.add(
        make_started(
            step=20, elapsed_s=10.0, resumed_from=20, parameters=1, train_pairs=1, batches=1
        )
    )
    history.add(make_step(step=21, elapsed_s=11.0, epoch=0.21, loss=9.0, target_tokens=1050))
    board.run_grew("one")
    board.redraw()

    curve = board.plots[0].lines.curves[0].curve
    assert (len(curve.x), curve.y[-1]) == (21, 9.0)


def test_growth_is_drawn_soon_and_then_the_timer_rests(qtbot, board):
    history = history_of(10)
    board.set_run("one", history, 0)
    board.redraw()
    history.add(make_step(step=11, elapsed_s=6.0, epoch=0.11, loss=1.0, target_tokens=550))
    board.run_grew("one")
    qtbot.waitUntil(lambda: len(board.plots[0].lines.curves[0].curve.x) == 11)

    qtbot.waitUntil(lambda: board.is_settled, timeout=120_000)


def test_what_grows_while_charts_are_drawn_is_drawn_in_another_round(qtbot, board):
    history = history_of(10)
    board.set_run("one", history, 0)
    qtbot.waitUntil(lambda: bool(board.plots))
    history.add(make_step(step=11, elapsed_s=6.0, epoch=0.11, loss=1.0, target_tokens=550))
    board.run_grew("one")

    qtbot.waitUntil(lambda: board.is_settled, timeout=120_000)

    assert "Speed" in shown(board)
    of_steps = [p for p in board.plots if p.title in ("Loss", "Speed", "Gradient norm")]
    assert [len(plot.lines.curves[0].curve.x) for plot in of_steps] == [11, 11, 11]


def test_what_a_person_changes_while_charts_are_drawn_does_not_wait_as_long_as_what_grows(
    qtbot, board
):
    history = history_of(10)
    board.set_run("one", history, 0)
    qtbot.waitUntil(lambda: bool(board.plots))
    assert not board.is_settled
    board.run_grew("one")
    assert board.schedule.next_wait_ms == drawing_schedule.REST_MS
    board.set_run("two", history_of(5), 1)
    assert board.schedule.next_wait_ms == drawing_schedule.FIRST_SLICE_MS
    board.run_grew("one")
    assert board.schedule.next_wait_ms == drawing_schedule.FIRST_SLICE_MS

    qtbot.waitUntil(lambda: board.is_settled, timeout=120_000)

    assert {line.run for line in board.plots[0].lines.curves} == {"one", "two"}


def test_a_chart_that_never_has_points_is_never_made(board):
    board.set_run("one", history_of(5), 0)
    board.redraw()

    assert [plot.title for plot in board.plots] == shown(board)


def test_a_chart_alone_and_all_again(board, plot):
    plot.enlarged.emit()
    assert shown(board) == ["Loss"]
    plot.enlarged.emit()
    assert len(shown(board)) > 4


def test_colours_follow_the_scheme_at_once(qapp, board, plot):
    for colours in (DARK, LIGHT):
        apply_colours(qapp, colours)
        board.redraw()
        assert plot.lines.curves[0].series.colour == colours.series[0]
        pixel = plot.canvas.grab().toImage().pixelColor(2, 2)
        assert pixel.name() == colours.panel


@pytest.mark.parametrize("kind", ["png", "svg", "pdf", "csv", "tsv"])
def test_charts_are_saved_in_every_form(board, plot, wanted_paths, tmp_path, kind):
    path = tmp_path / f"loss.{kind}"
    wanted_paths.append(path)

    entries(board, plot)["Save as…"].trigger()

    content = path.read_bytes()
    match kind:
        case "png":
            assert content.startswith(b"\x89PNG")
        case "svg":
            assert ElementTree.fromstring(content).tag.endswith("svg")
            assert len(content) > 5_000
        case "pdf":
            assert content.startswith(b"%PDF")
        case _:
            delimiter = "," if kind == "csv" else "\t"
            rows = list(csv.reader(io.StringIO(content.decode()), delimiter=delimiter))
            first = [row for row in rows[1:] if row[1] == "one, training loss"]
            assert [float(row[3]) for row in first] == [5 / n for n in range(1, 101)]


def pixels_of(image):
    """(height, width, 3) of a picture."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return flat[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(float)


def line_of(plot):
    """What finds the pixels of a chart's first line, smoothed at their edges or not."""
    colour = QColor(plot.lines.curves[0].series.colour)
    wanted = [colour.red(), colour.green(), colour.blue()]
    return lambda pixels: np.abs(pixels - wanted).sum(axis=2) < 60


def numbers(pixels):
    """Where letters and numbers stand: grey and dark on white."""
    return (pixels.max(axis=2) - pixels.min(axis=2) < 40) & (pixels.max(axis=2) < 170)


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_saved_chart_is_what_is_seen(plot, tmp_path, kind):
    path = tmp_path / f"loss.{kind}"
    curve_export.write(plot, path)
    seen = plot.canvas.viewport().grab().toImage()

    if kind == "png":
        saved = QImage(str(path)).scaledToWidth(
            seen.width() + 2 * SPACE, Qt.TransformationMode.SmoothTransformation
        )
    else:
        renderer = QSvgRenderer(str(path))
        saved = QImage(ChartPicture(plot).size, QImage.Format.Format_RGB32)
        painter = QPainter(saved)
        renderer.render(painter)
        painter.end()

    assert saved.width() == seen.width() + 2 * SPACE
    top = 2 * SPACE + QFontMetrics(ChartPicture(plot)._bold).height()
    inside = pixels_of(saved.copy(SPACE, top, seen.width(), seen.height()))
    for found in (line_of(plot), numbers):
        ends = [np.argwhere(found(pixels)) for pixels in (inside, pixels_of(seen))]
        assert ends[0].min(axis=0) == pytest.approx(ends[1].min(axis=0), abs=2)
        assert ends[0].max(axis=0) == pytest.approx(ends[1].max(axis=0), abs=2)
    # a margin below is of the chart's ground and of no other colour
    assert saved.pixelColor(3, saved.height() - 3).name() == LIGHT.panel


def test_a_saved_chart_names_what_is_in_it(board, plot, tmp_path):
    board.set_run("another run", history_of(100, loss=lambda n: 6 / n), 1)
    board.redraw()
    curve_export.write(plot, tmp_path / "loss.svg")

    words = {text.text for text in ElementTree.parse(tmp_path / "loss.svg").iter() if text.text}
    words = {" ".join(word.split()) for word in words}
    assert {"Loss", "nats per token", "steps"} <= words
    assert {line.label for line in plot.lines.curves} <= words
    assert len(plot.lines.curves) == 4


def test_a_pdf_has_the_scale_of_the_screen(plot, tmp_path):
    curve_export.write(plot, tmp_path / "loss.pdf")

    content = (tmp_path / "loss.pdf").read_bytes()
    scale = 72 / plot.logicalDpiX()
    size = ChartPicture(plot).size
    box = re.search(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", content)
    assert [float(side) for side in box.groups()] == pytest.approx(
        [size.width() * scale, size.height() * scale], abs=1
    )
    streams = re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL)
    drawn = b"".join(zlib.decompressobj().decompress(s) for s in streams if s[:1] == b"x")
    assert float(re.search(rb"([0-9.]+) 0 0 -[0-9.]+ 0 [0-9.]+ cm", drawn)[1]) == scale


def test_a_file_that_cannot_be_written_is_an_error_of_ours(
    board, plot, errors, wanted_paths, tmp_path
):
    for name in ("missing/a.png", "missing/a.csv", "a.docx"):
        wanted_paths.append(tmp_path / name)
        entries(board, plot)["Save as…"].trigger()

    assert [type(error) for error in errors] == [ExportError, StorageError, ExportError]


def test_data_and_picture_are_copied(board, plot):
    entries = {action.text(): action for action in board.menu.menu_of(plot).actions()}
    entries["Copy data"].trigger()
    assert QGuiApplication.clipboard().text() == curve_export.to_table(plot, "\t")
    entries["Copy as image"].trigger()
    assert not QGuiApplication.clipboard().image().isNull()


def test_what_is_drawn_in_steps_is_what_is_drawn_at_once(qtbot, board):
    other = CurveBoard(lambda _: None)
    qtbot.addWidget(other)
    for number in range(3):
        history = history_of(3_000, loss=lambda n, number=number: number + math.sin(n))
        for drawn in (board, other):
            drawn.set_run(f"run {number}", history, number)
    qtbot.waitUntil(lambda: board.is_settled, timeout=120_000)
    other.redraw()

    assert shown(board)
    for one, two in zip(board.plots, other.plots, strict=True):
        assert one.title == two.title
        assert one.canvas.view_range == two.canvas.view_range
        for item, twin in zip(one.lines.items, two.lines.items, strict=True):
            np.testing.assert_array_equal(item.getData(), twin.getData())


def test_charts_stay_in_their_places_while_they_are_drawn(qapp, board):
    board.set_run("one", history_of(200), 0)
    places = []
    while board.schedule.waiting:
        board.schedule.waiting.popleft()()
        qapp.processEvents()
        if shown(board):
            places.append(board.plots[0].parentWidget().geometry().getRect())

    assert len(shown(board)) > 1
    assert len(places) > len(shown(board))
    assert set(places) == {places[0]}


def test_lines_lie_in_the_order_of_their_colours_whatever_came_first(board):
    for number in (2, 0, 1):
        board.set_run(f"run {number}", history_of(20), number)
    board.redraw()

    bleu = next(plot for plot in board.plots if plot.title == "BLEU")
    assert [line.run for line in bleu.lines.curves] == ["run 0", "run 1", "run 2"]


def test_a_run_that_is_hidden_from_the_beginning_costs_no_drawing(board):
    board.set_run("one", history_of(200), 0, visible=False)

    assert board.is_settled
    assert shown(board) == []


def test_eight_runs_of_twenty_thousand_points_are_drawn_in_time(board):
    generator = np.random.default_rng(0)
    for number in range(8):
        noise = generator.normal(size=20_001)
        history = history_of(20_000, loss=lambda n, noise=noise: 3 + noise[n], every=2_000)
        board.set_run(f"run {number}", history, number)
    board.redraw()
    plot = board.plots[0]
    times = []
    for _ in range(5):
        started_at = time.perf_counter()
        plot.canvas.grab()
        times.append(time.perf_counter() - started_at)

    assert sorted(times)[2] < 0.25  # 33 ms on a quiet machine is what we want
