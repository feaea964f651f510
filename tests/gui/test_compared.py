"""Two models on one sentence: what was kept, and the difference of what comes to it."""

import numpy as np
import pytest
from records import make_record

from attnstudio.gui.inspector.attention_panel import AttentionPanel
from attnstudio.interpretation.colours import ColourMap
from attnstudio.reading import Reading
from attnstudio.sites import CROSS, ENCODER_SELF, SITES, difference_site
from attnstudio.tokenizer import Token, end_token

SOURCE = ("ab c", (Token("▁ab", 0, 2), Token("▁c", 2, 4), end_token("ab c")))
TARGET = ("x y", (Token("▁x", 0, 1), Token("▁y", 1, 3), end_token("x y")))
LONGER = ("x y z", (*TARGET[1][:2], Token("▁z", 3, 5), end_token("x y z")))


def record_of(seed, target=TARGET):
    generator = np.random.default_rng(seed)
    size = len(target[1])

    def rows(queries, keys):
        weights = generator.random((2, 2, queries, keys))
        return weights / weights.sum(axis=-1, keepdims=True)

    return make_record(
        SOURCE,
        target,
        cross=rows(size, 3),
        encoder_self=rows(3, 3),
        decoder_self=rows(size, size),
    )


@pytest.fixture
def panel(qtbot, colours):  # noqa: ARG001 - it draws
    panel = AttentionPanel()
    qtbot.addWidget(panel)
    panel.resize(1000, 600)
    panel.shown.origin = "run a, step 1"
    panel.shown.show_record(record_of(1))
    panel.show()
    return panel


def show(panel, record, origin):
    panel.shown.origin = origin
    panel.shown.show_record(record)


def test_what_comes_is_compared_with_what_was_kept(panel):
    shown, kept, now = panel.shown, record_of(1), record_of(2)
    panel.options.compare.setChecked(True)
    assert shown.sites == SITES
    show(panel, now, "run a, step 2")

    assert shown.sites == (*SITES, *map(difference_site, SITES))
    shown.read_as(Reading(1, 0, site=difference_site(CROSS)))
    expected = now.matrices[CROSS].weights[1, 0] - kept.matrices[CROSS].weights[1, 0]
    np.testing.assert_allclose(shown.view.weights, expected)
    said = "less run a, step 1 · difference: target over source, layer 1, head 0"
    assert panel.options.said == said
    assert shown.colour_map is ColourMap.DIVERGING
    assert panel.heatmap._colour_map is ColourMap.DIVERGING
    shown.choose_site(ENCODER_SELF)
    assert shown.colour_map is panel.heatmap._colour_map is ColourMap.VIRIDIS


def test_other_pieces_are_not_compared(panel):
    panel.options.compare.setChecked(True)
    show(panel, record_of(2, target=LONGER), "run a, step 2")

    assert panel.shown.sites == SITES
    show(panel, record_of(3), "run a, step 3")
    assert difference_site(CROSS) in panel.shown.sites


def test_nothing_is_compared_any_more_when_it_is_turned_off(panel):
    panel.options.compare.setChecked(True)
    show(panel, record_of(2), "run a, step 2")
    panel.shown.choose_site(difference_site(CROSS))
    panel.options.compare.setChecked(False)

    assert panel.shown.sites == SITES
    assert panel.shown.view.site == CROSS
    show(panel, record_of(3), "run a, step 3")
    assert panel.shown.sites == SITES


def test_held_heads_stay_when_analyses_come_and_go(panel):
    panel.shown.read_as(Reading(0, 0))
    panel.shown.hold(Reading(1, 1))
    panel.options.compare.setChecked(True)
    show(panel, record_of(2), "run a, step 2")
    show(panel, record_of(3), "run a, step 3")

    assert panel.shown.held == (Reading(1, 1),)


def test_what_is_held_is_said_and_can_be_dropped(panel):
    note, options = panel.held_note, panel.options
    assert not note.isVisible()
    options.compare.setChecked(True)
    assert note.isVisible()
    said = note.words.accessibleName()
    assert said == ("Held: run a, step 1. Choose another run or checkpoint to see the difference.")
    show(panel, record_of(2), "run a, step 2")
    assert note.words.accessibleName().endswith("The list of attentions has the difference now.")
    panel.shown.choose_site(difference_site(CROSS))
    said = note.words.accessibleName()
    assert said.startswith("run a, step 2 − run a, step 1. Red: run a, step 2 looks more; ")
    weights, image = panel.shown.view.weights, panel.heatmap._image
    row, column = np.unravel_index(weights.argmax(), weights.shape)
    colour = image.pixelColor(int(column), int(row))
    assert colour.red() > colour.blue(), "what looks more is red"
    show(panel, record_of(2, target=LONGER), "run a, step 3")
    assert "there is no difference" in note.words.accessibleName()
    note.drop.click()
    assert not note.isVisible()
    assert not options.compare.isChecked()


def test_the_list_of_colours_names_the_scale_that_is_drawn(panel):
    options, shown = panel.options, panel.shown
    shown.set_colour_map(ColourMap.CIVIDIS)
    options.compare.setChecked(True)
    show(panel, record_of(2), "run a, step 2")
    shown.choose_site(difference_site(CROSS))
    assert options.colours.currentText() == "blue to red"
    assert not options.colours.isEnabled()
    shown.choose_site(CROSS)
    assert options.colours.currentText() == "cividis"
    assert options.colours.isEnabled()
    assert options.colours.findText("blue to red") < 0
