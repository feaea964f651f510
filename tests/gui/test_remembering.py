"""What the person chose on the training page is there at the next start, but the filter."""

import pytest
from events import make_step
from finding import find, press, words_in
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSlider

from attnstudio.gui.charts.curve_preferences import CurvePreferences
from attnstudio.gui.charts.plotted_curve import ChartScale, PlotOptions
from attnstudio.gui.charts.range_dialog import RangeDialog
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.training.chart_settings import load_preferences
from attnstudio.gui.training.page import TrainingPage
from attnstudio.gui.training.run_list import RunList
from attnstudio.gui.training.run_table import RunTable, RunTablePreferences
from attnstudio.gui.training.run_table_model import RunTableModel
from attnstudio.gui.training.table_settings import load_table_preferences
from attnstudio.training.curves import Axis
from attnstudio.training.event_json import to_json
from attnstudio.training.metric import TRAINING_LOSS, validated
from attnstudio.training.scores import BLEU


@pytest.fixture
def page_again(qtbot, studio, project):
    """Builds the page as a start of the program does."""
    studio.open_project(project.folder)

    def build():
        page = TrainingPage(studio, ActionRegistry())
        qtbot.addWidget(page)
        page.resize(1100, 700)
        page.show()
        return page

    return build


@pytest.fixture
def told_run(small_run):
    run = small_run()
    events = [
        make_step(
            step=n,
            elapsed_s=0.5 * n,
            epoch=n / 9,
            loss=5 / n,
            learning_rate=0.1,
            target_tokens=9 * n,
        )
        for n in range(1, 80)
    ]
    run.events_path.write_text("".join(to_json(event) + "\n" for event in events), "utf-8")
    return run


def drawn(qtbot, page, run):
    qtbot.waitUntil(lambda: run.name in page.board.runs, timeout=120_000)
    page.board.redraw()


def choose_axis(board, axis):
    box = find(board, QComboBox, "Horizontal axis")
    box.setCurrentIndex(box.findData(axis))
    box.activated.emit(box.currentIndex())


def set_range(page, plot, vertical, horizontal):
    trigger(page.board.menu.menu_of(plot), "Range…")
    dialog = page.board.findChildren(RangeDialog)[-1]
    for fields, ends in ((dialog.vertical, vertical), (dialog.horizontal, horizontal)):
        for field, end in zip(fields, ends, strict=True):
            field.setText(end)
    press(dialog, "OK")


def trigger(menu, text):
    next(entry for entry in menu.actions() if entry.text() == text).trigger()


def test_all_choices_are_there_again_at_the_next_start(
    qtbot, studio, page_again, told_run, tmp_path
):
    page = page_again()
    drawn(qtbot, page, told_run)
    board, table = page.board, find(page, RunTable)
    choose_axis(board, Axis.TOKENS)
    find(board, QSlider, "Smoothing").setValue(900)
    for box, is_ticked in (("Raw", False), ("Outliers", True), ("Marks", False)):
        find(board, QCheckBox, box).setChecked(is_ticked)
    loss = board.plots[0]
    trigger(board.menu.menu_of(loss), "Logarithmic vertical axis")
    trigger(board.menu.menu_of(loss), "Logarithmic horizontal axis")
    set_range(page, loss, ("0.5", "3"), ("", "300"))
    trigger(table.menu(), "chrF")
    trigger(table.menu(), "tags")
    table.sortByColumn(find(table, RunTableModel).keys.index("steps"), Qt.SortOrder.DescendingOrder)
    find(page, QLineEdit, "Filter runs").setText("nothing of the kind")
    studio.settings.save()

    studio.settings = Settings(tmp_path / "window.ini")
    again = page_again()
    drawn(qtbot, again, told_run)

    scale = ChartScale(log_y=True, log_x=True, x_range=(None, 300.0), y_range=(0.5, 3.0))
    assert again.board.preferences == CurvePreferences(
        Axis.TOKENS,
        PlotOptions(smoothing=0.9, raw_shown=False, all_shown=True),
        {TRAINING_LOSS: scale},
        marks_shown=False,
    )
    assert find(again, RunTable).preferences == RunTablePreferences(
        "steps", descending=True, hidden=frozenset({"chrf", "tags"})
    )
    assert find(again, QLineEdit, "Filter runs").text() == ""
    assert not find(again, RunList).item(0).isHidden()
    assert again.board.plots[0].canvas.view_range[0][1] == pytest.approx(
        2.477, abs=0.02
    )  # the logarithm of 300
    assert "range set" in words_in(again.board.plots[0])
    others = [plot for plot in again.board.plots if plot.title != "Loss"]
    assert not any("range set" in words_in(plot) for plot in others)
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)


def test_a_range_is_forgotten_with_the_axis_that_it_was_of(qtbot, studio, page_again, told_run):
    page = page_again()
    drawn(qtbot, page, told_run)
    set_range(page, page.board.plots[0], ("0.5", ""), ("10", "20"))
    choose_axis(page.board, Axis.EPOCHS)

    scales = load_preferences(studio.settings).scales
    assert scales == {TRAINING_LOSS: ChartScale(y_range=(0.5, None))}
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)


@pytest.mark.parametrize("text", ["1", ":", "a:b", "3:1", "1:1", "nan:2", "1:inf", "1:2:3", "::"])
def test_a_range_that_is_none_is_not_taken_from_the_settings(settings, text):
    settings.set_value("curves/bleu/range_y", text)
    settings.set_value("curves/bleu/range_x", text)

    assert load_preferences(settings).scales == {}


@pytest.mark.parametrize(
    ("text", "ends"), [("1:", (1.0, None)), (":-2.5", (None, -2.5)), ("0.1:1e+300", (0.1, 1e300))]
)
def test_ranges_are_stored_with_all_digits_and_open_ends(settings, text, ends):
    settings.set_value("curves/bleu/range_y", text)

    assert load_preferences(settings).scales == {validated(BLEU): ChartScale(y_range=ends)}


def test_the_column_of_names_is_never_hidden(settings):
    settings.set_value("runs/hidden", "run nosuch aer")
    settings.set_value("runs/sorted_by", "nosuch")

    preferences = load_table_preferences(settings)

    assert preferences == RunTablePreferences("nosuch", hidden=frozenset({"nosuch", "aer"}))
