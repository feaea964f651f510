"""The inspector's page *What if*: what it shows is what the model computes with the change."""

import math
from dataclasses import replace

import numpy as np
import pytest
from finding import text_in
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QAction, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QApplication
from what_if_pages import (
    SENTENCE,
    assert_shows,
    begin_otherwise,
    cells,
    choose,
    compared_by_hand,
    loaded_as,
    plain,
    said_share,
    settled,
)

from attnstudio.config import DecodingConfig
from attnstudio.gui.inspector.what_if_head_map import HeadFigure, HeadMap
from attnstudio.gui.inspector.what_if_heads import HeadWorth
from attnstudio.gui.inspector.what_if_outcome import outcome_words
from attnstudio.gui.inspector.what_if_place import current_row, fitting, merged, place_of
from attnstudio.gui.widgets.heatmap_geometry import CellPlace
from attnstudio.gui.widgets.token_rows import Side
from attnstudio.interpretation.changed_rows import dragged
from attnstudio.interpretation.comparison import Comparison
from attnstudio.interpretation.reach_of_change import reach_of
from attnstudio.interpretation.word_changes import hidden, text_words
from attnstudio.model.intervention import HeadAddress, Intervention, RowAddress, Spread
from attnstudio.project.head_ablation import (
    AblationRequest,
    HeadAblation,
    Worth,
    ablate_heads,
)
from attnstudio.project.run_loading import load_run
from attnstudio.project.what_if import why_this
from attnstudio.reading import Reading, ReadingMethod
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, SOURCE, TARGET, Site
from attnstudio.tokenizer import END_ID

# other words


@pytest.mark.parametrize("name", ["tiny", "bahdanau", "none"])
def test_alternatives_of_a_piece_are_the_likeliest_with_their_probability(
    qtbot, studio, asked, trained, name
):
    page = asked(name)
    if name == "none":  # nothing can be clicked where nothing is looked at
        assert page.what_if.words.likeliest.rowCount() == 0
        return
    choose(page, Side.TARGET, 1)
    settled(qtbot, studio)
    candidate = page.answer.candidates[0]
    translator = loaded_as(page, trained).translator
    pair = translator.read_ids(SENTENCE, candidate.pair.target_ids)
    expected = translator.alternatives(pair, 8)[1]
    rows = cells(page.what_if.words.likeliest)
    for row, alternative in zip(rows, expected, strict=False):
        assert row[0] == alternative.piece
        assert row[1].startswith(said_share(math.exp(alternative.log_prob)))
        assert row[1].endswith("stands there now") is (
            alternative.id == candidate.pair.target_ids[1]
        )
    assert sum(row[1].endswith("stands there now") for row in rows) == 1


@pytest.mark.parametrize("name", ["tiny", "bahdanau"])
def test_the_model_goes_on_from_another_piece_and_comes_back(qtbot, studio, asked, trained, name):
    page = asked(name)
    words, first = page.what_if.words, page.answer.candidates[0]
    choose(page, Side.TARGET, 1)
    settled(qtbot, studio)
    alternatives = page.what_if.what_if.alternatives[1]
    row = next(
        row
        for row, each in enumerate(alternatives)
        if each.id not in (first.pair.target_ids[1], END_ID)
    )
    words.likeliest.cellActivated.emit(row, 0)
    settled(qtbot, studio)
    root = words.tried.topLevelItem(0)
    assert root.childCount() == 1
    other = words.tried.currentItem().data(0, Qt.ItemDataRole.UserRole)
    assert other.pair.target_ids[:2] == (first.pair.target_ids[0], alternatives[row].id)
    assert other.begun == 2
    translator = loaded_as(page, trained).translator
    [expected] = translator.translate(
        [SENTENCE],
        DecodingConfig(beam_size=page.question.beam),
        prefixes=[other.pair.target_ids[:2]],
    )
    assert other.pair.target_ids == expected.hypotheses[0].ids
    assert page.panel.shown.record is other.record
    assert page.answer_box.badge.text().startswith("Begun by you, ended by the model")
    assert other.text in page.answer_box.translation.text() or not other.text

    words.tried.setCurrentItem(root)  # as the arrow keys do
    assert page.panel.shown.record is first.record
    assert page.answer_box.badge.text().startswith("Free translation")


