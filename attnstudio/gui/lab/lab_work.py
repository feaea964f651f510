"""The work of the Lab: measuring, the lengths of the corpus, and what was measured before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import Task, TaskControl
from attnstudio.lab.findings import PieceLengths
from attnstudio.lab.keeping import keep_report
from attnstudio.lab.measuring import LabProgress, LabRequest, measure_kinds
from attnstudio.lab.report import LabReport
from attnstudio.presets import find_preset
from attnstudio.project.piece_lengths import measure_piece_lengths
from attnstudio.project.project import Project


@dataclass(slots=True)
class _Newest:
    """What the thread said last; replaced as a whole, so that no lock is needed."""

    progress: LabProgress | None = None


class LabWork(QObject):
    """Runs one measurement at a time, in a process behind a task.

    Args:
        studio: where tasks run.
        parent: owns it.

    Signals:
        progressed: a `LabProgress`.
        measured: a whole `LabReport`, which is kept.
        stopped: the `LabReport` of what was measured before it was cancelled.
        failed: an error.
        lengths_found: the `PieceLengths` of the open project; None where there are none.
    """

    progressed = Signal(object)
    measured = Signal(object)
    stopped = Signal(object)
    failed = Signal(object)
    lengths_found = Signal(object)

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._task: Task | None = None
        self._reading: Task | None = None
        self._newest = _Newest()

    @property
    def is_measuring(self) -> bool:
        """Whether a measurement is under way."""
        return self._task is not None

    def measure(self, request: LabRequest) -> None:
        """Begin; what is under way goes on instead."""
        if self._task is not None:
            return
        newest = self._newest = _Newest()
        self._task = self._studio.tasks.run(
            self.tr("Measuring kinds of attention"),
            partial(_measure, request, newest),
            on_done=self._take,
            on_failed=self._fail,
            on_cancelled=self._take_what_there_is,
        )
        self._task.progressed.connect(self._tell)

    def cancel(self) -> None:
        """End it with what was measured."""
        if self._task is not None:
            self._task.cancel()

    def find_lengths(self, preset: str) -> None:
        """Cut the corpus of the open project into pieces, behind the window."""
        if self._reading is not None and self._reading.is_running:
            self._reading.cancel()
        self._reading = None
        project = self._studio.project
        if project is None or not project.file.corpus:
            self.lengths_found.emit(None)
            return
        self._reading = self._studio.tasks.run(
            self.tr("Measuring sentences"),
            partial(_lengths, project, preset),
            on_done=self.lengths_found.emit,
            on_failed=lambda _: self.lengths_found.emit(None),  # the corpus page says what is wrong
            quiet=True,
        )

    def _tell(self) -> None:
        if self._newest.progress is not None:
            self.progressed.emit(self._newest.progress)

    def _take(self, report: LabReport) -> None:
        self._task = None
        self.measured.emit(report)

    def _fail(self, error: Exception) -> None:
        self._task = None
        self.failed.emit(error)

    def _take_what_there_is(self) -> None:
        self._task = None
        progress = self._newest.progress
        self.stopped.emit(None if progress is None else progress.report)


def _measure(request: LabRequest, newest: _Newest, control: TaskControl) -> LabReport:
    def tell(progress: LabProgress) -> None:
        newest.progress = progress
        control.report(progress.share, 1.0, progress.label)

    report = measure_kinds(request, tell, control.should_stop)
    if report.is_whole:
        keep_report(report)
    return report


def _lengths(project: Project, preset: str, control: TaskControl) -> PieceLengths | None:
    config = find_preset(preset).config.tokenizer
    return measure_piece_lengths(project, config, control.should_stop)
