"""The keys that widgets of the setup page answer to by themselves."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt

from attnstudio.gui.widgets.widget_key import WidgetKey

_Key = Qt.Key


def setup_keys() -> list[WidgetKey]:
    """Those of cards."""
    arrows = (_Key.Key_Left, _Key.Key_Right, _Key.Key_Up, _Key.Key_Down)
    enter = (_Key.Key_Return, _Key.Key_Enter)
    return [
        WidgetKey("card_button", _tr("Go from card to card"), "← → ↑ ↓", arrows),
        WidgetKey("card_button", _tr("Choose a card"), _tr("Enter or Space"), enter),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("keys", text)
