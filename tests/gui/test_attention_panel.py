"""The chips, the map and what stands around them."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QPushButton, QTabWidget
from records import make_record

from attnstudio.gui.inspector.attention_panel import AttentionPanel
from attnstudio.gui.look.theme import colours_of
from attnstudio.gui.widgets.heatmap_geometry import CellPlace
from attnstudio.gui.widgets.site_words import cell_words
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.interpretation.head_figures import HeadFigure
from attnstudio.interpretation.lettering import isolate
from attnstudio.reading import Measure, Reading
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


# --- weights of exactly 0 ------------------------------------------------------------------------

FOUR = ("abc", (*(Token(f"▁{each}", n, n + 1) for n, each in enumerate("abc")), end_token("abc")))
SPARSE = np.array([[[0.75, 0.25, 0.0, 0.0], [0.0, 0.999999, 0.000001, 0.0]]])
DENSE = np.array([[[0.7, 0.1, 0.1, 0.1], [0.1, 0.2, 0.3, 0.4]]])


def of_weights(*heads):
    return make_record(FOUR, TEXT, cross=np.concatenate(heads)[None])


def test_a_row_that_leaves_places_out_says_how_many_it_looks_at(panel):
    panel.shown.show_record(of_weights(SPARSE))
    view = panel.shown.view

    a, b = isolate("▁a"), isolate("▁b")
    assert cell_words(view, 0, 1) == f"{a} looks at {b}: 0.2500; looks at 2 of 4 tokens"
    assert cell_words(view, 0, 2).split(": ")[1] == "0; looks at 2 of 4 tokens"
    assert cell_words(view, 1, 2).split(": ")[1] == "< 0.0001; looks at 2 of 4 tokens"
    model = panel.weights
    assert [model.data(model.index(1, n)) for n in range(4)] == ["0", "1.0000", "< 0.0001", "0"]
    assert panel.options.said.startswith("looks at 2.0 of 4 tokens on average · ")
    panel.heatmap.choose(CellPlace(1, 0))
    assert panel.heatmap.accessibleDescription().endswith(": 0; looks at 2 of 4 tokens")
    said = panel.strips.accessibleDescription()
    assert "looks at: b 1.00, c 0.00; looks at 2 of 4 tokens" in said
    panel.strips.choose(ChosenToken(Side.TARGET, 1))
    curves = panel.strips._picture().curves()
    assert [(curve.source, curve.target) for curve in curves] == [(1, 1)]


def test_nothing_is_said_of_zeros_where_there_are_none(panel):
    panel.shown.show_record(of_weights(DENSE))

    assert "tokens" not in panel.options.said
    assert cell_words(panel.shown.view, 0, 1).endswith("0.1000")
    panel.strips.choose(ChosenToken(Side.TARGET, 1))
    assert "of 4" not in panel.strips.accessibleDescription()


def test_how_much_is_left_out_can_be_chosen_only_where_anything_is(panel):
    figures = panel.heads.figures
    panel.shown.show_record(of_weights(SPARSE, DENSE))
    figures.figure.setCurrentIndex(figures.figure.findData(HeadFigure.ZEROS))

    assert panel.heads.overview.figure_of(Reading(0, 0)) == 0.5
    assert panel.heads.overview.figure_of(Reading(0, 1)) == 0.0
    assert "they are left out" in panel.heads.title

    panel.shown.show_record(of_weights(DENSE, DENSE))

    assert figures.figure.findData(HeadFigure.ZEROS) == -1
    assert figures.sorting.figure is HeadFigure.SPREAD
    assert "spread" in panel.heads.title


def test_blank_cells_are_of_the_panel_and_small_ones_are_not(panel):
    panel.resize(900, 600)
    panel.show()
    panel.shown.show_record(of_weights(SPARSE))
    image = panel.heatmap.viewport().grab().toImage()
    ground = QColor(colours_of(panel.palette()).panel)

    def corner(row, column):
        place = panel.heatmap.cell_rect(CellPlace(row, column)).topLeft()
        return image.pixelColor(place.x() + 3, place.y() + 3)

    is_blank = [[corner(row, column) == ground for column in range(4)] for row in range(2)]
    assert is_blank == (SPARSE[0] == 0).tolist()
