"""What the person chose on the training page is there at the next start, but the filter."""

import pytest
from PySide6.QtCore import Qt

from attnstudio.gui.charts.curve_preferences import CurvePreferences
from attnstudio.gui.charts.plotted_curve import ChartScale, PlotOptions
from attnstudio.gui.charts.range_dialog import RangeDialog
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.training.chart_settings import load_preferences
from attnstudio.gui.training.page import TrainingPage
from attnstudio.gui.training.run_table import RunTablePreferences
from attnstudio.gui.training.table_settings import load_table_preferences
from attnstudio.training.curves import Axis, Metric
from attnstudio.training.events import Step, to_json


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
    events = [Step(n, 0.5 * n, n / 9, 5 / n, 0.1, 1.0, 900.0, 9 * n) for n in range(1, 80)]
    run.events_path.write_text("".join(to_json(event) + "\n" for event in events), "utf-8")
    return run


def drawn(qtbot, page, run):
    qtbot.waitUntil(lambda: run.name in page.board.runs, timeout=120_000)
    page.board.redraw()


def set_range(page, plot, vertical, horizontal):
    trigger(page.board.menu_of(plot), "Range…")
    dialog = page.board.findChildren(RangeDialog)[-1]
    for fields, ends in ((dialog.vertical, vertical), (dialog.horizontal, horizontal)):
        for field, end in zip(fields, ends, strict=True):
            field.setText(end)
    dialog._take()


def trigger(menu, text):
    next(entry for entry in menu.actions() if entry.text() == text).trigger()


def test_all_choices_are_there_again_at_the_next_start(qtbot, studio, page_again, told_run):
    page = page_again()
    drawn(qtbot, page, told_run)
    board, table = page.board, page._table
    board.tools.axis.setCurrentIndex(board.tools.axis.findData(Axis.TOKENS))
    board.tools.axis.activated.emit(board.tools.axis.currentIndex())
    board.tools.slider.setValue(900)
    board.tools.raw.setChecked(False)
    board.tools.outliers.setChecked(True)
    board.tools.marks.setChecked(False)
    loss = board.plots[0]
    trigger(board.menu_of(loss), "Logarithmic vertical axis")
    trigger(board.menu_of(loss), "Logarithmic horizontal axis")
    set_range(page, loss, ("0.5", "3"), ("", "300"))
    trigger(table.menu(), "chrF")
    trigger(table.menu(), "tags")
    table.sortByColumn(table._model.keys.index("steps"), Qt.SortOrder.DescendingOrder)
    page._filter.setText("nothing of the kind")
    studio.settings.save()

    stored = studio.settings._store.fileName()
    studio.settings = Settings(type(studio.projects_folder)(stored))
    again = page_again()
    drawn(qtbot, again, told_run)

    scale = ChartScale(log_y=True, log_x=True, x_range=(None, 300.0), y_range=(0.5, 3.0))
    assert again.board.preferences == CurvePreferences(
        Axis.TOKENS,
        PlotOptions(smoothing=0.9, raw_shown=False, all_shown=True),
        {Metric.TRAINING_LOSS: scale},
        marks_shown=False,
    )
    assert again._table.preferences == RunTablePreferences(
        "steps", descending=True, hidden=frozenset({"chrf", "tags"})
    )
    assert again._filter.text() == ""
    assert not again._runs.item(0).isHidden()
    assert again.board.plots[0].view_range[0][1] == pytest.approx(
        2.477, abs=0.02
    )  # the logarithm of 300
    assert again.board.plots[0].heading.ranged.isVisible()
    others = [plot for plot in again.board.plots if plot.title != "Loss"]
    assert not any(plot.heading.ranged.isVisible() for plot in others)
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)


def test_a_range_is_forgotten_with_the_axis_that_it_was_of(qtbot, studio, page_again, told_run):
    page = page_again()
    drawn(qtbot, page, told_run)
    set_range(page, page.board.plots[0], ("0.5", ""), ("10", "20"))
    page.board.tools.axis.setCurrentIndex(page.board.tools.axis.findData(Axis.EPOCHS))
    page.board.tools.axis.activated.emit(0)

    scales = load_preferences(studio.settings).scales
    assert scales == {Metric.TRAINING_LOSS: ChartScale(y_range=(0.5, None))}
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

    assert load_preferences(settings).scales == {Metric.BLEU: ChartScale(y_range=ends)}


def test_the_column_of_names_is_never_hidden(settings):
    settings.set_value("runs/hidden", "run nosuch aer")
    settings.set_value("runs/sorted_by", "nosuch")

    preferences = load_table_preferences(settings)

    assert preferences == RunTablePreferences("nosuch", hidden=frozenset({"nosuch", "aer"}))
