"""The chips, the map and what stands around them."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtWidgets import QPushButton, QTabWidget
from records import make_record

from attnstudio.axes import Measure, Reading
from attnstudio.gui.inspector.attention_panel import AttentionPanel
from attnstudio.gui.widgets.heatmap_geometry import CellPlace
from attnstudio.gui.widgets.site_words import cell_words
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.interpretation.lettering import isolate
from attnstudio.tokenizer import Token, end_token

TEXT = ("a", (Token("▁a", 0, 1), end_token("a")))


@pytest.mark.usefixtures("colours")
def test_the_buttons_that_zoom_have_room_in_a_small_window(qtbot):
    panel = AttentionPanel()
    qtbot.addWidget(panel)
    panel.resize(1046, 470)  # what is left of 1280 x 720
    panel.show()
    tabs = next(tabs for tabs in panel.findChildren(QTabWidget) if tabs.cornerWidget())
    corner = tabs.cornerWidget()
    buttons = corner.findChildren(QPushButton)

    assert [button.text() for button in buttons] == ["−", "Fit", "+"]
    for button in buttons:
        assert button.width() >= button.fontMetrics().horizontalAdvance(button.text()) + 12
        assert button.width() >= 28
    for one, other in pairwise(buttons):
        assert other.x() - one.geometry().right() >= 4
    assert corner.rect().contains(buttons[-1].geometry())
    order = panel.order.geometry()
    assert corner.rect().contains(order)
    assert panel.order.width() >= panel.order.sizeHint().width()
    assert order.right() < buttons[0].mapTo(corner, buttons[0].rect().topLeft()).x()
    right = corner.mapTo(tabs, buttons[-1].geometry().topRight()).x()
    assert right <= tabs.width() - 8


@pytest.fixture
def panel(qtbot, colours):  # noqa: ARG001 - it draws
    panel = AttentionPanel()
    qtbot.addWidget(panel)
    return panel


def choose(box, measure):
    """As a person does: `activated` comes of no change in the program."""
    box.setCurrentIndex(box.findData(measure))
    box.activated.emit(box.currentIndex())


def test_norms_are_offered_where_they_are_known_and_said_in_words(panel):
    box, random = panel.options.measure, np.random.default_rng(1)
    cross = random.dirichlet(np.ones(2), size=(1, 1, 2))
    panel.shown.show_record(make_record(TEXT, TEXT, cross=cross))
    assert (box.isEnabled(), box.currentText()) == (False, "Weights")

    norms = random.random((1, 1, 2, 2))
    panel.shown.show_record(make_record(TEXT, TEXT, cross=cross, norms=norms))
    assert (box.isEnabled(), box.currentText(), box.count()) == (True, "Weights", 2)
    choose(box, Measure.NORMS)

    assert panel.shown.reading == Reading(measure=Measure.NORMS)
    assert panel.options.said.endswith(", norms")
    words = cell_words(panel.shown.view, 0, 1)
    share = norms[0, 0, 0, 1] / norms[0, 0, 0].sum()
    assert words == f"{isolate('▁a')} takes from {isolate('</s>')}: {share:.4f}"


def test_contributions_are_said_beside_the_share_of_what_was_written(panel):
    random = np.random.default_rng(2)
    cross = random.dirichlet(np.ones(2), size=(2, 3, 2))
    alti = np.array([[0.2, 0.1], [0.3, 0.3]]) * np.ones((2, 1, 1, 1))
    panel.shown.show_record(make_record(TEXT, TEXT, cross=cross, alti=alti))
    panel.shown.read_as(Reading(1, 2))
    choose(panel.options.measure, Measure.ALTI)

    assert panel.options.measure.currentText() == "Contributions"
    assert panel.shown.reading == Reading(1, measure=Measure.ALTI)
    said = "55% from the text so far · layer 1, all heads, contributions"
    assert panel.options.said == said
    words = cell_words(panel.shown.view, 0, 1)
    taken = f"{isolate('▁a')} takes from {isolate('</s>')}: 0.3333"
    assert words == f"{taken} of the source's 30%"
    assert panel.heads.title.endswith("Heads have no contributions of their own.")
    overview = panel.heads.overview
    for layer in (None, 0, 1):  # and no head has a picture
        assert not overview.thumb_rect(Reading(layer, measure=Measure.ALTI)).isEmpty()
    with pytest.raises(StopIteration):
        overview.thumb_rect(Reading(1, 2, measure=Measure.ALTI))
    panel.shown.show_record(None)
    assert (panel.options.measure.isEnabled(), panel.options.said) == (False, "")


def test_what_is_looked_at_nearly_as_much_has_no_line_but_is_shown_by_a_click(panel):
    source = "a b", (Token("▁a", 0, 1), Token("▁b", 2, 3))
    target = "x", (Token("▁x", 0, 1),)
    panel.shown.show_record(make_record(source, target, cross=np.array([[[[0.56, 0.44]]]])))

    drawn = [curve.source for curve in panel.strips._picture().curves()]
    assert drawn == [0]
    assert "click a token to see all that it looks at" in panel.options.links.toolTip()
    panel.strips.choose(ChosenToken(Side.TARGET, 0))
    assert sorted(curve.source for curve in panel.strips._picture().curves()) == [0, 1]


def test_the_map_is_ordered_by_the_word_that_is_chosen(panel):
    cross = np.array([[[[0.2, 0.8], [0.9, 0.1]]]])
    panel.shown.show_record(make_record(TEXT, TEXT, cross=cross))
    panel.order.setCurrentIndex(1)
    panel.order.activated.emit(1)

    panel.strips.chosen.emit(ChosenToken(Side.TARGET, 0))
    assert (panel.heatmap.order.rows, panel.heatmap.order.columns) == ((0, 1), (1, 0))
    panel.strips.hovered.emit(ChosenToken(Side.TARGET, 1))  # nothing moves under the pointer
    assert panel.heatmap.order.columns == (1, 0)
    panel.strips.chosen.emit(ChosenToken(Side.SOURCE, 0))
    assert (panel.heatmap.order.rows, panel.heatmap.order.columns) == ((1, 0), (0, 1))
    panel.heatmap.chosen.emit(CellPlace(0, 1))
    assert panel.heatmap.order.columns == (1, 0)
    panel.let_go()
    assert panel.heatmap.order.is_of_text
    panel.shown.show_record(make_record(TEXT, TEXT, cross=cross[..., ::-1]))
    panel.strips.chosen.emit(ChosenToken(Side.TARGET, 1))
    assert panel.heatmap.order.columns == (1, 0)  # the choice of an order stays
