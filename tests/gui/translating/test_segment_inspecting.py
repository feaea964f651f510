"""From a word of a document to that very word in the inspector."""

import pytest
from finding import press
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from attnstudio.gui.inspector.page import InspectorPage
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.studio import PageName, WordRequest
from attnstudio.gui.widgets.token_rows import Side
from attnstudio.interpretation.words import word_spans
from attnstudio.project.run_loading import load_run


@pytest.fixture
def inspector(qtbot, studio, trained, settled):
    studio.open_project(trained.folder)
    settled()
    inspector = InspectorPage(studio, ActionRegistry(studio))
    qtbot.addWidget(inspector)
    inspector.resize(1100, 700)
    inspector.show()
    return inspector


def chosen_characters(inspector, text):
    """The side that is chosen, and the characters of the text that its piece stands for."""
    choice, view = inspector.panel.strips.choice, inspector.panel.shown.view
    units = view.rows if choice.side is Side.TARGET else view.columns
    token = units.tokens[choice.index]
    assert units.text == text
    return choice.side, token.start, token.end


@pytest.mark.parametrize("side", list(Side))
def test_a_click_on_a_word_shows_that_word(inspector, studio, translated, settled, side):
    page = translated()
    asked = []
    studio.page_requested.connect(asked.append)
    page.table.setCurrentIndex(page.table.segments.index(1, 0))
    source, target = page.state.segments[1].source, page.state.translation(1)
    text = source if side is Side.SOURCE else target
    for start, _ in word_spans(text):
        page.view.texts[side].word_chosen.emit(start)
        settled()

        assert inspector.question.source == source
        assert inspector.answer.candidates[inspector.candidates.rows.currentRow()].text == target
        found, begin, end = chosen_characters(inspector, text)
        assert found is side
        assert begin <= start < end
    assert set(asked) == {PageName.INSPECTOR}


def test_words_that_are_joined_are_chosen_as_wholes(inspector, translated, settled):
    page = translated()
    inspector.panel.options.words.setChecked(True)
    text = page.state.translation(0)
    start, end = word_spans(text)[-1]
    page.view.texts[Side.TARGET].word_chosen.emit(start)
    settled()

    assert chosen_characters(inspector, text) == (Side.TARGET, start, end)


def test_what_a_person_has_translated_is_read_and_not_replaced(inspector, studio, settled, trained):
    target = "heute hört der Hund"
    studio.select_run(trained.run("tiny"))
    studio.word_requested.emit(WordRequest("the dog sees a bird today", target, place=6))
    settled()

    assert inspector.answer.candidates[0].text == target
    assert inspector.asking.of_answer.forced == target
    side, begin, end = chosen_characters(inspector, target)
    assert side is Side.TARGET
    assert begin <= 6 < end


def test_without_a_translation_the_model_makes_one(inspector, studio, settled, trained):
    studio.select_run(trained.run("tiny"))
    source = "the dog sees a bird today"
    studio.word_requested.emit(WordRequest(source, "", in_target=False, place=4))
    settled()

    assert inspector.asking.of_answer.forced is None
    side, begin, end = chosen_characters(inspector, source)
    assert (side, source[begin:end].strip()[:1]) == (Side.SOURCE, "d")


def test_the_checkpoint_that_translated_is_the_one_that_is_looked_into(
    inspector, translated, settled, trained
):
    page = translated()
    best = load_run(trained, trained.run("tiny")).step
    assert page.state.by.step == best
    last = inspector.question._checkpoints.findData("last")
    inspector.question._checkpoints.setCurrentIndex(last)

    page.view.inspected.emit()
    settled()

    assert inspector.answer.step == best


def test_another_question_meanwhile_is_not_answered_with_the_word(inspector, studio, settled):
    studio.word_requested.emit(WordRequest("the dog sees a bird today", "heute", place=0))
    inspector.question.show_pair("my man knows this cook", "")
    inspector.asking.translate()
    settled()

    assert inspector.panel.strips.choice is None
    assert inspector.asking.of_answer.forced is None


def test_the_run_that_translated_is_selected_again(studio, translated, trained, inspector, settled):
    page = translated("tiny")
    studio.select_run(trained.run("bahdanau"))
    page.table.inspected.emit(0)
    settled()

    assert studio.run.name == "tiny"
    assert inspector.answer.run == "tiny"


def test_of_a_project_that_is_closed_it_says_which_one(studio, translated):
    page = translated()
    studio.close_project()
    heard, asked = [], []
    studio.notifier.posted.connect(heard.append)
    studio.page_requested.connect(asked.append)
    page.view.inspected.emit()

    assert heard[0].text == "This was translated by tiny of the project project."
    assert asked == []


def test_the_chosen_segment_is_shown_in_full_and_follows_the_translation(ready, settled, notes):
    page = ready()
    page.take([notes])
    settled()
    assert page.view.texts[Side.SOURCE].text == "the dog sees a bird today"
    assert page.view.texts[Side.TARGET].text == ""
    assert page.view.title.accessibleName().startswith("Segment 1, line 1 · ")

    press(page.card, "Translate")
    settled()
    assert page.view.texts[Side.TARGET].text == page.state.translation(0)
    page.table.setCurrentIndex(page.table.segments.index(2, 0))
    assert page.view.texts[Side.SOURCE].text == "a boy hears the dog"
    assert page.view.title.accessibleName().startswith("Segment 3, line 4 · ")


def test_all_is_named_for_those_who_cannot_see(translated):
    page = translated()
    for widget in page.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            name = widget.accessibleName() or getattr(widget, "text", str)()
            assert name, widget
