"""What can be done wherever one is: files, undoing, looks, going to pages, help."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from attnstudio.gui.shell.looks import Looks
from attnstudio.gui.shell.page_table import Page
from attnstudio.gui.studio.actions import ActionRegistry, MenuName
from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.gui.studio.undo_commands import UndoActions

if TYPE_CHECKING:  # numpy, pydantic and pyqtgraph take a while to load: the window answers before
    from attnstudio.gui.shell.dialogs import Dialogs

_Role = QAction.MenuRole


class ProgramActions(QObject):
    """Adds them to the registry; the colours are applied by then.

    Args:
        application: Qt's.
        studio: what is open.
        actions: takes them.
        pages: that one can go to.
        dialogs: what most of them need, made when it is first asked for.
        leave: the person wants to end the program.
        parent: owns them.
    """

    def __init__(
        self,
        application: QApplication,
        studio: Studio,
        actions: ActionRegistry,
        pages: Sequence[Page],
        *,
        dialogs: Callable[[], Dialogs],
        leave: Callable[[], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._studio, self._actions, self._dialogs, self._leave = studio, actions, dialogs, leave
        self._add_ways_in()
        self._add_samples()
        self._add_rest_of_file()
        self._add_edit()
        self._add_pages(pages)
        Looks(application, studio.settings, actions, self)
        self._add_commands()
        self._add_help()
        studio.project_changed.connect(self._follow_project)
        self._follow_project()

    def _add_ways_in(self) -> None:
        add = partial(self._actions.add, menu=MenuName.FILE)
        add(
            "file.new",
            self.tr("&New project…"),
            lambda: self._dialogs().new_project(),
            shortcut="Ctrl+N",
            tip=self.tr("Make an empty project for two languages"),
        )
        add(
            "file.open",
            self.tr("&Open files…"),
            lambda: self._dialogs().import_flow.open_files(),
            shortcut="Ctrl+O",
            tip=self.tr("Import text files or a table as a parallel corpus"),
        )
        add(
            "file.open_project",
            self.tr("Open a &project…"),
            lambda: self._dialogs().import_flow.open_project(),
            shortcut="Ctrl+Shift+O",
            tip=self.tr("Open a project folder"),
        )
        add(
            "file.recent",
            self.tr("Open &recent"),
            lambda: None,  # it only holds the projects
            tip=self.tr("Open a project that was open before"),
        )

    def _add_samples(self) -> None:
        for name, text in (
            ("en-de", self.tr("Open the sample English – German")),
            ("en-zh", self.tr("Open the sample English – Chinese")),
        ):
            self._actions.add(
                f"file.sample_{name.replace('-', '_')}",
                text,
                partial(self._open_sample, name),
                menu=MenuName.FILE,
                tip=self.tr("20,000 made sentence pairs with known word alignments"),
            )

    def _add_rest_of_file(self) -> None:
        add = partial(self._actions.add, menu=MenuName.FILE)
        add(
            "file.room",
            self.tr("Room and &trash…"),
            lambda: self._dialogs().show_room(),
            tip=self.tr("See what the project weighs, sweep it, and bring deleted runs back"),
        )
        add("file.close_project", self.tr("&Close the project"), self._close_project)
        add(
            "file.settings",
            self.tr("&Settings…"),
            lambda: self._dialogs().show_settings(),
            shortcut="Ctrl+,",
            tip=self.tr("Looks, where projects go, and what the program does while it trains"),
            role=_Role.PreferencesRole,
        )
        add("file.quit", self.tr("&Quit"), self._leave, shortcut="Ctrl+Q", role=_Role.QuitRole)

    def _add_edit(self) -> None:
        UndoActions(self._studio.changes, self._studio.undo_stack, self._actions, self)
        self._actions.add(
            "edit.paste",
            self.tr("&Paste files"),
            lambda: self._dialogs().import_flow.paste(),
            menu=MenuName.EDIT,
            shortcut="Ctrl+V",
            tip=self.tr("Import the files or the table on the clipboard"),
        )

    def _add_pages(self, pages: Sequence[Page]) -> None:
        for page in pages:
            self._actions.add(
                f"view.{page.name}",
                self.tr("Go to: {page}").format(page=page.title),
                partial(self._studio.go_to, page.name),
                menu=MenuName.VIEW,
                shortcut=page.shortcut,
            )

    def _add_commands(self) -> None:
        self._actions.add(
            "view.commands",
            self.tr("All &commands…"),
            lambda: self._dialogs().show_commands(),
            menu=MenuName.VIEW,
            shortcut="Ctrl+Shift+P",
            tip=self.tr("Find anything that can be done by typing"),
        )

    def _add_help(self) -> None:
        add = partial(self._actions.add, menu=MenuName.HELP)
        add(
            "help.shortcuts",
            self.tr("&Keyboard shortcuts"),
            lambda: self._dialogs().show_shortcuts(),
            shortcut="Ctrl+/",
        )
        add(
            "help.log",
            self.tr("&Log…"),
            lambda: self._dialogs().show_log(),
            tip=self.tr("Read again what was said and done, now and at earlier starts"),
        )
        add(
            "help.about",
            self.tr("&About Attention Studio"),
            lambda: self._dialogs().show_about(),
            role=_Role.AboutRole,
        )

    def _follow_project(self) -> None:
        for name in ("file.room", "file.close_project"):
            self._actions[name].setEnabled(self._studio.project is not None)

    def _open_sample(self, name: str) -> None:
        self._dialogs().open_sample(name)

    def _close_project(self) -> None:
        self._studio.close_project()
        self._studio.go_to(PageName.HOME)
