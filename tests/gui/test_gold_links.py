"""Gold links on the corpus page: a picture, a list, and a text to copy."""

import pytest
from finding import find, press, words_in
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QLineEdit, QTabWidget, QTextBrowser
from word_spans import space_spans

from attnstudio.corpus.alignment import Alignment, GoldLinks, Span
from attnstudio.corpus.corpus_writer import CorpusWriter
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.gui.corpus.gold_links import LinkPictureBox, LinkTable
from attnstudio.gui.corpus.pair_browser import PairBrowser
from attnstudio.gui.corpus.pair_view import PairView
from attnstudio.gui.widgets.token_rows import ChosenToken, Side


def linked(source, target, links):
    gold = GoldLinks(space_spans(source), space_spans(target), Alignment.from_pharaoh(links))
    return SentencePair(source, target, gold)


HOUSE = linked("the old house !", "das alte Haus", "0-0 1p1 2-2 1-0")
ARABIC = linked("the old house", "البيت القديم", "0p0 2-0 1-1")
PLAIN = SentencePair("no links", "keine")


def tabs(view):
    return find(view, QTabWidget)


def text(view):
    return find(view, QTextBrowser, "The chosen pair in full")


def said(view):
    """What is told of a word below the picture."""
    legend = ("sure", "possible")
    [words] = [text for text in words_in(find(view, LinkPictureBox)) if text not in legend]
    return words


def word(side, index):
    return ChosenToken(side, index)


@pytest.fixture
def view(qtbot):
    view = PairView()
    qtbot.addWidget(view)
    view.resize(620, 260)
    view.show()
    view.show_pair(HOUSE, "Pair 1", ("en", "de"))
    return view


@pytest.fixture
def picture(view):
    return find(view, LinkPictureBox).picture


def colours_between(picture, link):
    """The colours that are seen along the line of a link, from word to word."""
    above = picture.rect_of(word(Side.SOURCE, link[0]))
    below = picture.rect_of(word(Side.TARGET, link[1]))
    image = picture.viewport().grab().toImage()
    seen = []
    for step in range(5, 96):
        share = step / 100
        x = above.center().x() + share * (below.center().x() - above.center().x())
        y = above.bottom() + share * (below.top() - above.bottom())
        seen.append(image.pixelColor(round(x), round(y)).name())
    return seen


def test_a_pair_with_links_shows_their_picture_and_one_without_its_sentences(view):
    assert tabs(view).currentWidget() is find(view, LinkPictureBox)
    assert not tabs(view).tabBar().isHidden()

    view.show_pair(PLAIN, "Pair 2", ("en", "de"))
    assert tabs(view).currentWidget() is text(view)
    assert tabs(view).tabBar().isHidden()
    assert view.plain_text().splitlines() == ["English", "no links", "German", "keine"]

    tabs(view).setCurrentIndex(0)
    view.show_pair(HOUSE, "Pair 1", ("en", "de"))
    assert tabs(view).currentWidget() is find(view, LinkPictureBox)
    tabs(view).tabBarClicked.emit(2)  # what is wanted stays wanted
    view.show_pair(PLAIN, "Pair 2", ("en", "de"))
    view.show_pair(HOUSE, "Pair 1", ("en", "de"))
    assert tabs(view).currentWidget() is find(view, LinkTable)


def test_a_sure_link_is_a_solid_line_and_a_possible_one_a_dashed_line(picture, colours):
    panel, sure, possible = (
        QColor(name).name() for name in (colours.panel, colours.accent, colours.warning)
    )
    seen = colours_between(picture, (2, 2))
    assert seen.count(sure) > 40
    assert panel not in seen

    seen = colours_between(picture, (1, 1))
    assert possible in seen
    assert panel in seen  # between the dashes
    assert sure not in seen[20:]


def test_every_word_stands_in_its_row_in_the_order_that_it_is_read(picture):
    lefts = [picture.rect_of(word(Side.SOURCE, n)).left() for n in range(4)]
    assert lefts == sorted(lefts)
    tops = [picture.rect_of(word(side, 0)).top() for side in Side]
    assert tops[0] < tops[1]


def test_a_side_from_right_to_left_begins_at_the_right(view, picture):
    view.show_pair(ARABIC, "Pair 1", ("en", "ar"))

    first, second = (picture.rect_of(word(Side.TARGET, n)) for n in (0, 1))
    assert first.left() > second.right()
    one, two = (picture.rect_of(word(Side.SOURCE, n)) for n in (0, 1))
    assert one.right() < two.left()


def test_keys_walk_through_the_words_and_tell_their_links(qtbot, view, picture):
    picture.setFocus()
    qtbot.keyClick(picture, Qt.Key.Key_Right)
    assert picture.choice == word(Side.SOURCE, 0)
    qtbot.keyClick(picture, Qt.Key.Key_Right)
    assert picture.accessibleDescription() == "old: das, alte (possible)"
    assert said(view) == "old: das, alte (possible)"
    qtbot.keyClick(picture, Qt.Key.Key_Down)  # the sure link
    assert picture.choice == word(Side.TARGET, 0)
    qtbot.keyClick(picture, Qt.Key.Key_End)
    qtbot.keyClick(picture, Qt.Key.Key_Up)
    assert picture.choice == word(Side.SOURCE, 2)
    qtbot.keyClick(picture, Qt.Key.Key_End)
    assert picture.accessibleDescription() == "!: no link"
    qtbot.keyClick(picture, Qt.Key.Key_Down)  # to the nearest word
    assert picture.choice == word(Side.TARGET, 2)
    qtbot.keyClick(picture, Qt.Key.Key_Escape)
    assert picture.choice is None
    assert "4 links" in picture.accessibleDescription()


