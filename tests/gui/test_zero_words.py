"""Which words get nothing, and whether it is the zeros: worked out behind the window."""

import shutil
import threading

import numpy as np
import pytest
from finding import find
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTabWidget

from attnstudio.config_text import merge_config
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.evaluation.zero_words import ZeroWord
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.studio import PageName
from attnstudio.gui.training.heads_tab import HeadsTab
from attnstudio.gui.training.page import TrainingPage
from attnstudio.gui.training.run_question import AskedRuns
from attnstudio.gui.training.zero_words_model import SORT_ROLE, WordsOfRun, ZeroWordsModel
from attnstudio.interpretation.words import words_of
from attnstudio.project.control_words import in_words
from attnstudio.project.density_control import control_density
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.run_creation import create_run
from attnstudio.project.run_loading import load_run
from attnstudio.training.stop import StopToken


@pytest.fixture(scope="module")
def sparse(tmp_path_factory, trained):
    """A project with a run that leaves places out, beside those of other tests."""
    folder = tmp_path_factory.mktemp("sparse") / "project"
    shutil.copytree(trained.folder, folder, ignore=shutil.ignore_patterns("*.lock"))
    project = Project.open(folder)
    config = merge_config(
        project.run("tiny").definition().config, {"model": {"normaliser": "sparsemax"}}
    )
    run = create_run(project, config, preset="tiny", name="sparse")
    train(project, run, emit=lambda _: None, stop=StopToken())
    return project


@pytest.fixture
def tab(qtbot, studio):
    tab = HeadsTab(studio)
    qtbot.addWidget(tab)
    tab.resize(836, 470)
    tab.show()
    return tab


def asked(project, *names):
    return AskedRuns(project, tuple(project.run(name) for name in names))


def told(question):
    return lambda: not question.is_working


def texts(table):
    """Every cell as it is read, headings first."""
    model = table.model()
    columns = range(model.columnCount())
    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in columns]
    rows = [
        [model.index(row, column).data() for column in columns] for row in range(model.rowCount())
    ]
    return [heads, *rows]


def counted_zeros(project, name):
    """By NumPy, of each word: looks that give it nothing, looks, and how often it stands there."""
    loaded = load_run(project, project.run(name), threads=1)
    pairs = [loaded.corpus[i] for i in loaded.corpus.indices(Split.VALID).tolist()]
    counts = {}
    read = [loaded.translator.read_forced(pair.source, pair.target) for pair in pairs]
    for pair, record in zip(pairs, loaded.translator.records(read), strict=True):
        weights = record.matrices[record.cross].weights
        tokens = record.text_of(record.cross.keys).tokens
        at = 0
        for word in words_of(pair.source):
            start = pair.source.lower().index(word.lower(), at)
            at = start + len(word)
            begun = start - pair.source[:start].endswith(" ")  # a space belongs to what follows
            pieces = [n for n, t in enumerate(tokens) if t.start < at and t.end > begun]
            gets = weights[..., pieces].max(axis=-1)
            zeros, looks, there = counts.get(word.lower(), (0, 0, 0))
            counts[word.lower()] = (zeros + int((gets == 0).sum()), looks + gets.size, there + 1)
    return counts


def test_the_table_says_of_each_word_what_numpy_counts(qtbot, tab, sparse):
    tab.tabs.setCurrentIndex(1)
    tab.words.show_runs(asked(sparse, "sparse"))
    tab.words.row.begin.click()
    qtbot.waitUntil(told(tab.words.question), timeout=60_000)
    tab.words.least.setValue(1)

    heads, *rows = texts(tab.words.table)
    assert heads == ["word", "there", "left out", "by all", "never"]
    shares = [tab.words.table.model().index(n, 2).data(SORT_ROLE) for n in range(len(rows))]
    assert shares == sorted(shares, reverse=True)  # most often left out first
    counts = counted_zeros(sparse, "sparse")
    words = {row[0].lower(): row for row in rows if row[0].isalpha()}
    assert len(words) > 5
    for word, row in words.items():
        zeros, looks, there = counts[word]
        assert row[1] == f"{there:,}"
        assert float(row[2].removesuffix(" %").removeprefix("< ")) == pytest.approx(
            100 * zeros / looks, abs=0.11
        )
    assert "sparse at update 12" in tab.words.verdict.text()
    assert "give it exactly nothing" in tab.words.verdict.text()


