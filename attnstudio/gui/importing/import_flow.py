"""From files that are dropped, opened or pasted to a corpus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from attnstudio.corpus.import_plan import ImportPlan, project_among
from attnstudio.corpus.language_codes import are_same_languages
from attnstudio.corpus.refused_kinds import refusal_by_name
from attnstudio.corpus.side_names import languages_by_name
from attnstudio.gui.importing.import_choices import ImportWish
from attnstudio.gui.importing.import_panel import ImportPanel, suggested_folder
from attnstudio.gui.importing.import_work import (
    Imported,
    fits,
    import_into,
    plan_again,
    plan_files,
)
from attnstudio.gui.importing.model_import import ModelImport, model_among
from attnstudio.gui.look.wording import count, error_text, language_name
from attnstudio.gui.studio.corpus_changes import push_corpus_change
from attnstudio.gui.studio.notify import Severity
from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.gui.studio.tasks import Task
from attnstudio.gui.studio.undo_commands import Work
from attnstudio.gui.widgets.drop_overlay import DropPromise, DropTarget, paths_of
from attnstudio.gui.widgets.file_dialogs import choose_files, choose_folder
from attnstudio.project.project import Project


class ImportFlow(QObject):
    """Looks at files, lets the person decide, imports, and shows the corpus.

    Args:
        studio: what is open.
        ask_files: asks for files.
        ask_folder: asks for a folder.

    Attributes:
        models: takes exported models.
        panel: the import that was begun last; None before.
    """

    def __init__(
        self,
        studio: Studio,
        ask_files: Callable[[QWidget | None, str], list[Path]] = choose_files,
        ask_folder: Callable[[QWidget | None, str], Path | None] = choose_folder,
    ) -> None:
        super().__init__(studio)
        self._studio = studio
        self._ask_files = ask_files
        self._ask_folder = ask_folder
        self.models = ModelImport(studio)
        self._window: QWidget | None = None
        self._task: Task | None = None
        self.panel: ImportPanel | None = None

    def attach(self, window: QWidget) -> DropTarget:
        """Let a window take files."""
        self._window = window
        target = DropTarget(window, self.promise)
        target.dropped.connect(self.start)
        return target

    def promise(self, paths: Sequence[Path]) -> DropPromise:
        """What would happen with these files, by their names alone."""
        if not paths:
            return DropPromise(self.tr("Only files of this computer can be taken."), accepted=False)
        project = project_among(paths)
        if project is not None:
            text = self.tr("Open the project {name}").format(name=project.name)
            return DropPromise(text, accepted=True)
        if (model := model_among(paths)) is not None:
            return self.models.promise(model)
        for refusal in filter(None, map(refusal_by_name, paths)):
            return DropPromise(" ".join(error_text(refusal)), accepted=False)
        if self._task is not None and self._task.is_running:
            return DropPromise(self.tr("Another import is under way."), accepted=False)
        return DropPromise(self._import_words(paths), accepted=True)

    def start(self, paths: Sequence[Path]) -> None:
        """Open a project, or look into files and show what they seem to be."""
        project = project_among(paths)
        if project is not None:
            if self._studio.open_project(project):
                self._studio.go_to(PageName.CORPUS)
            return
        if (model := model_among(paths)) is not None:
            self.models.start(model, self._window)
            return
        opened = self._studio.project
        languages = (opened.file.source_language, opened.file.target_language) if opened else None
        self._studio.tasks.run(
            self.tr("Looking into the files"),
            partial(plan_files, paths, languages),
            on_done=partial(self._show_plan, paths),
        )

    def open_files(self) -> None:
        """Ask for files and import them."""
        paths = self._ask_files(self._window, self.tr("Open files"))
        if paths:
            self.start(paths)

    def open_project(self) -> None:
        """Ask for a project's folder and open it."""
        folder = self._ask_folder(self._window, self.tr("Open a project"))
        if folder is not None and self._studio.open_project(folder):
            self._studio.go_to(PageName.CORPUS)

    def paste(self) -> None:
        """Import the files on the clipboard."""
        paths = paths_of(QGuiApplication.clipboard().mimeData())
        if paths:
            self.start(paths)
        else:
            self._studio.notifier.say(
                self.tr("There are no files on the clipboard."),
                hint=self.tr("Copy two text files in your file manager first."),
                level=Severity.WARNING,
            )

    def _import_words(self, paths: Sequence[Path]) -> str:
        languages = languages_by_name(paths)
        if len(paths) == 1 and paths[0].is_dir():
            return self.tr("Import the files in {name}").format(name=paths[0].name)
        opened = self._target()
        if languages is None:
            words = self.tr("Import 1 file") if len(paths) == 1 else self.tr("Import {n} files")
        else:
            words = (
                self.tr("Import 1 file as {source} → {target}")
                if len(paths) == 1
                else self.tr("Import {n} files as {source} → {target}")
            )
        if opened is not None:
            codes = (opened.file.source_language, opened.file.target_language)
            if languages is None or are_same_languages(languages, codes):
                languages = codes
                words = self.tr("{words} into {project}").format(
                    words=words, project=opened.folder.name
                )
        source, target = languages or ("", "")
        return words.format(
            n=len(paths), source=language_name(source), target=language_name(target)
        )

    def _show_plan(self, paths: Sequence[Path], plan: ImportPlan, *, is_new: bool = False) -> None:
        """Let the person decide; what suits the project that is open goes there.

        Args:
            paths: what was dropped.
            plan: what they seem to be.
            is_new: whether they are to become a project of their own all the same.
        """
        folder, opened = None, self._target()
        if is_new or opened is None or not fits(plan, opened):
            folder, opened = (
                suggested_folder(self._studio.projects_folder, plan.paths, plan.languages),
                None,
            )
        name = "" if opened is None else opened.folder.name
        self.panel = ImportPanel(plan, folder, self._window, project=name)
        self.panel.new_project_asked.connect(partial(self._make_new, paths, plan))
        self.panel.wished.connect(self._import)
        self.panel.encoding_chosen.connect(partial(self._read_again, paths, plan))
        self.panel.cancel_asked.connect(self._cancel)
        self.panel.corpus_asked.connect(partial(self._studio.go_to, PageName.CORPUS))
        self.panel.open()

    def _make_new(self, paths: Sequence[Path], plan: ImportPlan) -> None:
        assert self.panel is not None
        self.panel.close()
        self._show_plan(paths, plan, is_new=True)

    def _read_again(self, paths: Sequence[Path], plan: ImportPlan, encoding: str) -> None:
        """Look into the same files once more, as texts of another encoding."""
        panel = self.panel
        assert panel is not None
        languages = plan.languages if all(plan.languages) else None

        def show(again: ImportPlan) -> None:
            if len(again.files) == len(plan.files):
                panel.show_plan(again)
            else:  # the bytes looked like something else
                panel.close()
                self._show_plan(paths, again)

        self._studio.tasks.run(
            self.tr("Looking into the files"),
            partial(plan_again, paths, languages, encoding),
            on_done=show,
            on_failed=lambda error: panel.show_problem(" ".join(error_text(error)).strip()),
        )

    def _target(self) -> Project | None:
        """Where pairs may go; a project that cannot be changed takes none, but a new one does."""
        return None if self._studio.access.reason else self._studio.project

    def _import(self, wish: ImportWish) -> None:
        assert self.panel is not None
        opened = self._target() if wish.folder is None else None
        work = Work(self.tr("Importing"), partial(import_into, opened, wish), self._finish)
        self._task = self._studio.changes.make(
            work, on_failed=self._fail, on_cancelled=self._give_up
        )
        if self._task is not None:
            self.panel.show_working()
            self._task.progressed.connect(self.panel.show_progress)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _finish(self, imported: Imported) -> None:
        opened = self._studio.project
        if opened is None or opened.folder != imported.folder:
            self._studio.open_project(imported.folder)
        elif imported.change is not None:
            self._studio.corpus_was_changed()
            if imported.change.before != imported.change.after:
                text = self.tr("import of {n} pairs").format(n=count(imported.report.pairs))
                push_corpus_change(self._studio, opened, text, imported.change)
        if self.panel is not None:
            self.panel.show_report(imported.report)

    def _fail(self, error: Exception) -> None:
        if self.panel is not None:
            self.panel.show_problem(" ".join(error_text(error)).strip())

    def _give_up(self) -> None:
        if self.panel is not None:
            self.panel.show_problem(self.tr("Cancelled. Nothing was imported."))
