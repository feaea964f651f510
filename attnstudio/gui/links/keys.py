"""The keys that widgets of the page of word links answer to by themselves."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt

from attnstudio.gui.widgets.widget_key import WidgetKey


def links_keys() -> list[WidgetKey]:
    """Those of the sentences, of the word list and of the findings."""
    found = WidgetKey("findings_view", _tr("Copy the chosen finding"), "Ctrl+C")
    return [*_of_sentences(), *_of_words(), found]


def _of_sentences() -> list[WidgetKey]:
    grid, rows, editor = "link_grid", "link_rows", "link_editor"
    key = Qt.Key
    arrows = (key.Key_Left, key.Key_Right, key.Key_Up, key.Key_Down)
    return [
        WidgetKey(grid, _tr("Go from cell to cell between two sentences"), "← → ↑ ↓", arrows),
        WidgetKey(
            rows,
            _tr("Go from word to word, or to the other sentence"),
            _tr("arrow keys"),
            (key.Key_Left, key.Key_Right, key.Key_Down),
        ),
        WidgetKey(rows, _tr("Move long sentences"), _tr("wheel")),
        WidgetKey(
            editor,
            _tr("Make a link sure, possible, none"),
            _tr("Space, Enter"),
            (key.Key_Space, key.Key_Return, key.Key_Enter),
        ),
        WidgetKey(
            editor,
            _tr("Say that a link is sure, or possible"),
            _tr("S, P"),
            (key.Key_S, key.Key_P),
        ),
        WidgetKey(
            editor,
            _tr("Take a link out"),
            _tr("Delete"),
            (key.Key_Delete, key.Key_Backspace),
        ),
        WidgetKey(
            editor,
            _tr("These links are right: go on to the next sentence"),
            _tr("Ctrl+Enter"),
            (key.Key_Return, key.Key_Enter),
        ),
        WidgetKey(editor, _tr("Let go of the two words"), "Esc", (key.Key_Escape,)),
    ]


def _of_words() -> list[WidgetKey]:
    words = "word_list_view"
    return [
        WidgetKey(words, _tr("Show all words again"), "Esc", (Qt.Key.Key_Escape,)),
        WidgetKey(words, _tr("Copy the chosen words"), "Ctrl+C"),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("keys", text)
