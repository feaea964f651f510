"""What makes the n-th file operation of a program fail, tear or be its last.

Where there is a C compiler (Linux), `shim.c` is preloaded: it sees what Python, NumPy and Rust ask
of the C library alike. Elsewhere an audit hook of Python sees what opens, renames, makes and
removes files, and neither writes nor what other languages do.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from pathlib import Path

_HERE = Path(__file__).parent
_COMPILERS = ("cc", "gcc", "clang")
_PRELOADED = "ENDURANCE_SHIM"


class Kind(IntFlag):
    """Kinds of file operations."""

    CHANGE = 1
    READ = 2
    LOOK = 4
    ALL = 7


class Deed(IntEnum):
    """What is done to an operation; a write that tears does half of its work first."""

    WATCH = 0
    KILL = 1
    FAIL = 2
    TEAR_AND_FAIL = 3
    TEAR_AND_KILL = 4


@dataclass(frozen=True, slots=True)
class Sabotage:
    """One operation of a program, and what is done to it.

    Attributes:
        kinds: which operations are counted.
        number: from 1.
        deed: what is done to it.
        error: the errno that it fails with.
        times: so many operations one after another.
    """

    kinds: Kind
    number: int
    deed: Deed
    error: int = errno.EIO
    times: int = 1


@dataclass(frozen=True, slots=True)
class Operation:
    """A file operation that was seen: ``write``, and the path."""

    name: str
    path: Path


def preload(folder: Path) -> None:
    """Compile the shim into a folder and start this program again with it, where that is possible.

    Returns at once in the program that has it.
    """
    if _PRELOADED in os.environ:
        os.environ.pop("LD_PRELOAD", None)  # what it starts is to run without
        return
    compiler = next(filter(None, map(shutil.which, _COMPILERS)), None)
    if sys.platform != "linux" or compiler is None:
        return
    shim = folder / "shim.so"
    command = [compiler, "-O2", "-w", "-fPIC", "-shared", "-o", shim, _HERE / "shim.c", "-ldl"]
    if subprocess.run(command, check=False).returncode == 0:
        environment = {**os.environ, "LD_PRELOAD": str(shim), _PRELOADED: str(shim)}
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment)


def has_shim() -> bool:
    """Whether writes, and what is not Python's, are seen too."""
    return _PRELOADED in os.environ


def sabotage_here(folder: Path, sabotage: Sabotage, report: Path) -> None:
    """Arm in this process, a child of the harness.

    Args:
        folder: only what lies in it is counted.
        sabotage: what is done to which operation.
        report: where the operations go that were watched, or the one that was hit.
    """
    descriptor = os.open(report, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    if has_shim():
        ctypes.CDLL(os.environ[_PRELOADED]).endurance_arm(
            os.fsencode(folder), sabotage.kinds, ctypes.c_long(sabotage.number), sabotage.deed,
            sabotage.error, sabotage.times, descriptor,
        )  # fmt: skip
    else:
        sys.addaudithook(_AuditHook(folder, sabotage, descriptor))


def environment_of(folder: Path, sabotage: Sabotage) -> dict[str, str]:
    """What arms a program that is started anew; empty where there is no shim."""
    if not has_shim():
        return {}
    return {
        "LD_PRELOAD": os.environ[_PRELOADED],
        "ENDURANCE_PREFIX": str(folder),
        "ENDURANCE_MASK": str(int(sabotage.kinds)),
        "ENDURANCE_NUMBER": str(sabotage.number),
        "ENDURANCE_ACTION": str(int(sabotage.deed)),
        "ENDURANCE_ERRNO": str(sabotage.error),
        "ENDURANCE_TIMES": str(sabotage.times),
    }


def operations(report: Path) -> list[Operation]:
    """What `sabotage_here` wrote down."""
    lines = report.read_text("utf-8", "replace").splitlines() if report.exists() else []
    return [
        Operation(name, Path(path)) for name, _, path in (line.partition(" ") for line in lines)
    ]


class _AuditHook:
    """The same seen from Python."""

    def __init__(self, folder: Path, sabotage: Sabotage, report: int) -> None:
        self._folder, self._sabotage, self._report = f"{folder}{os.sep}", sabotage, report
        self._seen = 0

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        found = _seen_by_python(event, arguments)
        if found is None or not found[2].startswith(self._folder):
            return
        kind, name, path = found
        if not kind & self._sabotage.kinds:
            return
        self._seen += 1
        wish = self._sabotage
        is_hit = wish.number <= self._seen < wish.number + wish.times
        if wish.deed is Deed.WATCH or is_hit:
            os.write(self._report, f"{name} {path}\n".encode("utf-8", "surrogateescape"))
        if wish.deed is Deed.WATCH or not is_hit:
            return
        if wish.deed in (Deed.KILL, Deed.TEAR_AND_KILL):
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(wish.error, os.strerror(wish.error), path)


def _seen_by_python(event: str, arguments: tuple[object, ...]) -> tuple[Kind, str, str] | None:
    names = {
        "os.rename": ("rename", 1), "os.remove": ("unlink", 0), "os.mkdir": ("mkdir", 0),
        "os.rmdir": ("rmdir", 0), "os.truncate": ("truncate", 0), "os.link": ("link", 1),
        "os.symlink": ("link", 1), "os.listdir": ("list", 0), "os.scandir": ("list", 0),
    }  # fmt: skip
    if event == "open":
        path, flags = arguments[0], arguments[2]
        changes = bool(int(str(flags)) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC))
        kind, name = (Kind.CHANGE, "create") if changes else (Kind.READ, "open")
    elif event in names:
        name, place = names[event]
        path, kind = arguments[place], Kind.LOOK if name == "list" else Kind.CHANGE
    else:
        return None
    if not isinstance(path, str | bytes):
        return None
    return kind, name, str(Path.cwd() / os.fsdecode(path))
