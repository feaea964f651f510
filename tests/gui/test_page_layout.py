"""Splitters and tabs are where the person left them, also after another start."""

import pytest
from PySide6.QtCore import QByteArray, QPoint, Qt
from PySide6.QtWidgets import QLabel, QSplitter, QTabWidget, QVBoxLayout, QWidget

from attnstudio.gui.shell.app import Program
from attnstudio.gui.shell.page_layout import keep_layout
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.training.page import TrainingPage


@pytest.fixture
def page_of(qtbot, tmp_path):
    """Builds a page with a splitter and tabs, as a start of the program does."""

    def build(name="page", tabs=3):
        settings = Settings(tmp_path / "layout.ini")
        page = QWidget()
        qtbot.addWidget(page)
        page.splitter, page.tabs = QSplitter(), QTabWidget()
        for number in range(tabs):
            page.tabs.addTab(QLabel(str(number)), str(number))
        page.splitter.addWidget(QLabel("left"))
        page.splitter.addWidget(page.tabs)
        QVBoxLayout(page).addWidget(page.splitter)
        keep_layout(page, name, settings)
        page.resize(600, 300)
        page.show()
        page.settings = settings
        return page

    return build


def drag(qtbot, splitter, by):
    handle = splitter.handle(1)
    middle = handle.rect().center()
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(handle, middle + QPoint(by, 0))
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=middle + QPoint(by, 0))


def test_what_was_moved_is_there_again(qtbot, page_of):
    page = page_of()
    before = page.splitter.sizes()
    drag(qtbot, page.splitter, 80)
    page.tabs.setCurrentIndex(2)
    moved = page.splitter.sizes()
    assert moved[0] > before[0] + 40
    page.settings.save()

    again, other = page_of(), page_of("another")

    assert again.splitter.sizes() == moved
    assert again.tabs.currentIndex() == 2
    assert other.splitter.sizes() == before
    assert other.tabs.currentIndex() == 0


def test_what_cannot_be_read_or_is_not_there_any_more_is_left(page_of):
    first = page_of()
    plain = first.splitter.sizes()
    first.settings.set_bytes_value("layout/page/splitter-0", QByteArray(b"\0nonsense"))
    first.settings.set_value("layout/page/tabs-0", 7)
    first.settings.save()

    again = page_of()

    assert again.splitter.sizes() == plain
    assert again.tabs.currentIndex() == 0


def test_the_pages_of_the_program_are_kept(qapp, settings):
    def tabs_of(program):
        program.build_pages()
        return program.window.findChild(TrainingPage).findChild(QTabWidget)

    program = Program(qapp, settings)
    tabs_of(program).setCurrentIndex(2)
    program.close()
    again = Program(qapp, settings)

    assert tabs_of(again).currentIndex() == 2
    again.close()
