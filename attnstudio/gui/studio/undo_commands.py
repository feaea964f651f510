"""Changes of the project that work behind the window, on the same stack as edits of settings.

A change is made first and pushed when it is done. Taking it back moves the stack at once and works
behind the window; should that fail, the stack moves back, and what cannot be taken back any more
leaves it. One change is under way at a time, so that their order is that of the stack.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from attnstudio.errors import OutdatedError
from attnstudio.gui.studio.actions import ActionRegistry, MenuName
from attnstudio.gui.studio.notify import Notifier, Severity
from attnstudio.gui.studio.tasks import Task, TaskControl, TaskRunner

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Work(Generic[T]):
    """One direction of a change.

    Attributes:
        title: what is done, for the status bar.
        function: does it behind the window; None after it was asked to end says that it has not.
        done: called with its result.
    """

    title: str
    function: Callable[[TaskControl], T | None]
    done: Callable[[T], None]


class ProjectChange(QUndoCommand):
    """A change of the project that has been made.

    Args:
        text: what the menu says.
        back: takes it back.
        again: makes it once more.
        begin: starts either behind the window.
    """

    def __init__(
        self,
        text: str,
        back: Work[Any],
        again: Work[Any],
        begin: Callable[[ProjectChange, Work[Any]], None],
    ) -> None:
        super().__init__(text)
        self._back, self._again, self._begin = back, again, begin
        self.is_settled = True  # the stack moves past it, and nothing is to be done

    def undo(self) -> None:
        if not self.is_settled:
            self._begin(self, self._back)

    def redo(self) -> None:
        if not self.is_settled:
            self._begin(self, self._again)


class ProjectChanges(QObject):
    """Makes changes of the open project, takes them back and makes them again.

    Args:
        stack: where they are kept, with the edits of settings.
        tasks: works behind the window.
        notifier: says what failed.
        why_not: says why nothing can be changed; empty where it can.
        parent: owns it.

    Signals:
        busy_changed: whether a change is under way.
    """

    busy_changed = Signal(bool)

    def __init__(
        self,
        stack: QUndoStack,
        tasks: TaskRunner,
        notifier: Notifier,
        why_not: Callable[[], str],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._stack, self._tasks, self._notifier = stack, tasks, notifier
        self._why_not = why_not
        self.is_busy = False

    def make(
        self,
        work: Work[T],
        *,
        on_failed: Callable[[Exception], None] | None = None,
        on_cancelled: Callable[[], None] = lambda: None,
    ) -> Task | None:
        """Begin a change; whoever asks for it pushes it when it is done, if it can be taken back.

        Args:
            work: the change.
            on_failed: gets the error; without it the error is shown.
            on_cancelled: told when nothing was changed.

        Returns:
            None, and that is said, where the project cannot be changed now.
        """
        if reason := self._why_not():
            self._notifier.say(reason, level=Severity.WARNING)
            return None
        if self.is_busy:
            self._notifier.say(
                self.tr("Another change of the project is under way."),
                hint=self.tr("Try again when it is done."),
                level=Severity.WARNING,
            )
            return None
        finished: list[T] = []

        def function(control: TaskControl) -> None:
            result = work.function(control)
            if result is not None or not control.should_stop():
                finished.append(cast("T", result))

        def end(_: object = None) -> None:
            self._set_busy(busy=False)
            if finished:  # perhaps too far to be cancelled
                work.done(finished[0])
            else:
                on_cancelled()

        def fail(error: Exception) -> None:
            self._set_busy(busy=False)
            (on_failed or self._notifier.show_error)(error)

        self._set_busy(busy=True)
        return self._tasks.run(work.title, function, on_done=end, on_failed=fail, on_cancelled=end)

    def push(self, text: str, back: Work[Any], again: Work[Any]) -> ProjectChange:
        """Put a change that has just been made on the stack.

        Args:
            text: what the menu says, after "Undo".
            back: takes it back.
            again: makes it once more.
        """
        change = ProjectChange(text, back, again, self._begin)
        self._stack.push(change)
        change.is_settled = False
        return change

    def offer_undo(self, words: str, *, hint: str = "") -> None:
        """Say what was just pushed, with a button that takes it back while it is the last."""
        self._notifier.say(
            words,
            hint=hint,
            level=Severity.SUCCESS,
            action_text=self.tr("Undo"),
            action=self.undo,
            until=self._tell_when_moved,
        )

    def is_last(self, change: ProjectChange | None) -> bool:
        """Whether a change is the one that would be taken back now."""
        return change is not None and self._command_at(self._stack.index() - 1) is change

    def undo(self) -> None:
        """Take the last change or edit back, unless a change is under way."""
        if not self.is_busy:
            self._stack.undo()

    def redo(self) -> None:
        """Make again what was taken back last, unless a change is under way."""
        if not self.is_busy:
            self._stack.redo()

    def _begin(self, change: ProjectChange, work: Work[Any]) -> None:
        def go_back() -> None:
            self._step_back(change)

        def fail(error: Exception) -> None:
            if isinstance(error, OutdatedError) and shiboken6.isValid(change):
                change.setObsolete(True)
            go_back()
            self._notifier.show_error(error)

        self.make(work, on_failed=fail, on_cancelled=go_back)

    def _step_back(self, change: ProjectChange) -> None:
        """Let the stack move back past a change that did not come about.

        Another edit may have been pushed meanwhile: then a change that was taken back has left the
        stack anyway, and none is made again beside an edit.
        """
        if not shiboken6.isValid(change):
            return
        change.is_settled = True
        if self._command_at(self._stack.index()) is change:
            self._stack.redo()
        elif self._command_at(self._stack.index() - 1) is change:
            self._stack.undo()
        if shiboken6.isValid(change):
            change.is_settled = False

    def _tell_when_moved(self, tell: Callable[[], None]) -> None:
        # A method that connects: PySide crashes where a signal outlives the stack that it is of.
        self._stack.indexChanged.connect(tell)

    def _command_at(self, index: int) -> QUndoCommand | None:
        return self._stack.command(index) if 0 <= index < self._stack.count() else None

    def _set_busy(self, *, busy: bool) -> None:
        self.is_busy = busy
        self.busy_changed.emit(busy)


class UndoActions(QObject):
    """Undo and redo in the menu, in words; they rest while a change is under way.

    Args:
        changes: what they take back and make again.
        stack: tells what that would be.
        actions: takes them.
        parent: owns them.
    """

    def __init__(
        self, changes: ProjectChanges, stack: QUndoStack, actions: ActionRegistry, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._changes, self._stack = changes, stack
        add, edit = actions.add, MenuName.EDIT
        self._undo = add("edit.undo", self.tr("&Undo"), changes.undo, menu=edit, shortcut="Ctrl+Z")
        self._redo = add(
            "edit.redo", self.tr("&Redo"), changes.redo, menu=edit, shortcut="Ctrl+Shift+Z"
        )
        for changed in (stack.indexChanged, stack.undoTextChanged, stack.redoTextChanged):
            changed.connect(self._show)
        changes.busy_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        stack, idle = self._stack, not self._changes.is_busy
        self._undo.setEnabled(stack.canUndo() and idle)
        self._redo.setEnabled(stack.canRedo() and idle)
        for action, template, what in (
            (self._undo, self.tr("&Undo {what}"), stack.undoText()),
            (self._redo, self.tr("&Redo {what}"), stack.redoText()),
        ):
            action.setText(template.format(what=what.replace("&", "&&")).strip())
