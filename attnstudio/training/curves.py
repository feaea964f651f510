"""Curves of a run: what its history adds up to, as arrays that grow with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from attnstudio.training.events import Step, Validation
from attnstudio.training.history import History
from attnstudio.training.metric import OF_STEPS, Metric

Values = NDArray[np.float64]

_SMALLEST_POWER = 1e-6
_LONGEST_BLOCK = 512


class Axis(StrEnum):
    """What it is plotted against."""

    STEPS = "steps"
    EPOCHS = "epochs"
    TIME = "time"  # minutes of training
    TOKENS = "tokens"  # target tokens seen
    CLOCK = "clock"  # the time of day, in seconds since the epoch


@dataclass(frozen=True, slots=True)
class Curve:
    """Points in the order of training; y may be NaN where a number was none.

    Attributes:
        x: ascending.
        y: as many.
        low: the lower ends of where the values lie with 95 %, NaN where that is not known; None
            where it is known of none.
        high: the upper ends likewise.
    """

    x: Values
    y: Values
    low: Values | None = None
    high: Values | None = None

    def at(self, places: NDArray[np.int64] | NDArray[np.bool_]) -> Curve:
        """The points at these places alone."""
        ends = [end if end is None else end[places] for end in (self.low, self.high)]
        return Curve(self.x[places], self.y[places], *ends)


_COLUMNS = (
    "step", "epoch", "elapsed_s", "target_tokens", *(metric.score.name for metric in OF_STEPS),
)  # fmt: skip
_X_COLUMN = {
    Axis.STEPS: "step",
    Axis.EPOCHS: "epoch",
    Axis.TIME: "elapsed_s",
    Axis.TOKENS: "target_tokens",
    Axis.CLOCK: "elapsed_s",
}


class Curves:
    """The curves of one history; after it has grown, only what is new is read.

    Args:
        history: the fold of a run's events.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._table = np.empty((len(_COLUMNS), 256))
        self._count = 0
        self._last: Step | None = None
        self._last_validation: Validation | None = None
        self._made: dict[tuple[Metric, Axis], Curve] = {}

    @property
    def history(self) -> History:
        """What the curves are made of."""
        return self._history

    def of(self, metric: Metric, axis: Axis) -> Curve:
        """All points of a metric; the same object as before while there is nothing new."""
        self._read_new_steps()
        self._see_new_validations()
        if (metric, axis) not in self._made:
            self._made[metric, axis] = self._make(metric, axis)
        return self._made[metric, axis]

    def at_steps(self, steps: Sequence[int], axis: Axis) -> Values:
        """Where steps stand on an axis."""
        return self._between("step", steps, axis)

    def epoch_ends(self, axis: Axis) -> Values:
        """Where passes over the corpus end."""
        self._read_new_steps()
        last = float(self._column("epoch")[-1]) if self._count else 0.0
        return self._between("epoch", range(1, int(last) + 1), axis)

    def _between(self, name: str, values: Sequence[int], axis: Axis) -> Values:
        self._read_new_steps()
        if not self._count or not len(values):
            return np.empty(0)
        column = self._column(_X_COLUMN[axis])
        return self._on_axis(np.interp(values, self._column(name), column), axis)

    def _make(self, metric: Metric, axis: Axis) -> Curve:
        name = metric.score.name
        if not metric.is_validated:
            y = self._column(name)
            return _where_known(Curve(self._on_axis(self._column(_X_COLUMN[axis]), axis), y))
        made = [v for v in self._history.validations if name in v.scores]
        y = np.array([validation.scores[name] for validation in made], dtype=np.float64)
        low, high = (
            np.array([ends.get(name, np.nan) for ends in all_ends], dtype=np.float64)
            for all_ends in ([v.lowest for v in made], [v.highest for v in made])
        )
        x = self._on_axis(self._places(made, axis), axis)
        has_ends = bool(np.isfinite(low).any())
        return _where_known(Curve(x, y, low, high) if has_ends else Curve(x, y))

    def _column(self, name: str) -> Values:
        return self._table[_COLUMNS.index(name), : self._count]

    def _places(self, validations: list[Validation], axis: Axis) -> Values:
        """Where validations stand; how many tokens had been seen is found through the steps."""
        if axis is Axis.TOKENS:
            steps = [validation.step for validation in validations]
            if not self._count:
                return np.zeros(len(steps))
            return np.interp(steps, self._column("step"), self._column("target_tokens"))
        name = _X_COLUMN[axis]
        return np.array([getattr(validation, name) for validation in validations], np.float64)

    def _on_axis(self, x: Values, axis: Axis) -> Values:
        match axis:
            case Axis.TIME:
                return x / 60
            case Axis.CLOCK:
                return self._by_the_clock(x)
        return x

    def _by_the_clock(self, elapsed_s: Values) -> Values:
        """When it was, by the segments' beginnings; NaN where a log does not tell."""
        segments = self._history.segments
        if not segments:
            return np.full(len(elapsed_s), np.nan)
        began_s = np.array([segment.elapsed_s for segment in segments])
        offsets = np.array(
            [np.nan if s.at is None else s.at - s.elapsed_s for s in segments], np.float64
        )
        # what was done up to a beginning belongs to the segment before
        places = np.maximum(np.searchsorted(began_s, elapsed_s, side="left") - 1, 0)
        return elapsed_s + offsets[places]

    def _read_new_steps(self) -> None:
        steps = self._history.steps
        if self._count > len(steps) or (self._count and steps[self._count - 1] != self._last):
            self._count = 0  # a resumed run has voided steps that were read
            self._made.clear()
        needed = len(steps)
        if needed == self._count:
            return
        self._forget(lambda metric, axis: not metric.is_validated or axis is Axis.TOKENS)
        if needed > self._table.shape[1]:
            grown = np.empty((len(_COLUMNS), max(needed, 2 * self._table.shape[1])))
            grown[:, : self._count] = self._table[:, : self._count]
            self._table = grown
        for number, name in enumerate(_COLUMNS):
            self._table[number, self._count : needed] = np.asarray(steps.column(name))[
                self._count :
            ]
        self._count, self._last = needed, steps[-1]

    def _see_new_validations(self) -> None:
        last = self._history.validations[-1] if self._history.validations else None
        if last is not self._last_validation:
            self._forget(lambda metric, _: metric.is_validated)
        self._last_validation = last

    def _forget(self, is_old: Callable[[Metric, Axis], bool]) -> None:
        for key in [key for key in self._made if is_old(*key)]:
            del self._made[key]


