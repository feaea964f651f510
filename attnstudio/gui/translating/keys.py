"""The keys that widgets of the page of documents answer to by themselves."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt

from attnstudio.gui.widgets.widget_key import WidgetKey

_Key = Qt.Key


def translating_keys() -> list[WidgetKey]:
    """Those of the document and of the segment that is read."""
    text = "word_text"
    return [
        WidgetKey("page", _tr("Cancel the translation"), "Esc", (_Key.Key_Escape,)),
        WidgetKey(
            "page",
            _tr("Press the button that has the keyboard"),
            _tr("Enter, or Space"),
            (_Key.Key_Return, _Key.Key_Enter),
        ),
        WidgetKey("segment_table", _tr("Copy the chosen segments"), "Ctrl+C"),
        WidgetKey(
            "segment_table",
            _tr("Look at a segment in the inspector"),
            _tr("Enter, or double click"),
        ),
        WidgetKey(
            text,
            _tr("Go from word to word of the segment"),
            "← →, Home, End",
            (_Key.Key_Left, _Key.Key_Right, _Key.Key_Home, _Key.Key_End),
        ),
        WidgetKey(
            text,
            _tr("Look at the word in the inspector"),
            _tr("Enter, or click"),
            (_Key.Key_Return, _Key.Key_Enter),
        ),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("keys", text)
