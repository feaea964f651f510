"""The formula beside the map: its cards hold the model's numbers and follow what is looked at."""

import csv
import html
import io
import math
import re
from dataclasses import replace
from itertools import pairwise, permutations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from attnstudio.axes import Matrix
from attnstudio.config_text import merge_config
from attnstudio.gui.inspector.number_cells import NumberCells
from attnstudio.gui.inspector.page import InspectorPage
from attnstudio.gui.inspector.sum_rows import SumRows
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.widgets.heatmap_geometry import CellPlace
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.inference import step_reader
from attnstudio.inference.score_reader import not_written
from attnstudio.interpretation.formula import Arithmetic, CardKind, Summand, number_text
from attnstudio.interpretation.words import word_groups
from attnstudio.project.pipeline import train
from attnstudio.project.run_creation import create_run
from attnstudio.project.run_loading import load_run
from attnstudio.reading import Reading, ReadingMethod
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, INPUTS, SOURCE, TARGET, Site
from attnstudio.training.stop import StopToken

SENTENCE = "the dog sees a bird today"


@pytest.fixture
def studio(tmp_path):
    studio = Studio(Settings(tmp_path / "window.ini"))
    yield studio
    studio.close()


@pytest.fixture
def open_page(qtbot, studio, trained):
    """The inspector with an answer of a run, its formulas beside the map."""

    def open_one(run="tiny", target="heute sieht der Hund ein Vogel"):
        page = InspectorPage(studio, ActionRegistry(studio))
        qtbot.addWidget(page)
        page.resize(1280, 720)
        page.show()
        studio.open_project(trained.folder)
        studio.select_run(trained.run(run))
        qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)
        page.question.show_pair(SENTENCE, target)
        page.asking.read_forced()
        qtbot.waitUntil(lambda: page.answer is not None, timeout=120_000)
        return page

    return open_one


def test_a_model_whose_formula_is_not_written_out_says_so(qtbot, studio, open_page, monkeypatch):
    def refuse(*_):
        raise not_written(object())

    monkeypatch.setattr(step_reader, "scores_of", refuse)
    formula = look(qtbot, studio, open_page())

    assert formula.cards == []
    assert formula.said.startswith("The formulas of this model are not written out:")


@pytest.fixture
def train_other(trained):
    """Trains a run of another kind of attention."""

    def train_one(name, **parts):
        config = merge_config(trained.run("tiny").definition().config, {"model": parts})
        run = create_run(trained, config, preset="tiny", name=name)
        train(trained, run, emit=lambda _: None, stop=StopToken())
        return name

    return train_one


def test_weights_that_are_exactly_0_are_counted_and_take_a_temperature(
    qtbot, studio, open_page, train_other
):
    page = open_page(train_other("sparse", normaliser="sparsemax", positions="alibi"))
    look(qtbot, studio, page)
    page.panel.shown.read_as(Reading(1, 1, site=DECODER_SELF))
    choose(page, 4)
    card = shown(page)[CardKind.WEIGHTS]
    weights = card.card.values[0]
    looked_at = int((weights > 0).sum())

    may = int(np.isfinite(values(page, CardKind.MASK)).sum())  # the others are not written yet
    assert may < len(weights)
    assert f"{looked_at} of {may} pieces are looked at" in card.sentence
    assert card.temperature.isVisibleTo(page)
    assert not shown(page)[CardKind.TOTAL].temperature.isVisibleTo(page)
    card.temperature.setValue(card.temperature.maximum())
    even = card.card.values[0]
    assert even.sum() == pytest.approx(1.0)
    assert (even > 0).sum() > looked_at or looked_at == may
    for each in shown(page).values():
        assert not each.check.startswith("✗"), each.title


def test_shares_of_linear_attention_take_no_temperature(qtbot, studio, open_page, train_other):
    page = open_page(train_other("linear", normaliser="linear"))
    look(qtbot, studio, page)
    card = shown(page)[CardKind.WEIGHTS]

    assert "as a share of all of them" in card.sentence
    assert not card.temperature.isVisibleTo(page)


def look(qtbot, studio, page):
    page.panel.side.setCurrentWidget(page.formula)
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)
    return page.formula


@pytest.fixture
def page(qtbot, studio, open_page):
    page = open_page()
    look(qtbot, studio, page)
    return page


def shown(page):
    """The cards that are there, by their kinds."""
    return {each.card.kind: each for each in page.formula.cards if each.isVisibleTo(page.formula)}


