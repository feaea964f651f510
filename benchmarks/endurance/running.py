"""Cases of a part, thrown one after another or side by side, and what came of them."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from endurance.commands import Command
from endurance.victims import Place

_PROGRESS_EVERY_S = 10.0
_LISTED_FAILURES = 300
_TRUTH_EVERY = 50


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one case.

    Attributes:
        name: what was done to what.
        outcome: how the program took it.
        complaints: what is to be said against it; none where all is well.
        tail: what the program said, where there are complaints.
        figures: what was measured.
    """

    name: str
    outcome: str
    complaints: Sequence[str] = ()
    tail: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that something is to be said against, and how to see it again."""

    case: int
    name: str
    complaints: Sequence[str]
    repeat: str
    tail: str


@dataclass(slots=True)
class PartResult:
    """What came of all cases of a part.

    Attributes:
        cases: how many were tried.
        seconds: how long it took.
        outcomes: how the program took them.
        complaints: how many cases each complaint is about.
        failures: the cases with complaints; the first few hundred.
        failed: how many cases have complaints.
        by_name: cases and complaints of each kind of thing that was done.
        figures: what was measured besides.
    """

    cases: int = 0
    seconds: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    complaints: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    failed: int = 0
    by_name: dict[str, list[int]] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)

    def add(self, case: int, verdict: Verdict, repeat: str) -> None:
        """Count one more case."""
        self.cases += 1
        self.outcomes[verdict.outcome] += 1
        counts = self.by_name.setdefault(verdict.name.partition(" | ")[0], [0, 0])
        counts[0] += 1
        if verdict.complaints:
            counts[1] += 1
            self.failed += 1
            self.complaints.update(set(verdict.complaints))
            if len(self.failures) < _LISTED_FAILURES:
                self.failures.append(
                    Failure(case, verdict.name, verdict.complaints, repeat, verdict.tail)
                )
        for name, value in verdict.figures.items():
            self.figures[name] = max(value, self.figures.get(name, value))

    def to_mapping(self) -> dict[str, Any]:
        """As JSON takes it."""
        counted = {"outcomes": dict(self.outcomes), "complaints": dict(self.complaints)}
        return asdict(replace(self, **counted))  # asdict cannot copy counters


@dataclass(frozen=True, slots=True)
class Workload:
    """How much is wanted.

    Attributes:
        seed: where all chance starts.
        cases: how many at most.
        until: when it ends, on the monotonic clock; None when all cases are done.
        jobs: how many side by side.
        first: the number of the first case.
        folder: where the cases happen.
        commands: names of the commands that are wanted; none for all.
    """

    seed: int
    cases: int
    until: float | None
    jobs: int
    first: int
    folder: Path
    commands: Sequence[str] = ()

    @property
    def is_over(self) -> bool:
        """Whether the time is spent; one case of each part is tried all the same."""
        return self.until is not None and time.monotonic() > self.until

    def chosen(self, commands: Sequence[Command]) -> list[Command]:
        """The wanted ones of some commands."""
        return [one for one in commands if not self.commands or one.name in self.commands]


Case = Callable[[int, random.Random, Path], Verdict]


def run_cases(part: str, case: Case, wish: Workload) -> PartResult:
    """Try cases until they or the time are over."""
    started_at = time.monotonic()
    listed = [wish.folder / f"{part}-{worker}.jsonl" for worker in range(wish.jobs)]
    for path in listed:
        path.write_bytes(b"")
    workers = [_start_worker(part, case, wish, worker, path) for worker, path in enumerate(listed)]
    result = PartResult()
    try:
        _wait(part, wish, workers, listed, result)
    finally:
        for number in workers:  # where the harness itself is ended
            os.kill(number, signal.SIGTERM)
    result.seconds = round(time.monotonic() - started_at, 1)
    return result


def takes_the_long_way(number: int) -> bool:
    """Whether a case starts the program as a person does, instead of forking."""
    return number % _TRUTH_EVERY == _TRUTH_EVERY - 1


def repeat_command(part: str, seed: int, case: int) -> str:
    """What tries one case again."""
    return f"python benchmarks/endurance.py --part {part} --seed {seed} --case {case}"


def _start_worker(part: str, case: Case, wish: Workload, worker: int, listed: Path) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    number = os.fork()
    if number:
        return number
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        with listed.open("a", encoding="utf-8") as file:
            for which in range(wish.first + worker, wish.first + wish.cases, wish.jobs):
                if which > wish.first and wish.is_over:
                    break
                verdict = _judged(part, case, wish, which, worker)
                file.write(json.dumps([which, asdict(verdict)]) + "\n")
                file.flush()
    finally:
        os._exit(0)


def _judged(part: str, case: Case, wish: Workload, which: int, worker: int) -> Verdict:
    folder = wish.folder / f"{part}-case-{worker}"
    chance = random.Random(f"{wish.seed} {part} {which}")
    try:
        return case(which, chance, folder)
    except Exception:  # noqa: BLE001 - the harness itself is at fault; the other cases go on
        return Verdict("harness | broken", "broken", ["the harness broke"], traceback.format_exc())
    finally:
        for path in (folder, folder.with_name(f"{folder.name}.scratch")):
            shutil.rmtree(path, ignore_errors=True)


def _wait(
    part: str, wish: Workload, workers: list[int], listed: Sequence[Path], result: PartResult
) -> None:
    """Count verdicts until every worker has ended, which takes it out of the list."""
    places = [0] * len(listed)
    told_at = time.monotonic()
    while True:
        alive = [number for number in workers if not os.waitpid(number, os.WNOHANG)[0]]
        workers[:] = alive  # asked before the verdicts are read: none is missed
        for index, path in enumerate(listed):
            with path.open(encoding="utf-8") as file:
                file.seek(places[index])
                while (line := file.readline()).endswith("\n"):
                    which, content = json.loads(line)
                    verdict = Verdict(**content)
                    result.add(which, verdict, repeat_command(part, wish.seed, which))
                    _say_failure(part, which, verdict, result)
                    places[index] = file.tell()
        if not workers:
            return
        if time.monotonic() - told_at > _PROGRESS_EVERY_S:
            told_at = time.monotonic()
            print(
                f"{part}: {result.cases:,} of {wish.cases:,}, {result.failed} failed",
                file=sys.stderr,
                flush=True,
            )
        time.sleep(0.1)


def _say_failure(part: str, which: int, verdict: Verdict, result: PartResult) -> None:
    if verdict.complaints and result.failed <= 20:
        what = ", ".join(verdict.complaints)
        print(f"{part} case {which}: {verdict.name}: {what}", file=sys.stderr, flush=True)


def figures_of(place: Place, seconds: float) -> dict[str, float]:
    """What is known of every case."""
    size = sum(path.stat().st_size for path in place.project.rglob("*") if path.is_file())
    return {"longest_s": round(seconds, 2), "largest_project_bytes": float(size)}
