"""The links of a pair as lines and as a grid: mouse, keys and what is told."""

import pytest
from finding import words_in
from PySide6.QtCore import QPoint, Qt
from word_spans import space_spans

from attnstudio.corpus.alignment import Alignment, Link
from attnstudio.gui.links.link_editor import LinkEditor
from attnstudio.gui.links.linked_words import linked_words
from attnstudio.gui.look.theme import colours_of
from attnstudio.gui.widgets.token_rows import ChosenToken, Side

HOUSE = ("the old house", "das alte Haus")
ARABIC = ("البيت القديم", "the old house")
LONG_ARABIC = (" ".join(f"كلمة{n}" for n in range(70)), " ".join(f"word{n}" for n in range(65)))
LONG = (" ".join(f"word{n}" for n in range(70)), " ".join(f"Wort{n}" for n in range(65)))
FOUND = Alignment.from_pharaoh("0-0 1-1 2-2")


def shown(texts, links, found=FOUND):
    return linked_words(texts, tuple(map(space_spans, texts)), links, found)


@pytest.fixture
def editor(qtbot):
    """An editor whose edits are shown at once, with all that it told."""
    editor = LinkEditor()
    qtbot.addWidget(editor)
    editor.resize(640, 520)
    editor.told = []

    def take(links):
        editor.told.append(links.to_pharaoh())
        editor.show_words(shown(editor.texts, links))

    editor.texts = HOUSE
    editor.edited.connect(take)
    editor.show_words(shown(HOUSE, FOUND))
    editor.show()
    return editor


def plain(words):
    """Without the marks that keep each word's direction."""
    return words.replace("\u2068", "").replace("\u2069", "")


def click_cell(qtbot, editor, source, target):
    place = editor.grid.cell_rect(Link(source, target)).center()
    qtbot.mouseClick(editor.grid.viewport(), Qt.MouseButton.LeftButton, pos=place)


def click_word(qtbot, editor, side, index):
    place = editor.rows.rect_of(ChosenToken(side, index)).center().toPoint()
    qtbot.mouseClick(editor.rows.viewport(), Qt.MouseButton.LeftButton, pos=place)


def press(qtbot, widget, *keys):
    widget.setFocus()
    for key in keys:
        qtbot.keyClick(widget, key)


def test_clicks_on_a_cell_go_from_none_to_sure_to_possible_to_none(qtbot, editor):
    for _ in range(3):
        click_cell(qtbot, editor, 0, 1)

    assert editor.told == ["0-0 0-1 1-1 2-2", "0-0 0p1 1-1 2-2", "0-0 1-1 2-2"]


def test_two_words_that_are_clicked_are_linked(qtbot, editor):
    click_word(qtbot, editor, Side.SOURCE, 2)
    assert editor.told == []
    click_word(qtbot, editor, Side.TARGET, 0)

    assert editor.told == ["0-0 1-1 2-0 2-2"]


def test_further_clicks_on_the_second_word_mark_as_those_on_a_cell(qtbot, editor):
    click_word(qtbot, editor, Side.SOURCE, 2)
    for _ in range(3):
        click_word(qtbot, editor, Side.TARGET, 0)

    assert editor.told == ["0-0 1-1 2-0 2-2", "0-0 1-1 2p0 2-2", "0-0 1-1 2-2"]


def test_two_quick_clicks_are_two(qtbot, editor):
    left = Qt.MouseButton.LeftButton
    cell = editor.grid.cell_rect(Link(0, 1)).center()
    qtbot.mouseClick(editor.grid.viewport(), left, pos=cell)
    qtbot.mouseDClick(editor.grid.viewport(), left, pos=cell)  # what the second press becomes
    assert editor.told[-1] == "0-0 0p1 1-1 2-2"

    click_word(qtbot, editor, Side.SOURCE, 2)
    word = editor.rows.rect_of(ChosenToken(Side.TARGET, 0)).center().toPoint()
    qtbot.mouseClick(editor.rows.viewport(), left, pos=word)
    qtbot.mouseDClick(editor.rows.viewport(), left, pos=word)

    assert editor.told[-1] == "0-0 0p1 1-1 2p0 2-2"