def values(page, kind):
    card = shown(page)[kind]
    return card.card.values[0]


def record_of(page):
    return page.answer.candidates[0].record


def choose(page, index, side=Side.TARGET):
    token = ChosenToken(side, index)
    page.panel.strips.choose(token)
    page.panel.strips.chosen.emit(token)


def probability_at(page, place):
    return math.exp(record_of(page).token_log_probs[place])


@pytest.mark.parametrize(("layer", "head", "place"), [(0, 0, 0), (1, 1, 3), (0, 1, 5)])
def test_cards_follow_the_word_the_layer_and_the_head(page, layer, head, place):
    page.panel.shown.read_as(Reading(layer, head))
    choose(page, place)

    weights = record_of(page).matrices[CROSS].weights[layer, head, place]
    np.testing.assert_allclose(values(page, CardKind.SOFTMAX), weights, atol=1e-6)
    found = values(page, CardKind.PROBABILITIES)[0]
    assert found == pytest.approx(probability_at(page, place), rel=1e-4)
    label = record_of(page).target.label(place)
    assert shown(page)[CardKind.PROBABILITIES].card.columns[0] == label
    assert label in page.formula.step_words
    assert page.formula.average_words.startswith(f"Layer {layer}, head {head}")


@pytest.mark.parametrize("site", [ENCODER_SELF, DECODER_SELF])
def test_cards_follow_the_site(page, site):
    page.panel.shown.read_as(Reading(1, 0, site=site))
    choose(page, 2)

    weights = record_of(page).matrices[site].weights[1, 0, 2]
    np.testing.assert_allclose(values(page, CardKind.SOFTMAX), weights, atol=1e-6)
    assert (CardKind.LOGITS in shown(page)) == (site is DECODER_SELF)


def test_a_cell_of_the_map_chooses_the_word_and_what_it_looks_at(page):
    page.panel.shown.read_as(Reading(0, 1))
    page.panel.heatmap.choose(CellPlace(2, 4))

    keys = shown(page)[CardKind.KEYS]
    assert keys.title == f"Key of {record_of(page).source.label(4)}"
    np.testing.assert_array_equal(keys.cells._values, keys.card.values[4])
    assert shown(page)[CardKind.SOFTMAX].cells.choice == 4


def test_a_cell_is_the_same_one_where_marks_are_hidden_from_the_map(page):
    page.panel.shown.read_as(Reading(0, 1, site=DECODER_SELF))
    page.panel.options.hide_idle.setChecked(True)
    page.panel.heatmap.choose(CellPlace(3, 0))  # <s> is hidden

    keys = shown(page)[CardKind.KEYS]
    assert keys.title == f"Key of {record_of(page).axes[INPUTS].label(1)}"
    assert shown(page)[CardKind.SOFTMAX].cells.choice == 1


def test_the_cards_stay_when_an_analysis_is_added_to_what_is_shown(page):
    like = record_of(page).matrices[CROSS].weights[:1, :1].copy()
    page.panel.shown.add_analyses({Site("trust", TARGET, SOURCE): Matrix(like)})

    assert CardKind.SOFTMAX in shown(page)


def test_an_average_says_which_head_is_written_out_and_lets_one_choose(page):
    page.panel.shown.read_as(Reading())
    choose(page, 1)

    assert page.formula.average_words.startswith("The map shows an average")
    assert page.formula.head.currentText() == "Layer 0, head 0"
    assert page.formula.head.count() == 4
    page.formula.head.setCurrentIndex(3)
    page.formula.head.activated.emit(3)
    weights = record_of(page).matrices[CROSS].weights[1, 1, 1]
    np.testing.assert_allclose(values(page, CardKind.SOFTMAX), weights, atol=1e-6)


def test_of_one_layer_all_heads_are_offered(page):
    page.panel.shown.read_as(Reading(layer=1))

    heads = [page.formula.head.itemData(row) for row in range(page.formula.head.count())]
    assert heads == [(1, 0), (1, 1)]


def test_read_one_step_later_the_formulas_are_of_that_step(page):
    page.panel.shown.read_as(Reading(1, 0, ReadingMethod.SHIFTED))
    choose(page, 1)

    weights = record_of(page).matrices[CROSS].weights[1, 0, 2]
    np.testing.assert_allclose(values(page, CardKind.SOFTMAX), weights, atol=1e-6)
    assert "read one step later" in page.formula.average_words
    last = len(record_of(page).target) - 1
    choose(page, last)
    weights = record_of(page).matrices[CROSS].weights[1, 0, last]
    np.testing.assert_allclose(values(page, CardKind.SOFTMAX), weights, atol=1e-6)


