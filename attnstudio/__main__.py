"""``python -m attnstudio``: a sub-command goes to the command line, all else opens the window."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from attnstudio.cli import interruption

WINDOW_OPTIONS = {"--safe-mode", "--reset-settings"}


def main() -> None:
    """Run one command, or open the window, and leave with the exit code."""
    words = sys.argv[1:]
    if all(map(_is_to_be_opened, words)) and _can_show_a_window():
        sys.exit(open_window(words))
    sys.exit(_run_command(words))


def _run_command(words: Sequence[str]) -> int:
    try:
        interruption.listen()  # before anything of weight is imported
        from attnstudio.logs import Role, program_log

        with program_log(Role.COMMAND, words):
            # imported here, because a window must be up before this is needed
            from attnstudio.cli.app import run

            code = run(words)
        interruption.ignore()
    except KeyboardInterrupt:
        interruption.ignore()
        interruption.say_stopped()
        return interruption.INTERRUPTED
    return code


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
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # an end without a word, until it can be heard
    # imported here, because the command line works without Qt and listens to Ctrl-C before
    from attnstudio.logs import Role, program_log

    with program_log(Role.WINDOW):
        if sys.platform == "win32":
            import torch  # noqa: F401 - after Qt, Windows would not find its libraries (WinError 1114)
        from attnstudio.allocator import share_one_arena

        share_one_arena()  # before there are threads: a training in one has large tensors
        from attnstudio.gui.shell.app import main as show

        return show(sys.argv[1:] if words is None else words)


def _is_to_be_opened(word: str) -> bool:
    """Whether a word is a file, a folder or of the window, and no command with a name like that."""
    if word in WINDOW_OPTIONS:
        return True
    if word.startswith("-") or not Path(word).exists():
        return False
    if Path(word).name != word:
        return True
    # imported here, because most starts need not ask
    from attnstudio.cli.app import command_names

    return word not in command_names()


def _can_show_a_window() -> bool:
    from importlib.util import find_spec  # here, because a command needs it not

    if find_spec("PySide6") is None:
        return False
    on_linux = sys.platform not in ("win32", "darwin")
    return not on_linux or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    main()
