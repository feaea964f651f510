"""What is left out of an attention, and how sure the model was of each word, in the inspector."""

import math

import numpy as np
import pytest
from PySide6.QtGui import QColor
from records import make_record

from attnstudio.gui.inspector.attention_export import ExportedView, to_pharaoh
from attnstudio.gui.inspector.attention_panel import AttentionPanel
from attnstudio.gui.widgets.chip_words import chip_tip
from attnstudio.gui.widgets.heatmap_geometry import CellPlace
from attnstudio.gui.widgets.site_words import cell_words
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.interpretation.colours import ColourMap
from attnstudio.interpretation.lettering import isolate
from attnstudio.reading import Reading
from attnstudio.sites import ENCODER_SELF
from attnstudio.tokenizer import Token, end_token

SOURCE = (", ab c", (Token("▁,", 0, 1), Token("▁ab", 1, 4), Token("▁c", 4, 6), end_token(", ab c")))
TARGET = ("x y", (Token("▁x", 0, 1), Token("▁y", 1, 3), end_token("x y")))
WEIGHTS = [[0.5, 0.3, 0.2, 0.0], [0.1, 0.0, 0.4, 0.5], [0.0, 0.0, 0.0, 1.0]]
LOG_PROBS = (math.log(0.8), math.log(0.25), -math.inf)


@pytest.fixture
def panel(qtbot, colours):  # noqa: ARG001 - it draws
    panel = AttentionPanel()
    qtbot.addWidget(panel)
    panel.resize(1000, 600)
    record = make_record(
        SOURCE,
        TARGET,
        cross=np.array(WEIGHTS)[None, None],
        encoder_self=np.full((1, 1, 4, 4), 0.25),
        log_probs=LOG_PROBS,
    )
    panel.shown.show_record(record)
    panel.show()
    return panel


def test_what_is_hidden_is_said_and_the_rest_adds_up(panel):
    assert "punctuation" not in panel.options.said
    panel.options.hide_idle.setChecked(True)

    assert panel.options.said.startswith("without </s> and punctuation · ")
    np.testing.assert_allclose(panel.shown.view.weights, [[0.6, 0.4], [0, 1], [0, 0]])
    view = panel.shown.view
    looks = f"{isolate('▁x')} looks at {isolate('▁ab')}: 0.6000 of the 50% on words"
    assert cell_words(view, 0, 0) == looks
    assert cell_words(view, 2, 1) == f"{isolate('</s>')} looks at no word"
    panel.strips.choose(ChosenToken(Side.TARGET, 2))
    assert "</s>, 3 of 3, looks at no word" in panel.strips.accessibleDescription()
    panel.options.hide_idle.setChecked(False)
    assert len(panel.shown.view.columns) == 4


def test_an_empty_row_has_no_cells_but_a_word(panel, colours):
    panel.options.hide_idle.setChecked(True)
    panel.shown.read_as(Reading(0, 0))
    image = panel.heatmap.viewport().grab().toImage()

    for column in (0, 1):
        rect = panel.heatmap.cell_rect(CellPlace(2, column))
        assert image.pixelColor(rect.right() - 3, rect.top() + 3) == QColor(colours.raised)
        full = panel.heatmap.cell_rect(CellPlace(0, column))
        assert image.pixelColor(full.right() - 3, full.top() + 3) != QColor(colours.raised)


def test_links_keep_their_numbers_in_a_file(panel):
    whole = to_pharaoh(ExportedView(panel.shown.record, panel.shown.view, ColourMap.GREY, ""))
    panel.options.hide_idle.setChecked(True)
    hidden = to_pharaoh(ExportedView(panel.shown.record, panel.shown.view, ColourMap.GREY, ""))

    assert whole == "0-0"  # and y looks at </s> most
    assert hidden == "1-0 2-1"


def test_the_greatest_of_all_heads_is_shown_and_said(panel):
    cross = np.stack([WEIGHTS, WEIGHTS[::-1]])[None]
    panel.shown.show_record(make_record(SOURCE, TARGET, cross=cross, log_probs=LOG_PROBS))
    panel.shown.read_as(Reading())
    panel.options.greatest.setChecked(True)

    assert panel.options.said == "greatest, not average · all layers, all heads"
    np.testing.assert_array_equal(panel.shown.view.weights, cross[0].max(axis=0))
    words = f"{isolate('▁x')} looks at {isolate('▁ab')}: 0.3000"
    assert cell_words(panel.shown.view, 0, 1) == words
    panel.shown.read_as(Reading(0, 0))
    assert panel.options.said == "looks at 2.3 of 4 tokens on average · layer 0, head 0"


def test_the_place_of_the_person_is_told_with_what_is_hidden(panel):
    told = []
    panel.place_chosen.connect(lambda row, column: told.append((row, column)))
    panel.options.hide_idle.setChecked(True)  # the comma before them
    panel.heatmap.choose(CellPlace(1, 0))
    panel.strips.chosen.emit(ChosenToken(Side.SOURCE, 1))
    panel.options.hide_idle.setChecked(False)
    panel.heatmap.choose(CellPlace(1, 1))

    assert told == [(1, 1), (None, 2), (1, 1)]


def test_probabilities_are_told_exactly_and_drawn_where_they_are_asked_for(panel, colours):
    picture = panel.strips._picture()
    tips = [chip_tip(picture, ChosenToken(Side.TARGET, place)).splitlines() for place in (0, 2)]
    assert tips[0] == [isolate("▁x"), "probability 80.00%", "looks at 3 of 4 tokens"]
    assert tips[1][1] == "probability 0.00%"
    assert chip_tip(picture, ChosenToken(Side.SOURCE, 1)) == isolate("▁ab")
    panel.strips.choose(ChosenToken(Side.TARGET, 1))
    assert panel.strips.accessibleDescription().endswith("; probability 25.00%")
    panel.strips.choose(None)

    def length(index):
        """How much of the scale is full, by its pixels."""
        rect = panel.strips.rect_of(ChosenToken(Side.TARGET, index))
        image, y = panel.strips.viewport().grab().toImage(), round(rect.bottom() - 4)
        row = [image.pixelColor(x, y) for x in range(round(rect.left() + 6), round(rect.right()))]
        return sum(colour == QColor(colours.text) for colour in row) / (rect.width() - 12)

    assert length(0) == 0
    panel.options.sureness.setChecked(True)
    assert length(0) == pytest.approx(0.8, abs=0.08)
    assert length(1) == pytest.approx(0.25, abs=0.08)
    panel.shown.choose_site(ENCODER_SELF)
    assert length(0) == 0  # a source has none