def test_keys_go_as_it_reads_in_text_from_right_to_left(qtbot, view, picture):
    view.show_pair(ARABIC, "Pair 1", ("en", "ar"))
    picture.choose(word(Side.TARGET, 0))

    qtbot.keyClick(picture, Qt.Key.Key_Left)
    assert picture.choice == word(Side.TARGET, 1)


def test_a_word_that_is_clicked_or_pointed_at_shows_its_links_alone(qtbot, view, picture, colours):
    sure = QColor(colours.accent).name()
    place = picture.rect_of(word(Side.SOURCE, 1)).center().toPoint()
    qtbot.mouseClick(picture.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert picture.choice == word(Side.SOURCE, 1)
    assert sure in colours_between(picture, (1, 0))
    assert sure not in colours_between(picture, (2, 2))
    pointed = picture.rect_of(word(Side.TARGET, 2)).center().toPoint()
    for spot in (QPoint(1, 1), pointed):  # the pointer may have stood there before
        qtbot.mouseMove(picture.viewport(), spot)
    assert said(view) == "Haus: house"
    assert sure in colours_between(picture, (2, 2))
    qtbot.mouseClick(picture.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert picture.choice is None


def test_a_long_pair_scrolls_and_what_belongs_together_stands_together(view, picture):
    number = 80
    source, target = " ".join(["word"] * number), " ".join(["x"] * number)
    links = " ".join(f"{n}-{n}" for n in range(number))
    view.show_pair(linked(source, target, links), "Pair 1", ("en", "de"))

    bar = picture.horizontalScrollBar()
    assert bar.maximum() > 0
    for index in (0, 40, 79):
        above, below = (picture.rect_of(word(side, index)).center().x() for side in Side)
        assert abs(above - below) < 60
    picture.choose(word(Side.SOURCE, 79))
    seen = picture.rect_of(word(Side.SOURCE, 79))
    assert picture.viewport().rect().contains(seen.center().toPoint())
    bar.setValue(bar.maximum())
    corner = picture.rect_of(word(Side.TARGET, 79)).right()
    assert corner <= picture.viewport().width()


def test_what_was_searched_for_is_marked_in_its_word(view, picture, colours):
    view.show_pair(HOUSE, "Pair 1", ("en", "de"), ((), (Span(5, 7),)))

    def ground(index):
        spot = picture.rect_of(word(Side.TARGET, index)).topLeft().toPoint() + QPoint(4, 6)
        return picture.viewport().grab().toImage().pixelColor(spot)

    assert ground(1) == QColor(colours.mark)
    assert ground(0) == QColor(colours.panel)


def test_the_list_says_the_same_in_words(view):
    table = find(view, LinkTable)
    rows = [[table.item(row, column).text() for column in range(3)] for row in range(4)]

    assert rows == [
        ["the", "das", "sure"],
        ["old", "das", "sure"],
        ["old", "alte", "possible"],
        ["house", "Haus", "sure"],
    ]
    assert [table.horizontalHeaderItem(n).text() for n in range(3)] == ["English", "German", "Link"]


def test_links_are_copied_where_they_are_shown_and_the_pair_where_that_is(view):
    press(view, "Copy links")
    assert QGuiApplication.clipboard().text().splitlines() == [
        "0-0\tthe\tdas\tsure",
        "1-0\told\tdas\tsure",
        "1p1\told\talte\tpossible",
        "2-2\thouse\tHaus\tsure",
    ]

    tabs(view).setCurrentWidget(text(view))
    press(view, "Copy pair")
    assert QGuiApplication.clipboard().text() == "the old house !\tdas alte Haus"


def test_escape_lets_go_of_the_word_before_it_clears_the_search(qtbot, tmp_path):
    with CorpusWriter(tmp_path / "corpus", "en", "de") as writer:
        writer.add(HOUSE, Split.TRAIN)
        corpus = ParallelCorpus(writer.finish())
    browser = PairBrowser()
    qtbot.addWidget(browser)
    browser.show_corpus(corpus)
    browser.resize(700, 600)
    with qtbot.waitActive(browser, timeout=60_000):
        browser.show()
        browser.activateWindow()
    wanted = find(browser, QLineEdit, "Search the sentences")
    wanted.setText("old")
    wanted.returnPressed.emit()
    picture = find(browser, LinkPictureBox).picture
    picture.setFocus()
    qtbot.keyClick(picture, Qt.Key.Key_Right)

    qtbot.keyClick(picture, Qt.Key.Key_Escape)
    assert (picture.choice, browser.filter.query.text) == (None, "old")
    qtbot.keyClick(picture, Qt.Key.Key_Escape)
    assert browser.filter.query.text == ""


def test_a_marked_word_without_links_is_written_as_clearly_as_one_with_links(qtbot, colours):
    box = LinkPictureBox()
    qtbot.addWidget(box)
    box.resize(400, 200)
    box.show()
    pair = linked("mmmm here", "da", "1-0")

    box.show_pair(pair, ([Span(0, 4)], ()))

    rect = box.picture.rect_of(word(Side.SOURCE, 0)).toRect()
    image = box.picture.viewport().grab(rect).toImage()
    seen = {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }
    assert QColor(colours.mark).name() in seen
    assert QColor(colours.text).name() in seen
