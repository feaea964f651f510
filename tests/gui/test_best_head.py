"""Which head links words best is told and shown to, and what is looked at stays."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QScrollArea
from records import make_record

from attnstudio.corpus.alignment import Alignment, GoldLinks
from attnstudio.evaluation.reading import choose_reading
from attnstudio.gui.inspector.attention_panel import AttentionPanel
from attnstudio.gui.inspector.best_head import BestHead
from attnstudio.reading import Measure, Reading
from attnstudio.tokenizer import Token, end_token

SOURCE = ("der Hund", (Token("▁der", 0, 3), Token("▁Hund", 4, 8), end_token("der Hund")))
TARGET = ("a dog", (Token("▁a", 0, 1), Token("▁dog", 2, 5), end_token("a dog")))
LAYERS, HEADS = 8, 4
BEST = Reading(LAYERS - 1, 2)


def record_of(taught=None):
    """The last layer alone has a head that links the words."""
    cross = np.zeros((LAYERS, HEADS, 3, 3), np.float32)
    cross[..., 2] = 1.0
    cross[BEST.layer, BEST.head] = np.eye(3)
    return replace(make_record(SOURCE, TARGET, cross=cross), taught=taught)


def choice_of(record):
    spans = ((0, 3), (4, 8)), ((0, 1), (2, 5))
    links = Alignment(frozenset({(0, 0), (1, 1)}), frozenset({(0, 0), (1, 1)}))
    return choose_reading([record], [GoldLinks(*spans, links)])


@pytest.fixture
def panel(qtbot):
    panel = AttentionPanel()
    qtbot.addWidget(panel)
    panel.resize(1000, 620)
    panel.show()
    return panel


def test_the_answer_is_told_and_in_sight_and_what_is_looked_at_stays(panel):
    record, heads = record_of(), panel.heads
    panel.shown.show_record(record, Reading(1, 1))
    choice = choice_of(record)
    assert choice.reading == BEST

    heads.show_choice(choice)

    assert panel.shown.reading == Reading(1, 1)
    line = heads.findChild(BestHead)
    assert line.text().startswith("The best of all that was tried: layer 7, head 2, 0.00.")
    assert "taught" not in line.text()
    seen = heads.findChild(QScrollArea).viewport().rect()
    place = heads.overview.best_rect
    assert place.contains(heads.overview.thumb_rect(BEST))
    assert seen.contains(place.translated(heads.overview.pos()))
    line.linkActivated.emit("best")
    assert panel.shown.reading == BEST
    assert "<a " not in line.text()


def test_another_measure_has_its_own_star_and_the_line_leads_to_the_best(panel):
    record = record_of()
    best = Reading(LAYERS - 1, 2, measure=Measure.NORMS)
    choice = replace(choice_of(record), reading=best)
    panel.shown.show_record(record, BEST)

    panel.heads.show_choice(choice)

    words = panel.heads.overview.accessibleDescription()
    assert words.endswith("error of its links 0.00, the least as shown now")
    assert "<a " in panel.heads.findChild(BestHead).text()


def test_a_head_that_was_taught_such_links_wins_no_wonder(panel):
    record = record_of(taught=BEST)
    panel.shown.show_record(record, Reading())

    panel.heads.show_choice(choice_of(record))

    words = panel.heads.findChild(BestHead).text()
    assert "Layer 7, head 2, was taught links like these: no wonder that it does well" in words


def test_without_an_answer_there_is_no_line(panel):
    record = record_of()
    panel.shown.show_record(record, Reading())
    line = panel.heads.findChild(BestHead)
    assert not line.isVisible()
    panel.heads.show_choice(choice_of(record))
    assert line.isVisible()

    panel.heads.show_choice(None)

    assert not line.isVisible()
