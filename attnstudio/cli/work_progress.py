"""How far a command that reads a corpus is."""

from __future__ import annotations

import time

from attnstudio.cli.output import Output

_SAID_EVERY_S = 2.0


class WorkProgress:
    """Says every two seconds how far it is, once it takes that long."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._began = self._said = time.monotonic()

    def tell(self, share: float, pairs: int) -> None:
        """Such a share is done, and so many pairs are."""
        now = time.monotonic()
        if now - self._said < _SAID_EVERY_S or not share:
            return
        self._said = now
        left_s = (now - self._began) * (1 / share - 1)
        self._output.say(f"{pairs:,} pairs, {share:.0%}, {left_s:.0f} s left")
