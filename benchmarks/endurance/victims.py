"""The commands that faults are thrown at, each in a process of its own.

Starting Python and loading torch takes a second or more. So the harness loads them once and forks:
a child has all of it and runs one command within milliseconds. A share of the cases starts the
program as a person does, which shows that the short way is no other.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from endurance.saboteur import Sabotage, environment_of, sabotage_here

HANG_S = 60.0
_POLL_S = 0.002
_MORE_MEMORY = 4 << 30  # bytes of address space beyond what the harness itself has
_GROWTH_KB = 1 << 20  # resident; more is a blow-up
_TAIL = 1_500
_CAUGHT_BY_PYTHON = 1


@dataclass(frozen=True, slots=True)
class Reply:
    """How a command ended.

    Attributes:
        code: its exit code; minus the number of the signal that ended it.
        out: what it wrote to standard output.
        err: what it wrote to standard error.
        seconds: how long it took.
        hung: whether it had to be ended.
        grew_kb: resident memory at its peak beyond the harness's own.
    """

    code: int
    out: str
    err: str
    seconds: float
    hung: bool = False
    grew_kb: int = 0

    @property
    def has_grown_too_much(self) -> bool:
        """Whether it took memory that such a small project can never need."""
        return self.grew_kb > _GROWTH_KB

    @property
    def error(self) -> tuple[str, str] | None:
        """Message and hint of a command with ``--json``, or of one without."""
        for line in reversed(self.out.splitlines()):
            with contextlib.suppress(ValueError, KeyError, TypeError):
                told = json.loads(line)["error"]
                return told["message"], told["hint"]
        message, hint = "", ""
        for line in self.err.splitlines():
            if line.startswith("Error: "):
                message, hint = line, ""
            elif message:
                hint += line.strip()
        return (message, hint) if message else None

    @property
    def tail(self) -> str:
        """The end of what it said, for a person who looks into a failure."""
        return f"exit {self.code}\n{self.out[-_TAIL:]}\n--\n{self.err[-_TAIL:]}".strip()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case happens; see `endurance.places`.

    Attributes:
        folder: all of the case.
        scratch: what commands write for the harness; no fault is thrown there.
    """

    folder: Path
    scratch: Path

    @property
    def project(self) -> Path:
        """The project that everything is about."""
        return self.folder / "project"

    @property
    def files(self) -> Path:
        """What commands read."""
        return self.folder / "files"

    @property
    def outside(self) -> Path:
        """What nobody may touch."""
        return self.folder / "outside"


def load_engine() -> None:
    """Load torch, with a single thread: others would not be there in a child."""
    import attnstudio  # noqa: F401 - the first: it sets up OpenMP

    # isort: split
    import torch
    import torch._dynamo

    torch.set_num_threads(1)


def load_what_is_loaded(place: Place, work: Callable[[], int]) -> None:
    """Load here what a child had to load for some work, so that later ones need not."""
    known, listed = set(sys.modules), place.scratch / "modules"

    def work_and_tell() -> int:
        code = work()
        listed.write_text("\n".join(name for name in sys.modules if name not in known))
        return code

    run_child(place, work_and_tell)
    for name in listed.read_text().split() if listed.exists() else ():
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def keep_command_line() -> None:
    """Build the shape of the command line once; else each child takes 60 ms for it."""
    import typer.main

    from attnstudio.cli.app import app

    built = typer.main.get_command(app)
    typer.main.get_command = lambda _: built


def run_here(work: Callable[[], int]) -> None:
    """Do some work in the harness itself: what is made at the first use is there in each child.

    Neither gradients nor a second thread may be asked of torch here: no child could use them.
    """
    import torch

    set_threads, torch.set_num_threads = torch.set_num_threads, lambda _: None
    arguments = sys.argv
    heard = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    silent = (io.TextIOWrapper(io.BytesIO()) for _ in range(2))
    try:
        with contextlib.redirect_stdout(next(silent)), contextlib.redirect_stderr(next(silent)):
            work()
    finally:
        torch.set_num_threads = set_threads
        sys.argv = arguments
        for number, handler in heard.items():
            signal.signal(number, handler)


def run_command(
    place: Place,
    arguments: Sequence[str | Path],
    *,
    sabotage: Sabotage | None = None,
    meanwhile: Callable[[int], None] | None = None,
    given: bytes = b"",
    timeout_s: float = HANG_S,
) -> Reply:
    """Run one command in a child of this process.

    Args:
        place: where the case happens.
        arguments: of ``attnstudio``.
        sabotage: what is done to its file operations.
        meanwhile: called again and again with the child's number while it runs.
        given: on its standard input.
        timeout_s: when it counts as hung.
    """

    return run_child(
        place,
        command(arguments),
        sabotage=sabotage,
        meanwhile=meanwhile,
        given=given,
        timeout_s=timeout_s,
    )


def command(arguments: Sequence[str | Path]) -> Callable[[], int]:
    """What runs a command in the process that calls it."""

    def main_here() -> int:
        from attnstudio.__main__ import main

        sys.argv = ["attnstudio", *map(str, arguments)]
        try:
            main()
        except SystemExit as ending:
            return ending.code if isinstance(ending.code, int) else 0
        return 0

    return main_here


