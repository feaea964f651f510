"""The system libraries that the window needs on Debian and its relatives."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from processes import SetUpError, read, run_visibly

if TYPE_CHECKING:
    from collections.abc import Sequence

LIBRARIES = (
    "libegl1",
    "libgl1",
    "libxkbcommon0",
    "libdbus-1-3",
    "fontconfig",
    "fonts-noto-cjk",  # without it a picture of a Chinese sentence shows empty boxes
    "libxcb-cursor0",  # this and the next: a window on a real display
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-shape0",
    "libxkbcommon-x11-0",
)

_INSTALL = ("apt-get", "install", "-y", "--no-install-recommends")
_WAIT_FOR_OTHERS = ("-o", "DPkg::Lock::Timeout=300")


def missing(wanted: Sequence[str], dpkg_report: str) -> tuple[str, ...]:
    """Which packages are not installed, given dpkg's lines of name and status."""
    states = (line.split() for line in dpkg_report.splitlines())
    installed = {words[0] for words in states if words[1:] == ["installed"]}
    return tuple(name for name in wanted if name not in installed)


def install_line(packages: Sequence[str]) -> str:
    """The exact line with which a person installs these packages."""
    return " ".join(("sudo", *_INSTALL, *packages))


def provide() -> None:
    """Install what the window lacks when we may, say how otherwise; the core needs none of it."""
    if not _is_debian():
        return
    query = ("dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *LIBRARIES)
    lacking = missing(LIBRARIES, read(query).stdout)
    if not lacking:
        return
    if _is_root():
        print(f"Installing system libraries (at most 70 MB): {' '.join(lacking)}")
        if _install(lacking):
            return
        print("They could not be installed; the command line works without them. Later, run:")
    else:
        print("The window will need these system libraries (at most 70 MB). Please run:")
    print(f"  {install_line(lacking)}")


def require_venv(python_version: tuple[int, int]) -> None:
    """Install Debian's package with the other half of `venv`, or stop and say how.

    Raises:
        SetUpError: it is missing and we may not install it.
    """
    package = "python{}.{}-venv".format(*python_version)
    sentence = "This Python came without its modules venv and ensurepip."
    if not _is_debian():
        raise SetUpError(
            f"{sentence} Install Python from https://www.python.org/downloads/ and give the "
            "same command again."
        )
    if _is_root() and _install((package,)):
        return
    raise SetUpError(
        f"{sentence} Please run:\n  {install_line((package,))}\nand give the same command again."
    )


def _is_debian() -> bool:
    return shutil.which("apt-get") is not None and shutil.which("dpkg-query") is not None


def _is_root() -> bool:
    return os.geteuid() == 0


def _install(packages: Sequence[str]) -> bool:
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    # A list of packages that cannot be refreshed may still do: only the second answer counts.
    run_visibly(("apt-get", "update", "-qq", *_WAIT_FOR_OTHERS), extra=quiet)
    return run_visibly((*_INSTALL, "-qq", *_WAIT_FOR_OTHERS, *packages), extra=quiet) == 0
