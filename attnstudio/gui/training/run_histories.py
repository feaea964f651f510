"""What is known of a project's runs: their histories, read behind the window."""

from __future__ import annotations

import time
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.project.run import Run
from attnstudio.training.history import History

_BATCH_S = 0.25  # of reading, until what was read is shown


@dataclass(frozen=True, slots=True)
class _Batch:
    """What a task has read of the runs.

    Attributes:
        histories: by folder.
        outlines: of runs whose history is still to be read.
        damaged: the runs that cannot be used.
    """

    histories: dict[Path, History]
    outlines: dict[Path, History]
    damaged: set[Path]


class RunHistories(QObject):
    """Histories by the names of their runs, and outlines of those that are still to be read.

    Signals:
        read: names of runs whose whole history has been read; of others there may be an outline.
        ended: nothing is left to be read.
    """

    read = Signal(object)
    ended = Signal()

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._whole: dict[str, History] = {}
        self._outlines: dict[str, History] = {}
        self._damaged: set[Path] = set()
        self._reading: set[Path] = set()
        self._missed: dict[Path, Run] = {}  # asked for while they were being read
        self._sizes: dict[Path, int] = {}  # of the logs, when they were last looked at

    @property
    def names(self) -> list[str]:
        """The runs whose whole history is known."""
        return list(self._whole)

    def whole(self, name: str) -> History | None:
        """The history of a run, once it is read."""
        return self._whole.get(name)

    def known(self, name: str) -> History | None:
        """What is known of a run so far."""
        return self._whole.get(name) or self._outlines.get(name)

    def is_damaged(self, run: Run) -> bool:
        """Whether a run could not be used when it was read."""
        return run.folder in self._damaged

    def put(self, name: str, history: History) -> None:
        """Take a history from elsewhere, such as of a training that is under way."""
        self._whole[name] = history
        self._outlines.pop(name, None)

    def forget(self, names: Iterable[str]) -> None:
        """These runs are gone."""
        for name in list(names):
            self._whole.pop(name, None)
            self._outlines.pop(name, None)

    def clear(self) -> None:
        """Another project is open."""
        for known in (self._whole, self._outlines, self._damaged, self._missed):
            known.clear()

    def unread(self, runs: Sequence[Run]) -> list[Run]:
        """Those that are neither known nor being read."""
        return [
            run for run in runs if run.name not in self._whole and run.folder not in self._reading
        ]

    def begin_reading(self, runs: Sequence[Run]) -> None:
        """Read what is looked at first, then the newest, and tell while the rest is read.

        Args:
            runs: the oldest first.
        """
        if not runs:
            return
        wanted = self._studio.run.folder if self._studio.run is not None else None
        in_order = sorted(reversed(runs), key=lambda run: run.folder != wanted)
        folders = {run.folder for run in runs}
        self._reading |= folders
        for run in runs:  # before it is read: what comes meanwhile is read anew
            self._sizes.setdefault(run.folder, _size_of_log(run))
        outlined = {run.folder for run in runs if run.name in self._outlines}

        def take(batch: _Batch) -> None:
            self._reading -= batch.histories.keys()
            self._take(batch)  # whoever hears of it finds the others still being read
            unread = folders - batch.histories.keys()
            self._reading -= unread
            there = {run.folder for run in self._runs_there()}
            self.begin_reading([run for run in runs if run.folder in unread & there])
            self._read_missed()
            self._end_if_all_is_read()

        def fail(error: Exception) -> None:
            self._reading -= folders
            self._end_if_all_is_read()
            self._studio.notifier.show_error(error)

        self._studio.tasks.run(
            self.tr("Reading runs"),
            partial(_read_batch, in_order, outlined),
            on_done=take,
            on_failed=fail,
            quiet=True,
        )

    def read_anew(self, runs: Sequence[Run]) -> None:
        """Read what another program has added to runs since the last time that this was asked.

        Until then they stay as they are known.
        """
        grown = [run for run in runs if self._has_grown(run)]
        self._missed |= {run.folder: run for run in grown if run.folder in self._reading}
        wanted = [run for run in grown if run.folder not in self._reading]
        if not wanted:
            return
        folders = {run.folder for run in wanted}
        self._reading |= folders

        def take(histories: dict[str, History]) -> None:
            self._reading -= folders
            there = {run.name for run in self._runs_there() if run.folder in folders}
            for name in histories.keys() & there:
                self.put(name, histories[name])
            self.read.emit(list(there))
            self._read_missed()

        def fail(_: Exception) -> None:  # it is being written, or gone: the next look tells
            self._reading -= folders

        self._studio.tasks.run(
            self.tr("Reading runs"),
            lambda _: {run.name: run.history() for run in wanted},
            on_done=take,
            on_failed=fail,
            quiet=True,
        )

    def _read_missed(self) -> None:
        missed, self._missed = self._missed, {}
        self.read_anew(list(missed.values()))

    def _has_grown(self, run: Run) -> bool:
        size = _size_of_log(run)
        before = self._sizes.get(run.folder, size)
        if run.folder not in self._reading:  # else it is asked again
            self._sizes[run.folder] = size
        return size != before

    def _take(self, batch: _Batch) -> None:
        names = []
        self._damaged |= batch.damaged
        for run in self._runs_there():  # another project may have been opened meanwhile
            if run.folder in batch.outlines:
                self._outlines[run.name] = batch.outlines[run.folder]
            # A training that has begun meanwhile brought its own, which grows.
            if run.folder in batch.histories and run.name not in self._whole:
                self.put(run.name, batch.histories[run.folder])
                names.append(run.name)
        self.read.emit(names)

    def _end_if_all_is_read(self) -> None:
        if not self._reading:
            self.ended.emit()

    def _runs_there(self) -> list[Run]:
        project = self._studio.project
        return project.runs() if project is not None else []


def _size_of_log(run: Run) -> int:
    log = run.events_path
    return log.stat().st_size if log.is_file() else 0


def _read_batch(
    runs: Sequence[Run], outlined: Container[Path], control: TaskControl
) -> _Batch | None:
    """As many histories as can be read in a moment, and the outlines of the other runs."""
    histories: dict[Path, History] = {}
    damaged: set[Path] = set()
    begun_at = time.monotonic()
    for run in runs:
        if control.should_stop():
            return None
        # A damaged run has no curves; it says why where it is looked at.
        is_damaged = bool(run.problem())
        damaged |= {run.folder} if is_damaged else set()
        histories[run.folder] = History() if is_damaged else run.history()
        if time.monotonic() - begun_at > _BATCH_S:
            break
    unread = (run for run in runs if run.folder not in histories and not run.problem())
    outlines = {run.folder: run.outline() for run in unread if run.folder not in outlined}
    return _Batch(histories, outlines, damaged)