def run_child(
    place: Place,
    work: Callable[[], int],
    *,
    sabotage: Sabotage | None = None,
    meanwhile: Callable[[int], None] | None = None,
    given: bytes = b"",
    timeout_s: float = HANG_S,
) -> Reply:
    """Do some work in a child of this process; its value is the exit code."""
    started_at = time.monotonic()
    child = start_child(place, work, sabotage=sabotage, given=given)
    reply = child.wait(started_at + timeout_s, meanwhile)
    end_group(child.number)
    return reply


def start_child(
    place: Place,
    work: Callable[[], int],
    *,
    sabotage: Sabotage | None = None,
    given: bytes = b"",
    name: str = "",
) -> Child:
    """Begin some work in a child of this process."""
    place.scratch.mkdir(parents=True, exist_ok=True)
    files = [place.scratch / f"{name}{stream}" for stream in ("in", "out", "err")]
    for path, content in zip(files, (given, b"", b""), strict=True):
        path.write_bytes(content)  # there also when it is killed at once
    sys.stdout.flush()
    sys.stderr.flush()
    number = os.fork()
    if number == 0:
        _be_child(place, files, work, sabotage)
    return Child(number, files[1], files[2])


class Child:
    """A child at work."""

    def __init__(self, number: int, out: Path, err: Path) -> None:
        self.number = number
        self._out, self._err = out, err
        self._started_at = time.monotonic()

    def said(self) -> str:
        """What it has written until now."""
        return "".join(path.read_text("utf-8", "replace") for path in (self._err, self._out))

    def wait(self, until: float, meanwhile: Callable[[int], None] | None = None) -> Reply:
        """Wait for its end, or end it."""
        own_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        hung = False
        while True:
            done, status, usage = os.wait4(self.number, os.WNOHANG)
            if done:
                break
            if time.monotonic() > until and not hung:
                hung = True
                os.kill(self.number, signal.SIGKILL)
            if meanwhile is not None:
                meanwhile(self.number)
            time.sleep(_POLL_S)
        seconds = time.monotonic() - self._started_at
        return Reply(
            os.waitstatus_to_exitcode(status),
            self._out.read_text("utf-8", "replace"),
            self._err.read_text("utf-8", "replace"),
            seconds,
            hung,
            max(0, usage.ru_maxrss - own_kb),
        )


def end_group(number: int) -> None:
    """End what a child has started and left behind."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(number, signal.SIGKILL)


def _be_child(
    place: Place, files: Sequence[Path], work: Callable[[], int], sabotage: Sabotage | None
) -> None:
    """What the child does; it never returns."""
    code = 99
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        for target, path in enumerate(files):
            opened = os.open(path, os.O_RDONLY if target == 0 else os.O_WRONLY)
            os.dup2(opened, target)
            os.close(opened)
        os.chdir(place.folder)
        os.environ.update(homes(place))
        tempfile.tempdir = str(place.folder / "tmp")
        _limit_memory()
        if sabotage is not None:
            sabotage_here(place.folder, sabotage, place.scratch / "operations")
        code = work()
    except BaseException:  # noqa: BLE001 - whatever leaves a command, as Python would say it
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
        code = _CAUGHT_BY_PYTHON
    finally:
        with contextlib.suppress(BaseException):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def homes(place: Place) -> dict[str, str]:
    """Where a command finds its home and its temporary files: with the case."""
    names = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    home = str(place.scratch / "home")
    return {"TMPDIR": str(place.folder / "tmp"), **dict.fromkeys(names, home)}


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "linux":
        return
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * os.sysconf("SC_PAGE_SIZE") + _MORE_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def start_program(
    place: Place,
    arguments: Sequence[str | Path],
    *,
    sabotage: Sabotage | None = None,
) -> subprocess.Popen[bytes]:
    """Start the program as a person does; its output goes to the case's scratch folder."""
    place.scratch.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, **homes(place)}
    if sabotage is not None:
        environment |= environment_of(place.folder, sabotage)
    with (place.scratch / "out").open("wb") as out, (place.scratch / "err").open("wb") as err:
        return subprocess.Popen(
            [sys.executable, "-m", "attnstudio", *map(str, arguments)],
            cwd=place.scratch,  # not the case's folder: Python itself looks into this one
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
            preexec_fn=_hear_signals,
        )


def _hear_signals() -> None:
    """A harness in the background of a shell would hand its deafness to Ctrl-C on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_for_program(
    place: Place, program: subprocess.Popen[bytes], started_at: float, timeout_s: float = HANG_S
) -> Reply:
    """Wait for the end of a program that was started, or end it."""
    hung = False
    try:
        program.wait(max(0.0, started_at + timeout_s - time.monotonic()))
    except subprocess.TimeoutExpired:
        hung = True
        program.kill()
        program.wait()
    return Reply(
        program.returncode,
        (place.scratch / "out").read_text("utf-8", "replace"),
        (place.scratch / "err").read_text("utf-8", "replace"),
        time.monotonic() - started_at,
        hung,
    )
