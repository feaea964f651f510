"""What a measurement of kinds of attention found: points, lines, and the whole of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from attnstudio.lab.kinds import Growth, LabKind
from attnstudio.plain_values import from_mapping

FORMAT = 1


class Work(StrEnum):
    """What a model is made to do."""

    TRAINING = "training"  # forward and backward of one pair of sentences
    DECODING = "decoding"  # one sentence read, as long a one written greedily


class Measure(StrEnum):
    """What is held against the length."""

    SECONDS = "seconds"
    MEMORY = "memory"


class LineEnd(StrEnum):
    """Why a line has no further point."""

    LONGEST = "longest"  # there is no longer length to measure
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    STOPPED = "stopped"  # by the person
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class LabPoint:
    """What one length costs.

    Attributes:
        length: pieces of each sentence, ``</s>`` included.
        seconds: the median of the rounds.
        low_s: a quarter of the rounds took less.
        high_s: a quarter of the rounds took more.
        rounds: how many were timed.
        memory_bytes: the most that tensors took at once, the weights of the model aside.
    """

    length: int
    seconds: float
    low_s: float
    high_s: float
    rounds: int
    memory_bytes: int

    def cost(self, measure: Measure) -> float:
        """Milliseconds, or megabytes (10⁶ bytes)."""
        if measure is Measure.SECONDS:
            return 1000 * self.seconds
        return self.memory_bytes / 1e6


@dataclass(frozen=True, slots=True)
class LabCurve:
    """What a kind costs for every length.

    Attributes:
        kind: name of a `LabKind`.
        label: of the kind, for people.
        growth: what is known of how it grows.
        work: what was done.
        points: the lengths that were measured, ascending.
        end: why there is no further point.
        reason: what went wrong where it `FAILED`.
    """

    kind: str
    label: str
    growth: Growth
    work: Work
    points: tuple[LabPoint, ...] = ()
    end: LineEnd = LineEnd.STOPPED
    reason: str = ""

    @property
    def lengths(self) -> tuple[int, ...]:
        """Of the points."""
        return tuple(point.length for point in self.points)

    def costs(self, measure: Measure) -> tuple[float, ...]:
        """Of the points, in milliseconds or megabytes."""
        return tuple(point.cost(measure) for point in self.points)

    @classmethod
    def of(cls, kind: LabKind, work: Work) -> Self:
        """A line without points yet."""
        return cls(kind.name, kind.label, kind.growth, work)


@dataclass(frozen=True, slots=True)
class LabMachine:
    """On what it was measured, and with which versions.

    Attributes:
        processor: its name.
        cores: of the processor.
        threads: that torch had.
        device: ``cpu``, ``cuda`` or ``mps``.
        precision: of the matrix products of training; decoding has float32.
        torch: its version.
        program: ours.
    """

    processor: str
    cores: int
    threads: int
    device: str
    precision: str
    torch: str
    program: str

    @property
    def threads_in_words(self) -> str:
        """How many, in words."""
        return "1 thread" if self.threads == 1 else f"{self.threads} threads"


@dataclass(frozen=True, slots=True)
class LabReport:
    """A whole measurement.

    Attributes:
        preset: whose sizes the models have.
        lengths: that were asked for.
        curves: of all kinds, the work of training first.
        machine: on what; None where it was stopped before that was known.
        measured_at: seconds since the epoch, at its end.
        others_cores: processor time a second that other programs took meanwhile.
    """

    preset: str
    lengths: tuple[int, ...]
    curves: tuple[LabCurve, ...]
    machine: LabMachine | None = None
    measured_at: float = 0.0
    others_cores: float = 0.0

    @property
    def is_whole(self) -> bool:
        """Whether nobody stopped it."""
        return bool(self.curves) and all(c.end is not LineEnd.STOPPED for c in self.curves)

    def of(self, work: Work) -> tuple[LabCurve, ...]:
        """The lines of a work that have points."""
        return tuple(c for c in self.curves if c.work is work and c.points)

    def to_mapping(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_mapping(cls, content: Any) -> Self:  # noqa: ANN401 - what a file holds
        """From what `to_mapping` gave.

        Raises:
            ValueError: it is no report, or of another format.
        """
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise ValueError("it is no report of this format")
        head = from_mapping(_Head, content)
        machine = content.get("machine")
        return cls(
            head.preset,
            tuple(_whole(length) for length in _list(content, "lengths")),
            tuple(_curve(curve) for curve in _list(content, "curves")),
            None if machine is None else from_mapping(LabMachine, machine),
            head.measured_at,
            head.others_cores,
        )


@dataclass(frozen=True, slots=True)
class _Head:
    preset: str
    measured_at: float
    others_cores: float


@dataclass(frozen=True, slots=True)
class _Line:
    kind: str
    label: str
    growth: str
    work: str
    end: str
    reason: str


def _curve(content: Any) -> LabCurve:  # noqa: ANN401 - what a file holds
    line = from_mapping(_Line, content)
    points = tuple(from_mapping(LabPoint, point) for point in _list(content, "points"))
    growth, work, end = Growth(line.growth), Work(line.work), LineEnd(line.end)
    return LabCurve(line.kind, line.label, growth, work, points, end, line.reason)


def _list(content: dict[str, Any], name: str) -> Sequence[Any]:
    found = content.get(name)
    if not isinstance(found, list | tuple):
        raise ValueError(f"{name} is no list")
    return found


def _whole(value: Any) -> int:  # noqa: ANN401 - what a file holds
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"{value!r} is no length")
    return value