def test_of_joined_pieces_the_first_is_written_out(page):
    page.panel.shown.read_as(Reading(1, 0))
    page.panel.shown.join_words(True)
    choose(page, 2)

    [piece, *_] = word_groups(record_of(page).target)[2]
    weights = record_of(page).matrices[CROSS].weights[1, 0, piece]
    np.testing.assert_allclose(values(page, CardKind.SOFTMAX), weights, atol=1e-6)


def test_every_card_says_that_its_numbers_are_right(page):
    choose(page, 3)
    for kind, each in shown(page).items():
        if kind is not CardKind.SKIPPED:
            assert re.search(
                r"^✓ Recomputed from the numbers shown: off by \de−\d|by 0$", each.check
            ), kind
        assert each.title
        assert each.sentence
        assert "{" not in each.title + each.sentence


def test_a_number_that_is_not_what_the_others_give_is_called_wrong(page):
    choose(page, 3)
    numbers = page.formula._numbers
    layer, *others = numbers.sites[CROSS]
    contexts = layer.contexts.copy()
    contexts[0, 3, 1] += 0.5
    wrong = replace(layer, contexts=contexts)
    page.formula._take(replace(numbers, sites={CROSS: (wrong, *others)}))

    page.panel.shown.read_as(Reading(0, 0))

    assert shown(page)[CardKind.CONTEXT].check.startswith("✗")
    assert shown(page)[CardKind.QUERY].check.startswith("✓")


def test_a_temperature_acts_in_its_card_alone(page):
    page.panel.shown.read_as(Reading(1, 0))
    choose(page, 3)
    weights = values(page, CardKind.SOFTMAX).copy()
    context = values(page, CardKind.CONTEXT).copy()
    card = shown(page)[CardKind.SOFTMAX]

    card.temperature.setValue(card.temperature.minimum())

    scores = record_of(page).matrices[CROSS].weights[1, 0, 3].astype(float) ** 10
    np.testing.assert_allclose(card.card.values[0], scores / scores.sum(), atol=1e-4)
    assert "T = 0.1" in card._temperature_words.text()
    assert card.check == "At this T they are not the model's: it has T = 1."
    np.testing.assert_array_equal(values(page, CardKind.CONTEXT), context)
    card.temperature.setValue(0)
    np.testing.assert_array_equal(card.card.values[0], weights)


def test_a_score_that_is_clicked_shows_the_key_and_value_of_its_piece(qtbot, page):
    page.panel.shown.read_as(Reading(1, 0))
    choose(page, 3)
    cells = shown(page)[CardKind.SCALED].cells

    qtbot.mouseClick(cells, Qt.MouseButton.LeftButton, pos=cells.cell_rect(2).center())

    label = record_of(page).source.label(2)
    assert shown(page)[CardKind.KEYS].title == f"Key of {label}"
    assert shown(page)[CardKind.VALUES].title == f"Value of {label}"
    assert [shown(page)[kind].cells.choice for kind in (CardKind.MASK, CardKind.SOFTMAX)] == [2, 2]


def test_arrow_keys_choose_the_number_that_is_written_out(qtbot, page):
    choose(page, 3)
    card = shown(page)[CardKind.QUERY]
    card.cells.choose(0)

    qtbot.keyClick(card.cells, Qt.Key.Key_Right)
    assert card.sum.rows[-1].name == "q₂"
    assert card.cells.accessibleDescription().startswith("q₂: ")
    qtbot.keyClick(card.cells, Qt.Key.Key_End)
    assert card.sum.rows[-1].name == f"q{'₈'}"
    qtbot.keyClick(card.cells, Qt.Key.Key_Right)
    assert card.cells.choice == 7


