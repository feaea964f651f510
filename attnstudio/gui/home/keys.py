"""The keys that widgets of the first page answer to by themselves."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt

from attnstudio.gui.widgets.widget_key import WidgetKey

_Key = Qt.Key


def home_keys() -> list[WidgetKey]:
    """Those of the recent projects."""
    card, enter = "project_card", (_Key.Key_Return, _Key.Key_Enter, _Key.Key_Space)
    return [
        WidgetKey(card, _tr("Open a recent project"), _tr("Enter or Space"), enter),
        WidgetKey(card, _tr("Take it from the list"), _tr("Delete"), (_Key.Key_Delete,)),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("keys", text)
