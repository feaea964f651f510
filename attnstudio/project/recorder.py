"""Events on disk: appended, flushed, and read back after a crash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from attnstudio.training.events import TrainingEvent, from_json, to_json


class EventRecorder:
    """Appends events to a file, one line each; a context manager."""

    def __init__(self, path: Path) -> None:
        torn = path.exists() and not path.read_bytes().endswith(b"\n") and path.stat().st_size
        self._file = path.open("a", encoding="utf-8", newline="\n")
        if torn:
            self._file.write("\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()

    def record(self, event: TrainingEvent) -> None:
        """Append one event."""
        self._file.write(to_json(event) + "\n")
        self._file.flush()


def read_events(path: Path) -> Iterator[TrainingEvent]:
    """The recorded events; lines that a crash tore are passed over."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace", newline="\n") as lines:
        for line in lines:
            try:
                yield from_json(line)
            except ValueError:
                continue
