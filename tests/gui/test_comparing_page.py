"""The page of comparisons: the core's table, sorted, drawn, written, deleted and brought back."""

import csv
import shutil
from dataclasses import replace

import pytest
from fake_trainings import outcome
from finding import find, press, text_in
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QPushButton

from attnstudio.config_text import merge_config
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.gui.charts.dot_chart import DotChart
from attnstudio.gui.charts.dot_picture import Dot, DotPicture, DotPlace, DotRow, ticks
from attnstudio.gui.comparing.comparison_view import ComparisonView
from attnstudio.gui.comparing.figure_words import figure_words, readable_step, short_difference
from attnstudio.gui.comparing.page import ComparingPage
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.studio import PageName
from attnstudio.presets import find_preset
from attnstudio.project.comparison_queue import entries_of
from attnstudio.project.comparison_table import Difference, Figure, Rule, read_table
from attnstudio.project.comparison_words import csv_of, findings
from attnstudio.project.comparison_work import begin_entry
from attnstudio.project.kept_comparisons import (
    create_comparison,
    list_comparisons,
    read_comparison,
)
from attnstudio.project.kind_comparison import ComparedKind
from attnstudio.project.outcome import keep_outcome
from attnstudio.project.project import Project

USUAL = ComparedKind("usual", {})
SPARSE = ComparedKind("sparse", {"model": {"normaliser": "sparsemax"}})
WINDOW = ComparedKind("window", {"model": {"source_reach": "window"}})
BLEU = {"usual": (20.0, 21.0, 22.0), "sparse": (25.0, 26.1, 27.0), "window": (9.5, 21.0, 40.0)}


def fill(project, name, bleu, kinds=(USUAL, SPARSE, WINDOW)):
    """A comparison whose runs have these BLEU scores; None for one that waits."""
    count = len(next(iter(bleu.values())))
    base = merge_config(
        find_preset("tiny").config,
        {"tokenizer": {"vocabulary_size": 320}, "limits": {"max_steps": 3}},
    )
    comparison = create_comparison(
        project, name, preset="tiny", base=base, kinds=kinds, seeds=range(1, count + 1)
    )
    for entry in entries_of(project, comparison):
        figure = bleu[entry.kind.label][entry.seed - 1]
        if figure is not None:
            run, _ = begin_entry(project, comparison, entry)
            keep_outcome(run, outcome(bleu=figure, chrf=2 * figure))
    return read_comparison(project, name)


@pytest.fixture(scope="module")
def _nine_runs(tmp_path_factory, pairs):
    """Made once: it takes longer than all that is done with them."""
    project = Project.create(tmp_path_factory.mktemp("compared") / "project", "en", "de")
    with project.changing(), project.corpus_writer() as writer:
        for pair in pairs[:60]:
            writer.add(pair, Split.TRAIN)
        project.set_corpus(writer.finish())
    fill(project, "c", BLEU)
    return project.folder


@pytest.fixture
def nine_runs(_nine_runs, project):
    for name in ("corpus", "runs", "comparisons", "project.toml"):
        source, target = _nine_runs / name, project.folder / name
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)


@pytest.fixture
def make(project):
    def make(name="c", bleu=BLEU, kinds=(USUAL, SPARSE, WINDOW)):
        return fill(project, name, bleu, kinds)

    return make


@pytest.fixture
def page(qtbot, studio, project, tmp_path):
    answers = []
    studio.open_project(project.folder)
    page = ComparingPage(
        studio, ActionRegistry(), choose_path=lambda *_: str(tmp_path / answers.pop())
    )
    page.answers = answers
    qtbot.addWidget(page)
    page.resize(1100, 650)
    page.show()
    yield page
    page.hide()
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=20_000)


@pytest.fixture
def shown(qtbot, nine_runs, page, studio):  # noqa: ARG001 - they are there before it is read
    studio.show_comparison("c")
    qtbot.waitUntil(lambda: page.table is not None, timeout=20_000)
    return page


