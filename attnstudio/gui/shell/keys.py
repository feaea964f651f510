"""The keys that widgets everywhere answer to by themselves."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt

from attnstudio.gui.widgets.widget_key import WidgetKey

_Key = Qt.Key


def keys_everywhere() -> list[WidgetKey]:
    """Those of dialogs and fields."""
    palette = "command_palette"
    return [
        WidgetKey("", _tr("Go to the next field, or the one before"), "Tab, Shift+Tab"),
        WidgetKey("", _tr("Close a dialog"), "Esc"),
        WidgetKey(
            palette,
            _tr("Move in the list of commands while typing"),
            "↑ ↓, Page Up, Page Down",
            (_Key.Key_Up, _Key.Key_Down, _Key.Key_PageUp, _Key.Key_PageDown),
        ),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("keys", text)
