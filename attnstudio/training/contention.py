"""How many processor threads are fastest while other programs want the processor as well.

The threads of a matrix product wait for one another: where another program takes the core of one,
all of them stand still, and fewer threads are several times as fast. Two signs tell of it. The
training thread gets less time of the processor than passes, which holds for every model, batch and
pause, since on a quiet machine it works without rest. Where waiting threads spin (OpenMP of Windows
and macOS) it seems busy all the same, but its pace falls far below the usual. A sign only asks for
a trial: what decides is the speed of both numbers of threads, measured in turns: the number that is
used, the other, and the one that is used once more, which the other must beat both times.
"""

from __future__ import annotations

import math
import statistics
from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

_SETTLING_UPDATES = 2  # of a training: the first ones allocate memory and make kernels
_SWITCHING_UPDATES = 1  # after another number of threads: kernels are made for it
_WINDOW_S = 1.0
_TURN_UPDATES = 3  # of a trial, besides: batches differ
_SUSPECT_WINDOWS = 4  # one after another: a machine that sleeps spoils only one
_PACE_WINDOWS = 8  # whose median is compared with the usual: batches differ
_USUAL_WINDOWS = 100  # that the usual pace remembers
_LEAST_SHARE = 0.75  # of the time: at least 0.85 was seen when almost alone, at most 0.65 when not
_LEAST_PACE = 0.6  # of the usual
_CLEARLY_SLOWER = 0.7  # than the other number was: a turn need not go on
_LEAST_GAIN = 1.15  # to leave the run's own number
_LEAST_RETURN = 1.05  # to go back to it
_STEP_DOWN = 0.25  # of the threads
_FEWER_AGAIN_S, _FEWER_AGAIN_MOST_S = 30.0, 960.0
_RETURN_AGAIN_S, _RETURN_AGAIN_MOST_S = 30.0, 240.0
_WAIT_PER_TRIAL = 20.0  # a trial of slow updates is not repeated sooner than so many times itself

FEWER = (
    "Other work uses the processor: training goes on with {threads} of {most} threads, "
    "{times:.1f} times as fast."
)
ALL_AGAIN = (
    "The processor is free again: training goes on with all {most} threads, "
    "{times:.1f} times as fast."
)
IN_VAIN = (
    "Other work seems to use the processor, but {tried} of {most} threads are no faster: "
    "training goes on with {threads}."
)
UNFINISHED = "Training ended while {tried} instead of {threads} threads were tried."


class Remark(NamedTuple):
    """What a trial found, as a `Notice` says it; ``threads`` is the number in force."""

    template: str
    values: dict[str, int | float | str]


@dataclass(slots=True)
class _Window:
    """Some updates one after another."""

    updates: int = 0
    wall_s: float = 0.0
    thread_s: float = 0.0
    tokens: int = 0

    def add(self, wall_s: float, thread_s: float, tokens: int) -> None:
        self.updates += 1
        self.wall_s += wall_s
        self.thread_s += thread_s
        self.tokens += tokens

    @property
    def share(self) -> float:
        return self.thread_s / self.wall_s

    @property
    def pace(self) -> float:
        """Tokens a second."""
        return self.tokens / self.wall_s


@dataclass(slots=True)
class _Trial:
    """Turns of another number of threads.

    Attributes:
        other: that number.
        kept_pace: of the number that was kept so far, before the trial.
        began_s: when.
        other_pace: None before it had its turn.
    """

    other: int
    kept_pace: float
    began_s: float
    other_pace: float | None = None


@dataclass(slots=True)
class _Usual:
    """The mean of all windows at first, then a moving average of the last ones."""

    windows: int = 0
    pace: float = 0.0

    def add(self, pace: float) -> None:
        self.windows = min(self.windows + 1, _USUAL_WINDOWS)
        self.pace += (pace - self.pace) / self.windows


class _Patience:
    """When the next trial may be: later each time that one was in vain."""

    def __init__(self, first_s: float, most_s: float) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._due_s = 0.0
        self.in_vain = 0

    @property
    def wait_s(self) -> float:
        return min(self._first_s * 2.0**self.in_vain, self._most_s)

    def is_due(self, now_s: float) -> bool:
        return now_s >= self._due_s

    def begin_wait(self, now_s: float, *, least_s: float = 0.0) -> None:
        self._due_s = now_s + max(self.wait_s, least_s)

    def lengthen(self) -> None:
        self.in_vain += 1

    def renew(self) -> None:
        self.in_vain = 0


