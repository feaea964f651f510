"""What can be done with word links from the menu, and the menu of the kinds of files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from attnstudio.gui.studio.actions import ActionRegistry, MenuName
from attnstudio.project.link_export import LinkFormat

_FIND_ELSEWHERE = "corpus.find"


class LinkActions(QObject):
    """Adds the actions of the page.

    Args:
        actions: takes the actions.
        align: aligns the corpus.
        find: lets a word or a sentence be searched; by Ctrl+F while the page is seen.
        export: asks for a file and writes the links as the format that it gets.
        parent: owns it: the page.
    """

    def __init__(
        self,
        actions: ActionRegistry,
        *,
        align: Callable[[], None],
        find: Callable[[], None],
        export: Callable[[LinkFormat], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        add = partial(actions.add, menu=MenuName.LINKS)
        self._align = add(
            "links.align",
            self.tr("&Align this corpus"),
            align,
            tip=self.tr("Find which words of the corpus translate each other"),
        )
        self._find = add(
            "links.find",
            self.tr("&Find…"),
            find,
            tip=self.tr("Search the word list, or the sentences where these are shown"),
        )
        self._exports: list[QAction] = [
            add(f"links.export_{form.value}", text, partial(export, form))
            for form, text in self._export_texts().items()
        ]
        self._actions = actions
        parent.installEventFilter(self)
        self.allow(align=False, links=False)

    def allow(self, *, align: bool, links: bool) -> None:
        """Say what can be done: whether the corpus can be aligned, and whether there are links."""
        self._align.setEnabled(align)
        for action in (self._find, *self._exports):
            action.setEnabled(links)

    def _give_find_key(self, taker: str, giver: str) -> None:
        """The key that finds means what is seen: two actions of one key would both rest."""
        if giver in self._actions and (keys := self._actions[giver].shortcut()).count():
            self._actions[giver].setShortcut(QKeySequence())
            self._actions[taker].setShortcut(keys)

    def fill(self, menu: QMenu) -> None:
        """Put the kinds of files into a menu."""
        menu.addActions(self._exports)

    def _export_texts(self) -> dict[LinkFormat, str]:
        return {
            LinkFormat.WORDS: self.tr("Export the &word list, for spreadsheets and dictionaries…"),
            LinkFormat.TMX: self.tr("Export TM&X with terms marked, for translation memories…"),
            LinkFormat.TSV: self.tr("Export a &table of linked words, for spreadsheets…"),
            LinkFormat.PHARAOH: self.tr(
                "Export links as &Pharaoh, for statistical translation tools…"
            ),
            LinkFormat.NAACL: self.tr("Export links as &NAACL, to be compared with gold links…"),
            LinkFormat.GIZA: self.tr("Export links as &GIZA++, for tools that learn phrases…"),
        }

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.Show:
                self._give_find_key("links.find", _FIND_ELSEWHERE)
            case QEvent.Type.Hide:
                self._give_find_key(_FIND_ELSEWHERE, "links.find")
        return super().eventFilter(watched, event)
