"""Batches that several search side by side: which are left, and what was found meanwhile."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from queue import Empty, SimpleQueue
from typing import TypeVar

_POLL_S = 0.1

_Item = TypeVar("_Item")


class BatchesLeft:
    """Which batches nobody has in hand; taken from both ends, each end by threads of its own.

    Args:
        numbers: of the batches, those with the shortest sources first.
    """

    def __init__(self, numbers: Sequence[int]) -> None:
        self._left = deque(numbers)  # safe between threads

    def first(self) -> int | None:
        """The first that is left; None where none is."""
        try:
            return self._left.popleft()
        except IndexError:
            return None

    def last(self) -> int | None:
        """The last that is left; None where none is."""
        try:
            return self._left.pop()
        except IndexError:
            return None

    def give_back(self, number: int) -> None:
        """It is the next that is taken as the first."""
        self._left.appendleft(number)

    def clear(self) -> None:
        """Leave none."""
        self._left.clear()


def all_found(found: SimpleQueue[_Item], *, wait: bool) -> list[_Item]:
    """What others have found meanwhile.

    Args:
        found: by them.
        wait: whether to wait a moment for something.
    """
    taken: list[_Item] = []
    try:
        while True:
            taken.append(found.get(timeout=_POLL_S if wait and not taken else 0.0))
    except Empty:
        return taken
