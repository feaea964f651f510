"""The attention with a change in map, lines and chips: it is what the model computes with it."""

import json
from html import unescape

import numpy as np
import pytest
from finding import text_in
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QHelpEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QPushButton
from what_if_pages import SENTENCE, choose, compared_by_hand, loaded_as, settled

from attnstudio.gui.inspector.attention_export import to_json, to_svg
from attnstudio.gui.look.theme import colours_of
from attnstudio.gui.widgets.chip_changes import short_words, signed_words
from attnstudio.gui.widgets.chip_layout import NUMBER_HEIGHT
from attnstudio.gui.widgets.chip_words import chip_tip
from attnstudio.gui.widgets.heatmap_geometry import CellPlace
from attnstudio.gui.widgets.site_words import cell_words
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.interpretation.target_changes import target_changes
from attnstudio.interpretation.view import view_of
from attnstudio.interpretation.words import word_groups
from attnstudio.model.intervention import HeadAddress, Intervention, RowAddress
from attnstudio.reading import Measure, Reading
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, SiteRole

ROW = 2


@pytest.fixture
def changed(qtbot, studio, asked):
    """A page where one row of the lowest layer looks at all alike."""

    def change(name):
        page = asked(name)
        page.what_if.show_page(page.what_if.attention)
        page.panel.shown.read_as(Reading(0, 0))
        page.panel.heatmap.chosen.emit(CellPlace(ROW, 1))
        page.what_if.attention.uniform.click()
        settled(qtbot, studio)
        return page

    return change


def uniform(page):
    keys = len(page.panel.shown.unchanged.source)
    row = (1 / keys,) * keys
    return Intervention(rows={RowAddress(CROSS, 0, 0, ROW): row})


@pytest.mark.parametrize("name", ["tiny", "bahdanau"])
def test_the_map_shows_what_the_model_computes_with_the_change_and_again_without(
    changed, trained, name
):
    page = changed(name)
    shown, note = page.panel.shown, page.panel.change_note
    before = shown.record
    assert not shown.is_changed
    assert note.words.accessibleName().startswith("Changed: ")
    note.with_change.click()
    assert shown.is_changed
    assert note.words.accessibleName().startswith("With the change: ")
    assert page.panel.options.said.startswith("with the change · ")
    translator = loaded_as(page, trained).translator
    candidate = page.answer.candidates[0]
    pair = translator.read_ids(SENTENCE, candidate.pair.target_ids)
    [expected] = translator.records([pair], intervention=uniform(page))
    assert not np.allclose(before.matrices[CROSS].weights, expected.matrices[CROSS].weights)
    for site, matrix in expected.matrices.items():
        np.testing.assert_array_equal(shown.record.matrices[site].weights, matrix.weights)
    seen = shown.view.weights[ROW]
    assert seen == pytest.approx([1 / len(seen)] * len(seen), abs=1e-6)
    for strip in range(len(seen)):  # the chips take their numbers from the same view
        page.panel.strips.choose(ChosenToken(Side.TARGET, ROW))
        assert page.panel.strips.weight_of(ChosenToken(Side.SOURCE, strip)) == seen[strip]
    assert "map and the lines still show" not in text_in(page.what_if.effect)

    note.with_change.click()
    assert not shown.is_changed
    assert shown.record is before
    assert "map and the lines still show" in text_in(page.what_if.effect)


def test_rows_above_show_what_the_change_moved(changed):
    page = changed("tiny")
    shown = page.panel.shown
    page.panel.change_note.with_change.click()
    comparison = shown.change.comparison
    above = shown.record.matrices[CROSS].weights[1] - comparison.before.matrices[CROSS].weights[1]
    assert np.abs(above[:, ROW:]).max() > 1e-6
    assert not above[:, :ROW].any(), "words before the changed one cannot change"


def test_escape_goes_back_once_no_word_is_chosen(qtbot, changed):
    page = changed("tiny")
    page.panel.change_note.with_change.click()
    strips = page.panel.strips
    choose(page, Side.TARGET, ROW)
    qtbot.keyClick(strips, Qt.Key.Key_Escape)
    assert strips.choice is None
    assert page.panel.shown.is_changed
    qtbot.keyClick(strips, Qt.Key.Key_Escape)
    assert not page.panel.shown.is_changed
    assert not page.panel.change_note.with_change.isChecked()
    assert page.what_if.what_if.changes, "the change itself stays"


