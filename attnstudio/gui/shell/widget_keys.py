"""The keys and gestures that widgets answer to by themselves, for the sheet of keys.

A widget's own keys are no actions: arrows mean one thing in a chart and another in a map. A test
holds this table against the keys that each module asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, Qt

_Key = Qt.Key


class Place(StrEnum):
    """Where keys count, in the order of the work."""

    EVERYWHERE = "everywhere"
    HOME = "home"
    CORPUS = "corpus"
    SETUP = "setup"
    TRAINING = "training"
    INSPECTOR = "inspector"


@dataclass(frozen=True, slots=True)
class WidgetKey:
    """One line of the sheet.

    Attributes:
        module: of the widget that answers.
        place: where that is.
        what: it does, in words.
        keys: as people read them.
        codes: what the widget asks Qt for; none for what a mouse does.
    """

    module: str
    place: Place
    what: str
    keys: str
    codes: tuple[Qt.Key, ...] = ()


def place_name(place: Place) -> str:
    """A place in words."""
    return {
        Place.EVERYWHERE: _tr("Everywhere"),
        Place.HOME: _tr("Home"),
        Place.CORPUS: _tr("Corpus"),
        Place.SETUP: _tr("Setup"),
        Place.TRAINING: _tr("Training and charts"),
        Place.INSPECTOR: _tr("Translating and attention"),
    }[place]


def widget_keys() -> list[WidgetKey]:
    """All of them, in the order of the sheet."""
    return [*_of_dialogs(), *_of_lists(), *_of_links(), *_of_charts(), *_of_attention()]


def _of_dialogs() -> list[WidgetKey]:
    palette, anywhere = "command_palette", Place.EVERYWHERE
    return [
        WidgetKey("", anywhere, _tr("Go to the next field, or the one before"), "Tab, Shift+Tab"),
        WidgetKey("", anywhere, _tr("Close a dialog"), "Esc"),
        WidgetKey(
            palette,
            anywhere,
            _tr("Move in the list of commands while typing"),
            "↑ ↓, Page Up, Page Down",
            (_Key.Key_Up, _Key.Key_Down, _Key.Key_PageUp, _Key.Key_PageDown),
        ),
    ]


def _of_lists() -> list[WidgetKey]:
    card, bars, pairs, runs = "project_card", "bar_picture", "pair_browser", "run_list"
    enter = (_Key.Key_Return, _Key.Key_Enter, _Key.Key_Space)
    arrows = (_Key.Key_Left, _Key.Key_Right, _Key.Key_Up, _Key.Key_Down)
    home, corpus, training = Place.HOME, Place.CORPUS, Place.TRAINING
    return [
        WidgetKey(card, home, _tr("Open a recent project"), _tr("Enter or Space"), enter),
        WidgetKey(card, home, _tr("Take it from the list"), _tr("Delete"), (_Key.Key_Delete,)),
        WidgetKey(pairs, corpus, _tr("Clear filter and search"), "Esc", (_Key.Key_Escape,)),
        WidgetKey(pairs, corpus, _tr("Look into the chosen pair"), _tr("Enter")),
        WidgetKey(pairs, corpus, _tr("Copy the chosen pair"), "Ctrl+C"),
        WidgetKey(bars, corpus, _tr("Go from bar to bar in a statistic"), "← →", arrows),
        WidgetKey(
            bars,
            corpus,
            _tr("Go to its first or last bar"),
            "Home, End",
            (_Key.Key_Home, _Key.Key_End),
        ),
        WidgetKey(bars, corpus, _tr("Show the pairs of a bar"), _tr("Enter or Space"), enter),
        WidgetKey(runs, training, _tr("Delete the chosen run"), _tr("Delete"), (_Key.Key_Delete,)),
    ]


def _of_links() -> list[WidgetKey]:
    links, corpus = "link_picture", Place.CORPUS
    across, along = (_Key.Key_Left, _Key.Key_Right), (_Key.Key_Up, _Key.Key_Down)
    ends, escape = (_Key.Key_Home, _Key.Key_End), (_Key.Key_Escape,)
    words = _tr("Go from word to word between word links")
    return [
        WidgetKey(links, corpus, words, _tr("← →, or click"), across),
        WidgetKey(links, corpus, _tr("Go to the first or last of the words"), "Home, End", ends),
        WidgetKey(links, corpus, _tr("Follow a word link to the other row"), "↑ ↓", along),
        WidgetKey(links, corpus, _tr("Let go of the word"), "Esc", escape),
        WidgetKey(links, corpus, _tr("Move long sentences"), _tr("wheel")),
    ]


def _of_charts() -> list[WidgetKey]:
    chart, training = "curve_plot", Place.TRAINING
    return [
        WidgetKey(
            chart,
            training,
            _tr("Read a chart point by point"),
            "← →",
            (_Key.Key_Left, _Key.Key_Right),
        ),
        WidgetKey(
            chart,
            training,
            _tr("Pin the place that is read, to compare with another"),
            _tr("Space, or click"),
            (_Key.Key_Space,),
        ),
        WidgetKey(chart, training, _tr("Let go of pins and cursor"), "Esc", (_Key.Key_Escape,)),
        WidgetKey(
            chart,
            training,
            _tr("Show all of a chart again"),
            _tr("0, or double click"),
            (_Key.Key_0,),
        ),
        WidgetKey(chart, training, _tr("Enlarge a part of a chart"), _tr("Drag around it")),
        WidgetKey(chart, training, _tr("Zoom a chart"), _tr("Ctrl+wheel")),
    ]


def _of_attention() -> list[WidgetKey]:
    strips, cells, heads, inspector = (
        "token_strips", "attention_heatmap", "head_overview", Place.INSPECTOR,
    )  # fmt: skip
    across, along = (_Key.Key_Left, _Key.Key_Right), (_Key.Key_Up, _Key.Key_Down)
    ends, escape = (_Key.Key_Home, _Key.Key_End), (_Key.Key_Escape,)
    return [
        WidgetKey(
            "question_box",
            inspector,
            _tr("Translate what was typed, or read your translation"),
            _tr("Ctrl+Enter"),
            (_Key.Key_Return, _Key.Key_Enter),
        ),
        WidgetKey(strips, inspector, _tr("Go from word to word"), _tr("← →, or click"), across),
        WidgetKey(strips, inspector, _tr("Go to the first or last word"), "Home, End", ends),
        WidgetKey(strips, inspector, _tr("Follow the attention to the other row"), "↑ ↓", along),
        WidgetKey(strips, inspector, _tr("Let go of the word"), "Esc", escape),
        WidgetKey(
            cells,
            inspector,
            _tr("Go from cell to cell in the map"),
            _tr("← → ↑ ↓, or click"),
            (*across, *along),
        ),
        WidgetKey(cells, inspector, _tr("Let go of the cell"), "Esc", escape),
        WidgetKey(
            cells,
            inspector,
            _tr("Zoom the map"),
            _tr("+ and −, Ctrl+wheel or Alt+wheel"),
            (_Key.Key_Plus, _Key.Key_Equal, _Key.Key_Minus),
        ),
        WidgetKey(
            cells,
            inspector,
            _tr("Show all of the map again"),
            _tr("0, or double click"),
            (_Key.Key_0,),
        ),
        WidgetKey(heads, inspector, _tr("Go from head to head"), "← → ↑ ↓", (*across, *along)),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("widget_keys", text)
