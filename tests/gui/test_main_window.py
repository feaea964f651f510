"""The window around the pages."""

import time

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton

from attnstudio.errors import CorpusError
from attnstudio.gui.shell.closing_question import ClosingQuestion
from attnstudio.gui.shell.fault_box import FaultBox
from attnstudio.gui.shell.main_window import MainWindow
from attnstudio.gui.shell.page_table import page_table
from attnstudio.gui.shell.sidebar import Sidebar
from attnstudio.gui.shell.toasts import Toast
from attnstudio.gui.studio.actions import ActionRegistry, MenuName
from attnstudio.gui.studio.studio import PageName
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.gui.studio.training_status import TrainingStatus, busy_words
from attnstudio.project.project import Project
from attnstudio.training.events import FindingLinks
from attnstudio.training.stop import StopReason


@pytest.fixture
def actions():
    registry = ActionRegistry()
    registry.add("file.open", "&Open files…", lambda: None, menu=MenuName.FILE, shortcut="Ctrl+O")
    return registry


@pytest.fixture
def leaving(studio):
    return ClosingQuestion(studio.session, studio.comparing)


@pytest.fixture
def window(qtbot, studio, actions, leaving):
    def label(page, parent):
        return QLabel(page.name, parent)

    window = MainWindow(studio, actions, page_table(), label, lambda: leaving.may_close(window))
    leaving.allowed.connect(window.close)
    qtbot.addWidget(window)
    while window.build_next_page():
        pass
    window.show()
    return window


def test_pages_are_chosen_with_the_sidebar_or_asked_for(qtbot, window, studio):
    sidebar = window.findChild(Sidebar)
    assert window.page is PageName.HOME

    studio.go_to(PageName.TRAINING)
    assert window.page is PageName.TRAINING
    assert sidebar.currentItem().text() == "Training"

    qtbot.keyClick(sidebar, Qt.Key.Key_Up)
    assert window.page is PageName.SETUP


def test_the_keyboard_works_on_a_page_that_was_asked_for(window, studio, qapp):
    sidebar = window.findChild(Sidebar)
    sidebar.setFocus()
    window.activateWindow()
    assert qapp.focusWidget() is sidebar

    studio.go_to(PageName.INSPECTOR)

    assert qapp.focusWidget().text() == PageName.INSPECTOR.value


