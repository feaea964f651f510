"""The line that tells a taught head from others, and leads from one to the other."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel
from records import make_record

from attnstudio.gui.inspector.attention_panel import AttentionPanel
from attnstudio.gui.inspector.taught_note import TaughtNote
from attnstudio.gui.training.watch_timeline import WatchTimeline
from attnstudio.reading import Reading, ReadingMethod
from attnstudio.tokenizer import Token, end_token

SOURCE = ("Hund", (Token("▁Hund", 0, 4), end_token("Hund")))
TARGET = ("a dog", (Token("▁a", 0, 1), Token("▁dog", 1, 5), end_token("a dog")))
TAUGHT = Reading(1, 0, ReadingMethod.SHIFTED)


def record_of(layers=2, heads=2, taught=TAUGHT):
    cross = np.full((layers, heads, 3, 2), 0.5, np.float32)
    return replace(make_record(SOURCE, TARGET, cross=cross), taught=taught)


@pytest.fixture
def panel(qtbot):
    panel = AttentionPanel()
    qtbot.addWidget(panel)
    panel.show()
    return panel


def note_of(panel):
    return panel.findChild(TaughtNote)


def test_a_taught_head_is_called_so_and_compared_with_one_that_was_not(panel):
    panel.shown.show_record(record_of(), TAUGHT)
    note = note_of(panel)

    assert note.isVisible()
    assert "This head was taught" in note.text()
    note.linkActivated.emit("other")
    assert panel.shown.reading == Reading(1, 1)  # an untaught head looks before it writes
    assert "Nobody taught" in note.text()
    note.linkActivated.emit("other")
    assert panel.shown.reading == TAUGHT
    assert "This head was taught" in note.text()


def test_heads_are_compared_at_the_step_that_a_person_chose(panel):
    panel.shown.show_record(record_of(), TAUGHT)
    panel.options.shifted.setChecked(False)
    panel.options.shifted.setChecked(True)

    note_of(panel).linkActivated.emit("other")

    assert panel.shown.reading == Reading(1, 1, ReadingMethod.SHIFTED)
    assert panel.options.shifted.isChecked()


def test_a_moment_of_a_training_says_that_its_head_was_taught(qtbot):
    timeline = WatchTimeline()
    qtbot.addWidget(timeline)
    said = []
    for reading in (TAUGHT, Reading(1, 1), Reading()):
        timeline.show_record(record_of(), reading)
        said += [w.text() for w in timeline.findChildren(QLabel) if "beam of 1" in w.text()]

    assert ["taught where to look" in words for words in said] == [True, False, False]


def test_an_average_with_a_taught_head_says_so(panel):
    panel.shown.show_record(record_of(), Reading())

    assert "One of the heads in this average" in note_of(panel).text()
    panel.shown.read_as(Reading(0, None))
    assert "Nobody taught" in note_of(panel).text()


def test_a_single_head_has_none_to_compare_with(panel):
    panel.shown.show_record(record_of(1, 1, Reading(0, 0)), Reading())

    assert "This head was taught" in note_of(panel).text()
    assert "<a " not in note_of(panel).text()


def test_where_nothing_was_taught_that_is_said(panel):
    panel.shown.show_record(record_of(), TAUGHT)
    panel.shown.show_record(record_of(taught=None), Reading())

    assert note_of(panel).isVisible()
    assert note_of(panel).text() == "No head of this run was taught where to look."
    note_of(panel).linkActivated.emit("other")
    assert panel.shown.reading == Reading()
    panel.shown.show_record(None)
    assert not note_of(panel).isVisible()


def test_one_begins_with_the_taught_head(panel):
    panel.shown.show_record(record_of())

    assert panel.shown.reading == TAUGHT
    assert not panel.shown.is_best  # no gold links said so