def test_the_numbers_can_be_copied(qtbot, page):
    page.panel.shown.read_as(Reading(1, 0))
    choose(page, 3)
    card = shown(page)[CardKind.SOFTMAX]

    qtbot.keyClick(card.cells, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    rows = list(csv.reader(io.StringIO(QGuiApplication.clipboard().text()), delimiter="\t"))
    assert rows[0][1:] == list(card.card.columns)
    np.testing.assert_array_equal([float(cell) for cell in rows[1][1:]], card.card.values[0])


def test_a_recurrent_model_shows_its_gates_after_it_looked(qtbot, studio, open_page):
    page = open_page("bahdanau")
    look(qtbot, studio, page)
    choose(page, 2)

    kinds = list(shown(page))
    assert kinds.index(CardKind.SOFTMAX) < kinds.index(CardKind.RESET)
    assert CardKind.JOINED not in kinds
    weights = record_of(page).matrices[CROSS].weights[0, 0, 2]
    np.testing.assert_allclose(values(page, CardKind.SOFTMAX), weights, atol=1e-6)
    found = values(page, CardKind.PROBABILITIES)[0]
    assert found == pytest.approx(probability_at(page, 2), rel=1e-4)
    assert not page.formula.head.isVisibleTo(page.formula)


def test_a_gate_shows_how_many_of_its_numbers_are_how_far_open(qtbot, studio, open_page):
    page = open_page("bahdanau")
    look(qtbot, studio, page)
    choose(page, 2)

    cards = shown(page)
    for kind in (CardKind.RESET, CardKind.UPDATE):
        numbers, gate = cards[kind].card.values[0], cards[kind].gate
        assert gate.isVisibleTo(cards[kind])
        counts, _ = np.histogram(numbers, bins=10, range=(0, 1))
        heights = [gate.bars.bar_rect(step).height() for step in range(10)]
        wanted = 44 * counts / counts.max()
        np.testing.assert_allclose(heights, np.where(counts, np.maximum(wanted, 2.0), 0.0))
        assert f"{100 * numbers.mean():.0f}\u00a0%" in gate.words.text()
        assert f"Of {len(numbers)} numbers {counts[0]} " in gate.words.text()
    assert "the old state stays" in cards[CardKind.UPDATE].gate.words.text()
    for kind in (CardKind.CANDIDATE, CardKind.STATE, CardKind.SOFTMAX):
        assert not cards[kind].gate.isVisibleTo(cards[kind])


def test_a_model_without_attention_has_nothing_to_write_out(qtbot, studio, open_page):
    page = open_page("none")
    formula = look(qtbot, studio, page)

    assert formula.said == "This model has no attention: there is nothing to write out."


def test_nothing_is_computed_before_somebody_looks(qtbot, studio, open_page):
    page = open_page()

    assert page.formula._numbers is None
    look(qtbot, studio, page)
    assert page.formula._numbers is not None


def test_numbers_are_kept_for_translations_that_come_back(studio, page):
    before = page.formula._numbers
    page.formula.show_candidate(page.answer.candidates[0])

    assert not studio.tasks.running
    assert page.formula._numbers is before


@pytest.mark.parametrize("width", [280, 420])
@pytest.mark.parametrize("count", [5, 64, 700])
def test_cells_lie_within_their_width(qtbot, width, count):
    cells = NumberCells()
    qtbot.addWidget(cells)
    cells.resize(width, 10)
    names = [str(place) for place in range(count)]
    cells.show_numbers(np.linspace(-1, 1, count), names, are_named=count < 9, largest=1.0, choice=0)
    cells.show()

    rects = [cells.cell_rect(place) for place in range(count)]
    assert all(cells.rect().contains(rect) for rect in rects)
    assert not any(a.intersects(b) for a, b in pairwise(rects))


def test_names_in_a_sum_are_whole_also_in_a_font_that_comes_later(qtbot):
    rows = SumRows()
    qtbot.addWidget(rows)
    rows.resize(400, 10)
    part = Summand("s₁₂₃", "0.5 × 0.5", 0.25)
    rows.show_sum("q₁", Arithmetic((part,), 0.0, 0, 0.25, "", 0.25))
    rows.show()
    before = rows._names_width

    rows.setStyleSheet("font-size: 30px")

    assert rows._names_width > before
    assert rows._names_width >= rows.fontMetrics().horizontalAdvance("s₁₂₃")


def test_a_masked_score_is_minus_infinity(page):
    page.panel.shown.read_as(Reading(0, 0, site=DECODER_SELF))
    choose(page, 1)

    card = shown(page)[CardKind.MASK]
    assert np.isneginf(card.card.values[0, 2:]).all()
    card.cells.choose(3)
    assert card.sum.rows[-1].number == "−∞"
    assert card.check.startswith("✓")


def test_another_checkpoint_stands_beside(qtbot, studio, page, trained):
    page.panel.shown.read_as(Reading(1, 0))
    choose(page, 3)
    assert not shown(page)[CardKind.SOFTMAX].other_cells.isVisibleTo(page)
    assert page.formula.moment.isVisibleTo(page)

    page.formula.moment.setCurrentIndex(1)
    page.formula.moment.activated.emit(1)
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)

    step = page.formula.moment.currentData()
    assert step != page.answer.step
    translator = load_run(trained, trained.run("tiny"), checkpoint=step, threads=1).translator
    [record] = translator.records([page.answer.candidates[0].pair])
    card = shown(page)[CardKind.SOFTMAX]
    beside = card.other_cells._values
    np.testing.assert_allclose(beside, record.matrices[CROSS].weights[1, 0, 3], atol=1e-6)
    chosen = card.cells.choice
    name = card.card.columns[chosen]
    assert card._other_words.text() == f"Step {step}: {name} = {number_text(beside[chosen])}"
    own = card.card.values[0, chosen]
    assert card._own_words.text() == f"Step {page.answer.step}: {name} = {number_text(own)}"
    assert card._sum_words.text() == f"Step {page.answer.step}, how its number is made:"
    assert card._sum_words.isVisibleTo(page)
    assert card.sum.rows[-1].number == number_text(own)
    query = shown(page)[CardKind.QUERY]
    query.cells.choose(2)
    second = number_text(query._other.values[0, 2])
    assert query._other_words.text() == f"Step {step}: q₃ = {second}"
    assert np.abs(beside - card.card.values[0]).max() > 1e-5
    choose(page, 1)
    beside = shown(page)[CardKind.SOFTMAX].other_cells._values
    np.testing.assert_allclose(beside, record.matrices[CROSS].weights[1, 0, 1], atol=1e-6)
    page.formula.moment.setCurrentIndex(0)
    page.formula.moment.activated.emit(0)
    assert not shown(page)[CardKind.SOFTMAX].other_cells.isVisibleTo(page)
    assert not card._sum_words.isVisibleTo(page)


