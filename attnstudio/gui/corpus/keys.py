"""The keys that widgets of the corpus page answer to by themselves."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt

from attnstudio.gui.widgets.widget_key import WidgetKey

_Key = Qt.Key


def corpus_keys() -> list[WidgetKey]:
    """Those of pairs, statistics and word links."""
    return [*_of_pairs(), *_of_bars(), *_of_links()]


def _of_pairs() -> list[WidgetKey]:
    pairs = "pair_browser"
    return [
        WidgetKey(pairs, _tr("Clear filter and search"), "Esc", (_Key.Key_Escape,)),
        WidgetKey(pairs, _tr("Look into the chosen pair"), _tr("Enter")),
        WidgetKey(pairs, _tr("Copy the chosen pair"), "Ctrl+C"),
    ]


def _of_bars() -> list[WidgetKey]:
    bars, enter = "bar_picture", (_Key.Key_Return, _Key.Key_Enter, _Key.Key_Space)
    arrows = (_Key.Key_Left, _Key.Key_Right, _Key.Key_Up, _Key.Key_Down)
    ends = (_Key.Key_Home, _Key.Key_End)
    return [
        WidgetKey(bars, _tr("Go from bar to bar in a statistic"), "← →", arrows),
        WidgetKey(bars, _tr("Go to its first or last bar"), "Home, End", ends),
        WidgetKey(bars, _tr("Show the pairs of a bar"), _tr("Enter or Space"), enter),
    ]


def _of_links() -> list[WidgetKey]:
    links = "link_picture"
    across, along = (_Key.Key_Left, _Key.Key_Right), (_Key.Key_Up, _Key.Key_Down)
    ends, escape = (_Key.Key_Home, _Key.Key_End), (_Key.Key_Escape,)
    words = _tr("Go from word to word between word links")
    return [
        WidgetKey(links, words, _tr("← →, or click"), across),
        WidgetKey(links, _tr("Go to the first or last of the words"), "Home, End", ends),
        WidgetKey(links, _tr("Follow a word link to the other row"), "↑ ↓", along),
        WidgetKey(links, _tr("Let go of the word"), "Esc", escape),
        WidgetKey(links, _tr("Move long sentences"), _tr("wheel")),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("keys", text)
