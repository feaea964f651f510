"""Heads told apart by a figure, and ordered by it."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from records import make_record

from attnstudio.axes import Record
from attnstudio.gui.inspector.attention_panel import AttentionPanel
from attnstudio.gui.inspector.figure_words import figure_words
from attnstudio.gui.inspector.head_thumbs import HeadOrder
from attnstudio.gui.inspector.head_words import below_words
from attnstudio.gui.inspector.taught_note import TaughtNote
from attnstudio.gui.inspector.what_is import WhatIs
from attnstudio.interpretation.head_figures import HeadFigure
from attnstudio.interpretation.rollout import with_rollout
from attnstudio.reading import Measure, Reading
from attnstudio.sites import CROSS, ENCODER_SELF, rollout_site
from attnstudio.tokenizer import Token, end_token

SOURCE = ("ab c.", (Token("▁ab", 0, 2), Token("▁c", 2, 4), Token(".", 4, 5), end_token("ab c.")))
TARGET = ("x y", (Token("▁x", 0, 1), Token("▁y", 1, 3), end_token("x y")))
# how much of each head's weight lies on </s>: [layer][head]
ON_END = ((0.5, 0.1, 0.9), (0.3, 0.7, 0.2))


def record_of() -> Record:
    cross = np.zeros((2, 3, 3, 4))
    for (layer, head), weight in np.ndenumerate(np.array(ON_END)):
        cross[layer, head, :, 3] = weight
        cross[layer, head, :, 0] = 1 - weight
    alti = np.full((2, 1, 3, 4), 0.1)
    alti[1, 0, :, 3] = 0.5
    return make_record(SOURCE, TARGET, cross=cross, alti=alti)


@pytest.fixture
def panel(qtbot, colours):  # noqa: ARG001 - it draws
    panel = AttentionPanel()
    qtbot.addWidget(panel)
    panel.shown.show_record(record_of())
    return panel


def choose(panel, figure, order=HeadOrder.LAYERS):
    choice = panel.heads.figures
    choice.figure.setCurrentIndex(choice.figure.findData(figure))
    choice.order.setCurrentIndex(choice.order.findData(order))


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("figure", HeadFigure)
def test_every_figure_says_in_one_plain_sentence_what_it_is(figure):
    words = figure_words(figure)

    assert words.sentence.startswith("The number is ")
    assert words.sentence.endswith(".")
    assert "{value}" in words.told
    assert words.what


def test_the_figure_that_is_chosen_stands_below_every_head_and_is_explained(panel):
    overview = panel.heads.overview
    choose(panel, HeadFigure.MARKS)

    for (layer, head), weight in np.ndenumerate(np.array(ON_END)):
        assert overview.figure_of(Reading(layer, head)) == pytest.approx(weight)
    assert overview.figure_of(Reading()) == pytest.approx(np.mean(ON_END))
    assert figure_words(HeadFigure.MARKS).sentence in panel.heads.title
    panel.shown.read_as(Reading(1, 1))
    told = "layer 1, head 1: 0.70 of its weight on </s> and <s>"
    told += "; idle: 70% of what words look at is no word"
    assert overview.accessibleDescription() == told
    marks = panel.heads.findChildren(WhatIs)
    assert [mark.accessibleName() for mark in marks] == ["What is On </s>?"]


def test_heads_that_rest_are_called_idle(panel):
    overview = panel.heads.overview
    idle = [thumb.reading for thumb in overview._thumbs if thumb.is_idle]
    assert idle == [Reading(0, 2), Reading(1, 1)], "0.5 is not more than half; averages are no head"
    drawn = {thumb.reading: below_words(overview._sorting, thumb) for thumb in overview._thumbs}
    assert [each for each, words in drawn.items() if words.endswith(" · idle")] == idle
    assert "Idle: words look at </s>" in panel.heads.title

    cross = np.zeros((1, 2, 3, 4))
    cross[..., 0] = 1.0
    panel.shown.show_record(make_record(SOURCE, TARGET, cross=cross))
    assert not overview.has_idle
    assert "dle" not in panel.heads.title


@pytest.mark.parametrize(("order", "reverse"), [(HeadOrder.GREATEST, True), (HeadOrder.LEAST, 0)])
def test_heads_are_ordered_by_their_figure(panel, order, reverse):
    choose(panel, HeadFigure.MARKS, order)

    places = sorted(np.ndindex(2, 3), key=lambda place: ON_END[place[0]][place[1]])
    expected = [Reading(layer, head) for layer, head in places]
    overview = panel.heads.overview
    assert overview.readings == (expected[::-1] if reverse else expected)
    rects = [overview.thumb_rect(reading) for reading in overview.readings]
    assert len({(rect.x(), rect.y()) for rect in rects}) == 6
    for rect in rects:
        assert overview.rect().contains(rect)
    assert [(rect.y(), rect.x()) for rect in rects] == sorted((r.y(), r.x()) for r in rects)


def test_arrows_follow_the_order_also_from_an_average_that_is_not_among_them(qtbot, panel):
    choose(panel, HeadFigure.MARKS, HeadOrder.GREATEST)
    seen = []
    panel.shown.changed.connect(lambda: seen.append(panel.shown.reading))

    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(panel.heads.overview, key)

    assert seen == [Reading(0, 2), Reading(1, 1), Reading(0, 1)]


def test_a_rollout_is_of_no_layer_and_no_head(panel):
    own = np.eye(4)[None, None]
    whole = with_rollout(
        make_record(SOURCE, TARGET, cross=record_of().matrices[CROSS].weights, encoder_self=own)
    )
    panel.shown.show_record(whole)
    panel.shown.read_as(Reading(0, 0, site=rollout_site(ENCODER_SELF)))

    assert panel.heads.title.startswith("Rollout: source over itself, of all layers and heads.")
    assert panel.options.said.startswith("which words went into each: all layers multiplied · ")
    assert panel.heads.overview.accessibleDescription().startswith("all layers and heads: spread 0")
    assert panel.findChild(TaughtNote).isHidden()
    panel.shown.choose_site(CROSS)
    assert not panel.findChild(TaughtNote).isHidden()
    assert "in each layer and head" in panel.heads.title


def test_a_measure_of_whole_layers_orders_the_layers(panel):
    panel.shown.read_by(Measure.ALTI)
    choose(panel, HeadFigure.MARKS, HeadOrder.GREATEST)

    expected = [Reading(layer, measure=Measure.ALTI) for layer in (1, 0)]
    assert panel.heads.overview.readings == expected
