"""Sets Attention Studio up on a fresh machine and starts it: `run` or `test`.

Only the standard library; and in this file only what Python 3.8 understands, because an older
Python must get far enough to say what is wrong. The modules beside it are imported once a
Python is found that can run them.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
NEWEST = (3, 14)

_PROBE = "import sys; print(sys.version_info[0], sys.version_info[1], int(sys.maxsize > 2**32))"


def supports(version: Sequence[int], is_64_bit: bool) -> bool:
    """Whether PyTorch and Qt exist for this Python."""
    return OLDEST <= tuple(version[:2]) <= NEWEST and is_64_bit


def candidates(on_windows: bool) -> list[list[str]]:
    """Commands that may start a suitable Python, the newest first."""
    minors = range(NEWEST[1], OLDEST[1] - 1, -1)
    return [["py", f"-3.{minor}"] if on_windows else [f"python3.{minor}"] for minor in minors]


def answers(command: Sequence[str]) -> bool:
    """Whether this command starts a suitable Python; a name on PATH may be an empty shell."""
    if shutil.which(command[0]) is None:
        return False
    try:
        reply = subprocess.run(
            [*command, "-c", _PROBE], capture_output=True, text=True, timeout=30, check=True
        )
        major, minor, is_64_bit = (int(word) for word in reply.stdout.split())
    except (OSError, subprocess.SubprocessError, ValueError):
        return False
    return supports((major, minor), bool(is_64_bit))


def refusal(version: Sequence[int], is_64_bit: bool) -> str:
    """Why this Python cannot be used and what to do, in words."""
    name = "Python " + ".".join(str(part) for part in version[:3])
    return (
        f"This is {name}{'' if is_64_bit else ' (32 bit)'}. Attention Studio needs a 64-bit "
        "Python 3.11 to 3.14, and none was found on this computer.\n"
        "Install one from https://www.python.org/downloads/ (on Debian and Ubuntu: "
        "sudo apt-get install -y python3.11 python3.11-venv) and give the same command again."
    )


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The command line of this file."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--gpu", action="store_true", help="install PyTorch with CUDA (about 3 GB)")
    parser = argparse.ArgumentParser(prog="bootstrap.py", description="Sets Attention Studio up.")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser(
        "run", parents=[shared], help="set up, then open the window; without a display, a sample"
    )
    run.add_argument(
        "--terminal", action="store_true", help="train the sample in the terminal, no window"
    )
    run.add_argument(
        "--minutes", type=float, default=2.0, help="of training in the terminal (default: 2)"
    )
    run.add_argument(
        "--folder",
        type=Path,
        default=Path.home() / "AttentionStudio",
        help="where that project and its pictures go (default: ~/AttentionStudio)",
    )
    commands.add_parser("test", parents=[shared], help="set up, then run every gate")
    return parser.parse_args(words)


def carry_out(wish: argparse.Namespace) -> int:
    """Do what was asked, on a Python that can."""
    # Imported here because an older Python could not read these modules.
    import environment
    import first_run
    import gates
    import window
    from processes import SetUpError

    try:
        wanted = environment.Wanted(development=wish.command == "test", gpu=wish.gpu)
        python = environment.provide(ROOT, wanted)
        if wish.command == "test":
            return gates.run_all(python, ROOT)
        if not wish.terminal and window.has_display(sys.platform, os.environ):
            if window.has_qt(python):
                return window.show(python, ROOT)
            print("The window cannot be opened on this machine; here is the sample without it.")
        return first_run.show(python, wish.folder, wish.minutes)
    except SetUpError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130


def main(words: Sequence[str]) -> int:
    """Find a suitable Python, then do what was asked.

    Returns:
        The exit code: 0 done, 1 failed, 2 wrong use or no suitable Python, 130 stopped.
    """
    wish = parse(words)
    for stream in (sys.stdout, sys.stderr):
        # A Windows console that cannot show a letter shows "?" instead of ending the program;
        # line by line, so that our lines and those of the programs we start keep their order.
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace", line_buffering=True)
    is_64_bit = sys.maxsize > 2**32
    if supports(sys.version_info[:3], is_64_bit):
        return carry_out(wish)
    for command in candidates(on_windows=sys.platform == "win32"):
        if answers(command):
            print(f"This is Python {sys.version.split()[0]}; going on with {' '.join(command)}.")
            sys.stdout.flush()
            return subprocess.call([*command, str(Path(__file__).resolve()), *words])
    print(refusal(sys.version_info[:3], is_64_bit), file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