def test_the_same_choice_has_one_line(qtbot, studio, asked):
    page = asked("tiny")
    tried = page.what_if.words.tried
    first = begin_otherwise(qtbot, studio, page)
    tried.setCurrentItem(tried.topLevelItem(0))
    again = begin_otherwise(qtbot, studio, page)
    assert tried.topLevelItem(0).childCount() == 1
    assert again is first
    assert page.panel.shown.record is first.record


def test_a_line_has_its_changes_when_it_is_back(qtbot, studio, asked, trained):
    page = asked("tiny")
    what_if, root = page.what_if, page.what_if.words.tried.topLevelItem(0)
    what_if.show_page(what_if.attention)
    page.panel.shown.read_as(Reading(1, 0))
    what_if.attention.head.click()
    settled(qtbot, studio)
    what_if.show_page(what_if.words)
    begin_otherwise(qtbot, studio, page)
    assert what_if.what_if.changes == ()
    what_if.words.tried.setCurrentItem(root)
    settled(qtbot, studio)
    what_if.show_page(what_if.attention)
    expected = Intervention(ablated_heads=frozenset({HeadAddress(CROSS, 1, 0)}))
    assert_shows(page, compared_by_hand(page, trained, expected))
    page.question.show_pair("a bird sees the dog", "")
    page.asking.translate()  # a new question has none
    settled(qtbot, studio)
    assert what_if.what_if.changes == ()


def press_undo(qtbot):
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


@pytest.fixture
def programs_undo(qtbot, asked):
    """A page whose window has its own Ctrl+Z, and the list of what that did."""

    def put(name):
        page, pressed = asked(name), []
        undo = QAction("Undo", page)
        undo.setShortcut(QKeySequence.StandardKey.Undo)
        undo.triggered.connect(lambda: pressed.append(True))
        page.addAction(undo)
        page.activateWindow()
        qtbot.waitUntil(page.isActiveWindow)
        return page, pressed

    return put


def test_undo_takes_back_what_was_tried_before_what_the_program_did(qtbot, studio, programs_undo):
    page, pressed = programs_undo("tiny")
    what_if = page.what_if
    what_if.show_page(what_if.attention)
    page.panel.shown.read_as(Reading(0, 0))
    for button in (what_if.attention.head, what_if.attention.layer):
        button.setFocus()
        button.click()
    settled(qtbot, studio)
    assert len(what_if.what_if.changes) == 2
    what_if.attention.head.setFocus()
    press_undo(qtbot)
    assert len(what_if.what_if.changes) == 1
    press_undo(qtbot)
    assert what_if.what_if.changes == ()
    assert not pressed
    press_undo(qtbot)  # nothing is left here
    assert pressed == [True]


def test_undo_goes_back_to_the_word_that_stood_there(qtbot, studio, programs_undo):
    page, pressed = programs_undo("tiny")
    words = page.what_if.words
    choose(page, Side.TARGET, 1)
    settled(qtbot, studio)
    words.likeliest.setFocus()
    begin_otherwise(qtbot, studio, page)
    assert words.tried.hasFocus()
    press_undo(qtbot)
    assert words.tried.currentItem() is words.tried.topLevelItem(0)
    assert page.panel.shown.record is page.answer.candidates[0].record
    assert not pressed