def cells(page, column=None):
    model = page.view.model()
    columns = range(model.columnCount()) if column is None else [place_of(page, column)]
    rows = [[model.index(row, c).data() for c in columns] for row in range(model.rowCount())]
    return rows if column is None else [row[0] for row in rows]


def place_of(page, heading):
    model = page.view.model()
    headings = [model.headerData(i, Qt.Orientation.Horizontal) for i in range(model.columnCount())]
    return headings.index(heading)


def test_without_a_comparison_the_page_says_what_it_is_for_and_leads_there(qtbot, page, studio):
    qtbot.wait(300)
    assert "Nothing is compared yet" in text_in(page)
    with qtbot.waitSignal(studio.page_requested) as asked:
        press(page, "Set it up")
    assert asked.args == [PageName.SETUP]


def test_the_table_says_means_spreads_and_differences_as_they_are_worked_out_by_hand(shown):
    # 95 % of the mean of three differences: Student's t with two degrees of freedom is 4.303
    # sparse less usual: 5, 5.1, 5 ± 4.303 · 0.057735 / √3; window less usual: −10.5, 0, 18 ± 35.7
    assert cells(shown, "BLEU") == [
        "21.0 (20.0 to 22.0)",
        "26.0 (25.0 to 27.0)\n+5.03, beyond noise",
        "23.5 (9.5 to 40.0)\n+2.50, within noise",
    ]
    assert cells(shown, "memory, MB") == ["1,000", "1,000\n0", "1,000\n0"]
    assert cells(shown, "runs") == ["3 finished"] * 3
    assert cells(shown, "kind")[0].startswith("usual\n")
    assert "BLEU +5.03 (95 %: +4.89 to +5.18), beyond the spread of 3 seeds." in text_in(shown)


@pytest.mark.parametrize(
    ("figure", "difference", "words"),
    [
        (Figure.BLEU, Difference(0.004, 1, Rule.SENTENCES, -0.1, 0.1), "0.00, within noise"),
        (Figure.BLEU, Difference(-0.31, 1, Rule.SENTENCES, -0.5, -0.1), "−0.31, clear in one seed"),
        (Figure.ZEROS, Difference(0.593, 1), "+59.3 points"),
        (Figure.MEMORY, Difference(3e5, 1), "0"),
        (Figure.MEMORY, Difference(-3e7, 1), "−30"),
        (Figure.SECONDS, Difference(-33.0, 1), "−33 s"),
        (Figure.AER, Difference(0.1404, 1), "+0.140"),
    ],
)
def test_a_difference_is_said_in_the_words_of_its_column(figure, difference, words):
    assert short_difference(figure, difference) == words


def test_what_is_beyond_noise_is_bold_and_no_other(shown):
    model, place = shown.view.model(), place_of(shown, "BLEU")
    fonts = [model.index(row, place).data(Qt.ItemDataRole.FontRole) for row in range(3)]
    assert [bool(font and font.bold()) for font in fonts] == [False, True, False]


@pytest.mark.parametrize("rule", Rule)
def test_one_seed_makes_nothing_bold(shown, rule):
    difference = Difference(5.0, 1, rule, 4.0, 6.0)
    table = shown.table
    row = replace(table.rows[1], differences={Figure.BLEU: difference})
    shown.view.show_table(replace(table, rows=(table.rows[0], row)))

    font = shown.view.model().index(1, 1).data(Qt.ItemDataRole.FontRole)

    assert bool(font and font.bold()) is (rule is Rule.SEEDS)


def test_what_the_page_says_is_what_the_core_says(shown, project):
    table = read_table(project, read_comparison(project, "c"))
    assert findings(table)
    for sentence in findings(table):
        assert sentence in shown.words.text()


