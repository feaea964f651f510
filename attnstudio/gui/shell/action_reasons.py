"""Why something in a menu cannot be done now, in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.studio.studio import Studio


def why_disabled(
    name: str, studio: Studio, of_menus: Mapping[str, Callable[[str, Studio], str]]
) -> str:
    """What an action that is disabled waits for; empty where its page says it.

    Args:
        name: of the action, such as ``train.pause``.
        studio: what is open.
        of_menus: who says it of the actions of a page's menu, by the menu's name.
    """
    if name in ("edit.undo", "edit.redo"):
        undo, redo = _tr("There is nothing to undo."), _tr("There is nothing to do again.")
        return undo if name == "edit.undo" else redo
    if studio.project is None:
        return _tr("No project is open.")
    say = of_menus.get(name.partition(".")[0])
    return say(name, studio) if say is not None else ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("action_reasons", text)
