"""Who is called when a training ends, and who is left alone."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from attnstudio.gui.shell.calling import Calling
from attnstudio.gui.studio.comparing import Comparing, QueueEnd
from attnstudio.gui.studio.tasks import TaskRunner
from attnstudio.gui.studio.training_session import SessionState, TrainingSession
from attnstudio.training.stop import StopReason


@pytest.fixture
def said(monkeypatch):
    """What the desktop was asked to say."""
    messages = []
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))
    monkeypatch.setattr(
        QSystemTrayIcon, "showMessage", lambda _, title, text, *__: messages.append((title, text))
    )
    return messages


@pytest.fixture(autouse=True)
def icons(monkeypatch):
    """Whether each icon is shown; Qt's picture of a desktop has no place for one."""
    shown = {}
    monkeypatch.setattr(QSystemTrayIcon, "show", lambda icon: shown.update({icon: True}))
    monkeypatch.setattr(QSystemTrayIcon, "hide", lambda icon: shown.update({icon: False}))
    return shown


@pytest.fixture
def alerted(monkeypatch):
    """The windows that were marked in the taskbar."""
    windows = []
    monkeypatch.setattr(QApplication, "alert", staticmethod(windows.append))
    return windows


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def session(window):
    session = TrainingSession(window)
    session.run = SimpleNamespace(name="tiny-1", folder=Path("tiny-1"))
    return session


@pytest.fixture(autouse=True)
def comparing(session, window):
    comparing = Comparing(session, TaskRunner(print, window), window)
    Calling(session, comparing, window)
    return comparing


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (StopReason.STEP_LIMIT, "Training of tiny-1 has ended."),
        (StopReason.NO_IMPROVEMENT, "Training of tiny-1 has ended."),
        (RuntimeError("no"), "Training of tiny-1 has failed."),
    ],
)
def test_who_is_elsewhere_is_told_how_a_training_ended(
    session, window, said, alerted, outcome, words
):
    session.ended.emit(outcome)

    assert said == [("Attention Studio", words)]
    assert alerted == [window]


def test_a_training_that_waits_for_a_decision_calls(session, said, alerted):
    session.state_changed.emit(SessionState.RUNNING)
    assert not said

    session.state_changed.emit(SessionState.HELD)

    assert said == [("Attention Studio", "Training of tiny-1 waits: it cannot be saved.")]
    assert alerted


def test_what_the_person_stopped_is_no_news(session, said, alerted):
    session.ended.emit(StopReason.REQUESTED)

    assert (said, alerted) == ([], [])


def test_nobody_is_called_to_a_window_that_is_in_front(session, window, said, alerted, monkeypatch):
    monkeypatch.setattr(window, "isActiveWindow", lambda: True)

    session.ended.emit(StopReason.STEP_LIMIT)

    assert (said, alerted) == ([], [])


@pytest.mark.usefixtures("alerted", "said")
def test_the_icon_goes_when_the_person_comes(qapp, session, window, icons):
    session.ended.emit(StopReason.STEP_LIMIT)
    [icon] = window.findChildren(QSystemTrayIcon)
    assert not icon.icon().isNull()
    assert icons == {icon: True}

    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)

    assert icons == {icon: False}


def test_a_desktop_without_a_place_for_icons_marks_the_window_only(
    session, said, alerted, monkeypatch
):
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: False))

    session.ended.emit(StopReason.STEP_LIMIT)

    assert said == []
    assert alerted


@pytest.mark.parametrize(
    ("end", "words"),
    [({}, "Comparison c is done."), ({"why": "No."}, "Comparison c has ended early.")],
)
def test_of_a_comparison_only_the_end_of_all_is_told(session, comparing, said, end, words):
    comparing.run = session.run

    session.ended.emit(StopReason.STEP_LIMIT)
    assert said == []
    comparing.ended.emit(QueueEnd(None, "c", None, **end))

    assert said == [("Attention Studio", words)]


def test_who_stopped_a_comparison_is_not_told(comparing, said):
    comparing.ended.emit(QueueEnd(None, "c", None, was_stopped=True))
    assert said == []