def test_it_sorts_by_numbers_and_comes_back_to_the_order_of_training(shown):
    place = place_of(shown, "BLEU")
    shown.view.sortByColumn(place, Qt.SortOrder.DescendingOrder)
    assert [each.partition(" ")[0] for each in cells(shown, "BLEU")] == ["26.0", "23.5", "21.0"]
    shown.view.sortByColumn(place, Qt.SortOrder.AscendingOrder)
    assert [each.partition(" ")[0] for each in cells(shown, "BLEU")] == ["21.0", "23.5", "26.0"]
    shown.view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    assert [each.partition("\n")[0] for each in cells(shown, "kind")] == [
        "usual", "sparse", "window",
    ]  # fmt: skip


def test_rows_fill_as_runs_end_and_stay_sorted(qtbot, page, studio, make, project):
    comparison = make(bleu={"usual": (9.0,), "sparse": (None,), "window": (None,)})
    studio.show_comparison("c")
    qtbot.waitUntil(lambda: page.table is not None, timeout=20_000)
    assert cells(page, "BLEU") == ["9.0", "–", "–"]
    assert cells(page, "runs") == ["finished", "waiting", "waiting"]
    place = place_of(page, "BLEU")
    page.view.sortByColumn(place, Qt.SortOrder.DescendingOrder)

    entry = entries_of(project, comparison)[1]
    run, _ = begin_entry(project, comparison, entry)
    keep_outcome(run, outcome(bleu=30.0))
    studio.runs_were_changed()

    qtbot.waitUntil(lambda: cells(page, "BLEU")[0].startswith("30.0"), timeout=20_000)
    assert cells(page, "kind")[0] == "sparse"


def test_a_double_click_opens_the_run_and_of_several_asks_which(qtbot, page, studio, make):
    make(bleu={"usual": (20.0,), "sparse": (21.0,), "window": (None,)})
    studio.show_comparison("c")
    qtbot.waitUntil(lambda: page.table is not None, timeout=20_000)

    with qtbot.waitSignal(studio.page_requested) as asked:
        page.view.activated.emit(page.view.model().index(1, 1))

    assert asked.args == [PageName.TRAINING]
    assert studio.run.name == "c-sparse-1"


def test_of_several_seeds_the_menu_offers_each_run_that_is_there(shown, project):
    shutil.rmtree(project.runs_folder / "c-sparse-2")
    view = shown.view
    texts = [a.text() for a in view.menu(view.model().index(1, 0)).actions() if a.text()]
    assert texts == [
        "Open c-sparse-1 (finished)", "Open c-sparse-2 (finished)", "Open c-sparse-3 (finished)",
        "Copy the table as text",
    ]  # fmt: skip


def test_a_run_that_was_deleted_shows_as_gone_and_can_be_asked_for_again(
    qtbot, shown, studio, project
):
    shutil.rmtree(project.runs_folder / "c-sparse-2")
    studio.runs_were_changed()

    qtbot.waitUntil(lambda: "1 deleted" in cells(shown, "runs")[1], timeout=20_000)
    assert cells(shown, "runs")[1] == "2 finished, 1 deleted"
    assert find(shown, QPushButton, "Train deleted runs again").isVisibleTo(shown)
    assert not find(shown, QPushButton, "Go on").isVisibleTo(shown)


def test_the_picture_has_a_dot_for_each_seed_a_mean_and_the_band_of_the_first(shown):
    chart = find(shown, DotChart)
    picture = chart.picture()

    assert [[dot.value for dot in row.dots] for row in picture.rows] == [
        list(BLEU[kind]) for kind in ("usual", "sparse", "window")
    ]
    assert [round(row.mean, 6) for row in picture.rows] == [21.0, 26.033333, 23.5]
    assert picture.band == (20.0, 22.0)
    plot = picture.plot
    low, high = 9.5 - 0.08 * 30.5, 40.0 + 0.08 * 30.5
    for place in picture.places():
        value = picture.rows[place.row].dots[place.dot].value
        at = plot.left() + plot.width() * (value - low) / (high - low)
        assert picture.place_of(place).x() == pytest.approx(at)
        top = plot.top() + place.row * plot.height() / 3
        assert top < picture.place_of(place).y() < top + plot.height() / 3


