"""Measures kinds of attention in a process of its own, and tells how far it is.

That process can be ended at any moment, its memory is nobody else's, and it has the threads that a
training would have, whatever the window does.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from attnstudio.children import run_python
from attnstudio.errors import TrainingError
from attnstudio.lab.kinds import LabKind
from attnstudio.lab.report import LabCurve, LabMachine, LabPoint, LabReport, LineEnd, Work
from attnstudio.lab.schedule import MOST_S
from attnstudio.storage_errors import storing

LENGTHS = tuple(2**power for power in range(3, 13))  # 8 to 4,096
_NO_ROOM = "The Lab cannot work in {path}: {reason}."
_CHILD = "from attnstudio.lab.worker import main; main()"


@dataclass(frozen=True, slots=True)
class LabRequest:
    """What is measured.

    Attributes:
        preset: whose sizes the models have.
        kinds: at least one.
        lengths: pieces of each sentence, ascending.
        works: what each kind does.
        most_s: a line ends where one point would take longer.
    """

    preset: str
    kinds: tuple[LabKind, ...]
    lengths: tuple[int, ...] = LENGTHS
    works: tuple[Work, ...] = tuple(Work)
    most_s: float = MOST_S

    def to_json(self, findings: Path) -> str:
        """As the other process takes it, with the file that it writes."""
        return json.dumps(
            {
                "findings": str(findings),
                "configs": [kind.config.model_dump(mode="json") for kind in self.kinds],
                "lengths": self.lengths,
                "works": self.works,
                "most_s": self.most_s,
                "parent": os.getpid(),
            }
        )


class LabProgress(NamedTuple):
    """How far a measurement is.

    Attributes:
        report: what was measured so far.
        label: of the kind that is being measured.
        work: that it does.
        length: of the sentences.
        left_s: seconds that it still takes; None while nobody knows.
        share: of the whole, from 0 to 1, by time.
    """

    report: LabReport
    label: str
    work: Work
    length: int
    left_s: float | None
    share: float


def measure_kinds(
    request: LabRequest,
    on_progress: Callable[[LabProgress], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> LabReport:
    """Measure every kind at every length.

    Args:
        request: what to measure.
        on_progress: told several times a second.
        should_stop: asked as often; True ends it.

    Returns:
        What was measured; when stopped, what was measured until then.

    Raises:
        TrainingError: it went wrong in a way that nobody foresaw.
        StorageError: the folder for temporary files takes nothing.
    """
    with (
        storing(Path(tempfile.gettempdir()), _NO_ROOM),
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        tempfile.TemporaryFile() as asked,
    ):
        findings = Path(folder) / "findings"
        findings.touch()
        asked.write(request.to_json(findings).encode())
        asked.seek(0)
        reading = _Reading(request, findings)

        def look() -> bool:
            if reading.read() and (progress := reading.progress()) is not None:
                on_progress(progress)
            return should_stop()

        ended = run_python(_CHILD, stdin=asked, should_stop=look)
        reading.read()
    if ended is not None and ended.code != 0:
        raise _failure(ended.code, ended.errors)
    return replace(reading.report, measured_at=time.time())


class _Reading:
    """Makes a report of the lines that the other process writes."""

    def __init__(self, request: LabRequest, findings: Path) -> None:
        self._request = request
        self._findings = findings
        self._place = 0
        self._began = time.monotonic()
        self._turn: dict[str, Any] | None = None
        self._left_s: float | None = None
        curves = [LabCurve.of(kind, work) for work in request.works for kind in request.kinds]
        self.report = LabReport(request.preset, request.lengths, tuple(curves))

    def read(self) -> bool:
        """Take in what is new; whether there was anything."""
        with self._findings.open("rb") as file:
            file.seek(self._place)
            new = file.read()
        end = new.rfind(b"\n") + 1  # the rest of the last line is still to come
        self._place += end
        for line in new[:end].splitlines():
            self._take(json.loads(line))
        return end > 0

    def progress(self) -> LabProgress | None:
        """How far it is; None before the first turn."""
        if self._turn is None:
            return None
        passed_s, left_s = time.monotonic() - self._began, self._left_s
        share = passed_s / (passed_s + left_s) if left_s is not None else 0.0
        label = self._request.kinds[self._turn["kind"]].label
        work = Work(self._turn["work"])
        return LabProgress(self.report, label, work, self._turn["length"], left_s, share)

    def _take(self, finding: dict[str, Any]) -> None:
        if "machine" in finding:
            self.report = replace(self.report, machine=LabMachine(**finding["machine"]))
        if "others_cores" in finding:
            self.report = replace(self.report, others_cores=finding["others_cores"])
        if "turn" in finding:
            self._turn, self._left_s = finding["turn"], finding["left_s"]
        if "points" in finding:
            self._take_line(finding)

    def _take_line(self, finding: dict[str, Any]) -> None:
        place = self._request.works.index(Work(finding["work"])) * len(self._request.kinds)
        place += finding["kind"]
        curves = list(self.report.curves)
        curves[place] = replace(
            curves[place],
            points=_points(finding["points"]),
            end=LineEnd(finding["end"]) if finding["end"] else LineEnd.STOPPED,
            reason=finding["reason"],
        )
        self.report = replace(self.report, curves=tuple(curves))


def _points(found: Sequence[dict[str, Any]]) -> tuple[LabPoint, ...]:
    return tuple(LabPoint(**point) for point in found)


def _failure(code: int, errors: bytes) -> TrainingError:
    lines = errors.decode("utf-8", "replace").strip().splitlines()
    reason = lines[-1] if lines else f"its process ended with code {code}"
    return TrainingError(
        "The costs could not be measured: {reason}.",
        hint="Try it with fewer kinds, or with a smaller preset.",
        reason=reason.rstrip("."),
    )
