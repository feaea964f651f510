"""The log in the window: which start, which entries, and what is copied."""

import logging

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QPushButton

from attnstudio import __version__
from attnstudio.gui.shell.about_box import AboutBox
from attnstudio.gui.shell.fault_box import FaultBox
from attnstudio.gui.shell.log_dialog import LogDialog
from attnstudio.gui.studio.notify import Notification, Notifier, Severity
from attnstudio.log_files import EarlierLog
from attnstudio.logs import Role, program_log


@pytest.fixture(autouse=True)
def log(tmp_path, monkeypatch):
    monkeypatch.setenv("ATTNSTUDIO_LOG_FOLDER", str(tmp_path / "logs"))
    with program_log(Role.WINDOW):
        yield logging.getLogger("attnstudio")


@pytest.fixture
def earlier(tmp_path):
    path = tmp_path / "earlier.log"
    path.write_text("2026-01-01 00:00:00,000 INFO attnstudio: long ago\n", "utf-8")
    return EarlierLog(path, "command", 1_767_225_600.0)


@pytest.fixture
def dialog(qtbot, log, earlier):
    log.info("all is well")
    Notifier().say("Beware of the dog.", level=Severity.WARNING, hint="It bites.")
    log.error("RuntimeError: broken\n  File here")
    dialog = LogDialog([earlier])
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def shown(dialog):
    return dialog.findChild(QPlainTextEdit).toPlainText()


def field(dialog, name):
    return next(one for one in dialog.findChildren(QComboBox) if one.accessibleName() == name)


def test_what_was_done_and_said_can_be_read_again(dialog):
    assert __version__ in shown(dialog)
    assert "all is well" in shown(dialog)
    assert "WARNING attnstudio.gui.studio.notify: Beware of the dog. It bites." in shown(dialog)


def test_a_level_leaves_the_graver_entries_whole(dialog):
    field(dialog, "Level").setCurrentText("Warnings and errors")
    assert "all is well" not in shown(dialog)
    assert "Beware" in shown(dialog)

    field(dialog, "Level").setCurrentText("Errors")
    assert "Beware" not in shown(dialog)
    assert shown(dialog).endswith("RuntimeError: broken\n  File here")


def test_words_leave_the_entries_that_have_them(qtbot, dialog):
    qtbot.keyClicks(dialog.findChild(QLineEdit), "beware")

    assert shown(dialog).count("\n") == 0
    assert "Beware" in shown(dialog)


def test_an_earlier_start_can_be_chosen(dialog):
    starts = field(dialog, "Start of the program")
    starts.setCurrentIndex(1)

    assert starts.currentText().startswith("Command line, ")
    assert shown(dialog) == "2026-01-01 00:00:00,000 INFO attnstudio: long ago"


def test_the_start_that_is_asked_for_is_shown(qtbot, earlier):
    dialog = LogDialog([earlier], shown=earlier.path)
    qtbot.addWidget(dialog)

    assert "long ago" in shown(dialog)


def test_what_is_shown_is_copied_with_the_versions(qtbot, dialog):
    qtbot.keyClicks(dialog.findChild(QLineEdit), "beware")
    next(b for b in dialog.findChildren(QPushButton) if b.text() == "Copy details").click()

    copied = QGuiApplication.clipboard().text()
    assert "Qt 6" in copied
    assert "Beware" in copied
    assert "all is well" not in copied


@pytest.mark.parametrize(
    "make", [AboutBox, lambda: FaultBox(Notification(Severity.ERROR, "A fault.", details="Trace"))]
)
def test_the_details_of_a_fault_end_with_the_log(qtbot, log, make):
    log.info("the last thing that was done")
    box = make()
    qtbot.addWidget(box)

    next(b for b in box.findChildren(QPushButton) if b.text() == "Copy details").click()

    assert QGuiApplication.clipboard().text().endswith("the last thing that was done")
