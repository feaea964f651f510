"""What a person takes along of the attention that is shown: a file, or something to paste."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from attnstudio.errors import AttentionStudioError, UsageError
from attnstudio.gui.inspector import attention_export
from attnstudio.gui.inspector.attention_export import ExportedView
from attnstudio.gui.inspector.attention_panel import AttentionPanel
from attnstudio.gui.studio.actions import ActionRegistry, MenuName
from attnstudio.gui.studio.notify import Severity
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.inference.sentence_numbers import SentenceNumbers
from attnstudio.interpretation.export import view_to_table
from attnstudio.sites import is_difference


class AttentionKeeping(QWidget):
    """Exports and copies; it is never seen itself, but for its button.

    Args:
        panel: what is shown.
        studio: is told how it went; what takes longer is done behind its window.
        actions: takes the actions.
        page: where the panel is; dialogs belong to it.
        choose_path: asks for a file to write; see `choose_save_path`.
        numbers_finder: gives what finds the numbers behind what is shown, in a task; None where
            there are none.
    """

    def __init__(
        self,
        panel: AttentionPanel,
        studio: Studio,
        actions: ActionRegistry,
        page: QWidget,
        *,
        choose_path: Callable[[QWidget, str, str, str], str],
        numbers_finder: Callable[[], Callable[[], SentenceNumbers] | None],
    ) -> None:
        super().__init__(page)
        self.hide()
        self.origin = ""  # run and step, for a picture's foot
        self.choose_path = choose_path
        self._panel, self._notifier, self._page = panel, studio.notifier, page
        self._tasks, self._numbers_finder = studio.tasks, numbers_finder
        self._actions = self._add_actions(actions)
        self.button = QPushButton(self.tr("Export"), page)
        menu = QMenu(page)
        for action in self._actions:
            menu.addAction(action)
        self.button.setMenu(menu)
        self.allow(allowed=False)

    def allow(self, *, allowed: bool) -> None:
        """Whether there is something to take along."""
        for action in self._actions:
            action.setEnabled(allowed)
        self.button.setEnabled(allowed)

    def exported(self) -> ExportedView | None:
        """What is on the page."""
        shown = self._panel.shown
        if shown.record is None or shown.view is None:
            return None
        origin = self.origin
        if is_difference(shown.view.site):
            origin = self.tr("{origin}, less {other} (red: the first looks more)").format(
                origin=origin, other=shown.kept_origin
            )
        changes = shown.change.words if shown.is_changed else ()
        return ExportedView(shown.record, shown.view, shown.colour_map, origin, changes=changes)

    def export(self) -> None:
        """Write a file where the person wants it."""
        shown = self.exported()
        if shown is None:
            return
        title = self.tr("Export the attention")
        path = self.choose_path(self._page, title, f"{shown.file_name}.png", self._kinds())
        if not path:
            return
        if Path(path).suffix.lower() == ".html":
            self._write_page(shown, Path(path))
            return
        try:
            attention_export.write(shown, Path(path))
        except AttentionStudioError as error:
            self._notifier.show_error(error)
        else:
            self._say_written(Path(path))

    def _write_page(self, shown: ExportedView, path: Path) -> None:
        """With its formulas, which takes a while."""
        # formulas are of the attention as it is
        find = None if shown.changes else self._numbers_finder()

        def write(control: TaskControl) -> bool:
            numbers = None if find is None else _found(find)
            if control.should_stop():
                return False
            attention_export.write(replace(shown, numbers=numbers), path)
            return True

        def say(is_written: bool) -> None:
            if is_written:
                self._say_written(path)

        self._tasks.run(self.tr("Writing the page for a browser"), write, on_done=say)

    def _say_written(self, path: Path) -> None:
        said = self.tr("{name} was written to {folder}.")
        said = said.format(name=path.name, folder=path.parent)
        self._notifier.say(said, level=Severity.SUCCESS)

    def copy_image(self) -> None:
        """The heat map."""
        if self._panel.shown.view is not None:
            QGuiApplication.clipboard().setImage(self._panel.picture())

    def copy(self, what: str) -> None:
        """The ``table`` of weights or the ``links``."""
        shown = self.exported()
        if shown is None:
            return
        try:
            text = (
                view_to_table(shown.view, "\t")
                if what == "table"
                else attention_export.to_pharaoh(shown)
            )
        except AttentionStudioError as error:
            self._notifier.show_error(error)
        else:
            QGuiApplication.clipboard().setText(text)

    def _add_actions(self, actions: ActionRegistry) -> list[QAction]:
        add = partial(actions.add, menu=MenuName.INSPECT)
        return [
            add(
                "inspect.export",
                self.tr("&Export picture, page, table…"),
                self.export,
                shortcut="Ctrl+E",
            ),
            add("inspect.copy_image", self.tr("Copy as &image"), self.copy_image),
            add("inspect.copy_data", self.tr("Copy the &weights"), partial(self.copy, "table")),
            add("inspect.copy_links", self.tr("Copy the &links"), partial(self.copy, "links")),
        ]

    def _kinds(self) -> str:
        """The kinds of files in the words of the dialog; the links are named for what they join."""
        links = (
            self.tr("Word links, Pharaoh format")
            if self._panel.shown.has_words
            else self.tr("Links between pieces, Pharaoh format")
        )
        kinds = (
            (self.tr("Picture"), ".png"),
            (self.tr("Drawing, any size"), ".svg"),
            (self.tr("Page"), ".pdf"),
            (self.tr("Page for a browser, to click in"), ".html"),
            (self.tr("Table of weights, commas"), ".csv"),
            (self.tr("Table of weights, tabs"), ".tsv"),
            (self.tr("All layers and heads"), ".json"),
            (links, ".txt"),
        )
        return ";;".join(f"{name} (*{ending})" for name, ending in kinds)


def _found(find: Callable[[], SentenceNumbers]) -> SentenceNumbers | None:
    """None where the formulas of a model are not written out: the page says that it has none."""
    try:
        return find()
    except UsageError:
        return None