def test_what_was_done_to_the_source_is_undone_last_first(qtbot, studio, asked):
    page = asked("bahdanau")
    source = page.what_if.source
    page.what_if.show_page(source)
    assert not source.undo.isEnabled()
    choose(page, Side.SOURCE, text_words(page.panel.shown.record.source)[1][0])
    source.hide_word.click()
    source.remove.click()
    settled(qtbot, studio)
    assert source.sources.isVisible()
    source.undo.click()
    assert not source.sources.isVisible()
    assert len(page.what_if.what_if.changes) == 1
    source.undo.click()
    assert page.what_if.what_if.changes == ()
    assert not page.what_if.effect.isVisible()
    assert not source.undo.isEnabled()


def test_the_wheel_does_not_turn_to_another_tab(asked):
    page = asked("tiny")
    tabs = page.what_if.tabs
    middle = QPointF(tabs.rect().center())
    turn = QWheelEvent(
        middle, tabs.mapToGlobal(middle), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(tabs, turn)
    assert tabs.currentIndex() == 0


def test_the_piece_that_stands_there_begins_nothing(qtbot, studio, asked):
    page = asked("tiny")
    choose(page, Side.TARGET, 0)
    settled(qtbot, studio)
    words = page.what_if.words
    own = next(
        row for row, line in enumerate(cells(words.likeliest)) if line[1].endswith("there now")
    )
    with qtbot.assertNotEmitted(words.beginning_chosen):
        words.likeliest.cellActivated.emit(own, 0)


def test_another_piece_is_asked_why_it_does_not_stand_there(qtbot, studio, asked, trained):
    page = asked("bahdanau")
    words = page.what_if.words
    choose(page, Side.TARGET, 1)
    settled(qtbot, studio)
    ids = page.answer.candidates[0].pair.target_ids
    row, other = next(
        (row, each)
        for row, each in enumerate(page.what_if.what_if.alternatives[1])
        if each.id != ids[1]
    )
    words.likeliest.cellClicked.emit(row, 2)
    settled(qtbot, studio)
    expected = why_this(loaded_as(page, trained).translator, SENTENCE, ids[:1], ids[1], other.id)
    shown = cells(words.reasons.words)
    assert [line[0] for line in shown] == SENTENCE.split()
    worths = [float(line[1].replace("−", "-")) for line in shown]
    assert worths == pytest.approx([reason.worth for reason in expected], abs=6e-3)
    assert words.tried.topLevelItem(0).childCount() == 0  # it was only asked
    choose(page, Side.TARGET, 2)
    assert not words.reasons.isVisible()


# the source


@pytest.mark.parametrize("name", ["tiny", "bahdanau"])
def test_a_hidden_word_is_compared_with_before(qtbot, studio, asked, trained, name):
    page = asked(name)
    page.what_if.show_page(page.what_if.source)
    record = page.panel.shown.record
    word = text_words(record.source)[1]
    choose(page, Side.SOURCE, word[-1])
    assert "dog" in page.what_if.source.word.text()
    page.what_if.source.hide_word.click()
    settled(qtbot, studio)
    assert_shows(page, compared_by_hand(page, trained, Intervention(masked=hidden(record, word))))


@pytest.mark.parametrize(
    ("button", "source"),
    [("replace", "the cook sees a bird today"), ("remove", "the sees a bird today")],
)
def test_a_source_with_another_word_or_without_one_is_translated(
    qtbot, studio, asked, trained, button, source
):
    page = asked("bahdanau")
    page.what_if.show_page(page.what_if.source)
    choose(page, Side.SOURCE, text_words(page.panel.shown.record.source)[1][0])
    page.what_if.source.other.setText("cook")
    getattr(page.what_if.source, button).click()
    settled(qtbot, studio)
    decoding = DecodingConfig(beam_size=page.question.beam)
    [expected] = loaded_as(page, trained).translator.translate([source], decoding)
    sources, targets = page.what_if.source.sources.words, page.what_if.source.targets.words
    assert sources[0] == "the <s>dog</s> sees a bird today"
    assert plain(sources[1]) == source
    assert plain(targets[1]) == (expected.text or "(empty)")


@pytest.mark.parametrize("name", ["tiny", "bahdanau"])
def test_texts_and_pieces_are_of_the_translation_that_was_begun(
    qtbot, studio, asked, trained, name
):
    page = asked(name)
    begun = begin_otherwise(qtbot, studio, page)
    page.what_if.show_page(page.what_if.source)
    word = text_words(begun.record.source)[1]
    choose(page, Side.SOURCE, word[-1])
    page.what_if.source.hide_word.click()
    settled(qtbot, studio)
    change = Intervention(masked=hidden(begun.record, word))
    translator = loaded_as(page, trained).translator
    decoding = DecodingConfig(beam_size=page.question.beam)
    [after] = translator.translate(
        [SENTENCE], decoding, prefixes=[begun.pair.target_ids[:2]], intervention=change
    )
    effect = page.what_if.effect
    labels = [row[0] for row in cells(effect.words)]
    assert labels == [begun.record.target.label(place) for place in range(len(labels))]
    if after.text == begun.text:
        assert effect.outcome.text() == "The translation stays as it was."
    else:
        texts = [plain(each.replace("<s>", "").replace("</s>", "")) for each in effect.texts.words]
        assert texts == [begun.text or "(empty)", after.text or "(empty)"]
    assert "The translation that you began" in effect.basis.text()


def test_another_translation_than_the_models_own_is_named(qtbot, studio, asked):
    page = asked("bahdanau")
    page.question.show_pair(SENTENCE, "heute sieht der Hund ein Vogel")
    page.asking.read_forced()
    settled(qtbot, studio)
    page.what_if.show_page(page.what_if.attention)
    page.what_if.attention.head.click()
    settled(qtbot, studio)
    assert "not the model's own" in page.what_if.effect.basis.text()
    assert page.what_if.effect.outcome.text().startswith("The model's own translation")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("er ist nicht da", "er ist da", "The translation loses “nicht”."),
        ("er ist da", "er ist nicht da", "The translation gains “nicht”."),
        ("der Hund", "der Vogel", "The translation loses “Hund” and gains “Vogel”."),
        ("heute da", "da heute", "The translation has the same words in another order."),
        ("da", "da", "The translation stays as it was."),
        ("da", "", "The translation becomes empty."),
        ("a b c d e f", "f", "The translation loses “a”, “b”, “c”, “d”, 1 more."),
    ],
)
def test_the_outcome_is_a_sentence(record, before, after, said):
    target = replace(record.target, text=before)
    read = replace(record, axes={**record.axes, TARGET: target})
    head = HeadAddress(CROSS, 0, 0)
    change = Intervention(ablated_heads=frozenset({head}))
    reach = reach_of(change, record, Spread.LAYERS)
    comparison = Comparison(change, read, read, reach, before, after)
    plain_words = outcome_words(comparison).translate({0x2068: None, 0x2069: None})
    assert plain_words == said


