"""A run that is written for other programs: asked for, done behind the window, reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from attnstudio.errors import AttentionStudioError
from attnstudio.export.ct2_limits import why_no_ctranslate2
from attnstudio.gui.look.wording import error_text
from attnstudio.gui.studio.run_changes import find_run
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import Task, TaskControl, TaskProgress
from attnstudio.gui.training.export_choices import CTRANSLATE2, ONNX, WEIGHTS, ExportWish
from attnstudio.gui.training.export_dialog import ExportDialog
from attnstudio.gui.training.export_words import report_of
from attnstudio.gui.training.run_list import RunList
from attnstudio.gui.widgets.file_dialogs import choose_folder
from attnstudio.interpretation.lettering import isolate
from attnstudio.project.project import Project
from attnstudio.project.run import Run

if TYPE_CHECKING:  # it brings torch
    from attnstudio.project.exporting import Exported


class _StoppedError(Exception):
    """The person has cancelled the export."""


@dataclass(frozen=True, slots=True)
class _Limits:
    """What cannot be written here.

    Attributes:
        has_onnx: whether what writes and measures ONNX is installed.
        has_ct2: whether CTranslate2 is.
        not_computed: what of the model CTranslate2 does not compute; empty where it does.
    """

    has_onnx: bool
    has_ct2: bool
    not_computed: str


class RunExporting(QObject):
    """Does what the list of runs asks for.

    Args:
        studio: what is open.
        runs: the list.
        page: where the dialogs open.
        ask_folder: asks where the folder is to lie.
    """

    def __init__(
        self,
        studio: Studio,
        runs: RunList,
        page: QWidget,
        ask_folder: Callable[[QWidget, str], Path | None] = choose_folder,
    ) -> None:
        super().__init__(page)
        self._studio, self._page, self._ask_folder = studio, page, ask_folder
        runs.export_asked.connect(self._ask)

    def _ask(self, name: str) -> None:
        project, run = self._studio.project, find_run(self._studio, name)
        if project is None or run is None:
            return
        dialog = ExportDialog(name, self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        looking = self._studio.tasks.run(
            self.tr("Looking at {run}").format(run=name),
            partial(_limits, run),
            on_done=lambda limits: self._rest(dialog, limits),
            on_failed=lambda error: dialog.show_choices(" ".join(error_text(error))),
            quiet=True,
        )
        dialog.finished.connect(looking.cancel)
        dialog.wished.connect(lambda wish: self._export(dialog, project, run, wish))
        dialog.show()  # beside the window, which goes on

    def _rest(self, dialog: ExportDialog, limits: _Limits) -> None:
        missing = self.tr("It is not installed yet: {command}")
        if not limits.has_onnx:
            command = "pip install 'attnstudio[onnx]'"
            dialog.choices.rest(ONNX, missing.format(command=command))
        if not limits.has_ct2:
            command = "pip install 'attnstudio[ct2]'"
            dialog.choices.rest(CTRANSLATE2, missing.format(command=command))
        elif limits.not_computed:
            words = self.tr("It does not compute this model as it was trained: {reason}")
            dialog.choices.rest(CTRANSLATE2, words.format(reason=limits.not_computed))

    def _export(self, dialog: ExportDialog, project: Project, run: Run, wish: ExportWish) -> None:
        parent = self._ask_folder(dialog, self.tr("Where is the folder to lie?"))
        if parent is None:
            return
        title = self.tr("Exporting {run}").format(run=run.name)
        task = self._studio.tasks.run(
            title,
            partial(_write, project, run, parent, wish),
            on_done=lambda exported: dialog.show_report(report_of(exported)),
            on_failed=lambda error: self._tell(dialog, error),
        )
        task.progressed.connect(lambda progress: _show_progress(dialog, task, progress))
        dialog.ended.connect(task.cancel)
        dialog.show_working(self._doing(run, wish))

    def _doing(self, run: Run, wish: ExportWish) -> str:
        name = isolate(run.name)
        if wish.format_ == WEIGHTS:
            return self.tr("Writing {run}…").format(run=name)
        return self.tr("Writing {run}, and comparing what it computes…").format(run=name)

    def _tell(self, dialog: ExportDialog, error: Exception) -> None:
        dialog.show_choices(" ".join(error_text(error)))
        if not isinstance(error, AttentionStudioError):
            self._studio.notifier.show_error(error)


def _show_progress(dialog: ExportDialog, task: Task, progress: TaskProgress) -> None:
    if not task.is_cancelled:  # its dialog is gone then
        dialog.show_share(progress.done)


def _limits(run: Run, _: TaskControl) -> _Limits:
    # imported here, because the window answers before torch is loaded
    from attnstudio.export.ct2_process import is_installed as has_ct2
    from attnstudio.export.onnx_folder import is_installed as has_onnx

    return _Limits(has_onnx(), has_ct2(), why_no_ctranslate2(run.definition().config.model))


def _write(
    project: Project, run: Run, parent: Path, wish: ExportWish, control: TaskControl
) -> Exported | None:
    # imported here, because the window answers before torch is loaded
    from attnstudio.export.ct2_folder import Quantization
    from attnstudio.project.exporting import ExportFormat, export_run

    def progress(share: float) -> None:
        if control.should_stop():
            raise _StoppedError
        control.report(share, 1.0)

    try:
        return export_run(
            project,
            run,
            _free_folder(parent, run.name, wish),
            format_=ExportFormat(wish.format_),
            quantization=Quantization(wish.quantization),
            progress=progress,
        )
    except _StoppedError:
        return None


def _free_folder(parent: Path, name: str, wish: ExportWish) -> Path:
    """Named after the run and what it is for, with a number where that is taken."""
    parts = [name, *([] if wish.format_ == WEIGHTS else [wish.format_])]
    if wish.format_ == CTRANSLATE2:
        parts.append(wish.quantization)
    stem, number = " ".join(parts), 1
    target = parent / stem
    while target.exists():
        number += 1
        target = parent / f"{stem} {number}"
    return target
