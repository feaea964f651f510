"""Minutes are written as people write them, and numbers stand at the right."""

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QSpinBox

from attnstudio.gui.training.minutes_box import MinutesBox


@pytest.fixture
def box(qtbot):
    box = MinutesBox("More minutes", 10.0)
    qtbot.addWidget(box)
    box.show()
    return box


@pytest.mark.parametrize(
    ("minutes", "text"), [(10.0, "10 min"), (0.5, "0.5 min"), (1234.0, "1,234 min")]
)
def test_whole_minutes_have_no_decimals(box, minutes, text):
    box.setValue(minutes)

    assert box.text() == text


@pytest.mark.parametrize(("typed", "minutes"), [("7", 7.0), ("2.5", 2.5), ("1,500", 1500.0)])
def test_what_is_typed_is_read_in_either_form(qtbot, box, typed, minutes):
    box.setLocale(QLocale(QLocale.Language.English))
    box.selectAll()
    qtbot.keyClicks(box.lineEdit(), typed)

    assert box.value() == minutes


def test_the_arrows_go_by_whole_minutes(qtbot, box):
    qtbot.keyClick(box, Qt.Key.Key_Up)

    assert box.text() == "11 min"


def test_numbers_stand_at_the_right(qtbot, box):
    beam = QSpinBox()
    qtbot.addWidget(beam)
    beam.show()

    for spin in (box, beam):
        assert spin.alignment() & Qt.AlignmentFlag.AlignRight