def test_the_end_of_the_source_is_no_word(asked):
    page = asked("tiny")
    choose(page, Side.SOURCE, len(page.panel.shown.record.source) - 1)
    assert not page.what_if.source.hide_word.isEnabled()


def test_a_word_is_the_one_that_was_clicked_where_signs_are_hidden(qtbot, studio, asked):
    page = asked("tiny")
    page.question.show_pair("the dog, a bird", "")
    page.asking.translate()
    settled(qtbot, studio)
    page.panel.shown.hide_idle(True)
    columns = page.panel.shown.view.columns
    assert len(columns) < len(page.panel.shown.record.source)
    for place in range(len(columns)):
        choose(page, Side.SOURCE, place)
        piece = columns.label(place).replace("▁", "")
        assert piece in page.what_if.source.word.text()
        page.panel.heatmap.chosen.emit(CellPlace(0, place))
        assert f"at “{piece}" in page.what_if.attention.where.text()


def test_a_place_among_words_is_let_go_among_pieces(asked):
    page = asked("tiny")
    page.panel.shown.join_words(True)
    choose(page, Side.SOURCE, 1)
    assert "dog" in page.what_if.source.word.text()
    page.panel.shown.join_words(False)
    assert not page.what_if.source.hide_word.isEnabled()


# the attention


