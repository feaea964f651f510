"""What was searched for is marked in the rows, where it stands."""

import pytest
from finding import find
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QTextBrowser

from attnstudio.corpus.alignment import Span
from attnstudio.corpus.corpus_writer import CorpusWriter
from attnstudio.corpus.hits import hit_finder
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.corpus.searching import SearchedSide
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.gui.corpus.pair_browser import PairBrowser
from attnstudio.gui.corpus.pair_table import MarkedText, PairColumn
from attnstudio.gui.corpus.sentence_delegate import shown_part

PAIRS = [
    ("needle at the beginning", "قطة في البيت"),
    ("at the end a needle", "في البيت قطة"),
    ("word " * 80 + "needle " + "word " * 80, "我们在学习机器学习。"),
    ("nothing here", "needle في البيت"),
]


@pytest.fixture
def browser(qtbot, tmp_path):
    with CorpusWriter(tmp_path / "corpus", "en", "ar") as writer:
        for source, target in PAIRS:
            writer.add(SentencePair(source, target.strip()), Split.TRAIN)
        corpus = ParallelCorpus(writer.finish())
    browser = PairBrowser()
    qtbot.addWidget(browser)
    browser.resize(900, 600)
    browser.show_corpus(corpus)
    browser.show()
    return browser


def marked_x(browser, colours, row, column):
    """From where to where pixels of a cell have the ground of a hit; None where none has."""
    rect = browser.table.visualRect(browser.model.index(row, column))
    image = browser.table.viewport().grab(rect).toImage()
    ground = QColor(colours.mark)
    xs = [
        x
        for x in range(image.width())
        for y in (image.height() // 2 - 6, image.height() // 2 + 6)
        if image.pixelColor(x, y) == ground
    ]
    return (min(xs), max(xs), image.width()) if xs else None


def test_a_hit_is_marked_where_it_stands_also_in_the_chosen_row(browser, colours):
    browser.model.mark(hit_finder("NEEDLE"))
    browser.table.selectRow(1)
    metrics = browser.table.fontMetrics()

    for row in (0, 1):
        start, end, _ = marked_x(browser, colours, row, PairColumn.SOURCE)
        before = PAIRS[row][0].split("needle")[0]
        assert end - start == pytest.approx(metrics.horizontalAdvance("needle"), abs=4)
        assert start == pytest.approx(8 + metrics.horizontalAdvance(before), abs=8)
    assert marked_x(browser, colours, 3, PairColumn.SOURCE) is None
    assert marked_x(browser, colours, 0, PairColumn.TARGET) is None


def test_a_hit_far_in_a_long_sentence_is_seen(browser, colours):
    browser.model.mark(hit_finder("needle"))

    start, end, width = marked_x(browser, colours, 2, PairColumn.SOURCE)
    assert 0 < start < end < width


def test_a_hit_is_marked_at_its_side_in_text_from_right_to_left(browser, colours):
    browser.model.mark(hit_finder("قطة"))

    start, _, width = marked_x(browser, colours, 0, PairColumn.TARGET)
    assert start > width * 0.7  # the first word stands at the right
    _, end, right = (*marked_x(browser, colours, 1, PairColumn.TARGET)[:2], width)
    assert end < right - browser.table.fontMetrics().horizontalAdvance("في البيت")


def test_the_language_of_the_column_says_where_a_text_begins(browser, colours):
    browser.model.mark(hit_finder("needle"))

    _, end, width = marked_x(browser, colours, 3, PairColumn.TARGET)
    assert end > width - 20


def test_both_hits_in_a_text_without_spaces_are_marked(browser, colours):
    browser.model.mark(hit_finder("学习"))

    start, end, _ = marked_x(browser, colours, 2, PairColumn.TARGET)
    metrics = browser.table.fontMetrics()
    assert end - start == pytest.approx(metrics.horizontalAdvance("学习机器学习"), abs=6)


def test_only_the_searched_side_is_marked_and_nothing_when_nothing_is_asked(browser, colours):
    browser.model.mark(hit_finder("needle"), SearchedSide.TARGET)
    assert marked_x(browser, colours, 0, PairColumn.SOURCE) is None
    browser.model.mark(hit_finder("needle"), SearchedSide.SOURCE)
    assert marked_x(browser, colours, 0, PairColumn.SOURCE)
    browser.model.mark(None)
    assert marked_x(browser, colours, 0, PairColumn.SOURCE) is None


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("a needle here", 40, "a needle here"),
        ("word " * 30 + "needle here", 40, "…word word word word needle here"),
        ("needle" + " word" * 30, 4, "needle" + " word" * 30),  # at its beginning already
        ("学" * 60 + "needle", 20, "…" + "学" * 12 + "needle"),
    ],
)
def test_a_text_begins_before_its_first_hit_where_that_would_not_be_seen(text, room, expected):
    marked = MarkedText(text, hit_finder("needle")(text))

    part = shown_part(marked, len, room)
    assert part.text == expected
    assert [part.text[start:end] for start, end in part.hits] == ["needle"]


def test_the_hits_of_a_part_are_those_that_are_in_it():
    text = "needle " + "x" * 600 + " needle"
    part = shown_part(MarkedText(text, hit_finder("needle")(text)), len, 1_000)

    assert part.hits == [Span(0, 6)]


def choose_first(browser):
    """Again, if it is chosen already."""
    browser.table.selectRow(1)
    browser.table.selectRow(0)


def test_the_pair_in_full_is_marked_as_well(browser, colours):
    browser.model.mark(hit_finder("البيت"))
    in_full = find(browser, QTextBrowser, "The chosen pair in full")
    choose_first(browser)

    assert f"background-color:{colours.mark}" in in_full.toHtml()
    browser.model.mark(None)
    choose_first(browser)
    assert colours.mark not in in_full.toHtml()
