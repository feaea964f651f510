"""The menu bar, made of the registry: groups, recent projects, and why something rests."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from attnstudio.gui.shell.action_reasons import why_disabled
from attnstudio.gui.shell.page_table import Page
from attnstudio.gui.shell.recent_menu import RecentMenu
from attnstudio.gui.studio.actions import ActionRegistry, MenuName
from attnstudio.gui.studio.studio import Studio

# What begins another group of its menu.
_SEPARATED = frozenset(
    {"file.sample_en_de", "file.room", "file.settings", "file.quit", "edit.paste", "view.system"}
    | {"view.still", "view.commands", "train.copy_command", "corpus.compare_splits"}
    | {"inspect.clear", "inspect.export", "help.about"}
)


class Menus(QObject):
    """All menus, so that none moves when a page is built and adds its actions.

    Args:
        bar: takes the menus.
        actions: what is in them; their reasons are said when a menu opens.
        pages: whose menus stand between those of the window.
        studio: what is open, of which reasons speak.
        parent: owns it.
    """

    def __init__(
        self,
        bar: QMenuBar,
        actions: ActionRegistry,
        pages: Sequence[Page],
        studio: Studio,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._bar, self._actions, self._studio = bar, actions, studio
        self._reasons = {page.menu.name: page.menu.why_disabled for page in pages if page.menu}
        titles: dict[str, str] = {
            MenuName.FILE: self.tr("&File"),
            MenuName.EDIT: self.tr("&Edit"),
            MenuName.VIEW: self.tr("&View"),
            **{page.menu.name: page.menu.title for page in pages if page.menu is not None},
            MenuName.HELP: self.tr("&Help"),
        }
        self._menus = {name: bar.addMenu(title) for name, title in titles.items()}
        for menu in self._menus.values():
            menu.setToolTipsVisible(True)
            menu.aboutToShow.connect(partial(self._say_reasons, menu))
        for action in actions:
            self._offer(action)
        actions.added.connect(self._offer)

    def drop_empty(self) -> None:
        """Take away the menus that nothing was added to; all actions are there by now."""
        for menu in self._menus.values():
            if menu.isEmpty():
                self._bar.removeAction(menu.menuAction())

    def _offer(self, action: QAction) -> None:
        if action.data() is None:
            return
        menu = self._menus[action.data()]
        if action.objectName() in _SEPARATED and not menu.isEmpty():
            menu.addSeparator()
        menu.addAction(action)
        if action.objectName() == "file.recent":
            recent = RecentMenu(self._studio.settings, menu)
            recent.opened.connect(self._studio.open_and_show)
            recent.shortened.connect(self._studio.recent_changed)
            action.setMenu(recent)

    def _say_reasons(self, menu: QMenu) -> None:
        for action in menu.actions():
            name = action.objectName()
            if name not in self._actions:
                continue  # a separator
            if action.isEnabled():
                self._actions.explain(name, "")
            elif reason := why_disabled(name, self._studio, self._reasons):
                self._actions.explain(name, reason)