def test_the_keyboard_works_on_a_page_that_was_clicked_and_stays_with_the_arrows(
    qtbot, window, qapp
):
    sidebar = window.findChild(Sidebar)
    window.activateWindow()
    sidebar.setFocus()
    qtbot.keyClick(sidebar, Qt.Key.Key_Down)
    assert qapp.focusWidget() is sidebar

    place = sidebar.visualItemRect(sidebar.item(sidebar.count() - 1)).center()
    qtbot.mouseClick(sidebar.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert window.page is PageName.TRANSLATING
    assert qapp.focusWidget().text() == PageName.TRANSLATING.value


def test_menus_come_from_the_registry_and_empty_ones_are_left_out(window):
    menus = [action.text() for action in window.menuBar().actions()]

    assert menus == ["&File"]


def test_a_page_is_built_when_it_is_shown_and_adds_its_actions_in_order(qtbot, studio, actions):
    built = []

    def build(page, parent):
        built.append(page.name)
        actions.add(f"train.{page.name}", page.name.value, lambda: None, menu=MenuName.TRAIN)
        return QLabel(page.title, parent)

    window = MainWindow(studio, actions, page_table(), build)
    qtbot.addWidget(window)
    before = [action.text() for action in window.menuBar().actions()]
    assert built == [PageName.HOME]

    studio.go_to(PageName.SETUP)

    assert window.page is PageName.SETUP
    assert built == [PageName.HOME, PageName.CORPUS, PageName.LINKS, PageName.SETUP]
    assert [action.text() for action in window.menuBar().actions()] == before
    [menu] = [a.menu() for a in window.menuBar().actions() if a.text() == "&Train"]
    assert [action.text() for action in menu.actions()] == ["home", "corpus", "links", "setup"]


def test_the_open_project_is_named(window, studio, project):
    studio.open_project(project.folder)

    assert window.windowTitle() == "project – Attention Studio"
    texts = [label.text() for label in window.findChildren(QLabel)]
    assert "English – German" in texts


def test_an_error_of_ours_is_a_toast_and_a_bug_is_a_box(window, studio):
    studio.notifier.show_error(CorpusError("The file is empty."))
    [toast] = window.findChildren(Toast)
    assert toast.notification.text == "The file is empty."

    try:
        _ = {}["missing"]
    except KeyError as error:
        studio.notifier.show_error(error)
    [box] = window.findChildren(FaultBox)
    assert box.isVisible()


def test_what_was_told_of_a_page_or_a_project_goes_with_it(window, studio, project):
    studio.notifier.show_error(CorpusError("The file is empty."))
    [toast] = window.findChildren(Toast)

    window.show_page(PageName.HOME)  # where it is already
    assert not any(timer.isActive() for timer in toast.findChildren(QTimer))
    window.show_page(PageName.CORPUS)
    assert any(timer.isActive() for timer in toast.findChildren(QTimer))

    studio.open_project(project.folder)
    assert toast.isHidden()


def test_the_status_bar_follows_the_training(qtbot, window, studio, project, small_run):
    studio.open_project(project.folder)
    studio.session.start(project, small_run(limits={"max_steps": 30}))
    assert "Preparing…" in words_of(window)
    qtbot.waitUntil(lambda: any("tokens/s" in text for text in words_of(window)), timeout=120_000)
    qtbot.waitUntil(lambda: studio.session.state is SessionState.IDLE, timeout=120_000)


def test_the_status_bar_says_how_far_the_links_are_found(
    qtbot, window, studio, project, small_run, monkeypatch
):
    def train(_project, _run, *, emit, stop, **_):
        emit(FindingLinks(step=0, elapsed_s=9.0, share=0.25, left_s=150.0))
        while not stop.requested:
            time.sleep(0.01)
        return StopReason.REQUESTED

    monkeypatch.setattr("attnstudio.project.pipeline.train", train)
    studio.open_project(project.folder)
    status = training_status_of(window)
    studio.session.start(project, small_run())
    qtbot.waitUntil(lambda: status.text() != "Preparing…", timeout=60_000)

    assert status.text() == "Finding word links in the text: 25 %, about 2 min left"
    assert studio.session.state is SessionState.PREPARING
    studio.session.stop()
    assert status.text() == "Stopping…"
    qtbot.waitUntil(lambda: not studio.session.is_active, timeout=60_000)
    studio.session.start(project, small_run())
    assert studio.session.finding_links is None  # this one has not begun to look
    studio.session.stop()
    qtbot.waitUntil(lambda: not studio.session.is_active, timeout=60_000)


def test_a_training_is_named_and_found_from_another_project(
    qtbot, window, studio, project, small_run, tmp_path
):
    status = training_status_of(window)
    assert status.isHidden()
    run = small_run()
    studio.open_project(project.folder)
    studio.session.start(project, run)
    assert "project" not in status.text()
    assert 'href="training"' in busy_words(studio)

    studio.open_project(Project.create(tmp_path / "other", "en", "ar").folder)
    assert status.isVisible()
    assert "project: " in status.text()
    assert "The project project is training." in busy_words(studio)
    status.click()

    assert studio.project.folder == project.folder
    assert studio.run.name == run.name
    assert window.page is PageName.TRAINING
    assert "project" not in status.text()
    studio.session.stop()
    qtbot.waitUntil(lambda: studio.session.state is SessionState.IDLE, timeout=120_000)
    assert status.isHidden()


def test_a_window_without_training_closes_at_once(window):
    assert window.close()
    assert window.isHidden()


def test_closing_while_training_asks_and_can_be_taken_back(
    qtbot, window, studio, project, small_run
):
    studio.session.start(project, small_run())

    assert not window.close()
    click(window, "Do not close")

    assert window.isVisible()
    assert studio.session.is_active
    studio.session.stop()
    qtbot.waitUntil(lambda: not studio.session.is_active, timeout=120_000)
    assert window.isVisible()


def test_stop_and_close_keeps_the_state_and_closes(qtbot, window, studio, project, small_run):
    run = small_run()
    studio.session.start(project, run)
    qtbot.waitUntil(lambda: studio.session.history.step >= 2, timeout=120_000)

    window.close()
    click(window, "Stop and close")
    qtbot.waitUntil(window.isHidden, timeout=120_000)

    assert run.history().ending.reason == StopReason.REQUESTED
    assert run.checkpoints().last is not None


def test_close_when_it_is_done_waits_for_the_end(qtbot, window, studio, project, small_run):
    run = small_run(limits={"max_steps": 20})
    studio.session.start(project, run)

    window.close()
    click(window, "Close when it is done")
    assert window.isVisible()
    qtbot.waitUntil(window.isHidden, timeout=120_000)

    assert run.history().ending.reason == StopReason.STEP_LIMIT


def words_of(window):
    labels = window.statusBar().findChildren(QLabel)
    return [widget.text() for widget in (*labels, training_status_of(window))]


def training_status_of(window):
    return window.statusBar().findChild(TrainingStatus)


def click(window, text):
    [box] = [box for box in window.findChildren(QMessageBox) if box.isVisible()]
    next(button for button in box.findChildren(QPushButton) if button.text() == text).click()
