"""Everything that can be done, once: menus, shortcuts, tool tips and the palette come from here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence


class MenuName(StrEnum):
    """The menus that actions are found in; a page may bring another."""

    FILE = "file"
    EDIT = "edit"
    VIEW = "view"
    CORPUS = "corpus"
    LINKS = "links"
    TRAIN = "train"
    INSPECT = "inspect"
    DOCUMENTS = "translating"
    HELP = "help"


class ActionRegistry(QObject):
    """The program's actions by name, such as ``train.pause``.

    An action's `QAction.data` is the menu that it belongs to, or None.

    Signals:
        added: a `QAction`.
    """

    added = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions: dict[str, QAction] = {}
        self._tips: dict[str, tuple[str, str]] = {}  # tool tip and status tip of those that can

    def add(
        self,
        name: str,
        text: str,
        callback: Callable[[], object],
        *,
        menu: str | None = None,
        shortcut: str = "",
        tip: str = "",
        checkable: bool = False,
        role: QAction.MenuRole = QAction.MenuRole.NoRole,
    ) -> QAction:
        """Make an action.

        Args:
            name: the part that offers it, a dot and a verb.
            text: what a menu says, with ``&`` before its key.
            callback: what it does; a checkable action's callback asks for its state itself.
            menu: where it is found, such as a `MenuName`.
            shortcut: such as ``Ctrl+O``; Qt makes it ⌘O on macOS.
            tip: one sentence.
            checkable: whether it is on or off.
            role: where macOS wants it; it would move others there that are named alike.
        """
        if name in self._actions:
            raise ValueError(f"there is an action {name} already")
        action = QAction(text, self, checkable=checkable)
        action.setObjectName(name)
        action.setData(menu)
        action.setMenuRole(role)
        action.setShortcut(QKeySequence(shortcut))
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        hint = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        said = tip or text.replace("&", "").rstrip("…")
        action.setToolTip(f"{said} ({hint})" if hint else said)
        action.setStatusTip(tip)
        self._tips[name] = action.toolTip(), tip
        action.triggered.connect(lambda: callback())
        self._actions[name] = action
        self.added.emit(action)
        return action

    def explain(self, name: str, reason: str) -> None:
        """Say in an action's tips why it cannot be done now; nothing, when it can."""
        tool_tip, status_tip = self._tips[name]
        action = self._actions[name]
        action.setToolTip(f"{tool_tip}\n{reason}" if reason else tool_tip)
        action.setStatusTip(reason or status_tip)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __contains__(self, name: str) -> bool:
        return name in self._actions

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())
