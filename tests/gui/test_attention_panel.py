"""The chips, the map and what stands around them."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtWidgets import QPushButton, QTabWidget
from records import make_record

from attnstudio.axes import Measure, Reading
from attnstudio.gui.inspector.attention_panel import AttentionPanel
from attnstudio.gui.widgets.site_words import cell_words
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
    right = corner.mapTo(tabs, buttons[-1].geometry().topRight()).x()
    assert right <= tabs.width() - 8


@pytest.mark.usefixtures("colours")
def test_norms_are_offered_where_they_are_known_and_said_in_words(qtbot):
    panel = AttentionPanel()
    qtbot.addWidget(panel)
    box, random = panel.options.norms, np.random.default_rng(1)
    cross = random.dirichlet(np.ones(2), size=(1, 1, 2))
    panel.shown.show_record(make_record(TEXT, TEXT, cross=cross))
    assert not box.isEnabled()

    norms = random.random((1, 1, 2, 2))
    panel.shown.show_record(make_record(TEXT, TEXT, cross=cross, norms=norms))
    assert (box.isEnabled(), box.isChecked()) == (True, False)
    box.click()

    assert panel.shown.reading == Reading(measure=Measure.NORMS)
    assert panel.options.said.endswith(", norms")
    words = cell_words(panel.shown.view, 0, 1)
    share = norms[0, 0, 0, 1] / norms[0, 0, 0].sum()
    assert words == f"{isolate('▁a')} takes from {isolate('</s>')}: {share:.4f}"
