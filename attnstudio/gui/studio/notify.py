"""The one way to tell the person something: who speaks does not know how it looks."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from queue import Empty, SimpleQueue
from types import TracebackType

from PySide6.QtCore import QObject, QTimer, Signal

from attnstudio.allocator import is_memory_shortage
from attnstudio.errors import AttentionStudioError
from attnstudio.gui.look.wording import error_details, error_text
from attnstudio.logs import write_down

_POLL_MS = 100
_SAME_AGAIN_S = 10.0

_logger = logging.getLogger(__name__)


class Severity(StrEnum):
    """How much a notification matters."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


_LOG_LEVELS = {
    Severity.INFO: logging.INFO,
    Severity.SUCCESS: logging.INFO,
    Severity.WARNING: logging.WARNING,
    Severity.ERROR: logging.ERROR,
}


@dataclass(frozen=True, slots=True)
class Notification:
    """What the person is told.

    Attributes:
        level: how much it matters.
        text: a sentence.
        hint: the next step.
        details: a traceback, of a fault of the program only.
        action_text: what the button says.
        action: what the button does.
        until: takes what is to be called once the button has nothing to do any more.
    """

    level: Severity
    text: str
    hint: str = ""
    details: str = ""
    action_text: str = ""
    action: Callable[[], None] | None = None
    until: Callable[[Callable[[], None]], None] | None = None


class Notifier(QObject):
    """Takes sentences and errors, and hands them to whoever draws them.

    All of it is written into the log as well.

    Signals:
        posted: a `Notification`.
    """

    posted = Signal(object)

    def __init__(
        self, parent: QObject | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._last_shown: dict[str, float] = {}

    def say(
        self,
        text: str,
        *,
        level: Severity = Severity.INFO,
        hint: str = "",
        action_text: str = "",
        action: Callable[[], None] | None = None,
        until: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        """Tell something, with a button if there is something to do about it."""
        _logger.log(_LOG_LEVELS[level], "%s", f"{text} {hint}".rstrip())
        self.posted.emit(Notification(level, text, hint, "", action_text, action, until))

    def show_error(self, error: BaseException) -> None:
        """Tell an error of ours in its own words; a bug with its traceback, once in a while."""
        text, hint = error_text(error)
        ours = isinstance(error, AttentionStudioError) or is_memory_shortage(error)
        if not ours and self._was_shown_lately(text):
            return
        write_down(error)
        details = "" if ours else error_details(error)
        self.posted.emit(Notification(Severity.ERROR, text, hint, details))

    def _was_shown_lately(self, text: str) -> bool:
        """A fault in a paint event comes again and again: one box is enough."""
        now = self._clock()
        lately = now - self._last_shown.get(text, -_SAME_AGAIN_S) < _SAME_AGAIN_S
        self._last_shown[text] = now
        return lately


class ExceptionCatcher(QObject):
    """Brings exceptions that nobody caught, of any thread, to the notifier.

    Qt calls slots and paint events from C++: what they raise reaches ``sys.excepthook`` only.
    """

    def __init__(self, notifier: Notifier) -> None:
        super().__init__(notifier)
        self._notifier = notifier
        self._caught: SimpleQueue[BaseException] = SimpleQueue()
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._catch
        threading.excepthook = self._catch_in_thread
        self._timer = QTimer(self, interval=_POLL_MS)
        self._timer.timeout.connect(self._show_caught)
        self._timer.start()

    def close(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = self._before
        self._timer.stop()

    def _catch(
        self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        self._before[0](kind, error, traceback)
        self._caught.put(error)

    def _catch_in_thread(self, arguments: threading.ExceptHookArgs) -> None:
        self._before[1](arguments)
        if arguments.exc_value is not None:
            self._caught.put(arguments.exc_value)

    def _show_caught(self) -> None:
        while True:
            try:
                self._notifier.show_error(self._caught.get_nowait())
            except Empty:
                return
