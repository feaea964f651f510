"""The sample corpora as projects, one click away."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from attnstudio.corpus.samples.store import read_sample
from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.project.importing import import_sample
from attnstudio.project.project import Project
from attnstudio.resources import resource_path


class SampleProjects(QObject):
    """Opens the project of a sample, and makes it first where it is not there yet."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio

    def open(self, name: str) -> None:
        """Open the project of a sample such as ``en-de`` and show its corpus."""
        folder = self._studio.projects_folder / f"sample-{name}"
        if (folder / "project.toml").exists():
            self._show(folder)
            return
        self._studio.tasks.run(
            self.tr("Opening the sample"),
            partial(_make, name, folder),
            on_done=self._show,
        )

    def _show(self, folder: Path) -> None:
        if self._studio.open_project(folder):
            self._studio.go_to(PageName.CORPUS)


def _make(name: str, folder: Path, _: TaskControl) -> Path:
    sample = read_sample(name, resource_path("samples"))
    project = Project.create(folder, sample.source_language, sample.target_language)
    import_sample(project, sample)
    return folder
