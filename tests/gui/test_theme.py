"""Light and dark: every text can be read, and a switch reaches everything."""

import itertools

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from attnstudio.gui.look.scheme_switch import apply_colours, palette_of
from attnstudio.gui.look.theme import DARK, LIGHT, Scheme, choose_colours, colours_of, set_role

GROUNDS = ("window", "panel", "raised")
TEXTS = ("text", "muted", "accent", "success", "warning", "error")


def luminance(colour):
    """Relative luminance of WCAG 2.1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), list(itertools.product(TEXTS, GROUNDS)))
def test_every_text_colour_can_be_read_on_every_ground(colours, text, ground):
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_the_accent_and_on_what_is_chosen(colours):
    assert contrast(colours.on_accent, colours.accent) >= 4.5
    assert contrast(colours.text, colours.accent_soft) >= 4.5
    assert contrast(colours.text, colours.mark) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_curves_stand_out_from_the_panel_and_never_share_colour_and_dash(colours):
    series = [colours.series_of(index) for index in range(16)]

    assert len(set(series)) == 16
    # WCAG asks 3:1 of graphics; yellow on white cannot reach it, so a dash and a name help there
    assert sum(contrast(colour, colours.panel) >= 2.1 for colour in colours.series) == 8


def test_a_palette_tells_which_scheme_it_is(colours):
    assert colours_of(palette_of(colours)) is colours


@pytest.mark.parametrize(
    ("scheme", "system", "expected"),
    [
        (Scheme.SYSTEM, Qt.ColorScheme.Dark, DARK),
        (Scheme.SYSTEM, Qt.ColorScheme.Light, LIGHT),
        (Scheme.SYSTEM, Qt.ColorScheme.Unknown, LIGHT),
        (Scheme.LIGHT, Qt.ColorScheme.Dark, LIGHT),
        (Scheme.DARK, Qt.ColorScheme.Light, DARK),
    ],
)
def test_the_choice_of_the_person_comes_before_the_system(scheme, system, expected):
    assert choose_colours(scheme, system) is expected


def test_the_old_sheet_is_off_before_the_new_one_is_put_on_and_no_style_is_set_twice(qapp):
    apply_colours(qapp, LIGHT)
    calls = []

    class Watched:
        def __getattr__(self, name):
            def called(*arguments):
                calls.append((name, *arguments))
                return getattr(qapp, name)(*arguments)

            return called

    apply_colours(Watched(), DARK)
    names = [name for name, *_ in calls]

    assert calls[0] == ("setStyleSheet", "")
    assert names.index("setPalette") < len(names) - 1 == names[1:].index("setStyleSheet") + 1
    assert "setStyle" not in names


def test_a_switch_reaches_a_widget_that_is_shown(qapp, qtbot):
    label = QLabel("words")
    set_role(label, "error")
    qtbot.addWidget(label)
    label.show()

    apply_colours(qapp, DARK)

    shown = label.palette().color(QPalette.ColorRole.WindowText).name()
    assert shown == DARK.error


@pytest.mark.usefixtures("colours")
@pytest.mark.parametrize("entries", [2, 3, 7])
@pytest.mark.parametrize("has_focus", [False, True])
def test_the_list_of_a_box_shows_its_last_entry_and_its_longest_whole(qtbot, entries, has_focus):
    """A frame that grows with the focus made the list too low by as much."""
    window = QWidget()
    qtbot.addWidget(window)
    box, other = QComboBox(), QLineEdit()
    box.setFixedWidth(90)
    box.addItems(
        [*(f"entry {n}" for n in range(1, entries)), "a longer entry than its box is wide"]
    )
    column = QVBoxLayout(window)
    column.addSpacing(100)
    for widget in (box, other):
        column.addWidget(widget)
    with qtbot.waitActive(window, timeout=60_000):
        window.show()
        window.activateWindow()
    (box if has_focus else other).setFocus()
    box.showPopup()
    view = box.view()
    last = view.visualRect(box.model().index(entries - 1, 0))

    assert box.hasFocus() == has_focus or view.hasFocus()
    assert last.bottom() < view.viewport().height()
    assert view.viewport().width() >= view.sizeHintForColumn(0)
    box.hidePopup()
