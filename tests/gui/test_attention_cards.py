"""Choosing the attention by cards: each value has one, and a card sets its knob and no other."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from finding import find
from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QLabel

from attnstudio.config import RunConfig
from attnstudio.config_fields import FieldKind, describe_fields, value_of
from attnstudio.config_text import merge_config
from attnstudio.errors import ConfigError
from attnstudio.gui.look.theme import DARK, LIGHT
from attnstudio.gui.setup import drawn_looks, drawn_places, pace_finder
from attnstudio.gui.setup.attention_section import AttentionSection
from attnstudio.gui.setup.card_button import CardButton
from attnstudio.gui.setup.changed_settings import ChangedSettings
from attnstudio.gui.setup.command_line import command_of
from attnstudio.gui.setup.page import SetupPage
from attnstudio.gui.setup.questions import model_question, questions_of
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.studio import RunDraft
from attnstudio.lab.kinds import growth_of
from attnstudio.model.attention.entmax import entmax, entmax15, sparsemax
from attnstudio.model.attention.reach import Everything, Window
from attnstudio.presets import PRESETS, find_preset
from attnstudio.project.probe import Probed

KINDS = ("transformer", "recurrent")
QUESTIONS = [(kind, question) for kind in KINDS for question in questions_of(kind)]
PARTS = [(kind, part) for kind, question in QUESTIONS for part in question.parts]
CARDS = [card for part in (*model_question().parts, *(p for _, p in PARTS)) for card in part.cards]


@pytest.fixture
def page(qtbot, studio, project, monkeypatch):
    probed = Probed(0.5, 1.0, 100.0, 345 << 20, False, 16, "cpu")
    monkeypatch.setattr(pace_finder, "probe", lambda *_: probed)
    studio.open_project(project.folder)
    page = SetupPage(studio, ActionRegistry())
    qtbot.addWidget(page)
    page.resize(1095, 640)
    page.show()
    yield page
    page.hide()


def begin_with(page, preset):
    page._editor.set_draft(RunDraft(preset, find_preset(preset).config), "preset", "preset")


def opened(page, path):
    """The cards of a knob."""
    section = find(page, AttentionSection).section_of(path)
    section.open()
    return section.cards(path)


@pytest.mark.parametrize("kind", KINDS)
def test_every_value_of_every_part_of_the_attention_has_its_card_and_none_is_left_over(kind):
    cell = "model.cell"  # no part of the attention
    expected = {
        field.path: list(field.choices)
        for field in describe_fields(kind, with_single=True)
        if field.group == "model" and field.kind is FieldKind.CHOICE and field.path != cell
    }
    given = {part.path: [card.value for card in part.cards] for k, part in PARTS if k == kind}

    assert given == expected
    assert [card.value for card in model_question().parts[0].cards] == list(KINDS)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.title)
def test_a_card_says_when_to_take_it_in_one_sentence_what_it_costs_and_shows_it(card):
    assert card.meaning.startswith(
        ("Take this when ", "Take this if in doubt: ", "Take this unless ")
    )
    assert card.meaning.endswith(".")
    assert card.meaning.count(".") == 1
    assert card.cost
    assert card.drawing is not None
    assert not {"softmax", "matrix product", "logit"} & set(card.meaning.lower().split())


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.title)
def test_a_drawing_can_be_seen_and_stays_where_it_is(card, colours):
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    image.fill(colours.panel)
    ground = image.pixel(0, 0)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card.drawing(painter, QRectF(20, 20, 60, 60), colours)
    marked = {(x, y) for x in range(100) for y in range(100) if image.pixel(x, y) != ground}

    assert len(marked) > 100
    assert all(12 <= x < 88 and 12 <= y < 88 for x, y in marked)


def test_the_bars_of_the_drawings_are_what_the_normalisers_give():
    scores = torch.tensor([drawn_looks.SCORES], dtype=torch.float64)
    for drawn, given in (
        (drawn_looks.SOFTMAX, scores.softmax(-1)),
        (drawn_looks.SPARSEMAX, sparsemax(scores)),
        (drawn_looks.ENTMAX15, entmax15(scores)),
        (drawn_looks.NEARLY_SOFTMAX, entmax(scores, torch.tensor([[1.15]], dtype=torch.float64))),
    ):
        np.testing.assert_allclose(drawn, given[0], atol=6e-4)
        assert [weight == 0 for weight in drawn] == [bool(weight == 0) for weight in given[0]]


def test_the_masks_of_the_drawings_are_those_of_the_reaches():
    places = drawn_looks.PLACES
    queries = torch.zeros(1, 1, places, 2)
    near = Window(drawn_looks.NEAR).over(queries, places, first_query=0, padding=None).mask
    assert Everything().over(queries, places, first_query=0, padding=None).mask is None

    np.testing.assert_array_equal(drawn_looks.WINDOW, near.reshape(places, places).double())
    np.testing.assert_array_equal(drawn_looks.EVERYWHERE, np.ones((places, places)))
    for row, place in enumerate(drawn_looks.PREDICTED_PLACES):
        seen = np.flatnonzero(drawn_looks.PREDICTED[row])
        assert all(abs(column - place) <= drawn_looks.NEAR for column in seen)
    distances = np.subtract.outer(np.arange(places), np.arange(places))
    span = np.clip((drawn_looks.RAMP + drawn_looks.NEAR - abs(distances)) / drawn_looks.RAMP, 0, 1)
    np.testing.assert_allclose(drawn_looks.SPAN, span, atol=1e-3)
    relative = np.array(drawn_places.RELATIVE)
    np.testing.assert_array_equal(relative[1:, 1:], relative[:-1, :-1])  # along each diagonal


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_presets_say_which_attention_they_have(preset):
    model = PRESETS[preset].config.model
    said = PRESETS[preset].attention.lower()

    for kind, part in PARTS:
        quiet = part.path in ("model.norm", "model.coverage")
        if kind == model.kind and not quiet:
            value = value_of(PRESETS[preset].config, part.path)
            title = next(card.title for card in part.cards if card.value == value)
            assert title.lower() in said


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_what_a_preset_has_is_recommended_and_folded_to_a_line(page, preset):
    begin_with(page, preset)
    attention = find(page, AttentionSection)
    for section in attention.sections:
        assert not section.is_open
        if section.question.parts:
            assert section._mark.text() == "as recommended"

    for path in attention.paths:
        cards = opened(page, path)
        [recommended] = [v for v in cards.values if cards.button(v).is_recommended]
        assert cards.button(recommended).isChecked()
        assert recommended == str(value_of(page.draft.config, path))


@pytest.mark.parametrize("preset", ["small", "bahdanau"])
def test_a_card_sets_its_knob_and_no_other_or_says_why_not_as_the_config_does(page, studio, preset):
    begin_with(page, preset)
    before = page.draft.config
    values = [
        (part.path, card.value)
        for kind, part in PARTS
        if kind == before.model.kind
        for card in part.cards
    ]
    for path, value in values:
        button = opened(page, path).button(value)
        expected, reason = expected_of(before, path, value)

        button.click()

        assert page.draft.config == expected
        assert button.isChecked() == (not reason)
        assert button.refusal[1:20] == reason[1:20]
        if expected != before:
            assert f"{path}={value}" in " ".join(command_of(studio.project.folder, page.draft))
            assert "1 setting differs" in find(page, ChangedSettings).text()
            studio.undo_stack.undo()
            assert page.draft.config == before
            assert not button.isChecked()


def expected_of(config, path, value):
    """What comes of setting a knob, or the same config and the reason why not."""
    try:
        return merge_config(config, {"model": {path.removeprefix("model."): value}}), ""
    except ConfigError as error:
        return config, error.message.removeprefix("model: ")


def test_what_does_not_go_together_is_refused_with_the_reason_until_it_does(page, studio):
    cards = opened(page, "model.normaliser")
    opened(page, "model.score").button("additive").click()

    linear = cards.button("linear")
    assert linear.refusal.startswith("Linear attention compares words in a way of its own")
    assert linear.refusal in linear.accessibleDescription()
    assert "cannot be chosen now" in linear.accessibleName()
    linear.click()
    assert page.draft.config.model.normaliser == "softmax"
    assert page._editor.wrong == {}  # it was not even tried
    assert cards.button("softmax").isChecked()

    studio.undo_stack.undo()

    assert linear.refusal == ""
    linear.click()
    assert page.draft.config.model.normaliser == "linear"


@pytest.mark.parametrize(
    ("preset", "changed", "path", "value", "reason"),
    [
        (
            "bahdanau", {}, "model.normaliser", "linear",
            "Linear attention compares words in a way of its own, between the projections of "
            "Scaled dot product; choose that.",
        ),
        (
            "small", {"score": "dot"}, "model.positions", "transformer_xl",
            "Transformer-XL positions are terms of the scaled product; choose Scaled dot product, "
            "not Dot product.",
        ),
        (
            "small", {"normaliser": "linear"}, "model.positions", "alibi",
            "ALiBi positions change how two words are compared, which linear attention never does "
            "one by one; choose Sinusoidal, Learnt or None.",
        ),
        (
            "small", {"normaliser": "linear"}, "model.source_reach", "predicted",
            "A predicted reach changes how two words are compared, which linear attention never "
            "does one by one; choose Everywhere or Window.",
        ),
        (
            "bahdanau", {"attention": "none", "input_feeding": False}, "model.normaliser",
            "entmax15",
            "A model without attention has no looks to share out by 1.5-entmax; choose an "
            "attention, or leave it at Softmax.",
        ),
    ],
)  # fmt: skip
def test_a_refusal_calls_all_by_the_names_on_the_cards(page, preset, changed, path, value, reason):
    config = merge_config(find_preset(preset).config, {"model": changed})
    page._editor.set_draft(RunDraft(preset, config), "preset", "preset")

    assert opened(page, path).button(value).refusal == reason


@pytest.mark.parametrize("preset", ["small", "bahdanau"])
def test_no_refusal_has_words_of_a_file(page, preset):
    base = find_preset(preset).config
    changes = [
        (part, card) for kind, part in PARTS if kind == base.model.kind for card in part.cards
    ]
    refused = set()
    for part, card in changes:
        changed = expected_of(base, part.path, card.value)[0]
        page._editor.set_draft(RunDraft(preset, changed), "preset", "preset")
        for section in find(page, AttentionSection).sections[1:]:
            refused |= {
                section._why_not(each, other.value)
                for each in section.question.parts
                for other in each.cards
            }

    assert len(refused) > 3
    assert not [reason for reason in refused if "_" in reason or "entmax15" in reason]


@pytest.mark.parametrize(("kind", "part"), PARTS, ids=lambda given: getattr(given, "path", given))
def test_the_cost_on_a_card_is_the_law_that_the_lab_knows(kind, part):
    windows = {"own_reach", "source_reach"} if kind == "transformer" else {"source_reach"}
    beside = {"normaliser": {"attention": "scaled_dot"}} if kind == "recurrent" else {}
    for card in part.cards:
        law = card.cost.split(" ")[0]
        name = part.path.removeprefix("model.")
        if not law.startswith("n") or name == "norm":
            continue
        names = windows if card.value == "window" else {name}
        change = {"kind": kind, **beside.get(name, {}), **dict.fromkeys(names, card.value)}
        change |= {"input_feeding": False} if change.get("attention") == "none" else {}
        given = merge_config(RunConfig(), {"model": change})
        assert growth_of(given).value == law, card.title


def test_what_holds_for_all_kinds_of_positions_is_said_above_their_cards(page):
    opened(page, "model.positions")
    section = find(page, AttentionSection).section_of("model.positions")

    [note] = [each for each in section.findChildren(QLabel) if each.text() == section.question.note]
    assert note.isVisible()
    assert "none of them translated well what was longer" in note.text()
    assert note.mapTo(page, note.rect().bottomLeft()).y() < min(
        button.mapTo(page, button.rect().topLeft()).y()
        for button in section.findChildren(CardButton)
    )


def test_another_kind_of_model_keeps_what_both_have_and_drops_what_cannot_be(page):
    page.form.edited.emit("model.dropout", 0.35)
    opened(page, "model.kind").button("recurrent").click()
    model = page.draft.config.model
    assert (model.kind, model.attention, model.dropout, model.heads) == (
        "recurrent", "additive", 0.35, 1,
    )  # fmt: skip
    assert "model.hidden_size" in page.form.paths

    opened(page, "model.kind").button("transformer").click()
    assert page.draft.config.model.kind == "transformer"
    opened(page, "model.normaliser").button("linear").click()
    opened(page, "model.kind").button("recurrent").click()  # additive is not scored so

    assert page.draft.config.model.kind == "recurrent"
    assert page.draft.config.model.normaliser == "softmax"


@pytest.mark.parametrize(("preset", "other"), [("tiny", "recurrent"), ("bahdanau", "transformer")])
def test_who_looks_at_another_kind_of_model_and_goes_back_has_the_presets_again(
    page, preset, other
):
    begin_with(page, preset)
    before = page.draft.config
    opened(page, "model.kind").button(other).click()
    assert page.draft.config.model.kind == other
    opened(page, "model.kind").button(before.model.kind).click()

    assert page.draft.config == before


def test_a_kind_of_model_that_the_rest_forbids_says_why(page):
    page.form.edited.emit("guidance.head", 2)

    button = opened(page, "model.kind").button("recurrent")

    assert button.refusal == "No head 2 to guide: the last of 1 is 0."
    button.click()
    assert page.draft.config.model.kind == "transformer"


def test_arrows_go_through_a_group_space_and_enter_choose_and_tab_leaves_it(qtbot, page):
    cards = opened(page, "model.positions")
    first, second, third = (cards.button(value) for value in ("sinusoidal", "learnt", "rotary"))
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert second.hasFocus()
    assert page.draft.config.model.positions == "sinusoidal"  # nothing is chosen by passing

    qtbot.keyClick(second, Qt.Key.Key_Space)
    assert page.draft.config.model.positions == "learnt"
    qtbot.keyClick(second, Qt.Key.Key_Left)
    qtbot.keyClick(first, Qt.Key.Key_Down)
    assert third.hasFocus()
    qtbot.keyClick(third, Qt.Key.Key_Return)
    assert page.draft.config.model.positions == "rotary"

    qtbot.keyClick(third, Qt.Key.Key_Tab)
    assert not any(cards.button(value).hasFocus() for value in cards.values)


def test_cards_have_names_and_say_what_they_are(page):
    for path in find(page, AttentionSection).paths:
        opened(page, path)
    for card in page.findChildren(CardButton):
        assert card.accessibleName()
        assert len(card.accessibleDescription()) > 20
    additive = opened(page, "model.score").button("additive")
    assert "Bahdanau et al. 2015" in additive.accessibleDescription()
    assert "tanh" in additive.accessibleDescription()


def test_no_card_cuts_its_text(page):
    for path in find(page, AttentionSection).paths:
        opened(page, path)
    page.layout().activate()
    for _ in range(3):
        QCoreApplication.processEvents()

    for card in page.findChildren(CardButton):
        if card.isVisibleTo(page):
            assert card.height() >= card.heightForWidth(card.width()), card.card.title


def test_a_link_leads_from_the_cards_to_the_number_that_belongs_to_them(page):
    opened(page, "model.own_reach").button("window").click()
    section = find(page, AttentionSection).section_of("model.own_reach")
    assert "Window: 8 pieces" in section._about_number.text()

    section._about_number.linkActivated.emit("model.window")

    assert page.form.field("model.window").editor.isVisibleTo(page)
    assert "own sentence: Window · source sentence: Everywhere" in section._answer.text()


@pytest.mark.parametrize("card", [card for card in CARDS if card.formula], ids=lambda c: c.title)
def test_formulas_run_from_left_to_right_in_every_language(qtbot, card):
    button = CardButton(card)
    qtbot.addWidget(button)
    button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    button.resize(366, button.heightForWidth(366))
    button.grab()

    formula = button._text.findBlockByNumber(2)
    line = formula.layout().lineAt(0)
    first, last = (line.cursorToX(place)[0] for place in (2, line.textLength() - 3))
    assert first < last


@pytest.mark.parametrize("direction", list(Qt.LayoutDirection)[:2], ids=lambda each: each.name)
def test_the_tick_is_beside_the_text_and_not_on_the_drawing(qtbot, direction):
    plain = replace(CARDS[0], drawing=lambda *_: None)
    button = CardButton(plain)
    qtbot.addWidget(button)
    button.setLayoutDirection(direction)
    button.resize(366, 150)
    button.setChecked(True)
    image = button.grab().toImage()
    marked = [
        any(image.pixelColor(x, y).lightness() < 150 for x in columns for y in range(8, 26))
        for columns in (range(8, 24), range(342, 358))
    ]
    assert marked == [direction is Qt.LayoutDirection.RightToLeft, direction.name == "LeftToRight"]
