"""Where the keyboard is can be seen at once, on every page, in both schemes."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.charts.curve_plot import CurvePlot
from attnstudio.gui.inspector.head_overview import HeadOverview
from attnstudio.gui.look.theme import Scheme
from attnstudio.gui.shell.app import Program
from attnstudio.gui.shell.focus_ring import FocusRing
from attnstudio.gui.shell.page_table import page_table
from attnstudio.gui.widgets.attention_heatmap import AttentionHeatmap
from attnstudio.gui.widgets.link_label import LinkLabel
from attnstudio.gui.widgets.split_bar import SplitBar
from attnstudio.gui.widgets.token_strips import TokenStrips

AROUND = 3  # pixels


def on_screen(window):
    """What a person sees, and not what would be drawn if all were drawn anew."""
    return window.screen().grabWindow(window.winId()).toImage()


def place_of(widget, window):
    inside = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    return inside.adjusted(-AROUND, -AROUND, AROUND, AROUND)


def tab(qtbot, window):
    """Press Tab; give who has the focus then, and whether that can be seen."""
    before, left = on_screen(window), QApplication.focusWidget()
    qtbot.keyClick(left or window, Qt.Key.Key_Tab)
    QApplication.processEvents()
    focused, after = QApplication.focusWidget(), on_screen(window)
    area = place_of(focused, window)
    return focused, before.copy(area) != after.copy(area)


@pytest.fixture(params=[Scheme.LIGHT, Scheme.DARK])
def program(request, qtbot, qapp, settings):
    settings.scheme = request.param
    program = Program(qapp, settings)
    program.window.resize(1280, 720)
    program.window.show()
    program.build_pages()
    qtbot.waitActive(program.window)
    yield program
    program.close()


def test_each_press_of_tab_shows_where_it_leads(qtbot, program, project):
    program.studio.open_project(project.folder)
    unseen, kinds = [], set()
    for page in page_table():
        program.studio.go_to(page.name)
        qtbot.waitUntil(lambda: not program.studio.tasks.running, timeout=60_000)
        program.window.setFocus()
        QApplication.processEvents()
        reached = []
        while True:
            focused, is_seen = tab(qtbot, program.window)
            if any(focused is known for known in reached):
                break
            reached.append(focused)
            kinds.add(type(focused).__name__)
            if not is_seen:
                unseen.append((page.name, type(focused).__name__, focused.accessibleName()))
        assert len(reached) >= 2

    assert unseen == []
    assert {"Sidebar", "QPushButton", "QLineEdit", "QComboBox", "QTableView"} <= kinds


def chart():
    return CurvePlot("Loss")


def bars():
    return SplitBar("Pairs by split")


def links():
    return LinkLabel('Some words and <a href="there">a link</a>.')


@pytest.mark.parametrize(
    "make",
    [chart, TokenStrips, AttentionHeatmap, HeadOverview, bars, links],
    ids=lambda make: make.__name__,
)
def test_each_kind_of_our_own_shows_the_focus(qtbot, qapp, colours, make):
    del colours  # in both schemes
    ring = FocusRing(qapp, qapp)
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    first, widget = QLineEdit(), make()
    column.addWidget(first)
    column.addWidget(widget)
    window.resize(500, 500)
    window.show()
    qtbot.waitActive(window)
    first.setFocus()
    QApplication.processEvents()
    edge = place_of(widget, window)
    edge.setWidth(2 * AROUND)  # what is drawn inside may settle late
    without = on_screen(window).copy(edge)

    focused, is_seen = tab(qtbot, window)

    assert focused is widget
    assert is_seen
    first.setFocus()
    QApplication.processEvents()
    assert on_screen(window).copy(edge) == without
    ring.deleteLater()


def test_the_ring_goes_with_its_widget(qtbot, qapp):
    ring = FocusRing(qapp, qapp)
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    label, other = links(), QLineEdit()
    for widget in (label, other):
        column.addWidget(widget)
    window.show()
    qtbot.waitActive(window)
    label.setFocus()
    label.deleteLater()
    QApplication.sendPostedEvents()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not label)

    other.setFocus()

    assert window.focusWidget() is other
    ring.deleteLater()


def test_the_ring_stays_around_a_widget_that_grows(qtbot, qapp):
    ring = FocusRing(qapp, qapp)
    label = links()
    window = QWidget()
    qtbot.addWidget(window)
    label.setParent(window)
    label.resize(200, 40)
    window.resize(400, 400)
    window.show()
    qtbot.waitActive(window)
    label.setFocus()
    edge = QPoint(150, 98)
    QApplication.processEvents()
    before = on_screen(window).pixelColor(edge)

    label.resize(300, 100)
    QApplication.processEvents()

    assert on_screen(window).pixelColor(edge) != before
    ring.deleteLater()


def test_words_without_a_link_are_passed_over(qtbot):
    label = LinkLabel("No link.")
    qtbot.addWidget(label)
    assert label.focusPolicy() is Qt.FocusPolicy.NoFocus

    label.setText('<a href="x">One</a>')
    assert label.focusPolicy() is Qt.FocusPolicy.StrongFocus


@pytest.mark.usefixtures("colours")
@pytest.mark.parametrize("kind", [QPushButton, QToolButton])
def test_a_focused_button_has_a_frame_and_no_block_behind_its_text(qtbot, kind):
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    line = QLineEdit()
    button = kind(text="Train the other direction", focusPolicy=Qt.FocusPolicy.StrongFocus)
    column.addWidget(line)
    column.addWidget(button)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    line.setFocus()
    plain = button.grab().toImage()

    qtbot.keyClick(line, Qt.Key.Key_Tab)

    assert button.hasFocus()
    focused, inside = button.grab().toImage(), plain.rect().adjusted(4, 4, -4, -4)
    assert focused != plain
    assert focused.copy(inside) == plain.copy(inside)
