"""The keys that widgets of the page of word links answer to by themselves."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt

from attnstudio.gui.widgets.widget_key import WidgetKey


def links_keys() -> list[WidgetKey]:
    """Those of the word list."""
    words = "word_list_view"
    return [
        WidgetKey(words, _tr("Show all words again"), "Esc", (Qt.Key.Key_Escape,)),
        WidgetKey(words, _tr("Copy the chosen words"), "Ctrl+C"),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("keys", text)
