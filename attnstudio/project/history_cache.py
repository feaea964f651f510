"""What a long log adds up to, kept beside it in a form that is read at once.

``history.cache`` is one line of JSON, the columns of all steps as they lie in memory, and the other
events as lines of JSON. It is for the very log whose size and time of change it names, or, as a
copied log is changed when it is copied and one of a training grows, for the log that begins with so
many bytes of such a checksum; what follows them is read. It can be deleted at any time.
"""

from __future__ import annotations

import json
import os
import sys
import zlib
from collections.abc import Iterable
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any

from attnstudio.files import open_new, replace
from attnstudio.plain_values import read_json
from attnstudio.project.recorder import read_history
from attnstudio.training.event_json import from_json, to_json
from attnstudio.training.events import CheckpointSaved, TrainingEvent
from attnstudio.training.history import History
from attnstudio.training.step_table import COLUMNS, NUMBER_BYTES

_FORMAT = 3
_NAME = "history.cache"
_LEAST_BYTES = 2**20  # of a log: a smaller one is read as fast
_MOST_BYTES = 2**32  # of tens of millions of steps; a larger size is no log's
_BLOCK_BYTES = 2**20
_LONGEST_HEAD = 2**12


def read(log: Path) -> History:
    """What a log adds up to: from what was kept of it, or from the log itself."""
    try:
        stat = log.stat()
    except FileNotFoundError:
        return History()
    if not _LEAST_BYTES <= stat.st_size <= _MOST_BYTES:
        return read_history(log)
    history, known = _load(log, stat) or (History(), 0)
    if known < stat.st_size:
        read_history(log, onto=history, start=known, end=stat.st_size)
        if stat.st_size - known >= _LEAST_BYTES:
            _save(log, stat, history)
    return history


def _load(log: Path, stat: os.stat_result) -> tuple[History, int] | None:
    """What the first so many bytes of a log add up to."""
    try:
        with (log.parent / _NAME).open("rb") as file:
            head = read_json(file.readline(_LONGEST_HEAD))
            steps, known, changed_ns, checksum = (
                head.pop(name) for name in ("steps", "log_bytes", "log_changed_ns", "log_crc32")
            )
            if head != _head() or not 0 < known <= stat.st_size:
                return None
            is_same = (known, changed_ns) == (stat.st_size, stat.st_mtime_ns)
            if not is_same and checksum != _checksum(log, known):
                return None
            history = History()
            length = steps * NUMBER_BYTES
            if not 0 <= length * len(COLUMNS) <= os.fstat(file.fileno()).st_size:
                return None
            columns = [file.read(length) for _ in COLUMNS]
            if any(len(column) < length for column in columns):
                return None
            for line in file.read().decode().split("\n"):
                history.add(from_json(line))
            history.steps.extend_bytes(columns)  # the last: a resumed run's beginning voids steps
    except (
        OSError,
        ValueError,
        LookupError,
        TypeError,
        OverflowError,
        AttributeError,
    ):  # missing, torn or of another version
        return None
    return history, known


def _save(log: Path, stat: os.stat_result, history: History) -> None:
    """Keep what a log adds up to, unless its last line is still being written."""
    saved = (CheckpointSaved(step=step, elapsed_s=0.0) for step in history.checkpoints)
    events: Iterable[TrainingEvent | None] = chain(
        history.segments, history.validations, history.watched, saved, history.notices,
        [history.ending],
    )  # fmt: skip
    lines = [to_json(event) for event in events if event is not None]
    temporary = log.with_name(f".{_NAME}.new")
    with suppress(OSError):  # where it cannot be written, the log is read anew each time
        if not _ends_with_a_line(log, stat.st_size):
            return
        head = {
            **_head(),
            "steps": len(history.steps),
            "log_bytes": stat.st_size,
            "log_changed_ns": stat.st_mtime_ns,
            "log_crc32": _checksum(log, stat.st_size),
        }
        with open_new(temporary) as file:
            file.write(json.dumps(head).encode() + b"\n")
            for name in COLUMNS:
                history.steps.column(name).tofile(file)
            file.write("\n".join(lines).encode())
        replace(temporary, log.parent / _NAME)


def _ends_with_a_line(log: Path, size: int) -> bool:
    with log.open("rb") as file:
        file.seek(size - 1)
        return file.read(1) == b"\n"


def _head() -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "byte_order": sys.byteorder,
        "columns": list(COLUMNS),
    }


def _checksum(log: Path, size: int) -> int:
    """Of the first so many bytes; a fortieth of the time that it takes to read what they say."""
    checksum = 0
    with log.open("rb") as file:
        while size > 0 and (block := file.read(min(size, _BLOCK_BYTES))):
            checksum = zlib.crc32(block, checksum)
            size -= len(block)
    return checksum
