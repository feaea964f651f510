"""Heads and layers switched off among their maps: the model computes without them."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from what_if_pages import assert_shows, compared_by_hand, settled

from attnstudio.gui.inspector.head_changes import HeadChanges
from attnstudio.gui.inspector.what_if_changes import ChangeHistory, heads_off
from attnstudio.gui.look.theme import colours_of
from attnstudio.interpretation.reach_of_change import reach_of
from attnstudio.model.intervention import HeadAddress, Intervention, Spread
from attnstudio.project.head_ablation import HeadAblation, Worth
from attnstudio.reading import Reading
from attnstudio.sites import CROSS, ENCODER_SELF, SOURCE, TARGET, Site


def off(*heads):
    return Intervention(ablated_heads=frozenset(HeadAddress(CROSS, *head) for head in heads))


def shift_click(qtbot, overview, reading):
    place = overview.thumb_rect(reading).center()
    button, shift = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
    qtbot.mouseClick(overview, button, shift, place)


@pytest.mark.parametrize(("name", "layer"), [("tiny", 1), ("bahdanau", 0)])
def test_a_head_is_switched_off_and_on_by_a_click_on_its_map(
    qtbot, studio, asked, trained, name, layer
):
    page = asked(name)
    page.panel.side.setCurrentWidget(page.panel.heads)
    overview, what_if = page.panel.heads.overview, page.what_if
    shown = page.panel.shown.reading
    head = Reading(layer, 0)
    shift_click(qtbot, overview, page.panel.shown.of_head(layer, 0))
    settled(qtbot, studio)
    assert page.panel.shown.reading == shown, "what is looked at stays"
    assert overview._changes.is_off(head)
    page.panel.side.setCurrentWidget(what_if)
    what_if.show_page(what_if.attention)
    assert_shows(page, compared_by_hand(page, trained, off((layer, 0))))
    assert what_if.attention.changes.text() == f"• off: layer {layer}, head 0"

    page.panel.side.setCurrentWidget(page.panel.heads)
    shift_click(qtbot, overview, page.panel.shown.of_head(layer, 0))
    settled(qtbot, studio)
    assert what_if.what_if.changes == ()
    assert not overview._changes.is_off(head)


def test_a_head_is_switched_off_where_its_worth_is_shown(qtbot, studio, asked, trained):
    page = asked("tiny")
    heads, what_if = page.what_if.heads, page.what_if
    what_if.show_page(heads)
    whole = Worth(np.array([-3.0, -5.0]), bleu=None, aer=None)
    without = {HeadAddress(CROSS, layer, head): whole for layer in (0, 1) for head in (0, 1)}
    subject = what_if.what_if.subject
    found = HeadAblation(2, 12, {CROSS: (2, 2)}, whole, without, None)
    what_if.what_if._heads[subject.run.name, subject.step] = found
    what_if.what_if.heads_found.emit(found)
    shown = page.panel.shown.reading
    table, shift = heads.map, Qt.KeyboardModifier.ShiftModifier
    place = table.visualItemRect(table.item(1, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, shift, place)
    settled(qtbot, studio)

    assert page.panel.shown.reading == shown, "what is looked at stays"
    assert heads_off(what_if.what_if.changes) == off((1, 0)).ablated_heads
    struck = {
        (row, column)
        for row in (0, 1)
        for column in (0, 1)
        if table.item(row, column).font().strikeOut()
    }
    assert struck == {(1, 0)}
    assert "switched off" in table.item(1, 0).toolTip()
    what_if.show_page(what_if.attention)
    assert_shows(page, compared_by_hand(page, trained, off((1, 0))))

    what_if.show_page(heads)
    table.setCurrentCell(1, 0)
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    settled(qtbot, studio)
    assert what_if.what_if.changes == ()
    assert not table.item(1, 0).font().strikeOut()


def test_a_layer_is_switched_off_and_one_of_its_heads_on_again(qtbot, studio, asked, trained):
    page = asked("tiny")
    overview, what_if = page.panel.heads.overview, page.what_if
    page.panel.side.setCurrentWidget(page.panel.heads)
    shift_click(qtbot, overview, page.panel.shown.of_head(1, None))
    settled(qtbot, studio)
    assert heads_off(what_if.what_if.changes) == off((1, 0), (1, 1)).ablated_heads
    shift_click(qtbot, overview, page.panel.shown.of_head(1, 1))
    settled(qtbot, studio)
    page.panel.side.setCurrentWidget(what_if)
    what_if.show_page(what_if.attention)
    assert_shows(page, compared_by_hand(page, trained, off((1, 0))))
    what_if.attention.undo.click()  # the whole layer again
    settled(qtbot, studio)
    assert_shows(page, compared_by_hand(page, trained, off((1, 0), (1, 1))))


def test_the_keyboard_switches_off_and_takes_back(qtbot, studio, asked):
    page = asked("tiny")
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.panel.side.setCurrentWidget(page.panel.heads)
    overview, what_if = page.panel.heads.overview, page.what_if.what_if
    page.panel.shown.read_as(page.panel.shown.of_head(0, 1))
    overview.setFocus()
    qtbot.keyClick(overview, Qt.Key.Key_Delete)
    assert heads_off(what_if.changes) == off((0, 1)).ablated_heads
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert what_if.changes == ()
    settled(qtbot, studio)


def test_the_menu_of_a_map_switches_its_head_and_its_layer(qtbot, studio, asked):
    page = asked("tiny")
    page.panel.side.setCurrentWidget(page.panel.heads)
    overview, what_if = page.panel.heads.overview, page.what_if.what_if
    page.panel.shown.read_as(page.panel.shown.of_head(1, 0))
    where = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(overview, where)
    menu = overview.findChild(QMenu)
    assert [action.text() for action in menu.actions()] == [
        "Switch off head 0 of layer 1", "Switch off layer 1", "Hold its &lines",
    ]  # fmt: skip
    menu.actions()[1].trigger()
    menu.close()
    settled(qtbot, studio)
    assert heads_off(what_if.changes) == off((1, 0), (1, 1)).ablated_heads
    again = overview.menu_of(page.panel.shown.reading)
    assert again.actions()[0].text() == "Switch on head 0 of layer 1"
    again.close()


def test_what_the_change_can_reach_is_shaded_and_nothing_below_it(qtbot, studio, asked):
    page = asked("tiny")
    page.panel.side.setCurrentWidget(page.panel.heads)
    overview, shown = page.panel.heads.overview, page.panel.shown
    shift_click(qtbot, overview, shown.of_head(0, 1))
    settled(qtbot, studio)
    expected = reach_of(off((0, 1)), shown.record, Spread.LAYERS).rows
    soft = colours_of(overview.palette()).accent_soft
    for site in (CROSS, ENCODER_SELF):
        shown.choose_site(site)
        image = overview.grab().toImage()
        for layer in range(2):
            for head in range(2):
                rect = overview.thumb_rect(shown.of_head(layer, head))
                beside = image.pixelColor(rect.left() - 4, rect.center().y()).name()
                assert (beside == soft) is bool(expected[site][layer, head].any())
    assert "can reach" in page.panel.heads.title
    assert not expected[ENCODER_SELF].any()
    assert expected[CROSS][1].any()


def test_a_head_that_is_off_is_crossed_out_in_every_order(qtbot, studio, asked):
    page = asked("tiny")
    page.panel.side.setCurrentWidget(page.panel.heads)
    overview, shown = page.panel.heads.overview, page.panel.shown
    error = colours_of(overview.palette()).error
    shift_click(qtbot, overview, shown.of_head(0, 1))
    settled(qtbot, studio)
    for order in range(page.panel.heads.figures.order.count()):
        page.panel.heads.figures.order.setCurrentIndex(order)
        page.panel.heads.figures.order.activated.emit(order)
        image = overview.grab().toImage()
        for reading in overview.readings:
            crossed = image.pixelColor(overview.thumb_rect(reading).center()).name() == error
            assert crossed is ((reading.layer, reading.head) == (0, 1))
    assert "switched off" in overview._words(
        next(thumb for thumb in overview._thumbs if thumb.reading == shown.of_head(0, 1))
    )


def test_a_map_that_was_worked_out_has_nothing_to_switch_off(qtbot, studio, asked):
    page = asked("tiny")
    page.panel.shown.keep(True)
    page.panel.side.setCurrentWidget(page.panel.heads)
    assert "switches a head off" in page.panel.heads.title
    overview = page.panel.heads.overview
    record = page.panel.shown.record
    worked_out = Site("worked_out", TARGET, SOURCE)
    page.panel.shown.add_analyses({worked_out: record.matrices[CROSS]})
    page.panel.shown.choose_site(worked_out)
    assert "switches a head off" not in page.panel.heads.title
    told = []
    overview.switch_asked.connect(told.append)
    qtbot.keyClick(overview, Qt.Key.Key_Delete)
    assert told == []
    menu = overview.menu_of(page.panel.shown.reading)
    assert len(menu.actions()) == 1
    menu.close()
    settled(qtbot, studio)


# without a window


def test_a_layer_is_off_where_all_its_heads_are():
    changes = HeadChanges((2, 2), frozenset({(1, 0), (1, 1), (0, 0)}))
    assert changes.is_off(Reading(1, None))
    assert changes.is_off(Reading(1, 0))
    assert not changes.is_off(Reading(0, None))
    assert not changes.is_off(Reading())
    assert not HeadChanges((0, 0)).is_off(Reading()), "no heads are no heads that are off"


def test_an_average_is_reached_where_one_of_its_heads_is():
    reached = np.array([[False, False], [False, True]])
    changes = HeadChanges((2, 2), frozenset(), reached)
    assert changes.is_reached(Reading(1, None))
    assert changes.is_reached(Reading())
    assert not changes.is_reached(Reading(0, None))
    assert not changes.is_reached(Reading(1, 0))


def heads(*places):
    return [HeadAddress(CROSS, *place) for place in places]


def test_every_step_is_undone_for_itself():
    layer = ChangeHistory().switched(Reading(1, None), heads((1, 0), (1, 1)))
    other = layer.switched(Reading(0, 0), heads((0, 0)))
    less = other.switched(Reading(1, 0), heads((1, 0)))
    assert heads_off(less.now) == set(heads((1, 1), (0, 0)))
    assert [change.words for change in less.now] == [
        "off: layer 1, head 1", "off: layer 0, head 0",
    ]  # fmt: skip
    assert less.undone() == other
    assert less.undone().undone() == layer
    none = less.changed_to(())
    assert none.can_undo
    assert none.undone() == less
    assert not ChangeHistory().can_undo
    assert ChangeHistory().undone() == ChangeHistory()
