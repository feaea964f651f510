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
