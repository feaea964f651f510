"""What the program did, written down for whoever has to find a fault; never a text of a corpus.

Each start writes a file of its own into the log folder, so that programs that run side by side
never turn over each other's file, and beside it the trace of a crash, if there is one. The newest
starts are kept. Where the folder cannot be written the program works all the same, and what was
written lately is known to the program itself.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import platform
import sys
import time
import traceback
import warnings
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from enum import StrEnum
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO, TextIO

from attnstudio import __version__
from attnstudio.errors import AttentionStudioError
from attnstudio.log_files import OLDER_PARTS, TIME_IN_NAME, LogEntry, entries_in, log_folder, sweep

_MOST_BYTES = 1_000_000
_LATEST_RECORDS = 2_000
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_QUOTING = (LookupError, ValueError, AssertionError)  # what they say may be a word of a text
_QUOTED_VALUES = frozenset({"text", "found", "links", "entity"})

_logger = logging.getLogger("attnstudio")
_logger.addHandler(logging.NullHandler())  # where nobody writes a log, nothing is said on stderr


class Role(StrEnum):
    """Who writes a log."""

    WINDOW = "window"
    COMMAND = "command"


@contextmanager
def program_log(role: Role, words: Sequence[str] = ()) -> Iterator[None]:
    """Write down what happens until the end of the block, and the trace of a crash.

    Args:
        role: who writes.
        words: what the program was started with; what options were given stays out of the log.
    """
    with ExitStack() as stack:
        handlers: list[logging.Handler] = [_Latest()]
        trace: IO[str] | None = None
        with suppress(OSError):  # a folder that cannot be written is no reason not to work
            path = _new_log(role)
            trace = stack.enter_context(_trace_file(path.with_suffix(".crash")))
            handlers.append(_LogFile(path))
        stack.enter_context(_tracing_crashes(trace))
        stack.enter_context(_writing_to(handlers))
        stack.enter_context(_writing_warnings())
        _logger.info("%s started: %s", role, "; ".join(machine_facts()))
        if words:
            _logger.info("command: %s", _command_words(words))
        try:
            yield
        finally:
            _logger.info("%s ended", role)


def machine_facts() -> tuple[str, ...]:
    """The program, the language, the system and the machine."""
    return (
        f"Attention Studio {__version__}",
        f"Python {platform.python_version()}",
        platform.platform(),
        f"{platform.machine()}, {os.cpu_count()} processors",
    )


def write_down(error: BaseException) -> None:
    """An error of ours in its words, another with its trace."""
    if isinstance(error, AttentionStudioError):
        values = {
            name: "…" if name in _QUOTED_VALUES else value for name, value in error.values.items()
        }
        sentence = f"{error.template} {error.hint_template}".rstrip()
        _logger.error("%s", sentence.format(**values) if values else sentence)
    else:
        _logger.error("%s", _trace(error))


def latest_entries() -> list[LogEntry]:
    """What this program has written down lately, the oldest first."""
    lines = [line for h in _logger.handlers if isinstance(h, _Latest) for line in h.lines]
    return entries_in(lines)


def log_tail(most: int = 40) -> str:
    """The last of what this program has written down, to go with the report of a fault."""
    return "\n".join(map(str, latest_entries()[-most:]))


class _Latest(logging.Handler):
    """Keeps the last records for the program itself."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: deque[str] = deque(maxlen=_LATEST_RECORDS)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


class _LogFile(RotatingFileHandler):
    """A file that says nothing of its own troubles: a full disk must not fill the terminal."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path, maxBytes=_MOST_BYTES, backupCount=OLDER_PARTS, encoding="utf-8",
            errors="backslashreplace",
        )  # fmt: skip

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        pass


def _new_log(role: Role) -> Path:
    """The file of this start, in a folder that is there and has room for it."""
    folder = log_folder()
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    return folder / f"{role}-{time.strftime(TIME_IN_NAME)}-{os.getpid()}.log"


@contextmanager
def _trace_file(path: Path) -> Iterator[IO[str]]:
    """It is there as long as the program: to find it later means that there was no good end."""
    try:
        with path.open("w", encoding="utf-8") as file:
            yield file
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def _tracing_crashes(trace: IO[str] | None) -> Iterator[None]:
    was_enabled = faulthandler.is_enabled()
    _enable_faulthandler(trace)
    try:
        yield
    finally:
        faulthandler.disable()
        if was_enabled:
            _enable_faulthandler(None)


def _enable_faulthandler(trace: IO[str] | None) -> None:
    if trace is not None:
        faulthandler.enable(trace)
    elif sys.stderr is not None:
        with suppress(OSError, ValueError):  # a stream without a file
            faulthandler.enable()


@contextmanager
def _writing_to(handlers: Iterable[logging.Handler]) -> Iterator[None]:
    level = _logger.level
    _logger.setLevel(logging.INFO)
    for handler in handlers:
        handler.setFormatter(logging.Formatter(_FORMAT))
        _logger.addHandler(handler)
    try:
        yield
    finally:
        _logger.setLevel(level)
        for handler in handlers:
            _logger.removeHandler(handler)
            handler.close()


@contextmanager
def _writing_warnings() -> Iterator[None]:
    show = warnings.showwarning

    def write_down_and_show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        _logger.warning("%s: %s (%s:%s)", category.__name__, message, filename, lineno)
        show(message, category, filename, lineno, file, line)

    warnings.showwarning = write_down_and_show
    try:
        yield
    finally:
        warnings.showwarning = show


def _trace(error: BaseException) -> str:
    """Where an error came from, and what from; its words only where they quote nothing."""
    parts = []
    cause: BaseException | None = error
    while cause is not None:
        words = "(it may quote a text)" if isinstance(cause, _QUOTING) else str(cause)
        frames = "".join(traceback.format_tb(cause.__traceback__)).rstrip()
        parts.append(f"{type(cause).__name__}: {words}\n{frames}".rstrip())
        hidden = None if cause.__suppress_context__ else cause.__context__
        cause = cause.__cause__ or hidden
    return "\ncaused by ".join(parts)


def _command_words(words: Sequence[str]) -> str:
    """The command and its options without what they were given, which may be a text."""
    options = [word.partition("=")[0] for word in words if word.startswith("-")]
    return " ".join([*words[:1], *options])
