"""The table of sentence pairs."""

import json
import time
import tracemalloc

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableView

from attnstudio.corpus.corpus_writer import CorpusWriter
from attnstudio.corpus.lengths import measure_lengths
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.corpus.searching import Order, PairQuery, Range, find_pairs
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.statistics import Measure
from attnstudio.gui.corpus.pair_browser import PairBrowser
from attnstudio.gui.corpus.pair_table import PairColumn, PairTableModel

MILLION = 1_000_000  # times are those of the thread: what else the machine does is left out


@pytest.fixture
def write(tmp_path):
    def write(pairs, languages=("en", "de")):
        with CorpusWriter(tmp_path / "corpus", *languages) as writer:
            for number, pair in enumerate(pairs):
                writer.add(pair, list(Split)[number % 3])
            return ParallelCorpus(writer.finish())

    return write


@pytest.fixture
def model(qapp):
    return PairTableModel(qapp)


@pytest.fixture(scope="session")
def million(tmp_path_factory):
    """A corpus of a million pairs, its files written at once."""
    folder = tmp_path_factory.mktemp("million") / ("0" * 16)
    folder.mkdir()
    for language in ("en", "de"):
        lines = [f"{language} sentence number {n}\n".encode() for n in range(MILLION)]
        (folder / f"{language}.txt").write_bytes(b"".join(lines))
        ends = np.cumsum([0, *map(len, lines)], dtype="<u8")
        (folder / f"{language}.offsets").write_bytes(ends.tobytes())
    (folder / "split").write_bytes(bytes(MILLION))
    facts = {"languages": ["en", "de"], "pairs": MILLION, "links": False, "hash": folder.name}
    (folder / "manifest.json").write_text(json.dumps(facts))
    return ParallelCorpus(folder)


def cell(model, row, column, role=Qt.ItemDataRole.DisplayRole):
    return model.data(model.index(row, column), role)


def row_texts(model, row):
    return [cell(model, row, column) for column in PairColumn]


def test_rows_are_the_pairs_of_the_corpus(model, write, pairs):
    model.show_corpus(write(pairs))

    names = ("training", "validation", "test")
    assert model.rowCount() == len(pairs)
    for row, pair in enumerate(pairs):
        expected = [str(row + 1), names[row % 3], pair.source, pair.target]
        assert row_texts(model, row)[:4] == expected


def test_columns_are_named_after_the_languages(model, write, pairs):
    model.show_corpus(write(pairs, ("en", "zh-Hans")))

    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in PairColumn]
    assert heads == ["Pair", "Split", "English", "Chinese (Hans)", "Lengths = ratio"]


def test_the_lengths_of_a_pair_are_told_with_their_ratio(model, write):
    model.show_corpus(write([SentencePair("two words", "我们 学习")], ("en", "zh")))

    assert cell(model, 0, PairColumn.LENGTHS) == "2 : 4 = 2.00"


def test_pairs_in_another_order_are_found_again(model, write, pairs):
    model.show_corpus(write(pairs))
    model.show_pairs(np.array([31, 7, 30]))

    assert [row_texts(model, row)[0] for row in range(3)] == ["32", "8", "31"]
    assert [model.row_of(pair) for pair in (7, 30, 31, 8)] == [1, 2, 0, None]


def test_a_filtered_view_shows_the_chosen_pairs_under_their_own_numbers(model, write, pairs):
    model.show_corpus(write(pairs))
    model.show_pairs(np.array([7, 30, 31]))

    assert [row_texts(model, row)[0] for row in range(model.rowCount())] == ["8", "31", "32"]
    assert cell(model, 1, PairColumn.TARGET) == pairs[30].target
    assert model.pair_number(2) == 31
    assert [model.row_of(pair) for pair in (7, 31, 8, 300)] == [0, 2, None, None]
    model.show_pairs(None)
    assert model.rowCount() == len(pairs)


