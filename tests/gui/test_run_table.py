"""Runs in a table: sorted as numbers, filtered, compared by what differs."""

import pytest
from PySide6.QtCore import Qt

from attnstudio.gui.models.run_table import RunRow
from attnstudio.gui.run_comparing import RunComparing
from attnstudio.gui.widgets.run_table import RunTable
from attnstudio.training.events import Step, Validation
from attnstudio.training.history import History


def history_with(bleu):
    history = History()
    history.add(Step(1_500, 90.0, 0.5, 2.0, 0.001, 1.0, 900.0, 500))
    if bleu is not None:
        history.add(
            Validation(1_000, 80.0, 0.5, 2.0, 7.4, 0.5, bleu, 20.0, None, None, 1.0, is_best=True)
        )
    return history


@pytest.fixture
def table(qtbot):
    table = RunTable()
    qtbot.addWidget(table)
    table.show_rows(
        [
            RunRow("one", "✓ finished", {"training.seed": "10"}, history_with(9.5)),
            RunRow("two", "■ stopped", {"training.seed": "9"}, history_with(30.0)),
            RunRow("new", "○ new", {"training.seed": "11"}, history_with(None)),
        ]
    )
    return table


def column(table, heading):
    model = table.model()
    headings = [model.headerData(i, Qt.Orientation.Horizontal) for i in range(model.columnCount())]
    place = headings.index(heading)
    return place, [model.index(row, place).data() for row in range(model.rowCount())]


@pytest.mark.parametrize(
    ("heading", "values"),
    [("BLEU", ["30.0", "9.5", "–"]), ("training.seed", ["11", "10", "9"])],
)
def test_a_column_of_numbers_is_sorted_as_numbers(table, heading, values):
    place, _ = column(table, heading)

    table.sortByColumn(place, Qt.SortOrder.DescendingOrder)

    assert column(table, heading)[1] == values


def test_runs_are_left_out_and_come_back(table):
    table.leave_out({"one", "new"})
    assert column(table, "run")[1] == ["two"]
    table.leave_out(set())
    assert len(column(table, "run")[1]) == 3


def test_a_run_is_chosen_where_it_stands_after_sorting(qtbot, table):
    place, _ = column(table, "BLEU")
    table.sortByColumn(place, Qt.SortOrder.DescendingOrder)

    with qtbot.waitSignal(table.chosen) as chosen:
        table.activated.emit(table.model().index(0, place))

    assert chosen.args == ["two"]


def test_only_settings_that_differ_become_columns(qtbot, studio, project, small_run):
    runs = [
        small_run(training={"seed": seed}, tokenizer={"vocabulary_size": size})
        for seed, size in ((3, 320), (4, 330))
    ]
    studio.open_project(project.folder)
    table = RunTable()
    qtbot.addWidget(table)

    RunComparing(studio, table, studio).show(runs, [(run.name, "", History()) for run in runs])
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)

    assert column(table, "training.seed")[1] == ["3", "4"]
    assert column(table, "tokenizer.vocabulary_size")[1] == ["320", "330"]
    assert table.model().columnCount() == 2 + 7 + 2  # their hashes say nothing more
