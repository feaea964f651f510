"""The inspector: what it shows is what the model computed."""

import csv
import io
import json
import math
import shutil
from dataclasses import replace

import numpy as np
import pytest
from finding import find
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QPushButton
from records import make_record
from web_pages import ReadPage, numbers_of

from attnstudio.axes import Matrix
from attnstudio.config import DecodingConfig
from attnstudio.corpus.alignment import Alignment
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.errors import ProjectError
from attnstudio.gui.inspector.best_head import BestHead
from attnstudio.gui.inspector.page import InspectorPage
from attnstudio.gui.inspector.question_box import SentenceEdit
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.gui.widgets.file_dialogs import with_ending
from attnstudio.gui.widgets.heat_image import heat_image
from attnstudio.gui.widgets.heatmap_geometry import CellPlace
from attnstudio.gui.widgets.rasterise import rasterise
from attnstudio.gui.widgets.site_words import reading_words
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.interpretation.colours import ColourMap
from attnstudio.interpretation.export import record_to_json, view_to_table
from attnstudio.interpretation.flow import with_flow
from attnstudio.interpretation.view import view_of
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.reading_choice import choose_own_reading
from attnstudio.project.run_creation import create_run
from attnstudio.project.run_loading import load_run
from attnstudio.reading import Reading, ReadingMethod
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, flow_site
from attnstudio.tokenizer import Token, end_token
from attnstudio.training.stop import StopToken

SENTENCE = "the dog sees a bird today"


@pytest.fixture
def studio(tmp_path):
    studio = Studio(Settings(tmp_path / "window.ini"))
    yield studio
    studio.close()


@pytest.fixture
def chosen_path(tmp_path):
    return tmp_path / "picture.png"


@pytest.fixture
def page(qtbot, studio, trained, chosen_path):
    page = InspectorPage(studio, ActionRegistry(studio), choose_path=lambda *_: str(chosen_path))
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    studio.open_project(trained.folder)
    studio.select_run(trained.run("tiny"))
    looked_at(qtbot, studio)
    return page


def looked_at(qtbot, studio):
    """The files of the runs have been read."""
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)


def ask(qtbot, page, text=SENTENCE):
    before = page.answer
    page.question.show_pair(text, page.question.target)
    page.asking.translate()
    qtbot.waitUntil(lambda: page.answer is not None and page.answer is not before, timeout=120_000)
    return page.answer