def test_before_the_first_run_is_finished_the_picture_says_what_each_waits_for(
    qtbot, page, studio, make
):
    make(bleu={"usual": (None,), "sparse": (None,), "window": (None,)})
    studio.show_comparison("c")
    qtbot.waitUntil(lambda: page.table is not None, timeout=20_000)

    assert page.figures.count() == 0
    assert [(row.label, row.dots, row.missing) for row in page.chart.rows] == [
        ("usual", (), "waiting"), ("sparse", (), "waiting"), ("window", (), "waiting"),
    ]  # fmt: skip


def test_the_picture_is_of_the_column_that_is_chosen(shown):
    shown.view.setCurrentIndex(shown.view.model().index(1, place_of(shown, "chrF")))
    assert shown.figures.currentText() == "chrF"
    assert shown.chart.title == "chrF"
    assert shown.chart.rows[0].dots[0].value == 40.0


def test_dots_are_read_with_arrows_and_opened_with_enter(qtbot, shown, studio):
    chart = shown.chart
    chart.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right):
        qtbot.keyClick(chart, key)
    assert shown.reading.text() == "sparse, seed 2: BLEU 26.1 (c-sparse-2)"
    assert chart.accessibleDescription() == shown.reading.text()

    qtbot.keyClick(chart, Qt.Key.Key_Return)

    assert studio.run.name == "c-sparse-2"


def test_the_dot_under_the_pointer_is_read(shown):
    picture = shown.chart.picture()
    at = picture.place_of(DotPlace(2, 0))
    assert picture.dot_at(at + QPointF(4, 3)) == DotPlace(2, 0)
    assert picture.dot_at(at + QPointF(0, -30)) is None


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ((0.0, 10.0), [0, 2, 4, 6, 8, 10]),
        ((19.3, 23.1), [20, 21, 22, 23]),
        ((-0.12, 0.13), [-0.1, -0.05, 0.0, 0.05, 0.1]),
    ],
)
def test_the_axis_has_round_numbers(ends, expected):
    assert ticks(*ends) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("figure", "values"),
    [
        (Figure.BLEU, (0.02, 0.04, 0.03)),
        (Figure.BLEU, (21.0, 21.0, 21.0)),
        (Figure.LOSS, (2.1234, 2.1235, 2.1236)),
        (Figure.MEMORY, (210e6, 210.2e6, 210e6)),
        (Figure.SECONDS, (600.0, 602.0, 601.0)),
        (Figure.SECONDS, (3.0, 3.2, 3.1)),
    ],
)
def test_no_two_numbers_of_the_axis_are_written_alike(figure, values):
    row = DotRow("a", tuple(Dot(value, "run", "seed 1") for value in values))

    def write(value):
        return figure_words(figure, value)

    step = readable_step(figure, max(values))
    picture = DotPicture([row], QRectF(0, 0, 600, 200), QFont(), write, figure, step)
    low, high = picture.span
    written = [write(value) for value in ticks(low, high, step)]

    assert 0.0 <= low < min(values)
    assert high > max(values)
    assert len(written) >= 2
    assert len(set(written)) == len(written)


