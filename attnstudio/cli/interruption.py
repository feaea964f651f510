"""Ctrl-C in every command, from its first moment to its last: one line, and exit code 130.

A command that keeps something when it is stopped (`train`) listens by itself while it works. Only
the start of Python before this module can still end otherwise, so it imports next to nothing.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

INTERRUPTED = 130
_IMPORTING = "<frozen importlib._bootstrap>"


def listen() -> None:
    """From now on the first Ctrl-C raises ``KeyboardInterrupt``, and the second ends at once.

    While modules are being loaded the first ends at once as well: nothing is under way, and some
    libraries answer an exception at that time with a crash or forget it. A program that was started
    deaf to Ctrl-C, in the background of a shell, stays so.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)


def ignore() -> None:
    """What the program had to do is done: too late for a signal to change anything."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def say_stopped() -> None:
    """The one line: on stdout for scripts, on stderr for people."""
    if "--json" in sys.argv:
        os.write(1, b'{"error": {"message": "Stopped.", "hint": ""}}\n')
    else:
        os.write(2, b"Error: Stopped.\n")


def leave_at_once(*_: object) -> None:
    """Leave without cleaning up, as for a second Ctrl-C."""
    say_stopped()
    os._exit(INTERRUPTED)


def _interrupt(_: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, leave_at_once)
    if _is_importing(frame):
        leave_at_once()
    raise KeyboardInterrupt


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename == _IMPORTING:
            return True
        frame = frame.f_back
    return False