def test_beside_stands_the_number_of_the_same_piece_whatever_its_place(qtbot, page):
    choose(page, 3)
    card = shown(page)[CardKind.LOGITS]
    own = card.card
    turned = replace(own, values=own.values[:, ::-1] + 1, columns=(*own.columns[:0:-1], "other"))
    card.show_other(turned, "Step 1", "Step 2")

    card.cells.choose(2)
    place = turned.columns.index(own.columns[2])
    assert card.other_cells.choice == place
    number = number_text(turned.values[0, place])
    assert card._other_words.text() == f"Step 1: {own.columns[2]} = {number}"
    cells = card.other_cells
    qtbot.mouseClick(cells, Qt.MouseButton.LeftButton, pos=cells.cell_rect(0).center())
    assert own.columns[card.cells.choice] == turned.columns[0]
    card.cells.choose(0)  # which is not among those of the other
    assert card._other_words.text() == f"Step 1: {own.columns[0]} is not among these"
    assert cells.accessibleDescription() == ""


def test_the_sum_ends_with_the_digits_of_the_cell(page):
    choose(page, 3)
    for each in shown(page).values():
        for place in range(each.card.values.shape[1]):
            each.cells.choose(place)
            number = number_text(each.card.values[each._row, place])
            assert each.sum.rows[-1].number == number


def test_a_number_that_is_wrong_is_not_shown_as_a_sum(page):
    choose(page, 3)
    card = shown(page)[CardKind.CONTEXT]
    wrong = card.card.values.copy()
    wrong[0, 1] += 0.5
    card._card = replace(card.card, values=wrong)

    card.cells.choose(1)

    assert card.sum.rows[-1].number == number_text(wrong[0, 1] - 0.5)


def test_pieces_that_come_twice_are_told_apart(qtbot, studio, page):
    page.question.show_pair("the dog sees the bird", "der Hund sieht der Vogel")
    page.asking.read_forced()
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)

    labels = [record_of(page).source.label(n) for n in range(len(record_of(page).source))]
    names = shown(page)[CardKind.SOFTMAX].card.columns
    assert len(set(labels)) < len(labels)
    assert len(set(names)) == len(names)
    assert [name.rstrip("₁₂₃₄₅₆₇₈₉") for name in names] == labels
    shown(page)[CardKind.SOFTMAX].cells.choose(labels.index("▁the"))
    assert shown(page)[CardKind.KEYS].title == "Key of ▁the₁"


