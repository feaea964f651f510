"""Starting other programs: on the terminal, listened to, or silently."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

STOPPED = 130  # what a shell says of a program that Ctrl-C ended


class SetUpError(Exception):
    """The set-up cannot go on; the text says why and what to do next."""


def run_visibly(command: Sequence[str], *, extra: Mapping[str, str] | None = None) -> int:
    """Run a program on this terminal and return its exit code.

    Ctrl-C reaches that program too, and what it keeps is its own affair: we wait for its answer.
    """
    process = subprocess.Popen(command, env={**os.environ, **(extra or {})})
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def run_heard(
    command: Sequence[str], *, root: Path, extra: Mapping[str, str], hear: Callable[[str], None]
) -> int:
    """Run a program in ``root``, pass each line it says to ``hear`` and return its exit code."""
    process = subprocess.Popen(
        command,
        cwd=root,
        env=_with_utf8({"PYTHONUNBUFFERED": "1", **extra}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    with process:
        for line in process.stdout or ():
            hear(line.rstrip("\n"))
    return process.returncode


def read(command: Sequence[str], *, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run a program silently with ``given`` as its input and return what it said."""
    return subprocess.run(
        command,
        input=given,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        env=_with_utf8({}),
        check=False,
    )


def _with_utf8(extra: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, "PYTHONUTF8": "1", **extra}
