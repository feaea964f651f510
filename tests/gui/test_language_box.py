"""Which language: found by name, own name or code, and refused with an example."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from attnstudio.gui.look.wording import language_name, own_language_name
from attnstudio.gui.widgets.language_box import LanguageBox


@pytest.fixture
def box(qtbot):
    box = LanguageBox("Source language")
    qtbot.addWidget(box)
    return box


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("German", "de"), ("deutsch", "de"), ("de", "de"), ("DEUTSCH", "de"), ("中文", "zh"),
        ("العربية", "ar"), ("turkce", "tr"), ("pt-BR", "pt-BR"), ("deu", "de"), ("tlh", "tlh"),
        ("Haitian Creole", "ht"), ("German – Deutsch (de)", "de"), ("norsk", "no"), (" en ", "en"),
        ("", ""), ("aux", ""), ("../de", ""), ("xx", "xx"), ("top", "top"), ("Totonac", "Totonac"),
        ("Totonaco de  Papantla", "Totonaco-de-Papantla"), ("тотонак", ""),
    ],
)  # fmt: skip
def test_a_language_is_typed_by_any_of_its_names_or_its_code(box, typed, code):
    box.setEditText(typed)

    assert box.code == code
    assert bool(box.problem) == bool(typed and not code)


def test_what_is_no_language_is_told_with_an_example(box):
    box.setEditText("тотонак")

    assert box.problem.startswith("“тотонак” cannot stand for a language here.")
    assert "such as German or Totonac, or its code, such as de or top" in box.problem


@pytest.mark.parametrize(
    ("typed", "remark"),
    [
        ("Totonac", "“Totonac” is not known here and is taken as you wrote it."),
        ("German", ""), ("tlh", ""), ("germ", ""), ("", ""), ("../de", ""),
    ],
)  # fmt: skip
def test_a_language_that_is_not_known_is_taken_and_it_is_said(box, typed, remark):
    box.setEditText(typed)

    assert box.remark == remark


@pytest.mark.parametrize("typed", ["germ", "chin", "türk"])
def test_nobody_is_told_off_before_the_word_is_written(box, typed):
    box.setEditText(typed)

    assert box.code == ""
    assert box.problem == "Choose a language from the list, or type its name to the end."


def test_the_list_is_searched_in_names_that_it_does_not_show(box):
    completer = box.completer()

    completer.setCompletionPrefix("allem")  # allemand

    labels = [completer.pathFromIndex(completer.completionModel().index(0, 0))]
    assert labels == ["German – Deutsch (de)"]


def test_what_was_understood_is_written_out_when_the_person_goes_on(qtbot, box):
    box.show()
    box.setEditText("deutsch")
    qtbot.keyClick(box.lineEdit(), Qt.Key.Key_Return)

    assert box.currentText() == "German – Deutsch (de)"
    assert box.code == "de"


def test_what_is_likely_stands_first_and_no_language_is_lacking(qtbot):
    box = LanguageBox("Target language", "de_AT", ("ja",))
    qtbot.addWidget(box)
    codes = [box.itemData(place) for place in range(box.count())]

    assert codes[:3] == ["de_AT", "ja", "en"]
    assert box.currentText() == "German (AT) – Deutsch (de_AT)"
    assert box.findChild(QLineEdit).placeholderText() == "which language?"
    assert len(codes) == len(set(codes)) > 150
    assert all(language_name(code) != code for code in codes)


@pytest.mark.parametrize(("code", "own"), [("de", "Deutsch"), ("en", "English"), ("tlh", "")])
def test_a_language_is_named_as_those_name_it_who_speak_it(code, own):
    assert own_language_name(code) == own
