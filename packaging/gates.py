"""The gates that every change passes: each is run, timed and reported."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from processes import run_heard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# A process for each processor, and no more than the memory of most machines holds. A file stays in
# one process, so what its tests share is made once, and the files go in the order of one process.
IN_PROCESSES = (
    *("-n", "logical", "--maxprocesses", "8"),
    *("--dist", "loadfile", "--no-loadscope-reorder"),
)


@dataclass(frozen=True, slots=True)
class Gate:
    """One check.

    Attributes:
        name: what the report calls it.
        command: how it is run.
        environment: variables beside those that are set.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one gate ended.

    Attributes:
        name: of the gate.
        exit_code: 0 when it passed.
        elapsed_s: how long it took.
        last_words: the last line it said.
    """

    name: str
    exit_code: int
    elapsed_s: float
    last_words: str

    @property
    def line(self) -> str:
        """This outcome as a row of the report."""
        verdict = "passed" if self.exit_code == 0 else "FAILED"
        return f"{self.name:<22} {verdict}  {self.elapsed_s:7.1f} s  {self.last_words}"


def all_gates(python: str, scripts: Path, environment: Mapping[str, str]) -> list[Gate]:
    """Every gate, the quick ones first.

    Args:
        python: the Python of the environment in which the tools are installed.
        scripts: the folder of that environment's programs.
        environment: the variables that are set already; what they say is not overruled.
    """
    screen = {"QT_QPA_PLATFORM": environment.get("QT_QPA_PLATFORM", "offscreen")}
    return [
        Gate("ruff format", (python, "-m", "ruff", "format", "--check", ".")),
        Gate("ruff check", (python, "-m", "ruff", "check", ".")),
        Gate("mypy", (python, "-m", "mypy")),
        Gate("lint-imports", (str(scripts / "lint-imports"),)),
        Gate("the core without Qt", (python, "packaging/qt_blocked.py")),
        Gate("pytest", (python, "-m", "pytest", *IN_PROCESSES), screen),
    ]


def pass_through(gate: Gate, root: Path, clock: Callable[[], float] = time.monotonic) -> Outcome:
    """Run one gate with its words on the terminal."""
    print(f"\n── {gate.name} ──")
    lines: list[str] = []

    def hear(line: str) -> None:
        print(line)
        if line.strip():
            lines[:] = [line.strip()]

    started_at = clock()
    exit_code = run_heard(gate.command, root=root, extra=gate.environment, hear=hear)
    return Outcome(gate.name, exit_code, clock() - started_at, "".join(lines))


def verdict(outcomes: Sequence[Outcome]) -> str:
    """The report: a row a gate, then one sentence, then the last gate's last line."""
    failed = [outcome.name for outcome in outcomes if outcome.exit_code != 0]
    sentence = f"Failed: {', '.join(failed)}." if failed else "Every gate passed."
    rows = [outcome.line for outcome in outcomes]
    return "\n".join(["", *rows, "", sentence, outcomes[-1].last_words])


def run_all(python: str, root: Path) -> int:
    """Run every gate, also after one has failed.

    Returns:
        0 when all passed, else 1.
    """
    gates = all_gates(python, Path(python).parent, os.environ)
    outcomes = [pass_through(gate, root) for gate in gates]
    print(verdict(outcomes))
    return int(any(outcome.exit_code != 0 for outcome in outcomes))
