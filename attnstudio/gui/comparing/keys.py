"""The keys that widgets of the page of comparisons answer to by themselves."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt

from attnstudio.gui.widgets.widget_key import WidgetKey

_Key = Qt.Key


def comparing_keys() -> list[WidgetKey]:
    """Those of its picture."""
    arrows = (_Key.Key_Left, _Key.Key_Right, _Key.Key_Up, _Key.Key_Down)
    enter = (_Key.Key_Return, _Key.Key_Enter)
    return [
        WidgetKey("dot_chart", _tr("Read kinds and seeds one by one"), "← → ↑ ↓", arrows),
        WidgetKey("dot_chart", _tr("Open the run of a dot"), _tr("Enter, or double click"), enter),
        WidgetKey("comparison_view", _tr("Copy the table as text"), "Ctrl+C"),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("keys", text)