def _where_known(curve: Curve) -> Curve:
    """The points that have a place on the axis."""
    known = np.isfinite(curve.x)
    return curve if known.all() else curve.at(known)


def smooth(values: Values, weight: float) -> Values:
    """Exponential moving average without the pull of its start towards zero.

    ``s[t] = weight * s[t-1] + (1 - weight) * y[t]``, divided by ``1 - weight ** (t + 1)`` (the
    correction of Kingma and Ba 2015, section 3). What is not finite is passed over and stays NaN.

    Args:
        values: y in order.
        weight: 0 for the values themselves, below 1.
    """
    result = np.full(len(values), np.nan)
    finite = np.isfinite(values)
    y = values[finite]
    if not len(y) or weight <= 0:
        result[finite] = y
        return result
    # A block is summed at once, as far as powers of the weight can be divided by safely.
    block = int(min(_LONGEST_BLOCK, max(1.0, np.log(_SMALLEST_POWER) / np.log(weight))))
    padded = np.concatenate((y, np.zeros(-len(y) % block))).reshape(-1, block)
    powers = weight ** np.arange(block)
    within = (1 - weight) * powers * np.cumsum(padded / powers, axis=1)
    carries = [0.0]  # from block to block, and then all at once into each
    for end in within[:, -1].tolist():
        carries.append(end + carries[-1] * weight * powers[-1])
    within += (np.array(carries[:-1]) * weight)[:, None] * powers
    corrections = -np.expm1(np.log(weight) * np.arange(1, len(y) + 1))
    result[finite] = within.ravel()[: len(y)] / corrections
    return result


def decimate(curve: Curve, most: int) -> Curve:
    """At most about so many points that look the same: the extremes of each stretch, and gaps."""
    count = len(curve.x)
    if count <= most or most < 4:
        return curve
    width = -(-count // (most // 2))
    padded = np.concatenate((curve.y, np.full(-count % width, np.nan))).reshape(-1, width)
    finite = np.isfinite(padded)
    first = np.arange(len(padded)) * width
    has_points, has_gaps = finite.any(axis=1), ~finite.all(axis=1)
    lowest = first + np.where(finite, padded, np.inf).argmin(axis=1)
    highest = first + np.where(finite, padded, -np.inf).argmax(axis=1)
    gaps = first + finite.argmin(axis=1)
    places = np.unique(
        np.concatenate(([0, count - 1], lowest[has_points], highest[has_points], gaps[has_gaps]))
    )
    return curve.at(places[places < count])


def robust_range(values: Values) -> tuple[float, float] | None:
    """From the 1st to the 99th percentile, so that one spike does not flatten everything."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return None
    low, high = np.percentile(finite, (1, 99))
    return float(low), float(high)
