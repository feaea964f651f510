"""How the system asks the window to end: SIGTERM, Ctrl-C in its terminal, or that one closes."""

from __future__ import annotations

import signal
from types import FrameType

from PySide6.QtCore import QObject, QTimer, Signal

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # no system has them all
_POLL_MS = 100


class EndingSignals(QObject):
    """Takes the first such signal; a second ends the program at once.

    Python hears of a signal only when it has its turn, which the timer gives it while the event
    loop sleeps. A signal that is ignored already stays so: a program behind ``nohup`` goes on.

    Signals:
        arrived: the number of the signal.
    """

    arrived = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number: int | None = None
        numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
        heard = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
        self._before = {number: signal.signal(number, self._hear) for number in heard}
        self._timer = QTimer(self, interval=_POLL_MS)
        self._timer.timeout.connect(self._tell)
        self._timer.start()

    def close(self) -> None:
        """Leave the signals to who had them before."""
        self._timer.stop()
        for number, handler in self._before.items():
            signal.signal(number, handler or signal.SIG_DFL)

    def _hear(self, number: int, _: FrameType | None) -> None:
        self._number = number
        for other in self._before:
            signal.signal(other, signal.SIG_DFL)

    def _tell(self) -> None:
        if self._number is not None:
            number, self._number = self._number, None
            self.arrived.emit(number)