@pytest.mark.parametrize("name", ["tiny", "bahdanau"])
def test_a_row_is_changed_where_the_person_is(qtbot, studio, asked, trained, name):
    page = asked(name)
    what_if = page.what_if
    what_if.show_page(what_if.attention)
    page.panel.shown.read_as(Reading(0, 0))
    page.panel.heatmap.chosen.emit(CellPlace(2, 1))
    record = page.panel.shown.record
    row = current_row(record, HeadAddress(CROSS, 0, 0), 2)
    length = len(row)
    to_word = tuple(1.0 if place == 1 else 0.0 for place in range(length))
    for press, expected in (
        (what_if.attention.uniform.click, (1 / length,) * length),
        (what_if.attention.word.click, to_word),
        (lambda: what_if.attention.slider.setValue(30), dragged(row, [1], 0.3)),
    ):
        press()
        qtbot.wait(200)  # the slider settles
        settled(qtbot, studio)
        change = Intervention(rows={RowAddress(CROSS, 0, 0, 2): expected})
        assert_shows(page, compared_by_hand(page, trained, change))
        assert len(what_if.what_if.changes) == 1  # one row: the later change takes its place
    what_if.attention.undo.click()
    assert not what_if.effect.isVisible()


def test_heads_and_layers_are_switched_off_and_add_up(qtbot, studio, asked, trained):
    page = asked("tiny")
    what_if = page.what_if
    what_if.show_page(what_if.attention)
    page.panel.shown.read_as(Reading(1, 0, ReadingMethod.SHIFTED))
    what_if.attention.head.click()
    settled(qtbot, studio)
    one = HeadAddress(CROSS, 1, 0)
    expected = Intervention(ablated_heads=frozenset({one}))
    assert_shows(page, compared_by_hand(page, trained, expected))
    page.panel.shown.read_as(Reading(0, 1, site=ENCODER_SELF))
    what_if.attention.layer.click()
    settled(qtbot, studio)
    layer = {HeadAddress(ENCODER_SELF, 0, head) for head in (0, 1)}
    both = Intervention(ablated_heads=frozenset({one, *layer}))
    assert_shows(page, compared_by_hand(page, trained, both))
    assert what_if.attention.changes.text().splitlines() == [
        "• off: layer 1, head 0",
        "• off: source over itself, layer 0, all heads",
    ]
    what_if.attention.undo.click()
    settled(qtbot, studio)
    assert_shows(page, compared_by_hand(page, trained, expected))


def test_a_change_that_changes_nothing_says_so(qtbot, studio, asked):
    page = asked("bahdanau")
    what_if = page.what_if
    what_if.show_page(what_if.attention)
    page.panel.shown.read_as(Reading(0, 0))
    page.panel.heatmap.chosen.emit(CellPlace(1, 1))
    what_if.attention.uniform.click()
    settled(qtbot, studio)
    assert "changed nothing" not in what_if.effect.outcome.text()
    assert "map and the lines still show" in text_in(what_if.effect)
    page.what_if.what_if.take_back_all()
    row = current_row(page.panel.shown.record, HeadAddress(CROSS, 0, 0), 1)
    what_if.attention.weight_asked.emit(row[1])
    settled(qtbot, studio)
    assert what_if.effect.outcome.text().startswith("This changed nothing")
    assert "map and the lines" not in text_in(what_if.effect)


