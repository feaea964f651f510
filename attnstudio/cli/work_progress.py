"""How far a command that reads a corpus is."""

from __future__ import annotations

import time

from attnstudio.cli.output import Output

_SAID_EVERY_S = 2.0


class WorkProgress:
    """Says every two seconds how far it is, once it takes that long.

    Args:
        output: where.
        units: what is counted.
        before: how many were done before it began.
    """

    def __init__(self, output: Output, units: str = "pairs", *, before: int = 0) -> None:
        self._output = output
        self._units = units
        self._before = before
        self._began = self._said = time.monotonic()

    def tell(self, done: int, total: float | None) -> None:
        """So many units of so many are done; of None as long as nobody knows."""
        now = time.monotonic()
        if now - self._said < _SAID_EVERY_S or done <= self._before or not total:
            return
        self._said = now
        left_s = (now - self._began) * (total - done) / (done - self._before)
        self._output.say(f"{done:,} {self._units}, {done / total:.0%}, {left_s:.0f} s left")
