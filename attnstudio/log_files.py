"""The files of the log folder: what earlier starts wrote, which of them crashed, which are kept."""

from __future__ import annotations

import logging
import os
import re
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_log_dir

FOLDER_VARIABLE = "ATTNSTUDIO_LOG_FOLDER"
OLDER_PARTS = 2  # of the log of one start
TIME_IN_NAME = "%Y%m%d-%H%M%S"

_KEPT_STARTS = 20
_RECORD = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) ([A-Z]+) ([\w.]+): (.*)", re.DOTALL)
_NAME = re.compile(r"(?P<role>window|command)-(?P<time>\d{8}-\d{6})-(?P<process>\d+)")
_CRASH_HEADING = "The program crashed:"


@dataclass(frozen=True, slots=True)
class LogEntry:
    """Something that was written down.

    Attributes:
        time: when, in local time, as it stands in the file.
        level: one of `logging`, such as ``logging.WARNING``.
        source: the module that wrote it.
        text: one or several lines.
    """

    time: str
    level: int
    source: str
    text: str

    def __str__(self) -> str:
        return f"{self.time} {logging.getLevelName(self.level)} {self.source}: {self.text}"


@dataclass(frozen=True, slots=True)
class Crash:
    """An earlier start that ended in a crash.

    Attributes:
        path: its log, which holds the trace now.
        crashed_at: seconds since the epoch.
    """

    path: Path
    crashed_at: float


@dataclass(frozen=True, slots=True)
class EarlierLog:
    """What another start wrote.

    Attributes:
        path: its newest part.
        role: who wrote it, a `Role`.
        started_at: seconds since the epoch.
    """

    path: Path
    role: str
    started_at: float


def log_folder() -> Path:
    """Where logs lie: the place of this system, or what ``ATTNSTUDIO_LOG_FOLDER`` says."""
    return Path(os.environ.get(FOLDER_VARIABLE) or user_log_dir("attnstudio", appauthor=False))


def earlier_logs() -> list[EarlierLog]:
    """The logs of other starts, the newest first."""
    logs = []
    with suppress(OSError):
        for path in log_folder().glob("*.log"):
            named = _NAME.fullmatch(path.stem)
            if named is not None and int(named["process"]) != os.getpid():
                started_at = time.mktime(time.strptime(named["time"], TIME_IN_NAME))
                logs.append(EarlierLog(path, named["role"], started_at))
    return sorted(logs, key=lambda log: log.started_at, reverse=True)


def read_log(path: Path) -> list[LogEntry]:
    """All that one start wrote, the oldest first; what cannot be read is left out."""
    entries: list[LogEntry] = []
    parts = [path.with_name(f"{path.name}.{part}") for part in range(OLDER_PARTS, 0, -1)]
    for part in (*parts, path):
        with suppress(OSError):
            entries += entries_in(part.read_text("utf-8", errors="replace").split("\n"))
    return entries


def take_crashes() -> list[Crash]:
    """Starts that crashed since this was asked last; each trace moves to the end of its log."""
    crashes = []
    with suppress(OSError):
        for trace in sorted(log_folder().glob("*.crash")):
            if not _is_at_work(trace):
                with suppress(OSError):  # another start takes it
                    crashes += _take_crash(trace)
    return crashes


def _take_crash(trace: Path) -> list[Crash]:
    """None where the trace is empty: the program was killed, or the power went."""
    text, crashed_at = trace.read_text("utf-8", errors="replace"), _changed_at(trace)
    trace.unlink()
    if not text.strip():
        return []
    log = trace.with_suffix(".log")
    at = time.strftime("%Y-%m-%d %H:%M:%S,000", time.localtime(crashed_at))
    with log.open("a", encoding="utf-8") as file:
        file.write(f"{at} CRITICAL attnstudio: {_CRASH_HEADING}\n{text}")
    return [Crash(log, crashed_at)]


def entries_in(lines: Iterable[str]) -> list[LogEntry]:
    """Records, each with the lines that follow it."""
    levels = logging.getLevelNamesMapping()
    found: list[tuple[re.Match[str], list[str]]] = []
    for line in lines:
        start = _RECORD.fullmatch(line)
        if start and start[2] in levels:
            found.append((start, [start[4]]))
        elif found and line:
            found[-1][1].append(line)
    return [
        LogEntry(start[1], levels[start[2]], start[3], "\n".join(texts)) for start, texts in found
    ]


def sweep(folder: Path) -> None:
    """Keep the newest starts, and those that are at work; a crash that nobody saw stays."""
    logs = [path for path in folder.glob("*.log") if _NAME.fullmatch(path.stem)]
    logs.sort(key=_changed_at, reverse=True)
    for log in logs[_KEPT_STARTS - 1 :]:
        if _is_at_work(log):
            continue
        for path in (log, *folder.glob(f"{log.name}.*"), log.with_suffix(".crash")):
            with suppress(OSError):  # another start sweeps as well
                path.unlink(missing_ok=True)


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # swept meanwhile
        return 0.0


def _is_at_work(path: Path) -> bool:
    """Whether the program that writes this file still runs, as far as its number tells."""
    named = _NAME.fullmatch(path.stem)
    if named is None or sys.platform == "win32":  # there a file that is open cannot be removed
        return named is None
    try:
        os.kill(int(named["process"]), 0)
    except ProcessLookupError:
        return False
    except (OverflowError, PermissionError):
        return True
    return True