class ThreadChoice:
    """Chooses the number of threads from what each update took.

    It knows neither torch nor a clock: time is the sum of the updates, so that a validation or a
    pause between two of them is not seen.

    Args:
        most: the run's own number of threads.

    Attributes:
        threads: the number for the next update.
    """

    def __init__(self, most: int) -> None:
        self.threads = most
        self._most = most
        self._kept = most
        self._now_s = 0.0
        self._to_skip = _SETTLING_UPDATES
        self._window = _Window()
        self._turn = _Window()  # of a trial, with the updates that are skipped
        self._recent: deque[_Window] = deque(maxlen=_PACE_WINDOWS)
        self._usual_pace: dict[int, _Usual] = {}
        self._trial: _Trial | None = None
        self._fewer = _Patience(_FEWER_AGAIN_S, _FEWER_AGAIN_MOST_S)
        self._return = _Patience(_RETURN_AGAIN_S, _RETURN_AGAIN_MOST_S)
        self._returned_s = -math.inf

    def after_update(self, *, wall_s: float, thread_s: float, tokens: int) -> Remark | None:
        """Take in an update.

        Args:
            wall_s: seconds that it took.
            thread_s: seconds of the processor that the training thread got.
            tokens: that were trained on.

        Returns:
            What a trial found that ends with this update.
        """
        self._now_s += wall_s
        if self._trial is not None:
            self._turn.add(wall_s, thread_s, tokens)
            if self._is_clearly_slower(self._trial):
                return self._judge(self._trial, self._turn.pace)
        if self._to_skip:
            self._to_skip -= 1
            return None
        self._window.add(wall_s, thread_s, tokens)
        least = 1 if self._trial is None else _TURN_UPDATES
        if self._window.updates < least or self._window.wall_s < _WINDOW_S:
            return None
        window, self._window = self._window, _Window()
        if self._trial is not None:
            return self._judge(self._trial, window.pace)
        self._recent.append(window)
        self._usual_pace.setdefault(self._kept, _Usual()).add(window.pace)
        self._begin_trial_if_due()
        return None

    def end(self) -> Remark | None:
        """Training ends: what is still to be told is a trial whose sums are not the run's own."""
        trial = self._trial
        if trial is None or self._kept != self._most:
            return None
        return Remark(UNFINISHED, {"threads": self._kept, "tried": trial.other})

    def _begin_trial_if_due(self) -> None:
        last = list(self._recent)[-_SUSPECT_WINDOWS:]
        if len(last) < _SUSPECT_WINDOWS:
            return
        pace = sum(window.tokens for window in last) / sum(window.wall_s for window in last)
        if self._kept > 1 and self._fewer.is_due(self._now_s) and self._is_suspect(last):
            self._begin_trial(self._next_fewer(), pace)
        elif self._kept < self._most and self._return.is_due(self._now_s):
            self._begin_trial(self._most, pace)

    def _is_suspect(self, last: list[_Window]) -> bool:
        if all(window.share < _LEAST_SHARE for window in last):
            return True
        pace = statistics.median(window.pace for window in self._recent)
        return (
            len(self._recent) == _PACE_WINDOWS
            and pace < _LEAST_PACE * self._usual_pace[self._kept].pace
        )

    def _next_fewer(self) -> int:
        """A quarter less; half of that after a trial that was in vain, and so on."""
        step = max(1, int(self._kept * _STEP_DOWN))
        return max(1, (self._kept - step) >> self._fewer.in_vain)

    def _begin_trial(self, other: int, kept_pace: float) -> None:
        self._trial = _Trial(other, kept_pace, self._now_s)
        self._switch_to(other)

    def _is_clearly_slower(self, trial: _Trial) -> bool:
        """Whether this turn, with its first update, has lost already."""
        rival = trial.kept_pace if self.threads == trial.other else trial.other_pace or 0.0
        return self._turn.wall_s >= _WINDOW_S and self._turn.pace < _CLEARLY_SLOWER * rival

    def _judge(self, trial: _Trial, pace: float) -> Remark | None:
        """Take in a turn of a trial."""
        is_return = trial.other > self._kept
        least = _LEAST_RETURN if is_return else _LEAST_GAIN
        if trial.other_pace is None:
            if pace < least * trial.kept_pace:
                return self._end_in_vain(trial, is_return=is_return)
            trial.other_pace = pace
            self._switch_to(self._kept)
            return None
        if trial.other_pace < least * pace:
            return self._end_in_vain(trial, is_return=is_return)
        times = trial.other_pace / math.sqrt(trial.kept_pace * pace)
        return self._end_with_change(trial, times, is_return=is_return)

    def _end_in_vain(self, trial: _Trial, *, is_return: bool) -> Remark | None:
        patience = self._return if is_return else self._fewer
        least_s = _WAIT_PER_TRIAL * (self._now_s - trial.began_s)
        patience.begin_wait(self._now_s, least_s=least_s)
        patience.lengthen()
        self._end_trial(self._kept)
        if is_return:  # said at the change before: the number is not the run's own
            return None
        return Remark(IN_VAIN, {"threads": self._kept, "tried": trial.other, "most": self._most})

    def _end_with_change(self, trial: _Trial, times: float, *, is_return: bool) -> Remark:
        self._end_trial(trial.other)
        values: dict[str, int | float | str] = {
            "threads": self._kept,
            "most": self._most,
            "times": round(times, 2),
        }
        if is_return:
            self._returned_s = self._now_s
            return Remark(ALL_AGAIN, values)
        self._fewer.renew()
        if self._now_s - self._returned_s > 2.0 * self._return.wait_s:
            self._return.renew()
        else:  # the return was too early: the other work comes and goes
            self._return.lengthen()
        self._return.begin_wait(self._now_s)
        return Remark(FEWER, values)

    def _end_trial(self, threads: int) -> None:
        self._trial = None
        self._kept = threads
        self._recent.clear()
        self._switch_to(threads)

    def _switch_to(self, threads: int) -> None:
        self._window, self._turn = _Window(), _Window()
        if threads != self.threads:
            self.threads = threads
            self._to_skip = _SWITCHING_UPDATES