def test_a_change_that_is_taken_back_is_not_shown_any_more(qtbot, studio, changed):
    page = changed("tiny")
    shown, note = page.panel.shown, page.panel.change_note
    before = shown.record
    note.with_change.click()
    page.what_if.what_if.undo()
    settled(qtbot, studio)
    assert shown.record is before
    assert not note.isVisible()
    page.what_if.what_if.switch(Reading(1, 0), [HeadAddress(CROSS, 1, 0)])
    settled(qtbot, studio)
    assert not shown.is_changed, "nobody asked to see this one"


def test_further_changes_are_shown_as_they_come(qtbot, studio, changed, trained):
    page = changed("tiny")
    page.panel.change_note.with_change.click()
    page.what_if.what_if.switch(Reading(0, 1), [HeadAddress(CROSS, 0, 1)])
    assert not page.panel.shown.is_changed, "until it is known, nothing else stands for it"
    settled(qtbot, studio)
    change = Intervention(
        rows=uniform(page).rows, ablated_heads=frozenset({HeadAddress(CROSS, 0, 1)})
    )
    expected = compared_by_hand(page, trained, change).after
    shown = page.panel.shown.record.matrices[CROSS].weights
    np.testing.assert_allclose(shown, expected.matrices[CROSS].weights, atol=1e-6)


def test_changes_are_made_of_the_attention_as_it_is(qtbot, studio, changed):
    page = changed("tiny")
    page.panel.change_note.with_change.click()
    original = page.panel.shown.unchanged.matrices[CROSS].weights[0, 0, ROW]
    shown_weight = page.what_if.attention.slider.value() / 100
    assert shown_weight == pytest.approx(1 / len(original), abs=0.006), "the slider is as the map"
    page.what_if.attention.weight_asked.emit(0.5)
    settled(qtbot, studio)
    others = np.delete(original, 1)
    expected = np.insert(others / others.sum() * 0.5, 1, 0.5)
    assert page.panel.shown.view.weights[ROW] == pytest.approx(expected, abs=1e-5)


def test_a_measure_that_is_known_without_the_change_alone_is_read_again(changed):
    page = changed("tiny")
    shown = page.panel.shown
    shown.read_by(Measure.NORMS)
    page.panel.change_note.with_change.click()
    assert shown.reading.measure is Measure.WEIGHTS
    page.panel.change_note.with_change.click()
    assert shown.reading.measure is Measure.NORMS


def test_what_is_taken_along_says_that_it_is_changed(changed):
    page = changed("tiny")
    plain = page.keeping.exported()
    assert plain.changes == ()
    page.panel.change_note.with_change.click()
    kept = page.keeping.exported()
    assert kept.file_name == f"{plain.file_name}-changed"
    words = page.what_if.what_if.changes[0].words
    svg = unescape(to_svg(kept))
    assert f"With the change: {words} · " in svg
    assert "free translation" not in svg
    assert "The unchanged translation, read with the change: " in svg
    assert f"{plain.origin} · Attention Studio" in svg
    assert json.loads(to_json(kept))["changes"] == [page.what_if.what_if.changes[0].words]
    assert "changes" not in json.loads(to_json(plain))


def test_a_page_of_the_change_has_no_formulas_of_what_is_without_it(
    qtbot, studio, changed, tmp_path
):
    page = changed("tiny")
    pages = []
    for name in ("plain", "changed"):
        page.keeping.choose_path = lambda *_, name=name: str(tmp_path / f"{name}.html")
        page.keeping.export()
        settled(qtbot, studio)
        pages.append((tmp_path / f"{name}.html").read_text("utf-8"))
        page.panel.change_note.with_change.click()
    assert len(pages[0]) > 1.5 * len(pages[1])
    assert "with the change" in pages[1]


def test_the_formulas_are_those_of_the_model_as_it_is(qtbot, studio, changed):
    page = changed("tiny")
    page.panel.side.setCurrentWidget(page.formula)
    settled(qtbot, studio)
    assert page.formula.cards[0].isVisible()
    page.panel.change_note.with_change.click()
    assert not page.formula.cards[0].isVisible()
    assert "changed attention" in text_in(page.formula)
    page.panel.change_note.with_change.click()
    assert page.formula.cards[0].isVisible()


def test_the_note_leads_to_what_came_of_it(changed):
    page = changed("tiny")
    page.panel.side.setCurrentWidget(page.panel.heads)
    page.panel.change_note.findChild(QPushButton).click()
    assert page.what_if.effect.isVisible()


