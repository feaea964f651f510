"""The attention over the whole screen: the same numbers, larger, and a way out."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGraphicsView
from records import make_record

from attnstudio.gui.inspector.lecture import Lecture
from attnstudio.gui.inspector.shown_attention import ShownAttention
from attnstudio.gui.widgets.heatmap_geometry import CellPlace
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.interpretation.colours import ColourMap
from attnstudio.interpretation.comparison import Comparison, with_heads_off
from attnstudio.interpretation.ordering import OrderKind
from attnstudio.interpretation.reach_of_change import reach_of
from attnstudio.model.intervention import HeadAddress, Intervention, Spread
from attnstudio.reading import Reading
from attnstudio.sites import CROSS, ENCODER_SELF
from attnstudio.tokenizer import Token, end_token

SOURCE = ("ab c", (Token("▁ab", 0, 2), Token("▁c", 2, 4), end_token("ab c")))
TARGET = ("x y", (Token("▁x", 0, 1), Token("▁y", 1, 3), end_token("x y")))
WEIGHTS = np.array([[0.5, 0.3, 0.2], [0.1, 0.8, 0.1], [0.0, 0.25, 0.75]])


@pytest.fixture
def shown(colours):  # noqa: ARG001 - it draws
    shown = ShownAttention()
    own = np.stack([WEIGHTS[::-1]])[None]
    shown.show_record(make_record(SOURCE, TARGET, cross=WEIGHTS[None, None], encoder_self=own))
    return shown


@pytest.fixture
def lecture(qtbot, shown):
    lecture = Lecture(shown)
    qtbot.addWidget(lecture)
    lecture.begin(ChosenToken(Side.TARGET, 1), links=True, sureness=False)
    qtbot.waitActive(lecture)
    return lecture


def test_it_fills_the_screen_with_what_is_looked_at(lecture, shown):
    assert lecture.isFullScreen()
    assert lecture.strips.weight_of(ChosenToken(Side.SOURCE, 1)) == 0.8
    assert lecture.heatmap.marked == (1, None)
    assert lecture.title == "Target over source · All layers, all heads"

    shown.hide_idle(True)
    assert lecture.title.endswith(" · Without </s> and punctuation")
    shown.hide_idle(False)
    shown.read_as(Reading(0, 0, site=ENCODER_SELF))
    assert lecture.title.startswith("Source over itself · ")
    lecture.strips.choose(ChosenToken(Side.TARGET, 0))
    assert lecture.strips.weight_of(ChosenToken(Side.SOURCE, 2)) == 0.75
    shown.set_colour_map(ColourMap.GREY)
    rect = lecture.heatmap.cell_rect(CellPlace(0, 1))
    image = lecture.heatmap.viewport().grab().toImage()
    pixel = image.pixelColor(rect.left() + 3, rect.top() + 3)
    assert pixel.getRgb()[0] == pixel.getRgb()[2]  # grey


def test_what_is_clicked_on_the_large_picture_is_chosen(qtbot, lecture):
    view = lecture.findChild(QGraphicsView)
    place = lecture.strips.rect_of(ChosenToken(Side.SOURCE, 2)).center().toPoint()
    in_content = lecture.strips.viewport().mapTo(lecture.strips.window(), place)
    assert view.transform().m11() > 1
    qtbot.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=view.mapFromScene(in_content.toPointF())
    )

    assert lecture.strips.choice == ChosenToken(Side.SOURCE, 2)
    assert lecture.heatmap.marked == (None, 2)


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_F11])
def test_a_key_leaves_it(qtbot, lecture, key):
    qtbot.keyClick(lecture, key)

    assert not lecture.isVisible()


def test_it_costs_nothing_while_it_is_not_seen(lecture, shown):
    lecture.close()
    before = lecture.title
    shown.read_as(Reading(0, 0, site=ENCODER_SELF))

    assert lecture.title == before


def test_it_has_the_order_of_the_map(qtbot, shown):
    lecture = Lecture(shown)
    qtbot.addWidget(lecture)
    lecture.begin(ChosenToken(Side.TARGET, 2), links=True, sureness=False, order=OrderKind.CHOICE)
    assert lecture.heatmap.order.columns == (2, 1, 0)  # 0.75, 0.25, 0
    lecture.strips.chosen.emit(ChosenToken(Side.TARGET, 1))
    assert lecture.heatmap.order.columns[0] == 1
    lecture.begin(None, links=True, sureness=False)
    assert lecture.heatmap.order.columns == (0, 1, 2)


def test_it_says_which_change_is_shown(lecture, shown):
    before = shown.record
    asked = Intervention(ablated_heads=frozenset({HeadAddress(CROSS, 0, 0)}))
    shown.change.tell(("off: layer 0, head 0",), asked.ablated_heads)
    after = with_heads_off(before, asked)
    reach = reach_of(asked, before, Spread.LAYERS)
    shown.change.compare(Comparison(asked, before, after, reach, "", ""))
    shown.change.show(True)
    assert lecture.title.endswith(" · With the change: off: layer 0, head 0")
    assert "Off: passes nothing on" in lecture.title
