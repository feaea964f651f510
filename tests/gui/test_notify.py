"""What the person is told, and how it looks."""

import threading

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QWidget

from attnstudio.errors import CorpusError
from attnstudio.gui.shell.fault_box import FaultBox
from attnstudio.gui.shell.toasts import ToastCorner
from attnstudio.gui.studio.notify import ExceptionCatcher, Notifier, Severity


@pytest.fixture
def notifier():
    return Notifier()


@pytest.fixture
def posted(notifier):
    seen = []
    notifier.posted.connect(seen.append)
    return seen


@pytest.fixture
def corner(qtbot, notifier):
    window = QWidget()
    window.resize(800, 600)
    qtbot.addWidget(window)
    corner = ToastCorner(window)
    notifier.posted.connect(corner.show_notification)
    window.show()
    return corner


def test_an_error_of_ours_is_a_sentence_with_a_hint_and_no_traceback(notifier, posted):
    notifier.show_error(CorpusError("The file is empty.", hint="Choose another."))

    [told] = posted
    assert (told.level, told.text, told.hint, told.details) == (
        Severity.ERROR, "The file is empty.", "Choose another.", "",
    )  # fmt: skip


def test_a_bug_has_its_traceback_and_comes_once(notifier, posted):
    for _ in range(3):
        try:
            [][0]
        except IndexError as error:
            notifier.show_error(error)

    [told] = posted
    assert "test_notify.py" in told.details
    assert "IndexError" in told.text


def test_an_exception_nobody_caught_is_told_from_any_thread(qtbot, notifier, posted):
    catcher = ExceptionCatcher(notifier)
    catcher._before = (lambda *_: None, lambda _: None)  # pytest's own hooks would fail the test

    def fail():
        raise RuntimeError("deep in a thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(posted))
    catcher._timer.stop()

    assert "deep in a thread" in posted[0].text


def test_toasts_pile_up_and_the_same_sentence_replaces_itself(notifier, corner):
    for text in ("one", "two", "one"):
        notifier.say(text)

    assert [toast.notification.text for toast in corner.toasts] == ["two", "one"]
    assert corner.isVisible()


def test_at_most_four_toasts_are_shown(notifier, corner):
    for number in range(7):
        notifier.say(str(number))

    assert [toast.notification.text for toast in corner.toasts] == ["3", "4", "5", "6"]


def test_an_error_stays_until_it_is_closed(notifier, corner):
    notifier.show_error(CorpusError("Bad."))
    [toast] = corner.toasts

    assert not any(timer.isActive() for timer in toast.findChildren(QTimer))
    toast.findChild(QPushButton).click()

    assert corner.toasts == []
    assert corner.isHidden()


def test_an_error_goes_a_while_after_the_person_turned_to_another_page(notifier, corner):
    notifier.show_error(CorpusError("Bad."))
    [toast] = corner.toasts

    corner.turn_page()

    [timer] = [timer for timer in toast.findChildren(QTimer) if timer.isActive()]
    assert 0 < timer.interval() <= 10_000  # what remains of it may be a twentieth more
    timer.timeout.emit()
    assert corner.toasts == []


def test_what_was_offered_for_a_project_goes_with_it(notifier, corner):
    notifier.say("Deleted.", action_text="Undo", action=lambda: None)
    notifier.show_error(CorpusError("Bad."))
    notifier.say("Saved.")

    corner.turn_project()

    assert [toast.notification.text for toast in corner.toasts] == ["Saved."]


def test_toasts_cover_no_button_where_a_corner_has_none(notifier, corner):
    window = corner.parentWidget()
    start = QPushButton("Start", window)
    start.setGeometry(window.width() - 120, window.height() - 90, 100, 30)
    start.show()

    notifier.say("Saved.")

    assert not corner.geometry().intersects(start.geometry())
    assert window.rect().contains(corner.geometry())


def test_a_toasts_button_does_what_it_says_and_goes(notifier, corner):
    done = []
    notifier.say("Deleted.", action_text="Undo", action=lambda: done.append("undone"))
    [toast] = corner.toasts

    button = next(b for b in toast.findChildren(QPushButton) if b.text() == "Undo")
    button.click()

    assert done == ["undone"]
    assert corner.toasts == []


def test_toasts_stay_inside_the_window(notifier, corner):
    notifier.say("A long sentence. " * 12, hint="And a hint. " * 10)

    assert corner.parentWidget().rect().contains(corner.geometry())


def test_the_box_of_a_bug_copies_all_details(qtbot, notifier, posted):
    try:
        _ = 1 / 0
    except ZeroDivisionError as error:
        notifier.show_error(error)
    box = FaultBox(posted[0])
    qtbot.addWidget(box)

    next(b for b in box.findChildren(QPushButton) if b.text() == "Copy details").click()

    copied = QGuiApplication.clipboard().text()
    assert "Traceback" in copied
    assert "Attention Studio" in copied
