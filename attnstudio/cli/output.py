"""How commands speak: one JSON object or plain text on stdout, everything else on stderr."""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from attnstudio.errors import AttentionStudioError


@dataclass(frozen=True, slots=True)
class Output:
    """Where the result of a command goes.

    Attributes:
        as_json: whether a script is reading.
        is_silent: whether another process says all that there is to say.
    """

    as_json: bool
    is_silent: bool = False

    def result(self, content: Mapping[str, Any], lines: Sequence[str]) -> None:
        """The result: the content for scripts, the lines for people."""
        if self.as_json:
            self.line(json.dumps(_without_nan(content), ensure_ascii=False, allow_nan=False))
            return
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()

    def line(self, text: str) -> None:
        """One line on stdout, at once."""
        if self.is_silent:
            return
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def say(self, text: str) -> None:
        """A line for the person on stderr."""
        if self.is_silent:
            return
        sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def error(self, message: str, hint: str) -> None:
        """What went wrong: on stdout for scripts, on stderr for people."""
        if self.as_json:
            with contextlib.suppress(OSError):  # a full disk, say: then stderr is what is left
                self.result({"error": {"message": message, "hint": hint}}, [])
                return
        self.say(f"Error: {message}")
        if hint:
            self.say(f"  {hint}")

    def failure(self, error: AttentionStudioError) -> None:
        """One of our own errors."""
        self.error(error.message, error.command_hint)


def use_utf8() -> None:
    """Speak UTF-8 whatever the terminal's or the pipe's default is."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace", newline="\n")


def stop_speaking() -> None:
    """Nobody listens any more: what is still in the buffers must not fail at the very end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _without_nan(value: Any) -> Any:  # noqa: ANN401 - any value that JSON knows
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    return value
