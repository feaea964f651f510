"""Runs in a table: sorted as numbers, filtered, compared by what differs."""

from dataclasses import replace

import pytest
from events import SCORES, make_step, make_validation
from finding import find
from PySide6.QtCore import Qt

from attnstudio.gui.training.run_comparing import RunComparing
from attnstudio.gui.training.run_table import RunTable, RunTablePreferences
from attnstudio.gui.training.run_table_model import RunRow, RunTableModel
from attnstudio.training.history import History


def history_with(bleu):
    history = History()
    history.add(make_step(step=1_500, elapsed_s=90.0, epoch=0.5, loss=2.0, target_tokens=500))
    if bleu is not None:
        history.add(
            make_validation(
                step=1_000, elapsed_s=80.0, epoch=0.5, scores=SCORES | {"bleu": bleu, "chrf": 20.0}
            )
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
    [("BLEU", ["30.0", "9.5", "–"]), ("Seed", ["11", "10", "9"])],
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

    rows = [RunRow(run.name, "", {}, History()) for run in runs]
    RunComparing(studio, table, studio).show(runs, rows)
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)

    assert column(table, "Seed")[1] == ["3", "4"]
    assert column(table, "Vocabulary size")[1] == ["320", "330"]
    assert table.model().columnCount() == 3 + 7 + 2  # their hashes say nothing more


def test_tags_stand_in_a_column_and_the_note_in_a_tool_tip(qtbot):
    table = RunTable()
    qtbot.addWidget(table)
    history = history_with(None)
    table.show_rows(
        [
            RunRow("a", "○ new", {}, history, ("low rate", "Baseline"), "Slow.\n<b>but</b> sure"),
            RunRow("b", "○ new", {}, history, ("baseline",)),
            RunRow("c", "○ new", {}, history),
        ]
    )

    place, tags = column(table, "tags")
    assert tags == ["low rate, Baseline ✎", "baseline", ""]
    tips = [table.model().index(0, n).data(Qt.ItemDataRole.ToolTipRole) for n in (0, place, 1)]
    assert "Slow.<br>&lt;b&gt;but&lt;/b&gt; sure" in tips[0]
    assert "Slow." in tips[1]
    assert "Slow." not in tips[2]
    table.sortByColumn(place, Qt.SortOrder.DescendingOrder)
    assert column(table, "run")[1] == ["a", "b", "c"]
    table.sortByColumn(place, Qt.SortOrder.AscendingOrder)
    assert column(table, "run")[1] == ["c", "b", "a"]


def test_beside_numbers_no_limit_is_the_most_and_what_is_not_there_the_least(qtbot):
    table = RunTable()
    qtbot.addWidget(table)
    values = {"a": "None", "b": "900", "c": "10000", "d": None}
    table.show_rows(
        [
            RunRow(name, "", {"limits.max_steps": value} if value else {}, History())
            for name, value in values.items()
        ]
    )

    table.sortByColumn(table.model().columnCount() - 1, Qt.SortOrder.DescendingOrder)

    assert column(table, "Most updates")[1] == ["no limit", "10,000", "900", "–"]


def test_sorting_and_columns_are_told_and_follow_their_column(qtbot, table):
    place, _ = column(table, "Seed")
    with qtbot.waitSignal(table.preferences_changed):
        table.sortByColumn(place, Qt.SortOrder.DescendingOrder)
    entry = next(entry for entry in table.menu().actions() if entry.text() == "chrF")
    with qtbot.waitSignal(table.preferences_changed):
        entry.trigger()
    chosen = RunTablePreferences("training.seed", descending=True, hidden=frozenset({"chrf"}))
    assert table.preferences == chosen

    rows = [
        RunRow(name, "", {"model.dropout": "0.1", "training.seed": seed}, history_with(None))
        for name, seed in (("one", "1"), ("two", "2"))
    ]
    table.show_rows([])  # a project without runs
    table.show_rows(rows)  # the seed stands in another place now

    assert column(table, "run")[1] == ["two", "one"]
    keys = find(table, RunTableModel).keys
    hidden = [key for n, key in enumerate(keys) if table.isColumnHidden(n)]
    assert hidden == ["chrf"]
    assert table.horizontalHeader().sortIndicatorSection() == column(table, "Seed")[0]
    assert table.preferences == chosen
    assert "run" not in [entry.text() for entry in table.menu().actions()]
    next(entry for entry in table.menu().actions() if entry.text() == "chrF").trigger()
    assert not table.preferences.hidden
    assert not any(table.isColumnHidden(n) for n in range(table.model().columnCount()))


def test_a_score_that_nobody_foresaw_has_a_column_after_the_usual_ones(table):
    measured = history_with(30.0)
    measured.validations[0] = replace(
        measured.validations[0], scores={"loss": 2.0, "words_repeated": 0.25}
    )
    table.show_rows(
        [
            RunRow("two", "■ stopped", {}, measured),
            RunRow("one", "✓ finished", {}, history_with(9.0)),
        ]
    )
    model = table.model()
    headings = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(9)]

    assert headings[3:8] == ["best loss", "BLEU", "chrF", "AER", "words repeated"]
    assert sorted(column(table, "words repeated")[1]) == ["0.250", "–"]