def test_two_runs_stand_in_one_table_and_one_without_zeros_says_so(qtbot, tab, sparse):
    tab.words.show_runs(asked(sparse, "sparse", "tiny"))
    tab.words.row.begin.click()
    qtbot.waitUntil(told(tab.words.question), timeout=60_000)

    heads, *rows = texts(tab.words.table)
    assert heads[2:4] == ["left out\nsparse", "left out\ntiny"]
    assert rows
    assert {row[3] for row in rows} == {"0.0 %"}
    assert "tiny at update 12" in tab.words.verdict.text().splitlines()[1]
    assert tab.words.verdict.text().splitlines()[1].endswith("no word ever gets exactly nothing.")

    for names in (("sparse",), ("tiny",), ("tiny", "sparse")):  # nobody asked of these
        tab.words.show_runs(asked(sparse, *names))
        assert tab.words.verdict.text() == ""
        assert not tab.words.table.isVisibleTo(tab.words)


def test_a_double_click_looks_at_a_sentence_with_the_word(qtbot, tab, sparse):
    tab.words.show_runs(asked(sparse, "sparse"))
    tab.words.row.begin.click()
    qtbot.waitUntil(told(tab.words.question), timeout=60_000)
    word = tab.words.table.model().index(0, 0).data()

    with qtbot.waitSignal(tab.words.pair_wanted) as caught:
        tab.words.table.activated.emit(tab.words.table.model().index(0, 2))

    corpus = sparse.corpus()
    pairs = [corpus[i] for i in corpus.indices(Split.VALID).tolist()]
    assert caught.args[0] in pairs
    assert word.lower() in caught.args[0].source.lower()


def test_counting_can_be_stopped_and_leaves_nothing(qtbot, tab, studio, sparse, monkeypatch):
    import attnstudio.project.head_reading as head_reading

    begun, go_on = threading.Event(), threading.Event()
    asked_to_stop, errors = [], []
    studio.notifier.posted.connect(errors.append)

    def read(*_, should_stop, **__):
        begun.set()
        go_on.wait(10)
        asked_to_stop.append(should_stop())

    monkeypatch.setattr(head_reading, "read_heads", read)
    tab.tabs.setCurrentIndex(1)
    tab.words.show_runs(asked(sparse, "sparse"))
    assert not tab.words.row.stop.isVisibleTo(tab.words)
    tab.words.row.begin.click()
    assert begun.wait(30)
    assert tab.words.row.stop.isVisibleTo(tab.words)
    assert not tab.words.row.begin.isVisibleTo(tab.words)

    tab.words.row.stop.click()
    go_on.set()
    qtbot.waitUntil(told(tab.words.question))

    assert asked_to_stop == [True]
    assert errors == []
    assert tab.words.row.begin.isVisibleTo(tab.words)
    assert tab.words.verdict.text() == ""
    assert not tab.words.table.isVisibleTo(tab.words)


# the table by itself

WORDS = [
    ZeroWord("Hund", 4, 0.5, 0.25, 0.0),
    ZeroWord("猫", 12, 0.75, 0.5, 0.25),
    ZeroWord("كلب", 3, 0.0002, 0.0, 0.0),
    ZeroWord("rare", 1, 1.0, 1.0, 1.0),
]


def test_numbers_sort_as_numbers_and_words_as_words(tab):
    model = tab.words._model
    model.show_runs([WordsOfRun("a", WORDS)], 1)
    table = tab.words.table

    table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert [row[0] for row in texts(table)[1:]] == ["猫", "Hund", "كلب", "rare"]
    table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    assert [row[2] for row in texts(table)[1:]] == ["< 0.1 %", "50.0 %", "75.0 %", "100.0 %"]
    table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert [row[0] for row in texts(table)[1:]][:2] == ["Hund", "rare"]


