"""What the processes of a training agree on before each update, so that they decide alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from attnstudio.training.ranks import Ranks
from attnstudio.training.stop import StopToken


class _Heard(NamedTuple):
    """What all of them know.

    Attributes:
        elapsed_s: by the clock of the first one.
        is_stop_asked: of any of them.
        is_save_due: as the first one finds.
    """

    elapsed_s: float
    is_stop_asked: bool
    is_save_due: bool


class Agreement:
    """Time, stops and saving: what is now for a process alone, else what was last heard.

    Args:
        ranks: who trains together.
        stop: of this process.
        elapsed_s: seconds of training by its own clock.
        is_save_due: whether it wants a snapshot at once.
    """

    def __init__(
        self,
        ranks: Ranks,
        stop: StopToken,
        *,
        elapsed_s: Callable[[], float],
        is_save_due: Callable[[], bool],
    ) -> None:
        self._ranks = ranks
        self._stop = stop
        self._own_elapsed_s = elapsed_s
        self._is_own_save_due = is_save_due
        self._heard = _Heard(0.0, is_stop_asked=False, is_save_due=False)

    def listen(self, target_tokens: int) -> int:
        """Hear what the others know; the target tokens of all of them.

        Raises:
            PeerLostError: another process has ended.
        """
        if self._ranks.is_alone:
            return target_tokens
        tokens, elapsed, stops, saves = self._ranks.exchange(
            target_tokens, self._own_elapsed_s(), self._stop.requested, self._is_own_save_due()
        )
        self._heard = _Heard(elapsed[0], is_stop_asked=any(stops), is_save_due=bool(saves[0]))
        if self._heard.is_stop_asked:
            self._stop.request()  # whoever trains on from here stops as well
        return int(sum(tokens))

    def hear_stop(self) -> None:
        """An update was stopped on the way, in all of them."""
        self._heard = self._heard._replace(is_stop_asked=True)

    def elapsed_s(self) -> float:
        """Seconds of training."""
        return self._own_elapsed_s() if self._ranks.is_alone else self._heard.elapsed_s

    def is_stop_asked(self) -> bool:
        """Whether to stop before the next update."""
        return self._stop.requested if self._ranks.is_alone else self._heard.is_stop_asked

    def is_save_due(self) -> bool:
        """Whether to keep a snapshot now."""
        return self._is_own_save_due() if self._ranks.is_alone else self._heard.is_save_due