def test_one_clicked_word_is_no_cell_that_keys_would_mark(qtbot, editor):
    click_cell(qtbot, editor, 0, 1)
    editor.told.clear()
    click_word(qtbot, editor, Side.SOURCE, 2)

    assert editor.chosen_cell is None
    assert "house: click its partner in the other row." in plain(" ".join(words_in(editor)))
    for key in (Qt.Key.Key_S, Qt.Key.Key_P, Qt.Key.Key_Space, Qt.Key.Key_Return):
        press(qtbot, editor.rows, key)
    assert editor.told == []

    press(qtbot, editor.rows, Qt.Key.Key_Down, Qt.Key.Key_S)
    assert editor.chosen_cell == Link(2, 1)
    assert editor.told == ["0-0 0-1 1-1 2-1 2-2"]


def test_a_word_whose_cell_was_chosen_in_the_grid_begins_anew(qtbot, editor):
    click_cell(qtbot, editor, 2, 1)
    editor.told.clear()

    click_word(qtbot, editor, Side.SOURCE, 2)

    assert editor.told == []


def test_a_third_word_begins_anew(qtbot, editor):
    for side, index in ((Side.SOURCE, 2), (Side.TARGET, 0), (Side.SOURCE, 1), (Side.SOURCE, 0)):
        click_word(qtbot, editor, side, index)
    assert len(editor.told) == 1

    click_word(qtbot, editor, Side.TARGET, 2)

    assert editor.told[1:] == ["0-0 0-2 1-1 2-0 2-2"]


def test_keys_lead_through_the_grid_and_mark(qtbot, editor):
    right, down, space = Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Space
    press(qtbot, editor.grid, right, right, down, down, space)
    press(qtbot, editor.grid, Qt.Key.Key_P, Qt.Key.Key_S, Qt.Key.Key_S, Qt.Key.Key_Delete)

    assert editor.chosen_cell == Link(1, 2)
    assert editor.told == [
        "0-0 1-1 1-2 2-2",
        "0-0 1-1 1p2 2-2",
        "0-0 1-1 1-2 2-2",
        "0-0 1-1 2-2",
    ]


def test_keys_lead_through_the_rows_and_mark(qtbot, editor):
    right, down, up = Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up
    press(qtbot, editor.rows, right, right, down, right, right, Qt.Key.Key_Space)
    assert editor.told == ["0-0 1-1 1-2 2-2"]

    press(qtbot, editor.rows, up, right, Qt.Key.Key_P)

    assert editor.told[1:] == ["0-0 1-1 1-2 2p2"]