def table_of(page):
    model = page.panel.weights
    return [
        [model.data(model.index(row, column)) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def numbers_of_table(page):
    """The same as numbers: small ones, and what is out of reach, as 0."""
    small = {"–": "0", "< 0.0001": "0"}
    return np.array([[float(small.get(told, told)) for told in row] for row in table_of(page)])


def test_the_numbers_are_those_of_the_model_worked_out_anew(qtbot, page, trained):
    answer = ask(qtbot, page)

    translator = load_run(trained, trained.run("tiny"), threads=1).translator
    [translation] = translator.translate([SENTENCE], DecodingConfig(beam_size=5, n_best=3))
    assert [c.text for c in answer.candidates] == [h.text for h in translation.hypotheses]
    pair = translator.read_hypothesis(SENTENCE, translation.hypotheses[0])
    [record] = translator.records([pair])
    expected = record.matrices[CROSS].weights.mean(axis=(0, 1))
    shown = numbers_of_table(page)
    np.testing.assert_allclose(shown, expected, atol=1e-4)
    strips = page.panel.strips
    strips.choose(ChosenToken(Side.TARGET, 1))
    for source in range(expected.shape[1]):
        weight = strips.weight_of(ChosenToken(Side.SOURCE, source))
        assert weight == pytest.approx(expected[1, source], abs=1e-5)


def test_an_answer_of_a_checkpoint_that_was_not_known_yet_is_no_old_one(qtbot, page, trained):
    run = trained.run("tiny")
    page.asking.set_run(run, {"best": 1, "last": 1})
    answer = ask(qtbot, page)
    assert page.asking.is_stale

    page.asking.set_run(run, {"best": answer.step, "last": answer.step})

    assert not page.asking.is_stale


def test_another_candidate_shows_its_own_attention(qtbot, page):
    answer = ask(qtbot, page)
    page.candidates.rows.setCurrentRow(1)

    assert page.panel.shown.record is answer.candidates[1].record
    assert page.answer_box.translation.text() == answer.candidates[1].text
    weights = view_of(answer.candidates[1].record, page.panel.shown.reading).weights
    assert table_of(page)[0] == [f"{weight:.4f}" for weight in weights[0]]


def test_layer_head_and_method_choose_the_matrix(qtbot, page):
    record = ask(qtbot, page).candidates[0].record

    page.panel.heads.overview.chosen.emit(Reading(1, 0))
    assert table_of(page)[2] == [
        f"{weight:.4f}" for weight in record.matrices[CROSS].weights[1, 0, 2]
    ]
    page.panel.options.shifted.click()
    assert page.panel.shown.reading == Reading(1, 0, ReadingMethod.SHIFTED)
    assert table_of(page)[2] == [
        f"{weight:.4f}" for weight in record.matrices[CROSS].weights[1, 0, 3]
    ]


def test_words_join_their_pieces(qtbot, page):
    record = ask(qtbot, page).candidates[0].record

    page.panel.options.words.click()

    expected = view_of(record, page.panel.shown.reading, words=True)
    assert numbers_of_table(page).shape == expected.weights.shape
    np.testing.assert_allclose(numbers_of_table(page), expected.weights, atol=1e-4)


def test_a_sentence_over_itself_can_be_seen(qtbot, page):
    record = ask(qtbot, page).candidates[0].record
    panel = page.panel
    for place, site in ((1, ENCODER_SELF), (2, DECODER_SELF)):
        own = record.matrices[site].weights
        choose_site(page, place)
        expected = own.mean(axis=(0, 1))
        np.testing.assert_allclose(numbers_of_table(page), expected, atol=1e-4)
        panel.strips.choose(ChosenToken(Side.TARGET, 2))
        for seen in range(expected.shape[1]):
            weight = panel.strips.weight_of(ChosenToken(Side.SOURCE, seen))
            assert weight == pytest.approx(expected[2, seen], abs=1e-5)
        for reading in (Reading(0, 1, site=site), Reading(1, site=site)):
            maps = own[reading.layer, slice(None) if reading.head is None else reading.head]
            weights = maps.mean(axis=0) if reading.head is None else maps
            assert painted_thumb(panel.heads.overview, reading) == heat_image(
                weights, ColourMap.VIRIDIS, weights == 0
            )
        text = panel.options.site.currentText()
        assert panel.heads.title.startswith(text)
        assert "looked at" in panel.strips._names[Side.SOURCE].text()
        assert not panel.options.shifted.isEnabled()


def choose_site(page, index):
    page.panel.options.site.setCurrentIndex(index)
    page.panel.options.site.activated.emit(index)


def painted_thumb(heads, reading):
    return next(thumb.image for thumb in heads._thumbs if thumb.reading == reading)


def test_each_kind_of_attention_keeps_its_own_layer_and_head(qtbot, page):
    """An encoder may have more layers than the decoder, or fewer."""
    record = ask(qtbot, page).candidates[0].record
    panel = page.panel
    encoder = Matrix(np.concatenate([record.matrices[ENCODER_SELF].weights] * 2))
    deep = replace(record, matrices={**record.matrices, ENCODER_SELF: encoder})
    panel.shown.show_record(deep)
    choose_site(page, 1)
    panel.heads.overview.chosen.emit(Reading(3, 1, site=ENCODER_SELF))
    np.testing.assert_allclose(
        panel.shown.view.weights, deep.matrices[ENCODER_SELF].weights[3, 1], atol=1e-6
    )

    choose_site(page, 0)
    assert panel.shown.reading == Reading()
    np.testing.assert_allclose(
        panel.shown.view.weights, deep.matrices[CROSS].weights.mean(axis=(0, 1)), atol=1e-6
    )
    choose_site(page, 1)
    assert panel.shown.reading == Reading(3, 1, site=ENCODER_SELF)


@pytest.mark.parametrize(
    ("place", "site", "name"),
    [
        (0, CROSS, "target over source"),
        (1, ENCODER_SELF, "source over itself"),
        (2, DECODER_SELF, "target over itself"),
    ],
)
def test_every_site_leaves_the_page_under_its_own_name(qtbot, page, tmp_path, place, site, name):
    record = ask(qtbot, page).candidates[0].record
    choose_site(page, place)
    page.panel.shown.read_as(Reading(1, 0, site=site))
    offered, files = [], {}
    for kind in ("svg", "csv", "json", "png"):
        path = tmp_path / f"a.{kind}"
        page.keeping.choose_path = lambda *asked, path=path: (offered.append(asked[2]), str(path))[
            1
        ]
        page.keeping.export()
        files[kind] = path.read_bytes()

    assert set(offered) == {f"{site.name.replace('_', '-')}-attention.png"}
    picture = files["svg"].decode()
    assert f"<title>Attention: {name}</title>" in picture
    assert f"attention, {name}, layer 1, head 0" in picture
    assert rasterise(picture.encode()) == files["png"]
    header, *rows = csv.reader(io.StringIO(files["csv"].decode()))
    assert header[0] == name
    shown = np.array([[float(weight) for weight in row[1:]] for row in rows])
    np.testing.assert_array_equal(shown, record.matrices[site].weights[1, 0])
    content = json.loads(files["json"])
    assert content["site"] == content["reading"]["site"] == site.name


def test_a_model_without_cross_attention_shows_its_self_attention(qtbot, page):
    record = ask(qtbot, page).candidates[0].record
    own = record.matrices[DECODER_SELF]
    panel = page.panel

    panel.shown.show_record(replace(record, matrices={DECODER_SELF: own}), Reading(0, 1))

    assert panel.shown.reading == Reading(site=DECODER_SELF)
    expected = own.weights.mean(axis=(0, 1))
    np.testing.assert_allclose(numbers_of_table(page), expected, atol=1e-4)
    panel.strips.choose(ChosenToken(Side.TARGET, 1))
    seen = panel.strips.weight_of(ChosenToken(Side.SOURCE, 0))
    assert seen == pytest.approx(expected[1, 0], abs=1e-5)
    thumb = painted_thumb(panel.heads.overview, Reading(1, 0, site=DECODER_SELF))
    weights = own.weights[1, 0]
    assert thumb == heat_image(weights, ColourMap.VIRIDIS, weights == 0)
    assert panel.heads.title.startswith("Target over itself")


def test_a_sentence_over_itself_has_no_links_to_copy(qtbot, page, studio):
    said = []
    studio.notifier.posted.connect(said.append)
    ask(qtbot, page)
    choose_site(page, 1)

    QGuiApplication.clipboard().setText("before")
    page.keeping.copy("links")
    assert QGuiApplication.clipboard().text() == "before"
    assert "no links" in said[-1].text


def test_what_is_edited_makes_the_picture_look_stale_until_it_is_as_it_was(qtbot, page):
    ask(qtbot, page)
    box, panel = page.question, page.panel
    assert panel.isEnabled()
    fresh = panel.heatmap.grab().toImage()

    box._source.appendPlainText("!")
    assert not panel.isEnabled()
    assert page.answer_box.badge.text().startswith("Out of date")
    assert "the dog sees a bird today" in page.answer_box.badge.text()
    assert not page.keeping.button.isEnabled()
    assert panel.heatmap.grab().toImage() != fresh

    box._source.setPlainText(SENTENCE)
    assert panel.isEnabled()
    assert page.keeping.button.isEnabled()
    assert panel.heatmap.grab().toImage() == fresh
    box._beam.setValue(4)
    assert not panel.isEnabled()
    box._beam.setValue(5)
    box._target.setPlainText("a word")  # the model's own translation does not depend on it
    assert panel.isEnabled()
    box._checkpoints.setCurrentIndex(2)
    assert not panel.isEnabled()


def test_a_translation_that_was_read_is_stale_once_it_is_edited(qtbot, page):
    page.question.show_pair(SENTENCE, "heute sieht der Hund")
    page.asking.read_forced()
    qtbot.waitUntil(lambda: page.answer is not None, timeout=120_000)
    page.question._beam.setValue(9)  # counts for the model's own only
    assert page.panel.isEnabled()

    page.question._target.setPlainText("heute")

    assert not page.panel.isEnabled()
    assert "Read this translation" in page.answer_box.badge.text()


def test_an_empty_box_is_told_and_what_stood_there_looks_stale(qtbot, page, studio):
    said = []
    studio.notifier.posted.connect(said.append)
    ask(qtbot, page)
    page.question._source.clear()
    qtbot.keyClick(page.question._source, Qt.Key.Key_Return)

    assert [n.text for n in said] == ["There is no sentence to translate."]
    assert not page.panel.isEnabled()


@pytest.mark.parametrize(
    ("name", "edit"),
    [("Translate", "Sentence to translate"), ("Read this translation", "Your own translation")],
)
def test_the_keyboard_is_at_the_text_whose_button_was_pressed(qtbot, page, name, edit):
    ask(qtbot, page)
    page.activateWindow()
    button = find(page, QPushButton, name)
    button.setFocus()
    page.question.set_working(True)

    assert QApplication.focusWidget() is find(page, SentenceEdit, edit)


@pytest.mark.parametrize(
    ("modifier", "text", "asked"),
    [
        (Qt.KeyboardModifier.NoModifier, "a dog", 1),
        (Qt.KeyboardModifier.ControlModifier, "a dog", 1),
        (Qt.KeyboardModifier.ShiftModifier, "a dog\n", 0),
    ],
)
def test_enter_asks_and_with_shift_it_makes_another_line(qtbot, modifier, text, asked):
    edit = SentenceEdit("sentence", "")
    qtbot.addWidget(edit)
    submitted = []
    edit.submitted.connect(lambda: submitted.append(edit.toPlainText()))
    qtbot.keyClicks(edit, "a dog")
    qtbot.keyClick(edit, Qt.Key.Key_Return, modifier)

    assert edit.toPlainText() == text
    assert submitted == ["a dog"] * asked


def test_what_could_not_be_looked_at_leaves_the_last_answer_stale(qtbot, page):
    ask(qtbot, page)
    page.question._source.setPlainText("a dog")
    page.asking.fail(ProjectError("The checkpoint is damaged."))

    assert not page.panel.isEnabled()
    assert page.answer_box.badge.text().startswith("Out of date")


def test_a_better_checkpoint_makes_the_picture_of_the_best_stale(qtbot, page):
    ask(qtbot, page)
    page.asking.set_run(page.asking.run, {"best": 6_000})

    assert not page.panel.isEnabled()


def test_the_dialog_names_what_each_kind_of_file_is(qtbot, page):
    ask(qtbot, page)
    asked = []
    page.keeping.choose_path = lambda *words: asked.append(words[-1]) or ""
    page.keeping.export()
    page.panel.options.words.click()
    page.keeping.export()

    assert "Links between pieces, Pharaoh format (*.txt)" in asked[0].split(";;")
    assert "Word links, Pharaoh format (*.txt)" in asked[1].split(";;")
    assert "Table of weights, commas (*.csv)" in asked[0].split(";;")


def test_a_page_for_a_browser_begins_with_what_is_looked_at(qtbot, page, studio, tmp_path):
    ask(qtbot, page)
    page.panel.shown.read_as(Reading(1, 0, site=ENCODER_SELF))
    page.keeping.choose_path = lambda *_: str(tmp_path / "mine.html")
    page.keeping.export()
    looked_at(qtbot, studio)

    written = ReadPage((tmp_path / "mine.html").read_text("utf-8"))
    assert written.record["reading"] == page.panel.shown.reading.to_mapping()
    assert f"{page.keeping.origin} · Attention Studio" in written.shown
    record = page.panel.shown.record
    assert [content["name"] for content in written.record["sites"]] == [
        site.name for site in record.sites
    ]
    for site, content in zip(record.sites, written.record["sites"], strict=True):
        weights = record.matrices[site].weights
        np.testing.assert_allclose(numbers_of(content["measures"][0]), weights, atol=1e-4)
    steps = written.record["formulas"]["steps"]
    assert next(iter(steps)) == "encoder_self.1.0.0"
    assert any(key.startswith("cross.") for key in steps)


@pytest.mark.parametrize(
    ("chosen", "kind", "expected"),
    [
        ("", "Links (*.txt)", ""),
        ("/a/attention.png", "Links (*.txt)", "/a/attention.txt"),  # only the kind was picked
        ("/a/mine", "Links (*.txt)", "/a/mine.txt"),
        ("/a/mine.csv", "Picture (*.png)", "/a/mine.csv"),  # typed
        ("/a/attention.png", "Picture (*.png)", "/a/attention.png"),
    ],
)
def test_a_file_ends_as_the_kind_that_was_picked(chosen, kind, expected):
    assert with_ending(chosen, "attention.png", kind) == expected


def test_chips_and_heat_map_follow_each_other(qtbot, page):
    ask(qtbot, page)
    panel = page.panel
    rect = panel.strips.rect_of(ChosenToken(Side.SOURCE, 2)).center().toPoint()
    qtbot.mouseClick(panel.strips.viewport(), Qt.MouseButton.LeftButton, pos=rect)
    assert panel.heatmap.marked == (None, 2)

    qtbot.keyClick(panel.heatmap, Qt.Key.Key_Right)
    assert panel.strips.choice == ChosenToken(Side.TARGET, 0)
    page.panel.let_go()
    assert panel.strips.choice is None
    assert panel.heatmap.marked == (None, None)


def test_a_cell_that_is_pointed_at_is_told_with_its_weight_layer_and_head(qtbot, page):
    ask(qtbot, page)
    panel = page.panel
    panel.shown.read_as(Reading(0, 1))

    panel.heatmap.hovered.emit(CellPlace(1, 2))

    weight = panel.shown.record.matrices[CROSS].weights[0, 1, 1, 2]
    assert f": {weight:.4f} · {reading_words(Reading(0, 1))}" in panel.options.said


def test_a_translation_of_the_person_is_read_and_labelled_forced(qtbot, page, trained):
    page.question.show_pair(SENTENCE, "heute sieht der Hund ein Vogel")
    page.asking.read_forced()
    qtbot.waitUntil(lambda: page.answer is not None, timeout=120_000)

    assert page.answer_box.badge.text().startswith("Forced")
    assert page.panel.shown.record.forced
    translator = load_run(trained, trained.run("tiny"), threads=1).translator
    pair = translator.read_forced(SENTENCE, "heute sieht der Hund ein Vogel")
    [record] = translator.records([pair])
    np.testing.assert_allclose(
        page.panel.shown.record.matrices[CROSS].weights, record.matrices[CROSS].weights, atol=1e-5
    )

    ask(qtbot, page)
    assert page.answer_box.badge.text().startswith("Free")
    assert page.answer_box.badge.text().endswith(", English → German")


@pytest.mark.parametrize("chosen", [0, 1, 2])
def test_fewer_translations_follow_on_more_whichever_was_chosen(qtbot, page, chosen):
    page.panel.side.setCurrentWidget(page.candidates.rows)
    assert len(ask(qtbot, page).candidates) == 3
    place = page.candidates.rows.visualItemRect(page.candidates.rows.item(chosen)).center()
    qtbot.mouseClick(page.candidates.rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.candidates.rows.currentRow() == chosen
    before = page.answer

    page.question.show_pair(SENTENCE, "heute sieht der Hund ein Vogel")
    page.asking.read_forced()
    qtbot.waitUntil(lambda: page.answer is not before, timeout=120_000)

    assert page.candidates.rows.count() == 1
    assert page.panel.shown.record is page.answer.candidates[0].record
    assert page.answer_box.translation.text() == "heute sieht der Hund ein Vogel"


def test_a_question_that_is_cancelled_lets_the_person_ask_again(qtbot, page, studio):
    page.question.show_pair(SENTENCE, "")
    page.asking.translate()
    [task] = studio.tasks.running
    task.cancel()
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)

    assert page.question._translate.isEnabled()
    assert "Working" not in page.answer_box.badge.text()


def test_a_question_that_another_follows_ends_nothing_of_it(qtbot, page, studio):
    page.question.show_pair(SENTENCE, "")
    page.asking.translate()
    [first] = studio.tasks.running
    page.asking.translate()
    with qtbot.waitSignal(first.ended, timeout=120_000):
        pass

    assert page.answer is not None or not page.question._translate.isEnabled()
    qtbot.waitUntil(lambda: page.answer is not None, timeout=120_000)


def test_any_checkpoint_of_any_run_can_be_asked(qtbot, page, trained):
    steps = trained.run("tiny").checkpoints().steps
    combo = page.question._checkpoints
    assert [combo.itemData(row) for row in range(combo.count())] == [
        "best", "last", *map(str, reversed(steps)),
    ]  # fmt: skip

    combo.setCurrentIndex(combo.findData(str(steps[0])))
    assert ask(qtbot, page).step == steps[0]
    page.question.run_chosen.emit("bahdanau")
    assert page.answer is None
    answer = ask(qtbot, page)
    assert (answer.run, answer.candidates[0].record.shape_of(CROSS)) == ("bahdanau", (1, 1))


def test_another_run_is_asked_for_the_sentence_that_is_looked_at(qtbot, page, studio, trained):
    ask(qtbot, page)
    page.question.run_chosen.emit("bahdanau")
    looked_at(qtbot, studio)

    assert page.answer.run == "bahdanau"
    translator = load_run(trained, trained.run("bahdanau"), threads=1).translator
    [translation] = translator.translate([SENTENCE], DecodingConfig(beam_size=5, n_best=3))
    assert page.answer.candidates[0].text == translation.hypotheses[0].text

    page.question.show_pair(SENTENCE, "der Hund sieht")
    page.asking.read_forced()
    looked_at(qtbot, studio)
    page.question.run_chosen.emit("tiny")
    looked_at(qtbot, studio)
    assert (page.answer.run, page.answer.candidates[0].text) == ("tiny", "der Hund sieht")


def test_a_sentence_that_was_only_typed_waits_for_translate(qtbot, page, studio):
    ask(qtbot, page)
    page.question.show_pair("a bird today", "")
    page.question.run_chosen.emit("bahdanau")
    looked_at(qtbot, studio)

    assert page.answer is None
    said = "Press Translate to see the sentence with run bahdanau, English → German."
    assert page.answer_box.badge.text() == said
    page.question.show_pair("", "")
    assert page.answer_box.badge.text().startswith("Type a sentence in English")


@pytest.fixture
def backwards(trained):
    """A run that translates the other way."""
    config = trained.run("bahdanau").definition().config
    run = create_run(trained, config, preset="bahdanau", name="backwards", reverse=True)
    train(trained, run, emit=lambda _: None, stop=StopToken())
    yield run
    shutil.rmtree(run.folder)


def test_a_run_that_translates_the_other_way_is_not_asked_by_itself(qtbot, page, studio, backwards):
    studio.runs_were_changed()
    looked_at(qtbot, studio)
    ask(qtbot, page)
    page.question.run_chosen.emit(backwards.name)
    looked_at(qtbot, studio)

    assert page.answer is None
    assert page.answer_box.badge.text().endswith("with run backwards, German → English.")


def test_a_model_without_attention_translates_and_says_that_there_is_nothing_to_see(
    qtbot, page, studio, trained
):
    studio.select_run(trained.run("none"))
    answer = ask(qtbot, page)

    assert answer.candidates[0].record.sites == ()
    assert "no attention" in page.panel.options.said
    assert not page.keeping.button.isEnabled()


def test_an_answer_that_comes_too_late_is_not_shown(qtbot, page, studio, trained):
    page.question.show_pair(SENTENCE, "")
    page.asking.translate()
    studio.select_run(trained.run("bahdanau"))
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)

    assert page.answer is None


def test_a_sentence_that_is_too_long_is_cut_and_said(qtbot, page, studio):
    said = []
    studio.notifier.posted.connect(said.append)

    ask(qtbot, page, "the dog sees a bird today " * 120)

    assert any("too long" in notification.text for notification in said)


def test_a_beam_is_as_wide_as_it_says_and_as_what_is_wanted_of_it(page):
    question = page.question
    question._beam.setValue(1)
    assert (question.beam, question.n_best) == (1, 1)

    question._n_best.setValue(3)
    assert (question._beam.value(), question.beam, question.n_best) == (3, 3, 3)
    question._beam.setValue(2)
    assert (question.beam, question.n_best) == (2, 2)
    question._beam.setValue(9)
    assert (question.beam, question.n_best) == (9, 2)


def test_sentences_of_one_project_do_not_stand_in_another(page, studio, trained, tmp_path):
    page.question.show_pair(SENTENCE, "heute")
    studio.project_changed.emit(Project.open(trained.folder))  # the same, read anew
    assert page.question.source == SENTENCE

    studio.open_project(Project.create(tmp_path / "other", "ar", "en").folder)

    assert (page.question.source, page.question.target) == ("", "")


@pytest.mark.parametrize(("text", "is_at_the_right"), [("a b c", False), ("أنت طباخ جيد", True)])
def test_a_sentence_stands_where_its_script_begins(qtbot, text, is_at_the_right):
    edit = SentenceEdit("sentence", "")
    qtbot.addWidget(edit)
    edit.resize(400, 60)
    edit.show()
    for before in ("", "أنت" if not is_at_the_right else "abc"):
        edit.setPlainText(before)
        edit.setPlainText(text)

        picture = edit.viewport().grab().toImage()
        inked = [
            x
            for x in range(picture.width())
            if any(picture.pixelColor(x, y).lightness() < 128 for y in range(picture.height()))
        ]
        assert (sum(inked) / len(inked) > picture.width() / 2) is is_at_the_right


def test_the_language_to_type_is_named(page):
    page.asking.show(None)

    assert (
        page.answer_box.badge.text() == "Type a sentence in English to see what the model looks at."
    )


def test_a_page_that_was_come_to_takes_a_sentence(qapp, page):
    page.setFocus()

    assert qapp.focusWidget() is page.question._source


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_is_asked_without_a_sentence(page, studio, text):
    page.question.show_pair(text, "")
    page.asking.translate()

    assert studio.tasks.running == []


def test_unknown_letters_are_read_all_the_same(qtbot, page):
    answer = ask(qtbot, page, "the 🐕 sees Ω")

    assert answer.candidates[0].record.source.text == "the 🐕 sees Ω"


def small_record(probability):
    """Of a model that is so sure of each piece of two words, and of which else nothing is odd."""
    tokens = (Token("▁dog", 0, 3), Token("▁cat", 3, 7), end_token("dog cat"))
    weights = np.full((1, 1, 3, 3), 1 / 3)
    log_probs = (math.log(probability),) * 3
    text = ("dog cat", tokens)
    return make_record(text, text, cross=weights, forced=False, log_probs=log_probs)


def test_what_the_model_never_learned_is_named_beside_the_translation(qtbot, page):
    answer = ask(qtbot, page, "the 🐕 sees Ω")

    assert set(answer.unknown) >= {"🐕", "Ω"}
    assert page.answer_box.doubts.isVisibleTo(page)
    for unknown in ("🐕", "Ω"):
        assert f"“{unknown}”" in page.answer_box.doubts.text()
    assert not ask(qtbot, page).unknown
    assert "never learned" not in page.answer_box.doubts.text()


def test_doubts_and_verdicts_are_those_of_the_translation_that_is_chosen(qtbot, page):
    answer = ask(qtbot, page)
    first, second, third = answer.candidates
    plain = replace(first, record=small_record(0.9))
    doubted = replace(second, record=small_record(0.2))
    page.asking.show(replace(answer, candidates=(plain, doubted, third)))
    assert not page.answer_box.doubts.isVisibleTo(page)
    items = [page.candidates.rows.item(row).text() for row in range(2)]
    assert [text.split(" %")[0] for text in items] == ["sure, 90", "guessing, 20"]
    for candidate, text in zip((plain, doubted), items, strict=True):
        assert f"score {candidate.score:.2f}" in text

    page.candidates.rows.setCurrentRow(1)
    assert page.answer_box.doubts.isVisibleTo(page)
    assert "guessing, 20 %" in page.answer_box.doubts.text()
    page.candidates.rows.setCurrentRow(0)
    assert not page.answer_box.doubts.isVisibleTo(page)


def is_whole(label):
    """All lines of a text are seen, or none is to be."""
    return not label.isVisible() or label.height() >= label.heightForWidth(label.width())


def test_a_second_line_or_a_doubt_moves_nothing_below_the_translation(qtbot, page):
    ask(qtbot, page)
    box, tops = page.answer_box, []
    for text, doubt in (("der Hund", ""), ("der Hund sieht " * 10, ""), ("der Hund", "Really?")):
        box.translation.setText(text)
        box.doubts.setText(doubt)
        box.doubts.setVisible(bool(doubt))
        qtbot.wait(50)
        qtbot.waitUntil(lambda: is_whole(box.translation) and is_whole(box.doubts))
        tops.append(page.panel.mapTo(page, QPoint(0, 0)).y())

    assert max(tops) - min(tops) <= 1


def test_doubts_go_with_the_translation_that_they_are_of(qtbot, page, studio, trained):
    ask(qtbot, page, "the 🐕 sees Ω")
    assert page.answer_box.doubts.isVisibleTo(page)
    studio.select_run(trained.run("bahdanau"))

    assert not page.answer_box.doubts.isVisibleTo(page)


def test_sentences_of_the_corpus_are_picked_with_their_translation(qtbot, page, trained):
    corpus = trained.corpus()
    first = corpus[corpus.indices(Split.TEST)[0]]
    page.question.sentence_asked.emit(1)
    qtbot.waitUntil(lambda: page.answer is not None, timeout=120_000)

    assert (page.question.source, page.question.target) == (first.source, first.target)


def test_a_pair_from_the_corpus_page_is_shown(qtbot, page, studio):
    studio.pair_requested.emit(SentencePair(SENTENCE, "heute sieht der Hund ein Vogel"))
    qtbot.waitUntil(lambda: page.answer is not None, timeout=120_000)

    assert page.question.target == "heute sieht der Hund ein Vogel"


@pytest.mark.parametrize("kind", ["png", "svg", "pdf", "csv", "tsv", "json", "txt"])
def test_what_is_shown_can_be_saved(qtbot, page, tmp_path, kind):
    answer = ask(qtbot, page)
    path = tmp_path / f"attention.{kind}"
    page.keeping.choose_path = lambda *_: str(path)

    page.keeping.export()

    record, view = answer.candidates[0].record, page.panel.shown.view
    content = path.read_bytes()
    match kind:
        case "png":
            assert content.startswith(b"\x89PNG")
        case "svg":
            assert QSvgRenderer(str(path)).isValid()
            assert "run tiny, step" in content.decode()
        case "pdf":
            assert content.startswith(b"%PDF")
        case "csv" | "tsv":
            rows = list(
                csv.reader(io.StringIO(content.decode()), delimiter="," if kind == "csv" else "\t")
            )
            np.testing.assert_array_equal(
                np.array([row[1:] for row in rows[1:]], dtype=float), view.weights
            )
        case "json":
            assert json.loads(content) == json.loads(
                json.dumps(record_to_json(record, page.panel.shown.reading))
            )
        case "txt":
            assert Alignment.from_pharaoh(content.decode()).sure == view.links


def test_a_place_that_cannot_be_written_is_said(qtbot, page, studio, tmp_path):
    said = []
    studio.notifier.posted.connect(said.append)
    ask(qtbot, page)
    for name in ("missing/a.csv", "missing/a.png", "a.docx"):
        page.keeping.choose_path = lambda *_, name=name: str(tmp_path / name)
        page.keeping.export()

    assert ["could not be written" in n.text or "not known" in n.text for n in said] == [True] * 3


def test_weights_links_and_picture_can_be_copied(qtbot, page):
    ask(qtbot, page)
    clipboard = QGuiApplication.clipboard()

    page.keeping.copy("table")
    assert clipboard.text() == view_to_table(page.panel.shown.view, "\t")
    page.keeping.copy("links")
    assert clipboard.text() == Alignment(page.panel.shown.view.links).to_pharaoh()
    page.keeping.copy_image()
    assert not clipboard.image().isNull()


def test_without_a_model_the_page_says_what_to_do(qtbot, studio, project):
    page = InspectorPage(studio, ActionRegistry(studio))
    qtbot.addWidget(page)
    asked = []
    studio.page_requested.connect(asked.append)
    page.nothing._button.click()
    studio.open_project(project.folder)
    page.nothing._button.click()

    assert asked == [PageName.HOME, PageName.SETUP]


def test_while_a_first_model_is_trained_the_page_says_when_one_can_look_into_it(
    qtbot, studio, project, small_run
):
    page = InspectorPage(studio, ActionRegistry(studio))
    qtbot.addWidget(page)
    asked = []
    studio.page_requested.connect(asked.append)
    studio.open_project(project.folder)
    run = small_run(training={"validate_every": 100_000})
    studio.session.start(project, run)
    studio.runs_were_changed()
    coming = "comes at step 100,000, or after 5 min of training. Then you can look into it here."

    qtbot.waitUntil(lambda: coming in page.nothing._sentence.text(), timeout=120_000)
    assert page.nothing._heading.text().endswith("is being trained")
    page.nothing._button.click()
    assert asked == [PageName.TRAINING]
    qtbot.waitUntil(lambda: studio.session.history.step >= 1, timeout=120_000)
    studio.session.stop()
    qtbot.waitUntil(lambda: not page.is_empty, timeout=120_000)
    qtbot.waitUntil(lambda: not studio.session.is_active, timeout=120_000)
    looked_at(qtbot, studio)


@pytest.fixture
def damaged(trained):
    """A run whose settings cannot be read."""
    run = trained.run("bahdanau")
    path = run.folder / "config.toml"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\x00[[[")
    yield run
    path.write_bytes(whole)


def test_a_damaged_run_is_told_with_a_way_to_a_sound_one(qtbot, page, studio, damaged):
    ask(qtbot, page)
    studio.select_run(damaged)
    looked_at(qtbot, studio)

    assert page.is_empty
    assert "bahdanau" in page.nothing._heading.text()
    assert "config.toml" in page.nothing._sentence.text()
    assert page.answer is None
    assert page.panel.shown.record is None
    page.asking.translate()  # by its shortcut, say
    assert studio.tasks.running == []
    assert page.nothing._button.text().startswith("Look into")
    page.nothing._button.click()
    looked_at(qtbot, studio)
    assert not page.is_empty
    assert studio.run.name != damaged.name
    assert ask(qtbot, page).run == studio.run.name


def test_a_damaged_run_is_not_opened_by_itself(page, studio, damaged):
    studio.select_run(None)

    assert not page.is_empty
    assert page.asking.run.name != damaged.name


@pytest.mark.parametrize("action", ["translate", "read", "clear", "export", "copy_image"])
def test_nothing_can_be_asked_or_kept_where_nothing_is_open(qtbot, studio, trained, action):
    actions = ActionRegistry(studio)
    page = InspectorPage(studio, actions)
    qtbot.addWidget(page)
    assert not actions[f"inspect.{action}"].isEnabled()

    studio.open_project(trained.folder)
    studio.select_run(trained.run("tiny"))
    looked_at(qtbot, studio)
    assert actions[f"inspect.{action}"].isEnabled() == (action in ("translate", "read"))
    ask(qtbot, page)
    assert actions[f"inspect.{action}"].isEnabled()
    studio.close_project()
    assert not actions[f"inspect.{action}"].isEnabled()


def test_an_error_is_shown_and_the_page_can_be_used_again(page, studio):
    said = []
    studio.notifier.posted.connect(said.append)
    page.asking.fail(ProjectError("The checkpoint is damaged."))

    assert said[0].text == "The checkpoint is damaged."
    assert page.question._translate.isEnabled()


def test_the_heads_say_how_well_they_link_words_once_they_are_asked(qtbot, studio, page, trained):
    ask(qtbot, page)
    heads, shown = page.panel.heads, page.panel.shown
    assert heads.ask_best.isVisible()
    shown.choose_site(ENCODER_SELF)
    assert not heads.ask_best.isVisible()
    shown.choose_site(CROSS)
    before = heads.overview.grab(heads.overview.thumb_rect(Reading())).toImage()

    heads.ask_best.click()
    looked_at(qtbot, studio)

    loaded = load_run(trained, trained.run("tiny"), checkpoint=page.answer.step, threads=1)
    choice = choose_own_reading(trained, loaded)
    assert shown.reading == Reading()
    assert not heads.ask_best.isVisible()
    assert "from those that the text gives 200 pairs" in heads.title
    assert heads.overview.grab(heads.overview.thumb_rect(Reading())).toImage() != before
    shown.choose_site(ENCODER_SELF)
    assert "In colour" not in heads.title
    shown.choose_site(CROSS)
    shown.read_as(Reading())
    ask(qtbot, page, "my dog sees the man")  # the same checkpoint: nothing is asked again
    assert not heads.ask_best.isVisible()
    assert shown.reading == Reading()
    best = heads.findChild(BestHead)
    assert reading_words(choice.reading) in best.text()
    best.linkActivated.emit("best")
    assert shown.reading == choice.reading
    assert "<a " not in best.text()
    words = heads.overview.accessibleDescription()
    assert words.endswith(f", error of its links {choice.score.aer:.2f}, the least as shown now")


def test_the_flow_through_all_layers_is_worked_out_once_and_kept(qtbot, studio, page):
    answer = ask(qtbot, page)
    action, shown = page.panel.options.flow, page.panel.shown
    assert action.isEnabled()
    shown.read_as(Reading(1, 0, site=ENCODER_SELF))
    begun = []
    studio.tasks.begun.connect(lambda task: begun.append(task.title))

    action.trigger()
    looked_at(qtbot, studio)

    site = flow_site(ENCODER_SELF)
    assert shown.reading == Reading(site=site)
    assert "Flow: source over itself" in [
        page.panel.options.site.itemText(row) for row in range(page.panel.options.site.count())
    ]
    record = answer.candidates[0].record
    expected = with_flow(record, ENCODER_SELF).matrices[site].weights
    np.testing.assert_array_equal(shown.record.matrices[site].weights, expected)
    assert len(begun) == 1
    page.candidates.rows.setCurrentRow(1)
    looked_at(qtbot, studio)
    assert site not in shown.record.matrices
    page.candidates.rows.setCurrentRow(0)
    looked_at(qtbot, studio)
    assert site in shown.record.matrices
    shown.choose_site(ENCODER_SELF)
    action.trigger()
    assert shown.reading.site == site
    assert begun.count("Following the flow through all layers") == 1


def test_a_recurrent_model_has_no_flow(qtbot, studio, page, trained):
    studio.select_run(trained.run("bahdanau"))
    looked_at(qtbot, studio)
    ask(qtbot, page)

    assert not page.panel.options.flow.isEnabled()
