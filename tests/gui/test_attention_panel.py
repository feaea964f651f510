"""The chips, the map and what stands around them."""

from itertools import pairwise

import pytest
from PySide6.QtWidgets import QPushButton, QTabWidget

from attnstudio.gui.inspector.attention_panel import AttentionPanel


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