def test_another_answer_lets_go_of_the_changes(qtbot, studio, asked):
    page = asked("tiny")
    what_if = page.what_if
    what_if.show_page(what_if.attention)
    what_if.attention.head.click()
    settled(qtbot, studio)
    assert what_if.what_if.changes
    what_if.show_page(what_if.source)
    choose(page, Side.SOURCE, 0)
    what_if.source.remove.click()
    settled(qtbot, studio)
    assert what_if.source.sources.isVisible()
    page.question.show_pair("a man hears the cook", "")
    page.asking.translate()
    settled(qtbot, studio)
    assert what_if.what_if.changes == ()
    assert not what_if.effect.isVisible()
    assert not what_if.source.sources.isVisible()


def test_kept_changes_are_tried_on_another_run_as_far_as_they_fit(qtbot, studio, asked, trained):
    page = asked("tiny")
    what_if = page.what_if
    what_if.show_page(what_if.attention)
    page.panel.shown.read_as(Reading(0, 0))
    what_if.attention.head.click()
    page.panel.shown.read_as(Reading(1, 1))
    what_if.attention.head.click()
    settled(qtbot, studio)
    what_if.attention.name.setText("two heads")
    what_if.attention.keep.click()
    assert what_if.attention.kept.isVisible()

    studio.select_run(trained.run("bahdanau"))
    settled(qtbot, studio)
    page.question.show_pair(SENTENCE, "")
    page.asking.translate()
    settled(qtbot, studio)
    assert what_if.what_if.changes == ()
    assert "(1 of 2 changes fit here)" in what_if.attention.kept.itemText(1)
    what_if.attention.kept.activated.emit(1)
    settled(qtbot, studio)
    only = Intervention(ablated_heads=frozenset({HeadAddress(CROSS, 0, 0)}))  # all that it has
    assert_shows(page, compared_by_hand(page, trained, only))


def test_kept_changes_that_do_not_fit_cannot_be_chosen(qtbot, studio, asked, trained):
    page = asked("tiny")
    attention = page.what_if.attention
    page.what_if.show_page(attention)
    page.panel.shown.read_as(Reading(1, 1))
    attention.head.click()
    settled(qtbot, studio)
    attention.name.setText("upper head")
    attention.keep.click()
    assert attention.kept.model().item(1).isEnabled()

    studio.select_run(trained.run("bahdanau"))  # one layer
    settled(qtbot, studio)
    page.question.show_pair(SENTENCE, "")
    page.asking.translate()
    settled(qtbot, studio)
    assert not attention.kept.model().item(1).isEnabled()
    assert "no such head" in attention.kept.itemText(1)

    studio.select_run(trained.run("tiny"))
    settled(qtbot, studio)
    page.question.show_pair(SENTENCE, "")
    page.asking.translate()
    settled(qtbot, studio)
    assert attention.kept.model().item(1).isEnabled()


# every head