def test_read_one_step_later_it_is_said_which_word_is_written_and_the_other_step_is_a_click_away(
    page,
):
    page.panel.shown.read_as(Reading(1, 0, ReadingMethod.SHIFTED))
    choose(page, 1)

    record = record_of(page)
    chosen, written = record.target.label(1), record.target.label(2)
    most = record.source.label(int(record.matrices[CROSS].weights[1, 0, 2].argmax()))
    assert plain(page.formula.later_words) == (
        f"After writing {chosen} the model looks most at {most}; this look is used to write "
        f"{written}. Show the step that wrote {chosen}"
    )
    page.formula._later.linkActivated.emit("writing")
    assert page.formula.later_words == ""
    assert page.panel.shown.reading == Reading(1, 0)
    weights = record.matrices[CROSS].weights[1, 0, 1]
    np.testing.assert_allclose(values(page, CardKind.SOFTMAX), weights, atol=1e-6)
    page.panel.shown.read_as(Reading(1, 0, ReadingMethod.SHIFTED))
    choose(page, len(record.target) - 1)  # no step follows the last piece
    assert page.formula.later_words == ""


@pytest.mark.parametrize("run", ["tiny", "bahdanau"])
def test_the_letters_of_the_formulas_are_explained(qtbot, studio, open_page, run):
    page = open_page(run)
    look(qtbot, studio, page)
    choose(page, 2)

    for each in shown(page).values():
        formula, symbols = each._formula.text(), plain(each._symbols.text())
        assert "_" not in formula + symbols
        for letter in re.findall(r"[WUE](?=_)", each.card.formula):
            assert letter in symbols
        assert "{" not in symbols
    keys = shown(page)[CardKind.KEYS]
    assert "what the encoder made of" in plain(keys._symbols.text())
    assert "W<sub>K</sub>" in keys._formula.text()


def plain(words):
    return re.sub(r"<[^>]+>|[\u2068\u2069]", "", html.unescape(words))


def test_where_marks_are_hidden_a_cell_still_names_its_piece(page):
    page.panel.shown.read_as(Reading(0, 1))
    page.panel.shown.hide_idle(True)
    view = page.panel.shown.view
    assert len(view.columns) < view.whole_width
    last = len(view.columns) - 1

    page.panel.heatmap.choose(CellPlace(2, last))

    piece = record_of(page).source.label(view.whole_column(last))
    assert shown(page)[CardKind.KEYS].title == f"Key of {piece}"
    page.panel.shown.join_words(True)
    choose(page, 0, Side.SOURCE)
    [first, *_] = word_groups(record_of(page).source)[0]
    assert shown(page)[CardKind.SOFTMAX].cells.choice == first


def test_a_changed_attention_has_no_formulas_of_another(page):
    page.panel.shown.read_as(Reading(0, 1))
    choose(page, 2)
    record = record_of(page)
    even = np.full_like(record.matrices[CROSS].weights, 1 / len(record.source))
    changed = replace(record, matrices={**record.matrices, CROSS: Matrix(even)}, measured={})

    page.formula._candidate = replace(page.answer.candidates[0], record=changed)
    page.panel.shown.show_record(changed)

    assert page.formula.said == "The map shows a changed attention, which has no formulas here."


def test_numbers_are_those_of_the_answer_whatever_run_is_chosen_since(
    qtbot, studio, open_page, trained
):
    page = open_page()
    page.asking.set_run(trained.run("bahdanau"), {})
    look(qtbot, studio, page)

    weights = record_of(page).matrices[CROSS].weights[0, 0, 0]
    np.testing.assert_allclose(values(page, CardKind.SOFTMAX), weights, atol=1e-6)


@pytest.mark.parametrize("waits", [True, False])
def test_whatever_was_opened_before_the_formulas_come(qtbot, studio, open_page, waits):
    page = open_page()
    pages = [page.formula, page.trust, page.what_if, page.panel.heads]
    side = page.panel.side
    for number, order in enumerate(permutations(pages)):
        side.setCurrentWidget(page.candidates)
        page.question.show_pair(SENTENCE, "heute sieht der Hund" + " ein Vogel" * (1 + number % 2))
        page.asking.read_forced()
        qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)
        for each in order:
            side.setCurrentWidget(each)
            if waits:
                qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)
        look(qtbot, studio, page)

        named = [side.tabText(side.indexOf(each)) for each in order]
        assert page.formula.said == "", named
        assert CardKind.SOFTMAX in shown(page), named
