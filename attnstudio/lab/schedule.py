"""In which order lengths and kinds are measured, when a line ends, and how long it still takes.

It knows neither torch nor a clock: it is told what each turn took. Kinds take turns within each
length and each round begins with another kind, so that a machine that slows down for a while does
so for all of them.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from attnstudio.lab.report import LabPoint, LineEnd, Work

MOST_S = 3.0  # of one point
_ROUNDS = 7  # timed, at the most
_FEWEST = 3
_POINT_S = 1.0  # after so much a point needs no more than the fewest rounds
_MOST_SLOPE = 2.0  # in logarithms: nothing that is measured here grows faster
_ROOM = 0.2  # for a slope that is still rising
_UNKNOWN_RATIO = 1.3  # from one length to the next, as long as only one is known


class Turn(NamedTuple):
    """One measurement.

    Attributes:
        kind: number of the kind.
        work: what it does.
        length: of the sentences.
        is_first: whether the memory is counted, which warms up as well; else it is timed.
    """

    kind: int
    work: Work
    length: int
    is_first: bool


@dataclass(slots=True)
class Line:
    """What is known of a kind doing a work.

    Attributes:
        points: finished.
        end: None while it goes on.
        reason: what went wrong.
    """

    points: list[LabPoint] = field(default_factory=list)
    end: LineEnd | None = None
    reason: str = ""
    seconds: list[float] = field(default_factory=list)
    memory_bytes: int = 0

    def finish_point(self, length: int, most_s: float) -> None:
        """Make a point of the rounds."""
        low, middle, high = _quartiles(self.seconds)
        rounds, self.seconds = len(self.seconds), []
        self.points.append(LabPoint(length, middle, low, high, rounds, self.memory_bytes))
        if middle > most_s:
            self.end = LineEnd.TOO_SLOW

    def wants_round(self, most_s: float) -> bool:
        """Whether a point needs to be timed once more."""
        count = len(self.seconds)
        if count and self.seconds[-1] > most_s:
            return False
        return count < _FEWEST or (count < _ROUNDS and sum(self.seconds) < _POINT_S)

    def expected_s(self, length: int) -> float:
        """Seconds of one round at a greater length."""
        last = self.points[-1]
        if len(self.points) == 1:
            return float(last.seconds * _UNKNOWN_RATIO ** math.log2(length / last.length))
        before = self.points[-2]
        slope = math.log(last.seconds / before.seconds) / math.log(last.length / before.length)
        slope = min(_MOST_SLOPE, max(0.0, slope) + _ROOM)
        return float(last.seconds * (length / last.length) ** slope)

    def worst_bytes(self, length: int) -> float:
        """Memory at a greater length, if it grows with the square from here on."""
        last = self.points[-1]
        return float(last.memory_bytes * (length / last.length) ** _MOST_SLOPE)


class LabSchedule:
    """Says which turn comes next, and learns from each.

    Args:
        kinds: how many there are.
        lengths: ascending.
        works: what each kind does.
        most_s: a line ends where one point would take longer.

    Attributes:
        lines: of each kind and work.
        available_bytes: memory that one point may take; to be set anew as it changes.
    """

    def __init__(
        self,
        kinds: int,
        lengths: Sequence[int],
        works: Sequence[Work],
        *,
        most_s: float = MOST_S,
    ) -> None:
        self._kinds = range(kinds)
        self._lengths = tuple(lengths)
        self._works = tuple(works)
        self._most_s = most_s
        self.lines = {(kind, work): Line() for work in works for kind in self._kinds}
        self.available_bytes = math.inf

    def turns(self) -> Iterator[Turn]:
        """Every measurement; what the last one found must be taken before the next is asked for."""
        for length in self._lengths:
            for work in self._works:
                yield from self._turns_of(work, length)
        for line in self.lines.values():
            line.end = line.end or LineEnd.LONGEST

    def count_memory(self, turn: Turn, memory_bytes: int) -> None:
        """Take in what a first turn found."""
        self.lines[turn.kind, turn.work].memory_bytes = memory_bytes

    def take_time(self, turn: Turn, seconds: float) -> None:
        """Take in what a timed turn found."""
        self.lines[turn.kind, turn.work].seconds.append(seconds)

    def end_line(self, turn: Turn, end: LineEnd, reason: str = "") -> None:
        """A turn could not be made."""
        line = self.lines[turn.kind, turn.work]
        line.end, line.reason, line.seconds = end, reason, []

    def left_s(self, length: int, work: Work) -> float | None:
        """Seconds that all of it still takes, from the beginning of a work on; None unknown."""
        if any(not line.points and line.end is None for line in self.lines.values()):
            return None
        place = self._lengths.index(length)
        left = 0.0
        for (_, other), line in self.lines.items():
            is_done = self._works.index(other) < self._works.index(work)
            if line.end is None:
                left += self._left_of(line, self._lengths[place + is_done :])
        return left

    def _left_of(self, line: Line, lengths: Sequence[int]) -> float:
        left = 0.0
        for length in lengths:
            if length <= line.points[-1].length:
                continue
            once_s = line.expected_s(length)
            if once_s > self._most_s or line.worst_bytes(length) > self.available_bytes:
                break
            rounds = min(_ROUNDS, max(_FEWEST, _POINT_S / max(once_s, 1e-4)))
            left += once_s * (1 + rounds)
        return left

    def _turns_of(self, work: Work, length: int) -> Iterator[Turn]:
        going = [kind for kind in self._kinds if self._goes_on(kind, work, length)]
        for round_number in range(1 + _ROUNDS):
            first = round_number % max(1, len(going))
            for kind in (*going[first:], *going[:first]):
                line = self.lines[kind, work]
                is_wanted = not round_number or line.wants_round(self._most_s)
                if line.end is None and is_wanted:
                    yield Turn(kind, work, length, is_first=not round_number)
        for kind in going:
            line = self.lines[kind, work]
            if line.end is None:
                line.finish_point(length, self._most_s)

    def _goes_on(self, kind: int, work: Work, length: int) -> bool:
        line = self.lines[kind, work]
        if line.end is None and line.points:
            if line.worst_bytes(length) > self.available_bytes:
                line.end = LineEnd.TOO_LARGE
            elif line.expected_s(length) > self._most_s:
                line.end = LineEnd.TOO_SLOW
        return line.end is None


def _quartiles(seconds: Sequence[float]) -> tuple[float, float, float]:
    if len(seconds) < 2:
        return (seconds[0],) * 3
    low, middle, high = statistics.quantiles(seconds, n=4, method="inclusive")
    return low, middle, high
