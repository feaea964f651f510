"""A head at another temperature: its weights are those of the divided scores."""

import numpy as np
import pytest
from what_if_pages import assert_shows, compared_by_hand, settled

from attnstudio.gui.inspector.temperature_slider import TemperatureSlider
from attnstudio.gui.inspector.what_if_changes import ChangeHistory, temperature_of
from attnstudio.interpretation.formula import CardKind
from attnstudio.model.intervention import HeadAddress, Intervention
from attnstudio.reading import Reading
from attnstudio.sites import CROSS

HEAD = HeadAddress(CROSS, 0, 0)


def at(temperature, head=HEAD):
    return Intervention(temperatures={head: temperature})


@pytest.mark.parametrize("name", ["tiny", "bahdanau"])
def test_a_head_is_evened_out_and_is_as_it_was_in_the_middle(qtbot, studio, asked, trained, name):
    page = asked(name)
    attention, shown = page.what_if.attention, page.panel.shown
    page.what_if.show_page(attention)
    shown.read_as(Reading(0, 0))
    before = shown.view.weights.astype(np.float64)
    attention.temperature.setValue(30)
    assert attention._temperature.text() == "T = 3.98"
    qtbot.waitUntil(lambda: bool(page.what_if.what_if.changes))
    settled(qtbot, studio)
    temperature = 10**0.6
    assert attention.changes.text().startswith("• temperature 3.98: layer 0")
    assert_shows(page, compared_by_hand(page, trained, at(temperature)))

    page.panel.change_note.with_change.click()
    evened = before ** (1 / temperature)  # softmax(s / T) is softmax(s) to the power of 1 / T
    evened /= evened.sum(axis=1, keepdims=True)
    rows = slice(None) if name == "tiny" else 0  # later states of a recurrent model are others
    np.testing.assert_allclose(shown.view.weights[rows], evened[rows], atol=1e-5)

    attention.temperature.setValue(0)
    qtbot.waitUntil(lambda: not page.what_if.what_if.changes)
    settled(qtbot, studio)
    np.testing.assert_array_equal(shown.view.weights, before.astype(shown.view.weights.dtype))


def test_the_slider_is_where_the_head_is(qtbot, studio, asked):
    page = asked("tiny")
    attention = page.what_if.attention
    page.what_if.show_page(attention)
    page.panel.shown.read_as(Reading(1, 0))
    page.what_if.set_temperature(Reading(1, 0), 0.5)
    settled(qtbot, studio)
    assert attention.temperature.temperature == pytest.approx(0.5, abs=0.02)
    page.panel.shown.read_as(Reading(1, 1))
    assert attention.temperature.value() == 0
    page.panel.shown.read_as(Reading(1, 0))
    assert attention.temperature.value() < 0
    page.what_if.what_if.undo()
    settled(qtbot, studio)
    assert attention.temperature.value() == 0


def test_the_card_hands_its_temperature_to_the_model(qtbot, studio, asked, trained):
    page = asked("tiny")
    page.panel.shown.read_as(Reading(1, None))  # an average: the card is of one head
    page.panel.side.setCurrentWidget(page.formula)
    settled(qtbot, studio)
    page.formula.head.setCurrentIndex(1)
    card = next(each for each in page.formula.cards if each.card.kind is CardKind.SOFTMAX)
    card.temperature.setValue(-20)
    assert page.what_if.what_if.changes == (), "it changes the card alone until it is applied"
    card.apply.click()
    settled(qtbot, studio)
    page.panel.side.setCurrentWidget(page.what_if)
    page.what_if.show_page(page.what_if.attention)
    assert_shows(page, compared_by_hand(page, trained, at(10**-0.4, HeadAddress(CROSS, 1, 1))))


# without a window


def test_one_is_no_change_and_another_takes_the_place():
    reading = Reading(0, 0)
    warm = ChangeHistory().at_temperature(reading, [HEAD], 2.0)
    assert temperature_of(warm.now, HEAD) == 2.0
    hot = warm.at_temperature(reading, [HEAD], 4.0)
    assert [change.words for change in hot.now] == ["temperature 4.00: layer 0, head 0"]
    assert hot.at_temperature(reading, [HEAD], 1.0).now == ()
    assert ChangeHistory().at_temperature(reading, [HEAD], 1.0) == ChangeHistory()
    assert temperature_of((), HEAD) == 1.0


@pytest.mark.usefixtures("qapp")
def test_the_ends_of_the_slider_are_a_tenth_and_ten():
    slider = TemperatureSlider()
    for step, temperature in ((-50, 0.1), (0, 1.0), (50, 10.0)):
        slider.setValue(step)
        assert slider.temperature == pytest.approx(temperature)
    for temperature in (0.1, 1.0, 3.98, 10.0):
        slider.show_temperature(temperature)
        assert slider.temperature == pytest.approx(temperature, rel=0.02)
