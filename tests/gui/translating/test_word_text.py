"""A sentence whose words are clicked: the word under the pointer is the one that is told."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest

from attnstudio.gui.translating.word_text import WordText

SENTENCES = {
    "plain": "The dog sees a bird, doesn't it?",
    "wrapped": " ".join(f"word{number}" for number in range(60)),
    "arabic": "الكلب يرى طائرًا اليوم.",
    "chinese": "狗今天看见一只鸟。",
    "rare": "a 😀😀😀😀😀 dog 𝔘 sees",
}


@pytest.fixture
def text(qtbot):
    text = WordText()
    qtbot.addWidget(text)
    text.resize(360, 120)
    text.show()
    qtbot.waitExposed(text)
    text.activateWindow()
    qtbot.waitUntil(text.hasFocus)
    text.clearFocus()
    text.chosen = []
    text.word_chosen.connect(text.chosen.append)
    return text


def middle_of(text, start, length):
    """A point in the middle of some characters, by their own rectangles."""
    before = len(text.text[:start].encode("utf-16-le")) // 2
    after = before + len(text.text[start : start + length].encode("utf-16-le")) // 2
    cursor = QTextCursor(text.document())
    ends = []
    for place in (before, after):
        cursor.setPosition(place)
        ends.append(text.cursorRect(cursor).center())
    return QPoint((ends[0].x() + ends[1].x()) // 2, ends[0].y())


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("plain", "dog"), ("plain", "doesn't"), ("plain", ","), ("wrapped", "word3 "),
        ("wrapped", "word9"), ("arabic", "يرى"), ("arabic", "الكلب"), ("chinese", "看"),
        ("rare", "dog"), ("rare", "sees"),
    ],
)  # fmt: skip
def test_a_click_tells_where_the_word_under_it_begins(qtbot, text, name, word):
    text.show_text(SENTENCES[name])
    start, length = SENTENCES[name].index(word), len(word.strip())

    qtbot.mouseClick(text.viewport(), Qt.MouseButton.LeftButton, pos=middle_of(text, start, length))

    assert text.chosen == [start]


def test_the_word_under_the_pointer_is_underlined_and_no_other(qtbot, text):
    text.show_text(SENTENCES["plain"])
    QTest.mouseMove(text.viewport(), middle_of(text, 4, 3))
    qtbot.waitUntil(lambda: text.word == "dog")
    [marked] = text.extraSelections()
    assert marked.cursor.selectedText() == "dog"
    assert text.viewport().cursor().shape() is Qt.CursorShape.PointingHandCursor

    QTest.mouseMove(text.viewport(), QPoint(340, 100))
    qtbot.waitUntil(lambda: text.word == "")
    assert text.extraSelections() == []


def test_beside_the_words_a_click_tells_nothing(qtbot, text):
    text.show_text(SENTENCES["plain"])
    for point in (QPoint(340, 15), QPoint(20, 100)):
        qtbot.mouseClick(text.viewport(), Qt.MouseButton.LeftButton, pos=point)

    assert text.chosen == []


def test_what_is_drawn_over_is_selected_and_not_told(qtbot, text):
    text.show_text(SENTENCES["plain"])
    first, last = middle_of(text, 0, 3), middle_of(text, 4, 3)
    qtbot.mousePress(text.viewport(), Qt.MouseButton.LeftButton, pos=first)
    QTest.mouseMove(text.viewport(), last)
    qtbot.mouseMove(text.viewport(), last)
    qtbot.mouseRelease(text.viewport(), Qt.MouseButton.LeftButton, pos=last)

    if text.textCursor().hasSelection():  # as a real mouse does; offscreen moves may be lost
        assert text.chosen == []


def test_keys_go_from_word_to_word_and_enter_tells_it(qtbot, text):
    text.show_text(SENTENCES["plain"])
    text.setFocus(Qt.FocusReason.TabFocusReason)
    assert text.word == "The"

    for _ in range(2):
        qtbot.keyClick(text, Qt.Key.Key_Right)
    assert text.word == "sees"
    qtbot.keyClick(text, Qt.Key.Key_Left)
    qtbot.keyClick(text, Qt.Key.Key_Return)
    assert text.chosen == [4]
    qtbot.keyClick(text, Qt.Key.Key_End)
    assert text.word == "?"
    qtbot.keyClick(text, Qt.Key.Key_Right)
    assert text.word == "?"
    qtbot.keyClick(text, Qt.Key.Key_Home)
    assert text.word == "The"


def test_where_a_text_runs_to_the_left_the_left_key_goes_on(qtbot, text):
    text.show_text(SENTENCES["arabic"])
    text.setFocus(Qt.FocusReason.TabFocusReason)
    assert text.word == "الكلب"
    qtbot.keyClick(text, Qt.Key.Key_Left)
    assert text.word == "يرى"

    cursor = QTextCursor(text.document())
    assert text.cursorRect(cursor).x() > text.viewport().width() / 2  # it stands at the right


def test_tab_leaves_the_text(text):
    text.show_text(SENTENCES["plain"])
    assert text.tabChangesFocus()
    assert text.isReadOnly()
    assert not text.acceptDrops()  # a document that is dropped on it is for the page
    assert not text.viewport().acceptDrops()


def test_another_text_forgets_the_word(text):
    text.show_text(SENTENCES["plain"])
    text.setFocus(Qt.FocusReason.TabFocusReason)
    text.show_text("another one")

    assert text.word == ""
    assert text.toPlainText() == "another one"


def test_an_empty_text_has_no_words(qtbot, text):
    text.show_text("")
    qtbot.keyClick(text, Qt.Key.Key_Right)
    qtbot.keyClick(text, Qt.Key.Key_Return)
    qtbot.mouseClick(text.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(10, 10))

    assert text.chosen == []