def test_what_stands_there_seldom_is_left_out_and_what_a_run_has_not_is_a_dash():
    model = ZeroWordsModel()
    runs = [WordsOfRun("a", WORDS), WordsOfRun("b", [ZeroWord("hund", 5, 0.1, 0.0, 0.0)])]
    model.show_runs(runs, 3)

    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["Hund", "猫", "كلب"]
    assert [model.index(0, n).data() for n in (2, 3)] == ["50.0 %", "10.0 %"]
    assert model.index(1, 3).data() == "–"
    assert model.index(1, 3).data(SORT_ROLE) < 0
    assert "one head" in model.headerData(3, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    about = model.headerData(6, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert "no head ever looks at it" in about
    assert ">a<br>" in about
    assert model.table([0]).splitlines()[0].split("\t")[2:4] == ["left out, a", "left out, b"]


def test_a_long_name_of_a_run_is_cut_in_headings_alone():
    model, name = ZeroWordsModel(), "softmax-of-monday-morning"
    model.show_runs([WordsOfRun("a", WORDS), WordsOfRun(name, WORDS)], 1)

    heading = model.headerData(3, Qt.Orientation.Horizontal)
    assert heading.startswith("left out\nsoft")
    assert heading.endswith("…")
    assert name in model.headerData(3, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)


def test_the_table_is_copied_as_it_is_sorted_with_all_digits(tab):
    tab.words._model.show_runs([WordsOfRun("a", WORDS)], 1)
    tab.words.table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    tab.words.copy.click()

    assert QGuiApplication.clipboard().text().splitlines() == [
        "word\tthere\tleft out\tby all\tnever",
        "كلب\t3\t0.0002\t0.0\t0.0",
        "Hund\t4\t0.5\t0.25\t0.0",
        "猫\t12\t0.75\t0.5\t0.25",
        "rare\t1\t1.0\t1.0\t1.0",
    ]


# the control


def test_the_control_asks_for_a_second_run(tab, sparse):
    tab.tabs.setCurrentIndex(2)
    tab.control.show_runs(asked(sparse, "sparse"))
    assert not tab.control.row.begin.isEnabled()

    tab.control.show_runs(asked(sparse, "sparse", "tiny"))
    assert tab.control.row.begin.isEnabled()


def test_the_control_shows_three_models_and_what_they_say(qtbot, tab, sparse):
    tab.control.show_runs(asked(sparse, "sparse", "tiny"))
    tab.control.row.begin.click()
    qtbot.waitUntil(told(tab.control.question), timeout=60_000)

    loaded = tuple(load_run(sparse, sparse.run(name), threads=1) for name in ("tiny", "sparse"))
    known = control_density(sparse, loaded)
    heads, *rows = texts(tab.control.table)
    assert heads[:3] == ["model", "loss", "AER"]
    assert heads[3:] == [
        "looks at\nTarget over source", "looks at\nSource over itself",
        "looks at\nTarget over itself",
    ]  # fmt: skip
    assert [row[0] for row in rows] == [
        "tiny at update 12", "tiny at update 12, cut", "sparse at update 12",
    ]  # fmt: skip
    for row, there in zip(rows, (known.dense, known.cut, known.sparse), strict=True):
        assert float(row[1]) == pytest.approx(there.loss, abs=1e-4)
        shares = [float(cell.removesuffix(" %")) for cell in row[3:]]
        np.testing.assert_allclose(shares, [100 * d for d in there.densities.values()], atol=0.06)
    assert rows[0][3] == "100.0 %"
    assert tab.control.verdict.text() == in_words(known)


def test_what_cannot_be_controlled_is_said(qtbot, tab, studio, sparse):
    errors = []
    studio.notifier.posted.connect(errors.append)
    tab.control.show_runs(asked(sparse, "tiny", "tiny"))
    tab.control.row.begin.click()
    qtbot.waitUntil(told(tab.control.question), timeout=60_000)

    assert "both give every place a little" in errors[0].text
    assert not tab.control.table.isVisibleTo(tab)


# on the page


def test_the_page_asks_of_the_run_that_is_looked_at_and_leads_to_the_inspector(
    qtbot, studio, sparse
):
    page = TrainingPage(studio, ActionRegistry())
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    studio.open_project(sparse.folder)
    studio.select_run(sparse.run("sparse"))
    tab = find(page, HeadsTab)
    find(page, QTabWidget).setCurrentWidget(tab)
    qtbot.waitUntil(lambda: tab.beside.box.findText("tiny") > 0)
    place = tab.beside.box.findText("tiny")
    tab.beside.box.setCurrentIndex(place)
    tab.beside.box.activated.emit(place)

    assert [run.name for run in tab.words._asked.runs] == ["sparse", "tiny"]
    assert tab.control._asked == tab.words._asked
    assert tab.control._asked.runs[1].folder == sparse.run("tiny").folder

    wanted, pages = [], []
    studio.pair_requested.connect(wanted.append)
    studio.page_requested.connect(pages.append)
    pair = sparse.corpus()[0]
    tab.words.pair_wanted.emit(pair)
    assert wanted == [pair]
    assert pages == [PageName.INSPECTOR]