def test_both_pictures_have_one_cursor(qtbot, editor):
    click_cell(qtbot, editor, 2, 1)
    assert editor.rows.choice == ChosenToken(Side.SOURCE, 2)

    click_word(qtbot, editor, Side.SOURCE, 2)
    click_word(qtbot, editor, Side.TARGET, 0)

    assert "house – das: sure link" in [
        said.replace("⁨", "").replace("⁩", "") for said in words_in(editor)
    ]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_marks_the_chosen_cell_and_finishes_nothing(qtbot, editor, key):
    editor.done.connect(lambda: editor.told.append("done"))
    press(qtbot, editor.grid, key)
    assert editor.told == []

    press(qtbot, editor.grid, Qt.Key.Key_Right, Qt.Key.Key_Down, key, key)

    assert editor.told == ["0-0 0-1 1-1 2-2", "0-0 0p1 1-1 2-2"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
@pytest.mark.parametrize("part", ["grid", "rows", "done_button"])
def test_enter_with_control_is_done(qtbot, editor, key, part):
    with qtbot.waitExposed(editor):
        editor.activateWindow()
    click_cell(qtbot, editor, 1, 0)
    editor.told.clear()

    with qtbot.waitSignal(editor.done):
        getattr(editor, part).setFocus()
        qtbot.keyClick(getattr(editor, part), key, Qt.KeyboardModifier.ControlModifier)

    assert editor.told == []


def test_the_keys_stand_below_the_grid(editor):
    assert "Ctrl+Enter: all right, next" in " ".join(words_in(editor))


def test_escape_lets_go_of_the_cell(qtbot, editor):
    click_cell(qtbot, editor, 0, 0)
    press(qtbot, editor.grid, Qt.Key.Key_Escape)

    assert editor.chosen_cell is None
    assert editor.rows.choice is None


def test_the_first_column_of_a_source_from_right_to_left_is_at_the_right(qtbot, editor):
    editor.texts = ARABIC
    editor.show_words(shown(ARABIC, Alignment(), Alignment()))
    assert editor.grid.cell_rect(Link(0, 0)).left() > editor.grid.cell_rect(Link(1, 0)).left()

    press(qtbot, editor.grid, Qt.Key.Key_Left, Qt.Key.Key_Left)

    assert editor.chosen_cell == Link(1, 0)


def test_a_long_pair_scrolls_to_the_cell_and_its_words_stay(qtbot, editor):
    editor.texts = LONG
    editor.show_words(shown(LONG, Alignment(), Alignment()))
    editor.grid.set_cursor(Link(69, 64))

    room = editor.grid.viewport().rect()
    assert room.contains(editor.grid.cell_rect(Link(69, 64)))
    click_cell(qtbot, editor, 68, 63)
    assert editor.told == ["68-63"]


@pytest.mark.parametrize("texts", [LONG, LONG_ARABIC])
def test_each_sentence_begins_at_its_first_words(qtbot, editor, texts):
    editor.texts = texts
    editor.show_words(shown(texts, Alignment(), Alignment()))
    for part in (editor.grid, editor.rows):
        part.set_cursor(Link(40, 40))
    where = [bar.value() for bar in bars(editor)]
    assert not is_seen(editor, 0, 0)

    click_cell(qtbot, editor, 40, 40)
    assert editor.told
    assert [bar.value() for bar in bars(editor)] == where

    other = tuple(f"{text} and" for text in texts)
    editor.show_words(shown(other, Alignment(), Alignment()))
    assert is_seen(editor, 0, 0)
    editor.resize(500, 400)
    qtbot.waitUntil(lambda: editor.grid.viewport().width() < 500)
    assert is_seen(editor, 0, 0)


def bars(editor):
    grid, rows = editor.grid, editor.rows
    return grid.horizontalScrollBar(), grid.verticalScrollBar(), rows.horizontalScrollBar()


def is_seen(editor, source, target):
    grid, rows = editor.grid, editor.rows
    word = rows.rect_of(ChosenToken(Side.SOURCE, source)).toRect()
    return grid.viewport().rect().contains(
        grid.cell_rect(Link(source, target))
    ) and rows.viewport().rect().contains(word)


def test_what_the_cursor_is_on_is_told(qtbot, editor):
    press(qtbot, editor.grid, Qt.Key.Key_Right)

    assert plain(editor.grid.accessibleDescription()) == "the – das: sure link"
    assert editor.rows.accessibleName()


def test_marks_differ_by_shape_and_in_both_schemes(editor, colours):
    links = Alignment.from_pharaoh("0-0 1p1")
    editor.show_words(shown(HOUSE, links))
    image = editor.grid.viewport().grab().toImage()

    def at(cell, right=0, down=0):
        place = editor.grid.cell_rect(Link(*cell)).center() + QPoint(right, down)
        return image.pixelColor(place).name()

    assert at((0, 0)) == colours.accent
    assert at((1, 1)) == colours.panel  # a frame
    assert at((2, 2)) == colours.panel  # a ring: it was found and is taken out
    assert at((2, 2), 3, 1) != colours.panel
    assert at((0, 2)) == colours.panel


def test_what_cannot_be_changed_is_not_edited_and_says_why(editor):
    editor.allow("This project is write-protected.")

    assert not editor.isEnabled()
    assert editor.toolTip() == "This project is write-protected."


DOUBTFUL = {Link(0, 0): 0.97, Link(1, 1): 0.52, Link(2, 2): 0.88}


def test_found_links_say_how_certain_they_are_and_are_not_called_sure(qtbot, editor):
    editor.show_words(linked_words(HOUSE, tuple(map(space_spans, HOUSE)), FOUND, FOUND, DOUBTFUL))

    said = words_in(editor)
    assert {"found", "found, less certain"} <= set(said)
    assert not {"sure", "possible", "taken out"} & set(said)
    press(qtbot, editor.grid, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down)
    told = plain(editor.grid.accessibleDescription())
    assert told == "old – alte: found, with a confidence of 0.52"
    drawn = {
        link: colour_in_cell(editor, link) == colours_of(editor.palette()).accent
        for link in FOUND.sure
    }
    assert drawn == {Link(0, 0): True, Link(1, 1): False, Link(2, 2): True}

    press(qtbot, editor.grid, Qt.Key.Key_S)  # it was found, and now a person says it

    assert editor.told == [FOUND.to_pharaoh()]
    assert {"sure", "possible", "taken out"} <= set(words_in(editor))
    assert "found" not in words_in(editor)
    assert plain(editor.grid.accessibleDescription()) == "old – alte: sure link"


def colour_in_cell(editor, link):
    """In its middle: a hollow mark has the ground there."""
    place = editor.grid.cell_rect(link).center()
    return editor.grid.viewport().grab().toImage().pixelColor(place).name()
