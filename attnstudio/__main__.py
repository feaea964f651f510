"""``python -m attnstudio``: a sub-command goes to the command line, none opens the window."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec

from attnstudio.allocator import share_one_arena
from attnstudio.logs import Role, program_log


def main() -> None:
    """Run one command, or open the window, and leave with the exit code."""
    words = sys.argv[1:]
    if not words and _can_show_a_window():
        sys.exit(open_window(words))
    with program_log(Role.COMMAND, words):
        # imported here, because a window must be up before this is needed
        from attnstudio.cli.app import run

        sys.exit(run(words))


def open_window(words: Sequence[str] | None = None) -> int:
    """Open the window and stay until it is closed.

    Args:
        words: what the program was started with; None for those of this process.

    Returns:
        The exit code.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # a Windows program without a console has neither
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
    with program_log(Role.WINDOW):
        if sys.platform == "win32":
            import torch  # noqa: F401 - after Qt, Windows would not find its libraries (WinError 1114)
        share_one_arena()  # before there are threads: a training in one has large tensors
        # imported here, because the command line works without Qt
        from attnstudio.gui.app import main as show

        return show(sys.argv[1:] if words is None else words)


def _can_show_a_window() -> bool:
    if find_spec("PySide6") is None:
        return False
    on_linux = sys.platform not in ("win32", "darwin")
    return not on_linux or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    main()