def test_the_map_says_what_each_head_is_worth_and_leads_to_it(qtbot, studio, asked, trained):
    page = asked("tiny")
    heads = page.what_if.heads
    page.what_if.show_page(heads)
    heads.ask.click()
    assert heads.stop.isVisible()
    settled(qtbot, studio)
    expected = ablate_heads(trained, loaded_as(page, trained), AblationRequest())
    added = expected.loss_added(CROSS)
    shown = [[float(text.replace("−", "-")) for text in row] for row in cells(heads.map)]
    assert np.allclose(shown, added, atol=6e-4)
    place = heads.map.visualItemRect(heads.map.item(1, 1)).center()
    qtbot.mouseClick(heads.map.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.panel.shown.reading == Reading(1, 1)
    page.panel.shown.choose_site(DECODER_SELF)
    shown = [[float(text.replace("−", "-")) for text in row] for row in cells(heads.map)]
    assert np.allclose(shown, expected.loss_added(DECODER_SELF), atol=6e-4)


def test_bleu_is_shown_where_it_was_asked_for(qtbot, studio, asked, trained):
    page = asked("bahdanau")
    heads = page.what_if.heads
    page.what_if.show_page(heads)
    heads.bleu.setChecked(True)
    heads.ask.click()
    settled(qtbot, studio)
    expected = ablate_heads(trained, loaded_as(page, trained), AblationRequest(bleu=True))
    assert [heads.figure.itemText(place) for place in range(heads.figure.count())] == [
        "Loss", "BLEU",
    ]  # fmt: skip
    heads.figure.setCurrentIndex(1)
    [[shown]] = cells(heads.map)
    value = float(shown.replace("−", "-"))
    assert value == pytest.approx(expected.bleu_added(CROSS)[0, 0], abs=6e-3)
    assert f"{expected.whole.bleu:.2f}" in heads.words.text()


def test_each_figure_of_the_heads_is_shown_by_its_own_numbers(qtbot):
    rng = np.random.default_rng(4)
    whole = Worth(np.array([-3.0, -5.0, -4.0]), bleu=20.0, aer=0.3)
    without = {
        HeadAddress(CROSS, layer, head): Worth(
            whole.log_probs - rng.normal(1.0, 0.5, 3), 20.0 + rng.normal(), 0.3 + rng.normal() / 10
        )
        for layer in (0, 1)
        for head in (0, 1, 2)
    }
    found = HeadAblation(3, 12, {CROSS: (2, 3)}, whole, without, Reading(1, 0))
    heads = HeadWorth()
    qtbot.addWidget(heads)
    heads.show_heads(found, CROSS)

    def figure_of(worth, name):
        if name == "Loss":
            return (whole.log_probs - worth.log_probs).sum() / 12
        return worth.bleu - 20.0 if name == "BLEU" else worth.aer - 0.3

    for place, (name, digits) in enumerate((("Loss", 3), ("BLEU", 2), ("Alignment error", 3))):
        heads.figure.setCurrentIndex(place)
        assert heads.figure.currentText() == name
        for (_, layer, head), worth in without.items():
            cell = heads.map.item(layer, head)
            value = figure_of(worth, name)
            assert cell.text() == f"{value:+.{digits}f}".replace("-", "−")
            lost = whole.log_probs - worth.log_probs
            error = lost.std(ddof=1) * math.sqrt(3) / 12
            assert cell.font().bold() is bool(name == "Loss" and abs(value) > 2 * error)


def test_a_bar_of_a_head_is_below_its_number(qtbot):
    heads = HeadMap()
    qtbot.addWidget(heads)
    heads.show_figure(HeadFigure(np.array([[1.0, -1.0]]), None, 3))
    heads.resize(300, 100)
    cell = QRectF(heads.visualItemRect(heads.item(0, 0)))
    number = heads.fontMetrics().height()
    bar = heads.itemDelegate()._bar(cell, 1.0)
    assert bar.top() >= cell.center().y() + number / 2
    assert bar.bottom() <= cell.bottom()


def test_links_that_are_not_there_are_said_to_be_missing(qtbot, studio, asked):
    page = asked("bahdanau")
    said = []
    studio.notifier.posted.connect(said.append)
    page.what_if.show_page(page.what_if.heads)
    page.what_if.heads.aer.setChecked(True)
    page.what_if.heads.ask.click()
    settled(qtbot, studio)
    assert page.what_if.what_if.heads is None
    assert any("None of these sentences has word links" in str(each) for each in said)


def test_the_work_on_the_heads_can_be_stopped(qtbot, studio, asked):
    page = asked("tiny")
    heads = page.what_if.heads
    page.what_if.show_page(heads)
    heads.ask.click()
    heads.stop.click()
    settled(qtbot, studio)
    assert page.what_if.what_if.heads is None
    assert heads.ask.isVisible()


# where somebody is


@pytest.fixture(scope="module")
def record(trained):
    loaded = load_run(trained, trained.run("tiny"))
    return loaded.translator.records(
        [loaded.translator.read_forced(SENTENCE, "heute sieht der Hund ein Vogel")]
    )[0]


def test_a_cell_is_its_pieces_in_the_heads_that_are_shown(record):
    place = place_of(record, Reading(1, 0), words=False, row=2, column=3)
    assert (place.queries, place.keys) == ((2,), (3,))
    assert place.heads == (HeadAddress(CROSS, 1, 0),)
    average = place_of(record, Reading(), words=False, row=None, column=None)
    assert len(average.heads) == 4
    assert (average.queries, average.keys) == ((), ())


def test_what_was_worked_out_is_no_place_to_change(record):
    worked_out = Site("worked_out", TARGET, SOURCE)
    there = replace(record, matrices={**record.matrices, worked_out: record.matrices[CROSS]})
    assert place_of(there, Reading(site=worked_out), words=False, row=0, column=0) is None


def test_a_cell_of_words_is_all_their_pieces(record):
    sources, targets = text_words(record.source), text_words(record.target)
    place = place_of(record, Reading(1, 0), words=True, row=1, column=1)
    assert (place.queries, place.keys) == (tuple(targets[1]), tuple(sources[1]))


def test_a_row_that_is_read_one_step_later_is_the_next_one(record):
    shifted = Reading(1, 0, ReadingMethod.SHIFTED)
    last = len(record.target) - 1
    assert place_of(record, shifted, words=False, row=2, column=0).queries == (3,)
    assert place_of(record, shifted, words=False, row=last, column=0).queries == (last,)


def test_the_weight_of_a_place_is_what_the_picture_shows(record):
    weights = record.matrices[CROSS].weights
    place = place_of(record, Reading(1, 0), words=False, row=2, column=3)
    assert place.weight(record) == pytest.approx(weights[1, 0, 2, 3])
    words = place_of(record, Reading(1, None), words=True, row=1, column=1)
    expected = weights[1][:, list(words.queries)][:, :, list(words.keys)].sum(-1).mean()
    assert words.weight(record) == pytest.approx(expected, abs=1e-6)


def test_what_a_model_lacks_does_not_fit(record):
    places, site = len(record.source), CROSS
    row = (1.0, *(0.0,) * (places - 1))
    fits = {
        RowAddress(site, 1, 1, 0): row,
        RowAddress(DECODER_SELF, 0, 0, 1): (0.5, 0.5),
    }
    lacks = {
        RowAddress(site, 2, 0, 0): row,
        RowAddress(site, 0, 2, 0): row,
        RowAddress(site, 0, 0, 99): row,
        RowAddress(site, 0, 0, 0): row[1:],
        RowAddress(DECODER_SELF, 0, 0, 2): (1.0,),
    }
    heads = frozenset({HeadAddress(site, 1, 0)})
    change = Intervention(
        rows={**lacks, **fits},
        ablated_heads=heads | {HeadAddress(site, 5, 0), HeadAddress(site, 0, 5)},
        masked={site: frozenset({0, 99}), ENCODER_SELF: frozenset({99})},
        temperatures={HeadAddress(site, 0, 0): 2.0, HeadAddress(site, 9, 0): 2.0},
    )
    assert fitting(change, record) == Intervention(
        rows=fits,
        ablated_heads=heads,
        masked={site: frozenset({0})},
        temperatures={HeadAddress(site, 0, 0): 2.0},
    )


def test_changes_add_up_and_the_later_row_stands():
    row, other = RowAddress(CROSS, 0, 0, 1), RowAddress(CROSS, 0, 0, 2)
    head = HeadAddress(CROSS, 1, 1)
    whole = merged(
        [
            Intervention(rows={row: (1.0,)}, masked={CROSS: frozenset({1})}),
            Intervention(ablated_heads=frozenset({head}), masked={CROSS: frozenset({2})}),
            Intervention(rows={row: (0.5, 0.5), other: (1.0,)}),
        ]
    )
    assert whole == Intervention(
        rows={row: (0.5, 0.5), other: (1.0,)},
        ablated_heads=frozenset({head}),
        masked={CROSS: frozenset({1, 2})},
    )
