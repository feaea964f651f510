"""Gold links of the open project from and to files, behind the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from attnstudio.corpus.archives import text_sources
from attnstudio.corpus.gold_reader import PLAIN, GoldNotation, MisreadGoldError
from attnstudio.corpus.text_source import open_lines
from attnstudio.files import write_text
from attnstudio.gui.look.wording import count
from attnstudio.gui.studio.corpus_changes import CorpusChange, push_corpus_change
from attnstudio.gui.studio.notify import Severity
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.gui.studio.undo_commands import Work
from attnstudio.gui.widgets.file_dialogs import choose_files
from attnstudio.project.gold_export import GoldFormat, gold_files
from attnstudio.project.gold_import import ImportedGold, import_gold
from attnstudio.project.project import Project
from attnstudio.storage_errors import storing

ChooseFiles = Callable[[QWidget | None, str], list[Path]]
ChoosePath = Callable[[QWidget, str, str, str], str]


class GoldExchange(QObject):
    """Asks for files, and reads or writes them.

    Args:
        studio: has the project.
        widget: what the dialogs belong to.
        choose_path: asks for a file to write, as `choose_save_path` does.
        choose: asks for files to read.
    """

    def __init__(
        self,
        studio: Studio,
        widget: QWidget,
        choose_path: ChoosePath,
        choose: ChooseFiles = choose_files,
    ) -> None:
        super().__init__(widget)
        self._studio, self._widget = studio, widget
        self._choose_path, self._choose = choose_path, choose

    def import_links(self) -> None:
        """Ask for a file of links of the corpus's pairs, and give them these."""
        title = self.tr("Import gold links of these pairs: Pharaoh or NAACL")
        project = self._studio.project
        if project is not None and (paths := self._choose(self._widget, title)):
            self._read(project, paths[0], PLAIN)

    def _read(self, project: Project, path: Path, notation: GoldNotation) -> None:
        def read(_: TaskControl) -> ImportedGold:
            with open_lines(text_sources(path)[0]) as lines:
                return import_gold(project, path.name, list(lines), notation)

        self._studio.changes.make(
            Work(self.tr("Importing gold links"), read, partial(self._say_imported, project)),
            on_failed=partial(self._say_refused, project, path),
        )

    def _say_imported(self, project: Project, done: ImportedGold) -> None:
        if self._studio.project is not project:
            return
        if not done.pairs:
            self._studio.notifier.say(self.tr("The pairs have these links already."))
            return
        self._studio.corpus_was_changed()
        change = CorpusChange(done.before, done.after)
        push_corpus_change(self._studio, project, self.tr("import of gold links"), change)
        words = self.tr("{n} pairs have other gold links now.").format(n=count(done.pairs))
        if done.pairs == 1:
            words = self.tr("One pair has other gold links now.")
        self._studio.changes.offer_undo(words)

    def _say_refused(self, project: Project, path: Path, error: Exception) -> None:
        """Offer to read a file as it seems to be written."""
        if not isinstance(error, MisreadGoldError) or self._studio.project is not project:
            self._studio.notifier.show_error(error)
            return
        self._studio.notifier.say(
            error.message,
            hint=error.hint,
            level=Severity.WARNING,
            action_text=self.tr("Read it that way"),
            action=partial(self._read, project, path, error.fitting),
        )

    def export_links(self) -> None:
        """Ask for a name, and write the links and the words that they link."""
        if (project := self._studio.project) is None:
            return
        title = self.tr("Export gold links: a file for each language and one for the links")
        kinds = self.tr("Pharaoh, a line a pair (*.gold);;NAACL, a line a link (*.naacl)")
        name = f"{project.folder.name}.gold"
        if not (chosen := self._choose_path(self._widget, title, name, kinds)):
            return
        path = Path(chosen)
        form = GoldFormat.NAACL if path.suffix == ".naacl" else GoldFormat.PHARAOH
        stem = path.with_suffix("") if path.suffix in (".gold", ".naacl") else path

        def write(_: TaskControl) -> int:
            files = gold_files(project, form)
            for ending, lines in files.lines.items():
                to = stem.with_name(f"{stem.name}.{ending}")
                with storing(to):
                    write_text(to, "".join(f"{line}\n" for line in lines))
            return files.pairs

        def say(pairs: int) -> None:
            words = self.tr("{n} pairs with gold links were written to {folder}.")
            self._studio.notifier.say(
                words.format(n=count(pairs), folder=stem.parent), level=Severity.SUCCESS
            )

        self._studio.tasks.run(self.tr("Writing gold links"), write, on_done=say)
