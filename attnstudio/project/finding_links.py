"""What a training says while the word links that it teaches are found: how far, how long still."""

from __future__ import annotations

import time
from collections.abc import Callable

from attnstudio.training.events import FindingLinks, TrainingEvent

_KNOWN_FROM = 0.06  # share of what was to do: the first steps say little of the time left


class LinkProgress:
    """Says how far it is, once for each hundredth of the work.

    Args:
        say: receives the events, which are recorded nowhere.
        step: of the checkpoint that training goes on from; 0 for none.
        clock: seconds.
        before: the share that a stopped alignment has done already.
    """

    def __init__(
        self,
        say: Callable[[TrainingEvent], None],
        step: int,
        clock: Callable[[], float] = time.monotonic,
        *,
        before: float = 0.0,
    ) -> None:
        self._say, self._step, self._clock = say, step, clock
        self._before = before
        self._began_s = clock()
        self._said_percent = -1

    def tell(self, done: int, total: int) -> None:
        """So many pairs of so many are linked."""
        share = done / max(1, total)
        percent = int(100 * share)
        if percent == self._said_percent:
            return
        self._said_percent = percent
        elapsed_s = self._clock() - self._began_s
        made, wanted = share - self._before, 1.0 - self._before
        left_s = elapsed_s * (1.0 - share) / made if made >= _KNOWN_FROM * wanted > 0 else None
        self._say(FindingLinks(step=self._step, elapsed_s=elapsed_s, share=share, left_s=left_s))
