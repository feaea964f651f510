"""The virtual environment `.venv`: made once, mended when half made, left alone when complete."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import signal
import sys
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import downloads
import system_libraries
from processes import STOPPED, SetUpError, read, run_visibly

if TYPE_CHECKING:
    from pathlib import Path

STAMP = "attnstudio-stamp.json"
_SAY_VERSION = (
    "import pip, sys; version = sys.version_info[:2]; print(*version); "
    "sys.exit(not (3, 11) <= version <= (3, 14))"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the environment is for.

    Attributes:
        development: with the tools of the gates.
        gpu: with a PyTorch built for CUDA.
    """

    development: bool
    gpu: bool

    def covers(self, other: Wanted) -> bool:
        """Whether an environment made for this serves the other as well."""
        return self.development >= other.development and self.gpu >= other.gpu

    def together_with(self, other: Wanted) -> Wanted:
        """What serves both, so that `run` after `test` throws nothing away."""
        return Wanted(self.development or other.development, self.gpu or other.gpu)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Left in the environment when it is complete; what it says must still be true.

    Attributes:
        root: the checkout; an environment cannot be moved.
        requirements: a hash of the files that say what is installed.
        python: the version as "3.11".
        wanted: what it was made for.
    """

    root: str
    requirements: str
    python: str
    wanted: Wanted


def provide(root: Path, wanted: Wanted) -> str:
    """Make sure that the environment serves the wish, and return its Python.

    Nothing is asked of pip and nothing is printed when it is complete already.

    Raises:
        SetUpError: it cannot be made; the text says why.
    """
    python = environment_python(root)
    stamp = read_stamp(root)
    version = _version_of(python)
    now = Stamp(str(root), requirements_hash(root), version, wanted)
    if stamp is not None and is_current(stamp, now):
        return str(python)
    if stamp is not None:
        now = replace(now, wanted=wanted.together_with(stamp.wanted))
    _refuse_intel_mac()
    print(
        f"Setting Attention Studio up in {root / '.venv'} ({downloads.usual_size(now.wanted.gpu)} "
        "to download the first time)."
    )
    system_libraries.provide()
    is_moved = stamp is not None and stamp.root != str(root)
    if not version or is_moved or not forget_half_installed(root):
        _make(root)
        now = replace(now, python=_version_of(python))
    _stamp_path(root).unlink(missing_ok=True)  # from here to the end it counts as half made
    _install(root, str(python), now.wanted)
    write_stamp(root, now)
    return str(python)


def environment_python(root: Path) -> Path:
    """Where the environment's Python is, whether or not it exists."""
    if sys.platform == "win32":
        return root / ".venv" / "Scripts" / "python.exe"
    return root / ".venv" / "bin" / "python"


def requirements_hash(root: Path) -> str:
    """Changes when a file changes that says what is installed."""
    texts = (root / "pyproject.toml", root / "packaging" / "constraints.txt")
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in texts)).hexdigest()


def is_current(stamp: Stamp, now: Stamp) -> bool:
    """Whether an environment with this stamp can be used as it is."""
    return stamp.wanted.covers(now.wanted) and replace(stamp, wanted=now.wanted) == now


def read_stamp(root: Path) -> Stamp | None:
    """The stamp of a complete environment; None when it was never completed."""
    try:
        fields = json.loads(_stamp_path(root).read_text(encoding="utf-8"))
        return Stamp(**{**fields, "wanted": Wanted(**fields["wanted"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_stamp(root: Path, stamp: Stamp) -> None:
    """Declare the environment complete."""
    _stamp_path(root).write_text(json.dumps(asdict(stamp), indent=2), encoding="utf-8")


def forget_half_installed(root: Path) -> bool:
    """Make pip install again what it was interrupted in, and would take for installed.

    Returns:
        False when it is pip itself that is incomplete.
    """
    environment = root / ".venv"
    folders = (environment / "Lib", *environment.glob("lib/python*"))
    for record in {file for folder in folders for file in folder.glob("site-packages/*.dist-info")}:
        if not (record / "INSTALLER").exists():  # the last but one file that pip writes
            if record.name.startswith("pip-"):
                return False
            shutil.rmtree(record)
    return True


def requirements(root: Path, wanted: Wanted, *, with_window: bool = True) -> list[str]:
    """Pip's arguments for the program and its libraries at their pinned versions."""
    extras = [name for name, is_in in (("gui", with_window), ("dev", wanted.development)) if is_in]
    package = f"{root}[{','.join(extras)}]" if extras else str(root)
    return ["-c", str(root / "packaging" / "constraints.txt"), "-e", package]


def _stamp_path(root: Path) -> Path:
    return root / ".venv" / STAMP


def _version_of(python: Path) -> str:
    """Its version as "3.11"; empty when it does not start, has no pip or is not supported."""
    if not python.exists():
        return ""
    reply = read((str(python), "-c", _SAY_VERSION))
    return reply.stdout.strip().replace(" ", ".") if reply.returncode == 0 else ""


def _make(root: Path) -> None:
    # Not sys.executable: that may be the very environment that is about to be cleared.
    base = getattr(sys, "_base_executable", sys.executable)
    if read((base, "-c", "import venv, ensurepip")).returncode != 0:
        system_libraries.require_venv((sys.version_info.major, sys.version_info.minor))
    reply = read((base, "-m", "venv", "--clear", str(root / ".venv")))
    if reply.returncode != 0:
        raise SetUpError(
            f"The environment {root / '.venv'} cannot be made:\n{reply.stderr or reply.stdout}"
            "Close programs that use it, delete that folder and give the same command again."
        )


def _install(root: Path, python: str, wanted: Wanted) -> None:
    gpu = wanted.gpu and sys.platform != "darwin"  # a Mac's usual PyTorch knows its graphics chip
    if gpu:
        _remove_small_torch(python)
    print("Asking the package index what is needed …")
    arguments = requirements(root, wanted)
    try:
        plan = downloads.choose(partial(downloads.ask_pip, python, arguments), gpu=gpu, say=print)
    except SetUpError:
        # Qt has no build for, say, an older Linux on ARM; all but the window works there.
        arguments = requirements(root, wanted, with_window=False)
        plan = downloads.choose(partial(downloads.ask_pip, python, arguments), gpu=gpu, say=print)
        print("Qt cannot be had for this machine: the command line works, the window will not.")
    size = downloads.size_in_words(plan)
    print(f"To download: {size}{' (less what pip has kept from before)' if plan.packages else ''}.")
    quiet = () if sys.stdout.isatty() else ("-qq", "--progress-bar", "off")
    code = run_visibly((*downloads.pip_install(python), *quiet, *plan.index, *arguments))
    if code in (STOPPED, -signal.SIGINT):
        raise KeyboardInterrupt
    if code != 0:
        raise SetUpError(
            "pip could not install everything; its reason is above. Check the connection and the "
            "space on the disk, then give the same command again: it goes on from here."
        )


def _remove_small_torch(python: str) -> None:
    """For pip the build without CUDA is the same version, so it would be left in place."""
    version = read((python, "-c", "import importlib.metadata as m; print(m.version('torch'))"))
    is_small = "+cpu" in version.stdout or (sys.platform == "win32" and "+cu" not in version.stdout)
    if version.returncode == 0 and is_small:
        read((python, "-m", "pip", "uninstall", "--yes", "torch"))


def _refuse_intel_mac() -> None:
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        raise SetUpError(
            "PyTorch is no longer made for Macs with an Intel processor. If this Mac has an Apple "
            "chip, this Python is one for Intel: install the universal one from "
            "https://www.python.org/downloads/ and give the same command again."
        )
