"""Processes of ours, which import what their parent does, whatever lies in the current folder.

``python -m`` and ``python -c`` take modules from the current folder first, and an empty entry in
``PYTHONPATH`` means it too. A folder from a stranger that holds an ``attnstudio`` or a ``json.py``
would then run in our name. So a child is isolated, and is told where its parent's modules lie.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, NamedTuple

_POLL_S = 0.1
_PARENT_POLL_S = 0.25
_HANGS_S = 60.0
_LEAST_WORK_S = (
    0.1  # of a processor in that time; to watch its parent takes a process a tenth of it
)
_AWAY_S = 5.0  # between two looks: this process slept itself, and so did its child
_TAKE_PATH = "import json, sys; sys.path[:] = json.loads(sys.argv.pop(1)); "


def python_command(code: str, *arguments: str) -> list[str]:
    """The command of a Python process of ours.

    Args:
        code: what it runs; it finds the arguments in ``sys.argv[1:]``.
        arguments: texts for it.
    """
    path = json.dumps(import_path())
    return [sys.executable, "-I", "-c", _TAKE_PATH + code, path, *arguments]


class Ended(NamedTuple):
    """How a process of ours ended, and all that it wrote."""

    code: int
    output: bytes
    errors: bytes


def run_python(
    code: str, *arguments: str, stdin: IO[bytes], should_stop: Callable[[], bool]
) -> Ended | None:
    """Run Python in a process of its own, to its end.

    Args:
        code: what it runs; see `python_command`.
        arguments: texts for it.
        stdin: what it reads.
        should_stop: asked every 0.1 s; True ends the process.

    Returns:
        None when it was stopped.
    """
    with subprocess.Popen(
        python_command(code, *arguments),
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        while True:
            try:
                output, errors = child.communicate(timeout=_POLL_S)
                break
            except subprocess.TimeoutExpired:
                if should_stop():
                    child.kill()
                    return None
    return Ended(child.returncode, output, errors)


def import_path() -> list[str]:
    """Where this process finds modules, but for a current folder that is there by chance.

    The current folder stays where this package or Python's own modules lie in it.
    """
    here = Path.cwd().resolve()
    home = Path(__file__).parents[1]
    is_ours = here in {home.resolve(), *(Path(p).resolve() for p in sysconfig.get_paths().values())}
    return [entry for entry in sys.path if is_ours or Path(entry or here).resolve() != here]


def watch_parent(parent: int, left_behind: str = "") -> None:
    """Do as `end_with` in a thread, beside what else this process does."""
    threading.Thread(target=end_with, args=(parent, left_behind), daemon=True).start()


def end_with(parent: int, left_behind: str = "") -> None:
    """Leave this process when its parent is gone; a killed one can no longer end its child.

    Args:
        parent: number of the process that this one works for.
        left_behind: a temporary folder of the parent, which a killed one can no longer remove
            either; empty for none.
    """
    if os.name == "posix":
        while os.getppid() == parent:  # an orphan is given to another process at once
            time.sleep(_PARENT_POLL_S)
    else:
        import psutil  # here, because only the child of a Windows program needs it

        with contextlib.suppress(psutil.Error):  # gone before it could be looked at
            psutil.Process(parent).wait()
    if left_behind:
        shutil.rmtree(left_behind, ignore_errors=True)
    os._exit(1)


class Patience:
    """Tells a process that hangs from one that works long: it has used no processor for a minute.

    It is asked several times a second while somebody waits; a pause begins it anew.

    Args:
        process: number of the process that is waited for.
    """

    def __init__(self, process: int) -> None:
        import psutil  # here, because few of those who import this module wait

        self._error = psutil.Error
        self._process: psutil.Process | None = None
        with contextlib.suppress(psutil.Error):
            self._process = psutil.Process(process)
        self._looked_at = self._since = time.monotonic()
        self._worked_s = self._work() or 0.0

    @property
    def is_over(self) -> bool:
        """Whether it hangs; a process that has ended does not."""
        now, worked_s = time.monotonic(), self._work()
        was_away = now - self._looked_at > _AWAY_S
        self._looked_at = now
        has_worked = worked_s is None or worked_s - self._worked_s > _LEAST_WORK_S
        if was_away or has_worked:
            self._since, self._worked_s = now, worked_s or 0.0
        return now - self._since > _HANGS_S

    def _work(self) -> float | None:
        """Seconds that it has computed so far; None where nobody can tell."""
        with contextlib.suppress(self._error):
            if self._process is not None:
                times = self._process.cpu_times()
                return float(times.user + times.system)
        return None