@pytest.mark.parametrize("name", ["tiny", "bahdanau"])
def test_a_head_that_is_off_is_shown_as_off(qtbot, studio, asked, name):
    page = asked(name)
    shown, strips, heatmap = page.panel.shown, page.panel.strips, page.panel.heatmap
    shown.read_as(Reading(0, 0))
    bright = heatmap.picture()
    page.what_if.switch(Reading(0, 0))
    settled(qtbot, studio)
    page.panel.change_note.with_change.click()
    assert shown.view.is_off
    assert "off: passes nothing on" in page.panel.options.said
    assert not list(strips._picture().curves())
    choose(page, Side.TARGET, ROW)
    assert not list(strips._picture().curves())
    assert strips.weight_of(ChosenToken(Side.SOURCE, 0)) == 0
    assert "switched off" in cell_words(shown.view, 0, 0)
    assert set(page.panel.weights.index(0, 0).data().strip()) <= set("0.")
    page.panel.let_go()
    colours, picture = colours_of(page.palette()), heatmap.picture()
    seen = heatmap.cell_rect(CellPlace(0, 0)).center()
    assert picture != bright
    ground = [picture.pixelColor(2 * (seen.x() + dx), 2 * (seen.y())) for dx in (-6, -5, -4)]
    known = {colours.panel, colours.border, colours.error}
    assert {colour.name() for colour in ground} & known
    assert "off: passes nothing on" in to_svg(page.keeping.exported())
    shown.read_as(Reading())
    if name == "tiny":
        assert "heads off, not counted" in page.panel.options.said
        assert list(strips._picture().curves())


# below the chips


@pytest.mark.parametrize("name", ["tiny", "bahdanau"])
@pytest.mark.parametrize("words", [False, True])
def test_chips_carry_what_the_change_did_to_them(changed, trained, name, words):
    page = changed(name)
    page.panel.shown.join_words(words)
    comparison = compared_by_hand(page, trained, uniform(page))
    target = comparison.before.target
    groups = word_groups(target) if words else [[place] for place in range(len(target))]
    before, after = comparison.before.token_log_probs, comparison.after.token_log_probs
    found = page.panel.strips._picture().changes
    for row, group in enumerate(groups):
        expected = sum(after[place] - before[place] for place in group)
        assert found.differences[row] == pytest.approx(expected, abs=1e-5)
        assert found.reached[row] is np.bool_(max(group) >= ROW), "nothing leads to words before"
        tip = chip_tip(page.panel.strips._picture(), ChosenToken(Side.TARGET, row))
        said = signed_words(expected, 3) if max(group) >= ROW else "cannot reach"
        assert said in tip
    assert "Δ" not in chip_tip(page.panel.strips._picture(), ChosenToken(Side.SOURCE, 0))


def test_what_cannot_change_is_hatched_and_the_rest_has_room_for_its_number(qtbot, studio, changed):
    page = changed("tiny")
    strips = page.panel.strips
    image = strips.viewport().grab().toImage()
    for row in range(4):
        chip = strips.rect_of(ChosenToken(Side.TARGET, row)).toRect().adjusted(3, 3, -3, -3)
        top = [image.pixelColor(x, chip.top()).name() for x in range(chip.left(), chip.right())]
        assert (len(set(top)) > 1) is (row < ROW)
    first = ChosenToken(Side.TARGET, 0)
    qtbot.waitUntil(  # the rows around give it room
        lambda: strips.rect_of(first).bottom() + NUMBER_HEIGHT <= strips.viewport().height()
    )
    page.panel.options.changes.setChecked(False)
    assert strips._picture().changes is None
    page.panel.options.changes.setChecked(True)
    assert strips._picture().changes is not None
    page.what_if.what_if.undo()
    settled(qtbot, studio)
    assert strips._picture().changes is None


def test_rows_that_are_not_of_the_target_carry_nothing(changed):
    page = changed("tiny")
    comparison, record = page.panel.shown.change.comparison, page.panel.shown.record
    assert target_changes(view_of(record, Reading(site=ENCODER_SELF)), comparison) is None
    own = target_changes(view_of(record, Reading(site=DECODER_SELF)), comparison)
    assert own.differences == pytest.approx(comparison.differences)


def test_a_tip_of_a_chip_is_shown(changed):
    page = changed("tiny")
    strips = page.panel.strips
    place = strips.rect_of(ChosenToken(Side.TARGET, 0)).center().toPoint()
    QApplication.sendEvent(strips.viewport(), QHelpEvent(QEvent.Type.ToolTip, place, place))
    choose(page, Side.TARGET, ROW)
    assert "Δ log p" in strips.accessibleDescription()


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (0.314, "+0.31"),
        (-1.2, "−1.20"),
        (0.004, "+0.004"),
        (-0.003, "−0.003"),
        (0.0051, "+0.01"),
        (-0.0002, "≈ 0"),
        (0.0, "0.00"),
    ],
)
def test_a_difference_that_is_one_is_never_written_as_none(difference, said):
    assert short_words(difference) == said


