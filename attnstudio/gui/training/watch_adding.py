"""Sentences of the person's own that a run watches: asked for, kept beside the run, taken back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from attnstudio.errors import AttentionStudioError
from attnstudio.gui.studio.run_look import definition_of
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.gui.studio.undo_commands import Work
from attnstudio.gui.training.watch_dialog import WatchDialog, WatchWish
from attnstudio.project.own_sentences import (
    read_own_sentences,
    with_sentence,
    write_own_sentences,
)
from attnstudio.project.project import Project
from attnstudio.project.run import Run

_Places = tuple[Path, ...]


class WatchAdding(QObject):
    """Adds watch sentences to the run that is looked at, or to what new runs begin with.

    Args:
        studio: what is open.
        page: where the dialog opens.

    Signals:
        added: what a run watches is something else now.
    """

    added = Signal()

    def __init__(self, studio: Studio, page: QWidget) -> None:
        super().__init__(page)
        self._studio, self._page = studio, page

    def sentences_of(self, run: Run | None) -> tuple[str, ...]:
        """The person's own sentences of a run; none where it cannot be read."""
        known = self._studio.known_runs.of(run) if run is not None else None
        return known.sentences if known is not None else ()

    def ask(self) -> None:
        """Ask for a sentence: for the run that is looked at, for new runs, or for both."""
        project, run = self._studio.project, self._studio.run
        if project is None:
            return
        languages = [project.file.source_language, project.file.target_language]
        if run is not None:
            known = self._studio.known_runs.of(run)
            try:
                languages = [definition_of(run, known).watched_as]
            except AttentionStudioError as error:  # its settings cannot be read
                self._studio.notifier.show_error(error)
                return
        dialog = WatchDialog(run.name if run is not None else "", languages, self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def take(wish: WatchWish) -> None:
            problem = self._problem(project, run, wish)
            if problem is None:
                dialog.accept()
                self._add(project, run, wish)
            else:
                dialog.show_problem(problem.message)

        dialog.wanted.connect(take)
        dialog.open()

    def _problem(
        self, project: Project, run: Run | None, wish: WatchWish
    ) -> AttentionStudioError | None:
        """Why a sentence cannot be watched."""
        try:
            for place in _places(project, run, wish):
                with_sentence(read_own_sentences(place, wish.language) or (), wish.text)
        except AttentionStudioError as error:
            return error
        return None

    def _add(self, project: Project, run: Run | None, wish: WatchWish) -> None:
        language = wish.language
        before = {
            place: read_own_sentences(place, language) or ()
            for place in _places(project, run, wish)
        }
        after = {place: with_sentence(own, wish.text) for place, own in before.items()}

        def work(sentences: dict[Path, tuple[str, ...]]) -> Work[None]:
            def write(_: TaskControl) -> None:
                for place, own in sentences.items():
                    write_own_sentences(place, language, own)

            title = self.tr("Keeping the watch sentence")
            return Work(title, write, lambda _: self.added.emit())

        def done(_: None) -> None:
            self.added.emit()
            changes = self._studio.changes
            changes.push(self.tr("watch sentence"), work(before), work(after))

        making = work(after)
        self._studio.changes.make(Work(making.title, making.function, done))


def _places(project: Project, run: Run | None, wish: WatchWish) -> _Places:
    of_run = (run.folder,) if run is not None else ()
    return (*of_run, project.folder) if wish.in_new_runs else of_run