def test_no_corpus_is_an_empty_table(model, write, pairs):
    model.show_corpus(write(pairs))
    model.show_corpus(None)

    assert model.rowCount() == 0


def test_a_long_sentence_is_cut_in_its_row_and_longer_in_its_tip(model, write):
    model.show_corpus(write([SentencePair("<b> " + "word " * 300, "x")]))

    assert len(cell(model, 0, PairColumn.SOURCE)) < 500
    tip = cell(model, 0, PairColumn.SOURCE, Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;" in tip
    assert tip.count("word") == 300


def test_a_right_to_left_side_stands_at_the_right(model, write):
    model.show_corpus(write([SentencePair("Stop!", "قف!")], ("en", "ar")))

    role = Qt.ItemDataRole.TextAlignmentRole
    assert cell(model, 0, PairColumn.TARGET, role) & Qt.AlignmentFlag.AlignRight
    assert cell(model, 0, PairColumn.SOURCE, role) & Qt.AlignmentFlag.AlignLeft
    tip = cell(model, 0, PairColumn.TARGET, Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("<p dir='rtl'>")


def test_a_screenful_of_a_million_rows_is_there_at_once(model, million):
    model.show_corpus(million)
    model.show_pairs(np.arange(0, MILLION, 2))
    started = time.thread_time()
    for row in range(400_000, 400_040):
        for column in range(PairColumn.LENGTHS):  # the last is seen only where it was asked for
            cell(model, row, column)
        cell(model, row, PairColumn.SOURCE, Qt.ItemDataRole.TextAlignmentRole)
    elapsed_s = time.thread_time() - started

    assert cell(model, 400_000, PairColumn.SOURCE) == "en sentence number 800000"
    assert elapsed_s < 0.01


def test_scrolling_through_a_million_rows_needs_little_time_and_memory(qtbot, million):
    browser = PairBrowser()
    qtbot.addWidget(browser)
    browser.resize(900, 700)
    browser.show_corpus(million)
    browser.show()
    bar = browser.findChild(QTableView).verticalScrollBar()
    slowest_s = 0.0
    tracemalloc.start()
    for place in range(0, bar.maximum(), bar.maximum() // 100):
        started = time.thread_time()
        bar.setValue(place)
        browser.table.viewport().repaint()
        slowest_s = max(slowest_s, time.thread_time() - started)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert slowest_s < 0.2  # tracing makes it several times slower
    assert peak_bytes < 5_000_000


def test_a_million_pairs_are_measured_in_seconds_and_then_ordered_at_once(million):
    started = time.thread_time()
    lengths = measure_lengths(million)
    measured_s = time.thread_time() - started
    wanted = (Range(Measure.LENGTH_RATIO, 0.5, 1.5),)
    query = PairQuery(ranges=wanted, order=Order(Measure.SOURCE_LENGTH, is_falling=True))
    started = time.thread_time()
    found = find_pairs(million, query, lengths)
    found_s = time.thread_time() - started

    assert found.tolist() == list(range(MILLION))  # all have four words
    assert measured_s < 10
    assert found_s < 2


def test_a_million_pairs_in_another_order_do_not_hold_the_window_up(qtbot, million):
    browser = PairBrowser()
    qtbot.addWidget(browser)
    browser.resize(900, 700)
    browser.show_corpus(million)
    browser.show()
    turned = np.arange(MILLION)[::-1].copy()
    slowest_s = 0.0
    for pairs in (turned, turned[::2].copy(), None):
        started = time.thread_time()
        browser.show_found(pairs)
        browser.table.viewport().repaint()
        slowest_s = max(slowest_s, time.thread_time() - started)

    assert slowest_s < 0.15


def test_a_million_pairs_are_searched_in_seconds(million):
    started = time.thread_time()
    found = find_pairs(million, PairQuery("NUMBER 99999"))
    elapsed_s = time.thread_time() - started

    assert found.tolist() == [99_999, *range(999_990, MILLION)]
    assert elapsed_s < 10
