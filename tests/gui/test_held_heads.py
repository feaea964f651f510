"""Lines of several heads at once, and of a text over itself."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from records import make_record

from attnstudio.gui.inspector.attention_panel import AttentionPanel
from attnstudio.gui.widgets.chip_picture import MOST_HELD, ChipCurve, held_look
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.reading import Measure, Reading, ReadingMethod
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF
from attnstudio.tokenizer import Token, end_token

SOURCE = ("ab c", (Token("▁ab", 0, 2), Token("▁c", 2, 4), end_token("ab c")))
TARGET = ("x y", (Token("▁x", 0, 1), Token("▁y", 1, 3), end_token("x y")))


def record_of(layers=2, heads=3):
    generator = np.random.default_rng(9)

    def rows():
        weights = generator.random((layers, heads, 3, 3)) ** 3
        return weights / weights.sum(axis=-1, keepdims=True)

    alti = np.full((layers, 1, 3, 3), 0.2)
    return make_record(
        SOURCE, TARGET, cross=rows(), encoder_self=rows(), decoder_self=rows(), alti=alti
    )


@pytest.fixture
def panel(qtbot, colours):  # noqa: ARG001 - it draws
    panel = AttentionPanel()
    qtbot.addWidget(panel)
    panel.resize(1000, 600)
    panel.shown.show_record(record_of())
    panel.show()
    return panel


def curves(panel):
    return list(panel.strips._picture().curves())


@pytest.mark.parametrize("site", [ENCODER_SELF, DECODER_SELF])
def test_a_text_over_itself_has_a_line_to_what_each_piece_looks_at_most(panel, site):
    panel.shown.read_as(Reading(1, 2, site=site))

    weights = panel.shown.record.matrices[site].weights[1, 2]
    expected = {
        ChipCurve(int(np.argmax(weights[row])), row, float(max(weights[row]))) for row in range(3)
    }
    assert set(curves(panel)) == expected
    assert panel.options.links.isEnabled()
    panel.options.links.click()
    assert curves(panel) == []


def test_a_piece_of_the_source_shows_what_it_looks_at_in_the_source(panel):
    panel.shown.read_as(Reading(0, 1, site=ENCODER_SELF))
    panel.strips.choose(ChosenToken(Side.TARGET, 1))

    weights = panel.shown.record.matrices[ENCODER_SELF].weights[0, 1, 1]
    for place in range(3):
        assert panel.strips.weight_of(ChosenToken(Side.SOURCE, place)) == weights[place]
    assert "▁c"[1:] + ", 2 of 3, looks at: " in panel.strips.accessibleDescription()


def test_held_heads_draw_their_strongest_lines_beside_those_of_the_one_that_is_read(panel):
    shown = panel.shown
    shown.read_as(Reading(0, 0))
    shown.hold(Reading(1, 2))
    panel.strips.choose(ChosenToken(Side.TARGET, 1))

    weights = shown.record.matrices[CROSS].weights
    read = [curve for curve in curves(panel) if curve.held is None]
    assert {curve.source for curve in read} == set(np.flatnonzero(weights[0, 0, 1] >= 0.03))
    held = [curve for curve in curves(panel) if curve.held == 0]
    assert {curve.source: curve.weight for curve in held} == {
        source: weights[1, 2, 1, source] for source in np.flatnonzero(weights[1, 2, 1] >= 0.1)
    }
    shown.read_shifted(True)
    assert shown.held == (Reading(1, 2, ReadingMethod.SHIFTED),)
    held = [curve for curve in curves(panel) if curve.held == 0]
    for curve in held:
        assert curve.weight == weights[1, 2, 2, curve.source]
    panel.strips.choose(None)
    assert {curve.held for curve in curves(panel)} <= {None, 0}


def test_of_too_many_the_first_goes_and_asking_again_lets_go(panel):
    panel.shown.show_record(record_of(heads=6))
    for head in range(MOST_HELD + 1):
        panel.shown.hold(Reading(1, head))

    assert panel.shown.held == tuple(Reading(1, head) for head in range(1, MOST_HELD + 1))
    panel.shown.hold(Reading(1, 2))
    assert Reading(1, 2) not in panel.shown.held


def test_nothing_is_held_over_to_what_has_no_such_heads(panel):
    shown = panel.shown
    for leave in (
        lambda: shown.choose_site(ENCODER_SELF),
        lambda: shown.read_by(Measure.ALTI),
        lambda: shown.show_record(record_of(heads=2)),
        lambda: shown.show_record(None),
    ):
        shown.show_record(record_of())
        shown.read_as(Reading(0, 0))
        shown.hold(Reading(1, 1))
        assert len(shown.held_views) == 1
        leave()
        assert shown.held_views == ()
    shown.show_record(record_of())
    shown.read_as(Reading(0, 0))
    shown.hold(Reading(1, 1))
    shown.show_record(record_of())
    assert shown.held == (Reading(1, 1),)  # another sentence, the same model


def test_heads_are_held_with_ctrl_and_a_click_or_with_the_space_bar(qtbot, panel):
    overview, shown = panel.heads.overview, panel.shown
    shown.read_as(Reading(0, 0))
    place = overview.thumb_rect(Reading(1, 1)).center()
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.mouseClick(overview, Qt.MouseButton.LeftButton, control, place)
    assert shown.reading == Reading(0, 0)
    assert shown.held == (Reading(1, 1),)

    qtbot.keyClick(overview, Qt.Key.Key_Space)
    assert shown.held == (Reading(1, 1), Reading(0, 0))
    assert overview.accessibleDescription().endswith("; its lines are held")
    qtbot.keyClick(overview, Qt.Key.Key_Space)
    assert shown.held == (Reading(1, 1),)


def test_held_heads_are_told_apart_by_more_than_colour(colours):
    looks = [held_look(colours, number) for number in range(MOST_HELD)]

    assert len({look.colour for look in looks} | {colours.accent}) == MOST_HELD + 1
    assert len({look.line for look in looks}) == MOST_HELD
