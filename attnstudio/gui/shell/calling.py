"""Calls a person who does something else meanwhile: a training has ended, or waits for them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from attnstudio.gui.shell.icons import program_icon
from attnstudio.gui.studio.comparing import Comparing, QueueEnd
from attnstudio.gui.studio.training_session import SessionState, TrainingSession
from attnstudio.training.stop import StopReason


class Calling(QObject):
    """Marks the window in the taskbar, and says in the desktop's own way what there is.

    Nothing is said while the window is in front, nor of what the person stopped. The icon beside
    the clock, which some desktops need for that, is there until the person comes.

    Args:
        session: whose trainings.
        comparing: kinds that are trained in turn; only the end of all is told.
        window: comes forward when the message is clicked.
    """

    def __init__(self, session: TrainingSession, comparing: Comparing, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._comparing = session, comparing
        self._window = window
        self._icon: QSystemTrayIcon | None = None
        session.ended.connect(self._tell_ending)
        session.state_changed.connect(self._tell_waiting)
        comparing.ended.connect(self._tell_end_of_all)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.applicationStateChanged.connect(self._follow)

    def _tell_ending(self, outcome: StopReason | Exception) -> None:
        run = self._session.run
        if run is not None and self._comparing.runs_in(run.folder):
            return
        if isinstance(outcome, Exception):
            self._call(self.tr("Training of {run} has failed."))
        elif outcome is not StopReason.REQUESTED:
            self._call(self.tr("Training of {run} has ended."))

    def _tell_end_of_all(self, end: QueueEnd) -> None:
        if end.is_done:
            self._say(self.tr("Comparison {name} is done.").format(name=end.name))
        elif not end.was_stopped:
            self._say(self.tr("Comparison {name} has ended early.").format(name=end.name))

    def _tell_waiting(self, state: SessionState) -> None:
        if state is SessionState.HELD:
            self._call(self.tr("Training of {run} waits: it cannot be saved."))

    def _call(self, words: str) -> None:
        if self._session.run is not None:
            self._say(words.format(run=self._session.run.name))

    def _say(self, said: str) -> None:
        if self._window.isActiveWindow():
            return
        QApplication.alert(self._window)
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return
        if self._icon is None:
            self._icon = QSystemTrayIcon(program_icon(), self)
            self._icon.activated.connect(lambda _: bring_forward(self._window))
            self._icon.messageClicked.connect(lambda: bring_forward(self._window))
        self._icon.setToolTip(said)
        self._icon.show()
        self._icon.showMessage("Attention Studio", said, self._icon.icon())

    def _follow(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive and self._icon is not None:
            self._icon.hide()


def bring_forward(window: QWidget) -> None:
    """Put a window before all others, also one that was minimised."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.raise_()
    window.activateWindow()