def test_table_and_picture_leave_the_page(shown, project, tmp_path):
    table = read_table(project, read_comparison(project, "c"))
    shown.answers += ["dots.png", "dots.svg", "table.csv"]
    shown.export.save_table()
    shown.export.save_picture()
    shown.export.save_picture()
    shown.export.copy_table()

    assert (tmp_path / "table.csv").read_text("utf-8") == csv_of(table)
    rows = list(csv.DictReader((tmp_path / "table.csv").read_text("utf-8").splitlines()))
    assert [float(row["bleu"]) for row in rows] == [
        *BLEU["usual"],
        *BLEU["sparse"],
        *BLEU["window"],
    ]
    drawing = (tmp_path / "dots.svg").read_text("utf-8")
    assert drawing.count("<circle") == 9
    assert "BLEU of each kind" in drawing
    assert (tmp_path / "dots.png").read_bytes().startswith(b"\x89PNG")
    copied = QGuiApplication.clipboard().text()
    assert "26.0 (25.0 to 27.0)" in copied
    assert findings(table)[0] in copied


def test_an_unknown_ending_is_refused_in_words(shown, studio):
    said = []
    studio.notifier.posted.connect(said.append)
    shown.answers.append("dots.bmp")
    shown.export.save_picture()
    assert "ending that is not known" in said[0].text


def test_several_are_chosen_by_name_and_by_a_run(qtbot, page, studio, make):
    make("one", {"usual": (20.0,), "sparse": (21.0,)}, (USUAL, SPARSE))
    make("two", {"usual": (30.0,), "sparse": (31.0,)}, (USUAL, SPARSE))
    studio.show_comparison("one-sparse-1")
    qtbot.waitUntil(lambda: page.table is not None, timeout=20_000)
    assert page.table.comparison.name == "one"
    assert page.header.names.currentText() == "one"

    page.header.names.textActivated.emit("two")

    qtbot.waitUntil(lambda: page.table.comparison.name == "two", timeout=20_000)


def test_one_is_deleted_without_its_runs_and_comes_back(qtbot, shown, studio, project):
    before = (project.folder / "comparisons" / "c.json").read_bytes()
    runs = [run.name for run in project.runs()]

    press(shown, "Delete")
    qtbot.waitUntil(lambda: not list_comparisons(project), timeout=20_000)
    qtbot.waitUntil(lambda: "Nothing is compared yet" in text_in(shown), timeout=20_000)
    assert [run.name for run in project.runs()] == runs

    qtbot.waitUntil(studio.undo_stack.canUndo, timeout=20_000)
    studio.changes.undo()
    qtbot.waitUntil(lambda: shown.table is not None, timeout=20_000)
    assert (project.folder / "comparisons" / "c.json").read_bytes() == before
    qtbot.waitUntil(lambda: not studio.changes.is_busy, timeout=20_000)
    studio.changes.redo()
    qtbot.waitUntil(lambda: "Nothing is compared yet" in text_in(shown), timeout=20_000)
    assert list_comparisons(project) == []


def test_a_damaged_one_says_why_and_can_be_deleted(qtbot, page, studio, make, project):
    make(bleu={"usual": (None,), "sparse": (None,), "window": (None,)})
    (project.folder / "comparisons" / "c.json").write_text("{", "utf-8")
    studio.show_comparison("c")
    qtbot.waitUntil(lambda: "cannot be read" in page.problem.text(), timeout=20_000)

    press(page, "Delete")

    qtbot.waitUntil(lambda: "Nothing is compared yet" in text_in(page), timeout=20_000)
    assert list_comparisons(project) == []


def test_chinese_names_and_long_ones_fit(qtbot, page, studio, make):
    long = "<b>" + "稀疏注意力" * 11
    kinds = (USUAL, ComparedKind(long, {"model": {"normaliser": "sparsemax"}}))
    make("注意力", {"usual": (20.0,), long: (None,)}, kinds)
    studio.show_comparison("注意力")
    qtbot.waitUntil(lambda: page.table is not None, timeout=20_000)

    assert find(page, ComparisonView).columnWidth(0) <= 260
    tip = page.view.model().index(1, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == f"<span>&lt;b&gt;{long[3:]}</span>"  # the whole name, and no mark-up
    picture = page.chart.picture()
    assert picture.plot.left() < 0.4 * page.chart.width()
