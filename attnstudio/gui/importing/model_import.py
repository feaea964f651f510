"""An exported model that is dropped on the window becomes a run, if the person wants it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from attnstudio.export.file_names import is_exported, known_files
from attnstudio.files import remove_folder
from attnstudio.gui.importing.import_panel import suggested_folder
from attnstudio.gui.importing.model_question import ModelOffer, ModelQuestion
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
    """Asks whether exported models are to become runs, makes these and shows them.

    Args:
        studio: what is open.

    Attributes:
        question: the last one that was asked; None before.
    """

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self.question: ModelQuestion | None = None

    def promise(self, folder: Path) -> DropPromise:
        """What would happen with it."""
        words = self.tr("Import the model {name}")
        return DropPromise(words.format(name=folder.name), accepted=True)

    def start(self, folder: Path, window: QWidget | None) -> None:
        """Read what it says of itself, and ask.

        Args:
            folder: the exported one.
            window: the question stands before it.
        """
        studio = self._studio
        project = studio.project if not studio.access.reason else None
        opened = None if project is None else project.folder
        studio.tasks.run(
            self.tr("Looking into the model"),
            partial(_look, folder, opened, studio.projects_folder),
            on_done=partial(self._ask, window),
        )

    def _ask(self, window: QWidget | None, offer: ModelOffer) -> None:
        if self.question is not None:
            self.question.close()
            self.question.deleteLater()
        self.question = ModelQuestion(offer, window)
        self.question.wished.connect(partial(self._import, offer))
        self.question.open()

    def _import(self, offer: ModelOffer, into: Path) -> None:
        self._studio.tasks.run(
            self.tr("Importing the model"),
            partial(_import, offer, into),
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


def _look(folder: Path, opened: Path | None, projects: Path, _control: TaskControl) -> ModelOffer:
    """What a folder says of its model, and where that may go; the weights are not read.

    Args:
        folder: the exported one.
        opened: the folder of the open project; None where none is, or it takes no runs.
        projects: where new projects go.
    """
    # imported here, because the window answers before torch is loaded
    from attnstudio.export.opening import read_export_facts
    from attnstudio.project.project import Project

    facts = read_export_facts(folder)
    fits = False
    if opened is not None:
        file = Project.open(opened).file
        fits = set(facts.languages) == {file.source_language, file.target_language}
    return ModelOffer(
        folder,
        facts,
        sum(path.lstat().st_size for path in known_files(folder)),
        opened=opened if fits else None,
        is_open=opened is not None,
        new=suggested_folder(projects, [folder], facts.languages),
    )


def _import(offer: ModelOffer, into: Path, control: TaskControl) -> _Came | None:
    """Make a run of it; where nobody wants that any more, nothing of it stays."""
    # imported here, because the window answers before torch is loaded
    from attnstudio.project.run_import import import_run

    is_new = not into.exists()
    run = import_run(offer.folder, into)
    if control.should_stop():
        remove_folder(into if is_new else run.folder)
        return None
    return _Came(into, run.name, offer.facts.languages)