def test_trust_says_that_it_is_of_the_attention_without_the_change(qtbot, studio, changed):
    page = changed("tiny")
    page.panel.side.setCurrentWidget(page.trust)
    settled(qtbot, studio)
    assert page.trust.methods.isVisible()
    assert not page.trust.unchanged.isVisible()
    page.panel.change_note.with_change.click()
    settled(qtbot, studio)
    assert page.panel.shown.is_changed
    assert page.trust.unchanged.isVisible()
    assert "without the change" in page.trust.unchanged.text()
    page.panel.shown.choose_site(value_zeroing_of(page))
    assert not page.panel.shown.is_changed, "it is known of the attention without it alone"
    assert page.panel.shown.view.site == value_zeroing_of(page)
    assert not page.trust.unchanged.isVisible()


def value_zeroing_of(page):
    return next(site for site in page.panel.shown.unchanged.sites if site.role is SiteRole.ANALYSIS)


def test_the_same_sentence_again_keeps_its_changes_and_another_has_none(qtbot, studio, changed):
    page = changed("tiny")
    page.panel.change_note.with_change.click()
    before, weights = page.what_if.what_if.changes, page.panel.shown.view.weights
    page.asking.translate()
    settled(qtbot, studio)
    assert page.what_if.what_if.changes == before
    assert page.panel.shown.is_changed
    np.testing.assert_allclose(page.panel.shown.view.weights, weights, atol=1e-6)
    page.candidates.rows.setCurrentRow(1)
    assert page.what_if.what_if.changes == ()
    page.candidates.rows.setCurrentRow(0)
    assert page.what_if.what_if.changes == before
    page.question.show_pair("a bird sees the dog", "")
    page.asking.translate()
    settled(qtbot, studio)
    assert page.what_if.what_if.changes == ()
    assert not page.panel.shown.is_changed


@pytest.mark.parametrize("place", ["heatmap", "strips", "overview"])
def test_one_key_takes_a_change_back_from_anywhere(qtbot, studio, changed, place):
    page = changed("tiny")
    pressed = []
    undo = QAction("Undo", page)
    undo.setShortcut(QKeySequence.StandardKey.Undo)
    undo.triggered.connect(lambda: pressed.append(True))
    page.addAction(undo)
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    panel = page.panel
    panel.side.setCurrentWidget(panel.heads)
    widget = panel.heads.overview if place == "overview" else getattr(panel, place)
    widget.setFocus()
    for _ in range(2):
        focused = QApplication.focusWidget()
        qtbot.keyClick(focused, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        settled(qtbot, studio)
    assert page.what_if.what_if.changes == ()
    assert pressed == [True], "once nothing is left here it is the program's again"


def test_a_text_field_keeps_its_own_undo(qtbot, changed):
    page = changed("tiny")
    name = page.what_if.attention.name
    name.setFocus()
    qtbot.keyClicks(name, "ab")
    qtbot.keyClick(name, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert name.text() == ""
    assert page.what_if.what_if.changes


def test_the_button_says_what_it_takes_back(qtbot, studio, changed):
    page = changed("tiny")
    tab, source, what_if = page.what_if.attention, page.what_if.source, page.what_if.what_if
    said = [tab.undo.text()]
    page.what_if.switch(Reading(1, 0))
    said.append(tab.undo.text())
    page.what_if.switch(Reading(1, 0))
    said.append(tab.undo.text())
    page.what_if.set_temperature(Reading(0, 1), 2.0)
    said.append(tab.undo.text())
    what_if.take_back_all()
    said.append(tab.undo.text())
    assert source.undo.text() == said[-1]
    while what_if.can_undo:
        what_if.undo()
    said.append(tab.undo.text())
    assert said == [
        "Undo: weights",
        "Undo: head off",
        "Undo: head on",
        "Undo: temperature",
        "Undo: as it was",
        "Undo",
    ]
    settled(qtbot, studio)


def test_what_needs_a_word_of_the_source_says_so(changed):
    page = changed("tiny")
    source = page.what_if.source
    page.what_if.show_page(source)
    page.panel.let_go()
    for button in (source.hide_word, source.remove, source.replace, source.other):
        assert not button.isEnabled()
        assert button.toolTip() == "Choose a word of the source first."
    choose(page, Side.SOURCE, 1)
    assert source.hide_word.isEnabled()
    assert "may not look at it" in source.hide_word.toolTip()
