"""A taught head is read one step later, the others at their own, until a person chooses a step."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from records import make_record

from attnstudio.corpus.alignment import Alignment, GoldLinks
from attnstudio.evaluation.reading import choose_reading
from attnstudio.gui.inspector.attention_panel import AttentionPanel
from attnstudio.reading import Reading, ReadingMethod
from attnstudio.sites import CROSS
from attnstudio.tokenizer import Token, end_token

SOURCE = ("der Hund", (Token("▁der", 0, 3), Token("▁Hund", 4, 8), end_token("der Hund")))
TARGET = ("a dog", (Token("▁a", 0, 1), Token("▁dog", 2, 5), end_token("a dog")))
TAUGHT = Reading(1, 0, ReadingMethod.SHIFTED)
OTHERS = [Reading(), Reading(0), Reading(1), Reading(0, 0), Reading(0, 1), Reading(1, 1)]


def record_of(taught=TAUGHT):
    """The taught head finds each word one step later, all others at once."""
    cross = np.zeros((2, 2, 3, 3), np.float32)
    cross[:] = np.eye(3)
    cross[TAUGHT.layer, TAUGHT.head] = np.roll(np.eye(3), 1, axis=0)
    return replace(make_record(SOURCE, TARGET, cross=cross), taught=taught)


def choice_of(record):
    spans = ((0, 3), (4, 8)), ((0, 1), (2, 5))
    links = Alignment(frozenset({(0, 0), (1, 1)}), frozenset({(0, 0), (1, 1)}))
    return choose_reading([record], [GoldLinks(*spans, links)])


@pytest.fixture
def panel(qtbot, colours):  # noqa: ARG001 - it draws
    panel = AttentionPanel()
    qtbot.addWidget(panel)
    panel.resize(1000, 620)
    panel.show()
    panel.shown.show_record(record_of())
    return panel


def test_the_overview_reads_every_head_at_its_own_step(panel):
    assert set(panel.heads.overview.readings) == {TAUGHT, *OTHERS}
    assert "Read one step later than the others: layer 1, head 0." in panel.heads.title


def test_a_head_that_is_clicked_is_read_at_its_own_step(qtbot, panel):
    overview, shown = panel.heads.overview, panel.shown

    for reading in (Reading(0, 1), TAUGHT, Reading(1, 1)):
        place = overview.thumb_rect(reading).center()
        qtbot.mouseClick(overview, Qt.MouseButton.LeftButton, pos=place)
        weights = record_of().matrices[CROSS].weights[reading.layer, reading.head]
        rows = weights[[1, 2, 2]] if reading == TAUGHT else weights
        assert shown.reading == reading
        np.testing.assert_array_equal(shown.view.weights, rows)
        assert panel.options.shifted.isChecked() is (reading == TAUGHT)
        assert set(overview.readings) == {TAUGHT, *OTHERS}


@pytest.mark.parametrize("method", ReadingMethod)
def test_a_step_that_a_person_chose_is_that_of_all_heads(panel, method):
    panel.options.shifted.setChecked(method is ReadingMethod.NAIVE)
    panel.options.shifted.setChecked(method is ReadingMethod.SHIFTED)

    readings = panel.heads.overview.readings
    assert {reading.method for reading in readings} == {method}
    assert "than the others" not in panel.heads.title
    panel.shown.show_record(record_of())  # another sentence
    assert {reading.method for reading in panel.heads.overview.readings} == {method}
    panel.shown.show_record(record_of(taught=None))  # another model: nobody chose for it
    panel.shown.show_record(record_of())
    assert set(panel.heads.overview.readings) == {TAUGHT, *OTHERS}


def test_held_heads_are_read_at_their_own_step(panel):
    panel.shown.read_as(Reading(0, 0))
    panel.shown.hold(TAUGHT)
    panel.shown.hold(Reading(0, 1))

    assert panel.shown.held == (TAUGHT, Reading(0, 1))


def test_what_was_measured_to_be_best_keeps_its_step(panel):
    best = Reading(0, None, ReadingMethod.SHIFTED)
    panel.shown.show_record(record_of(taught=None))
    panel.shown.show_record(record_of(), best)
    panel.shown.read_as(Reading(1, 1))

    assert best in panel.heads.overview.readings
    assert panel.shown.of_head(0, 1) == Reading(0, 1)


def test_without_a_taught_head_all_are_read_as_the_one_that_is(panel):
    panel.shown.show_record(record_of(taught=None), Reading(0, 1, ReadingMethod.SHIFTED))

    methods = {reading.method for reading in panel.heads.overview.readings}
    assert methods == {ReadingMethod.SHIFTED}


def test_the_errors_of_untaught_heads_are_those_of_their_own_step(panel):
    panel.heads.show_choice(choice_of(record_of()))

    overview = panel.heads.overview
    errors = {thumb.reading: thumb.error for thumb in overview._thumbs}
    assert errors[TAUGHT] == errors[Reading(0, 1)] == errors[Reading(1, 1)] == 0.0
    assert "read one step later, error of its links 0.00" in overview.accessibleDescription()
    panel.shown.read_as(Reading(0, 1))
    assert "step" not in overview.accessibleDescription()
