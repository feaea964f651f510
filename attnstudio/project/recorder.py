"""Events on disk: appended, flushed, and read back after a crash."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import takewhile
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from attnstudio.files import open_new, open_to_append, replace
from attnstudio.training.event_json import from_json, to_json
from attnstudio.training.events import Started, Step, TrainingEvent
from attnstudio.training.history import History
from attnstudio.training.step_table import COLUMNS, COUNTED

_LONGEST_LINE = 2**22  # of an event; the longest tell of some watch sentences
_BLOCK_BYTES = 2**15  # matched at once, while no other thread of Python gets a turn
# A step as `to_json` writes it, number by number; any other line as a whole.
_NUMBER = r"(-?\d++(?:\.\d++)?(?:e[+-]?\d++)?)"
_STEP = ", ".join(
    f'"{name}": ' + (r"(\d{1,18})" if name in COUNTED else _NUMBER) for name in COLUMNS
)
_STEP_BEGINS = f'{{"event": "{Step.event}", '.encode()
_LINE = re.compile(rf'^(?:\{{"event": "{Step.event}", {_STEP}\}}|(.+))$'.encode(), re.MULTILINE)


class EventRecorder:
    """Appends events to a file, one line each; a context manager.

    What could not be written waits in memory and is written first the next time, in order; of a
    line that the disk took in part only, that part is cut off again.

    Raises:
        OSError: the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._waiting: deque[bytes] = deque()
        self._open(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close()

    def record(self, event: TrainingEvent) -> None:
        """Append one event.

        Raises:
            OSError: the disk would not take it; it waits.
        """
        self.wait_with(event)
        self.write_waiting()

    def wait_with(self, event: TrainingEvent) -> None:
        """Let an event wait to be written."""
        self._waiting.append(f"{to_json(event)}\n".encode())

    def write_waiting(self, *, to_disk: bool = False) -> None:
        """Write the events that wait.

        Args:
            to_disk: whether to wait until they have reached the disk.

        Raises:
            OSError: the disk would not take them; they go on waiting.
        """
        while self._waiting:
            self._write(self._waiting[0])
            self._waiting.popleft()
        if to_disk:
            os.fsync(self._file)

    def move_to(self, path: Path) -> None:
        """Go on in another file that begins with all that was written so far.

        Where it is there already, it is taken for this very file, moved.

        Raises:
            OSError: it cannot be written; the events go on into the old one.
        """
        if not path.exists():
            temporary = path.with_name(f".{path.name}.new")
            self._written.seek(0)
            with open_new(temporary) as copy:
                shutil.copyfileobj(self._written, copy)
            replace(temporary, path)
        file, written = self._file, self._written
        self._open(path)
        for old in (file, written):
            old.close()

    def _open(self, path: Path) -> None:
        is_torn = _is_torn(path)
        file = open_to_append(path)
        self._file, self._written = file, path.open("rb")
        if is_torn:
            self._waiting.appendleft(b"\n")

    def _close(self) -> None:
        self._written.close()
        self._file.close()

    def _write(self, line: bytes) -> None:
        descriptor = self._file.fileno()  # past the buffer, which would keep what was refused
        size = os.fstat(descriptor).st_size
        taken = 0
        try:
            while taken < len(line):
                taken += os.write(descriptor, line[taken:])
        except OSError:
            if taken and not _cut(descriptor, size):
                self._waiting.appendleft(b"\n")  # ends the part, which is passed over then
            raise


def _cut(descriptor: int, size: int) -> bool:
    """Cut a file to what it was; False where the disk would not do that either."""
    with suppress(OSError):
        os.truncate(descriptor, size)
        return True
    return False


def _is_torn(path: Path) -> bool:
    """Whether a crash left the last line without its end."""
    if not path.exists() or not path.stat().st_size:
        return False
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


def read_history(
    path: Path, *, onto: History | None = None, start: int = 0, end: int | None = None
) -> History:
    """What the recorded events add up to; steps, which are many, are read a block at a time.

    Args:
        path: the log.
        onto: what it adds up to before ``start``; changed in place.
        start: the byte to begin at, where a line begins.
        end: the byte to end before; None for the end of the log.
    """
    history = History() if onto is None else onto
    if not path.exists():
        return history
    left = sys.maxsize if end is None else end - start
    with path.open("rb") as file:
        file.seek(start)
        is_log = True
        while is_log and (block := file.read(min(_BLOCK_BYTES, left))):
            rest = file.readline(min(_LONGEST_LINE, left - len(block)))
            left -= len(block) + len(rest)
            is_log = _is_line(rest)
            _add_lines(history, block + rest if is_log else block[: block.rfind(b"\n") + 1])
    return history


def read_outline(path: Path) -> History:
    """The same in a tenth of the time, with but the last step of each segment.

    State, best validation and last step of a run are told by it, and all but its curves.
    """
    history, last = History(), b""
    if not path.exists():
        return history
    with path.open("rb") as file:
        for line in _lines(file):
            if line.startswith(_STEP_BEGINS):
                last = line if line.endswith((b"}\n", b"}")) else last  # else a crash tore it
                continue
            event = _event(line)
            if isinstance(event, Started):  # voids the step that came last, or does not
                _add(history, _event(last))
                last = b""
            _add(history, event)
    _add(history, _event(last))
    return history


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a log; what no event can be as long as is not read, nor what follows it.

    A file may claim to have any size, and need not have it on the disk.
    """
    return takewhile(_is_line, iter(partial(file.readline, _LONGEST_LINE), b""))


def _is_line(line: bytes) -> bool:
    return len(line) < _LONGEST_LINE or line.endswith(b"\n")


def _add_lines(history: History, block: bytes) -> None:
    rows = _LINE.findall(block)
    others = [number for number, row in enumerate(rows) if row[-1]]
    first = 0
    for number in (*others, len(rows)):
        if number > first:
            *columns, _ = zip(*rows[first:number], strict=True)
            history.steps.extend_columns(
                map(int if name in COUNTED else float, column)
                for name, column in zip(COLUMNS, columns, strict=True)
            )
        if number < len(rows):
            _add(history, _event(rows[number][-1]))
        first = number + 1


def _add(history: History, event: TrainingEvent | None) -> None:
    if event is not None:
        history.add(event)


def _event(line: bytes) -> TrainingEvent | None:
    """What a line says; nothing where a crash tore it."""
    with suppress(ValueError):
        return from_json(line.decode("utf-8", "replace"))
    return None
