"""The keys that widgets of the inspector answer to by themselves."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt

from attnstudio.gui.widgets.widget_key import WidgetKey

_Key = Qt.Key


def inspector_keys() -> list[WidgetKey]:
    """Those of the question, the words and the map."""
    strips, cells, heads = "token_strips", "attention_heatmap", "head_overview"
    numbers = "number_cells"
    across, along = (_Key.Key_Left, _Key.Key_Right), (_Key.Key_Up, _Key.Key_Down)
    ends, escape = (_Key.Key_Home, _Key.Key_End), (_Key.Key_Escape,)
    return [
        WidgetKey(
            "question_box",
            _tr("Translate what was typed, or read your translation"),
            _tr("Enter; Shift+Enter for another line"),
            (_Key.Key_Return, _Key.Key_Enter),
        ),
        WidgetKey(strips, _tr("Go from word to word"), _tr("← →, or click"), across),
        WidgetKey(strips, _tr("Go to the first or last word"), "Home, End", ends),
        WidgetKey(strips, _tr("Follow the attention to the other row"), "↑ ↓", along),
        WidgetKey(strips, _tr("Let go of the word"), "Esc", escape),
        WidgetKey(
            cells,
            _tr("Go from cell to cell in the map"),
            _tr("← → ↑ ↓, or click"),
            (*across, *along),
        ),
        WidgetKey(cells, _tr("Let go of the cell"), "Esc", escape),
        WidgetKey(
            cells,
            _tr("Zoom the map"),
            _tr("+ and −, Ctrl+wheel or Alt+wheel"),
            (_Key.Key_Plus, _Key.Key_Equal, _Key.Key_Minus),
        ),
        WidgetKey(
            cells,
            _tr("Show all of the map again"),
            _tr("0, or double click"),
            (_Key.Key_0,),
        ),
        WidgetKey(heads, _tr("Go from head to head"), "← → ↑ ↓", (*across, *along)),
        WidgetKey(
            "lecture",
            _tr("Leave the picture for a lecture"),
            _tr("Esc, or F11"),
            (_Key.Key_Escape, _Key.Key_F11),
        ),
        WidgetKey(
            heads,
            _tr("Hold the lines of a head beside those of others"),
            _tr("Space, or Ctrl+click"),
            (_Key.Key_Space,),
        ),
        WidgetKey("attention_panel", _tr("Show the attention without the change"), "Esc", escape),
        WidgetKey(
            heads,
            _tr("Switch a head or a layer off, or on again"),
            _tr("Delete, Backspace, or Shift+click; more by the menu key"),
            (_Key.Key_Delete, _Key.Key_Backspace),
        ),
        WidgetKey(
            "what_if_head_map",
            _tr("Switch the chosen head of What if off, or on again"),
            _tr("Delete, or Shift+click"),
            (_Key.Key_Delete,),
        ),
        WidgetKey(
            numbers,
            _tr("Go from number to number of a formula"),
            _tr("← → ↑ ↓, or click"),
            (*across, *along),
        ),
        WidgetKey("page", _tr("Take back the last change of What if"), "Ctrl+Z"),
        WidgetKey(numbers, _tr("Go to the first or last number"), "Home, End", ends),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("keys", text)
