"""An exported model that is dropped on the window becomes a run: of the open project if it fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from attnstudio.export.file_names import is_exported
from attnstudio.gui.importing.import_panel import suggested_folder
from attnstudio.gui.look.wording import language_name
from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.gui.widgets.drop_overlay import DropPromise


@dataclass(frozen=True, slots=True)
class _Came:
    """What came of it: where, under which name, and between which languages it translates."""

    project: Path
    run: str
    languages: tuple[str, ...]


class ModelImport(QObject):
    """Makes runs of exported models, and shows them.

    Args:
        studio: what is open.
    """

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio

    def promise(self, folder: Path) -> DropPromise:
        """What would happen with it."""
        words = self.tr("Import the model {name}: it translates, and cannot be trained further")
        return DropPromise(words.format(name=folder.name), accepted=True)

    def start(self, folder: Path) -> None:
        """Bring it into the open project, or into a new one where that is of other languages."""
        studio = self._studio
        project = studio.project if not studio.access.reason else None
        opened = None if project is None else project.folder
        studio.tasks.run(
            self.tr("Importing the model"),
            partial(_import, folder, opened, studio.projects_folder),
            on_done=self._show,
        )

    def _show(self, came: _Came) -> None:
        studio = self._studio
        if studio.project is None or studio.project.folder != came.project:
            if not studio.open_project(came.project):
                return
        else:
            studio.runs_were_changed()
        if studio.project is not None:
            studio.select_run(studio.project.run(came.run))
        studio.go_to(PageName.INSPECTOR)
        source, target = map(language_name, came.languages)
        studio.notifier.say(
            self.tr("{run} translates from {source} to {target}.").format(
                run=came.run, source=source, target=target
            ),
            hint=self.tr("It came with its weights alone, so it cannot be trained further."),
        )


def model_among(paths: Sequence[Path]) -> Path | None:
    """The only one of some files if it is the folder of an exported model."""
    return paths[0] if len(paths) == 1 and is_exported(paths[0]) else None


def _import(folder: Path, opened: Path | None, projects: Path, _control: TaskControl) -> _Came:
    # imported here, because the window answers before torch is loaded
    from attnstudio.export.opening import read_export_facts
    from attnstudio.project.project import Project
    from attnstudio.project.run_import import import_run

    languages = read_export_facts(folder).languages
    into = opened
    if opened is not None:
        file = Project.open(opened).file
        if set(languages) != {file.source_language, file.target_language}:
            into = None
    into = into or suggested_folder(projects, [folder], languages)
    run = import_run(folder, into)
    return _Came(into, run.name, languages)
