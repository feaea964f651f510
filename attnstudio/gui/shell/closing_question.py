"""Leaving while something is under way: nothing is lost, nothing hangs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from attnstudio.gui.look.wording import count
from attnstudio.gui.studio.comparing import Comparing
from attnstudio.gui.studio.comparing_words import queue_words
from attnstudio.gui.studio.leaving import Guard
from attnstudio.gui.studio.training_session import SessionState, TrainingSession
from attnstudio.training.events import Held


class ClosingQuestion(QObject):
    """Asks what is to become of the training, and says when the window may close.

    Args:
        session: the training.
        comparing: kinds that are trained in turn.
        guards: ask before, each for what it would lose.
        parent: owns it.

    Signals:
        allowed: what was in the way has ended.
    """

    allowed = Signal()

    def __init__(
        self,
        session: TrainingSession,
        comparing: Comparing,
        parent: QObject | None = None,
        *,
        guards: Sequence[Guard] = (),
    ) -> None:
        super().__init__(parent)
        self._session, self._comparing, self._guards = session, comparing, guards
        self._is_leaving = False
        session.ended.connect(self._something_ended)
        comparing.ended.connect(self._something_ended)

    def may_close(self, window: QWidget) -> bool:
        """Whether nothing is in the way; else the person is asked, and `allowed` may follow."""
        if not all(guard.may_close(window, self.allowed.emit) for guard in self._guards):
            return False
        if not self._is_at_work:
            return True
        stopping = self._session.state is SessionState.STOPPING
        if stopping and self._session.held is None:  # nothing is left to be asked
            self._is_leaving = True
            return False
        self.question(window).open()
        return False

    def leave(self) -> None:
        """Stop the training, if there is one, keep all else and ask nobody; `allowed` follows."""
        self._is_leaving = True
        for guard in self._guards:
            guard.leave()
        if self._comparing.is_active:
            self._comparing.leave()
        elif self._session.is_active:
            self._session.stop()
        else:
            self.allowed.emit()

    def question(self, window: QWidget) -> QMessageBox:
        """The box with the ways to go on."""
        if self._session.held is not None:
            return self._question_while_held(window, self._session.held)
        box = QMessageBox(window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("A training is under way"))
        words = self.tr("A training is under way. What should become of it?")
        if self._comparing.is_active:
            words = self.tr("Kinds are being compared: {queue}. What should become of it?").format(
                queue=queue_words(self._comparing)
            )
        box.setText(words)
        box.setInformativeText(
            self.tr("When it is stopped, it keeps its state and can go on later from there.")
        )
        stop = box.addButton(self.tr("Stop and close"), QMessageBox.ButtonRole.AcceptRole)
        later = box.addButton(self.tr("Close when it is done"), QMessageBox.ButtonRole.ActionRole)
        box.addButton(self.tr("Do not close"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stop)
        stop.clicked.connect(self.leave)
        later.clicked.connect(self._leave_later)
        box.finished.connect(box.deleteLater)
        return box

    def _question_while_held(self, window: QWidget, held: Held) -> QMessageBox:
        """There is no way to keep what it has learnt, but to wait until it can be written."""
        box = QMessageBox(window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(self.tr("The training cannot be saved"))
        box.setText(f"{held.message} {held.hint}")
        lost = self.tr("If the window is closed now, {n} steps are lost, those since step {saved}.")
        saved = held.saved_step or 0
        box.setInformativeText(lost.format(n=count(held.step - saved), saved=count(saved)))
        close = box.addButton(
            self.tr("Close and lose them"), QMessageBox.ButtonRole.DestructiveRole
        )
        wait = box.addButton(self.tr("Go on waiting"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(wait)
        box.setEscapeButton(wait)
        close.clicked.connect(self.leave)
        box.finished.connect(box.deleteLater)
        return box

    def _leave_later(self) -> None:
        self._is_leaving = True
        if not self._is_at_work:
            self.allowed.emit()

    @property
    def _is_at_work(self) -> bool:
        """Of a comparison that is paused nothing is lost."""
        return self._session.is_active or self._comparing.is_between_trainings

    def _something_ended(self) -> None:
        """One of the trainings of a comparison is not all of it."""
        if self._is_leaving and not self._comparing.is_active:
            self._is_leaving = False
            self.allowed.emit()
