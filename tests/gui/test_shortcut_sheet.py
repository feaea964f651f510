"""The sheet of keys: those of actions and those that widgets answer to, by place."""

import ast
from pathlib import Path

import pytest
from finding import text_in

import attnstudio.gui
from attnstudio.gui.shell.keys import keys_everywhere
from attnstudio.gui.shell.page_table import page_table
from attnstudio.gui.shell.shortcut_sheet import ShortcutSheet
from attnstudio.gui.studio.actions import ActionRegistry, MenuName

GUI = Path(attnstudio.gui.__file__).parent
SIGNS = {"+": "Key_Plus", "=": "Key_Equal", "-": "Key_Minus", "0": "Key_0"}
# Standard behaviour of Qt or of the system, which nobody looks up here.
ELSEWHERE = {"shortcut_sheet", "keys"}
# What widgets are made of, and the widgets whose keys and wheel it therefore reads.
PARTS = {
    "token_rows": ["token_strips", "link_picture"],
    "two_rows": ["token_strips", "link_picture"],
    "heatmap_area": ["attention_heatmap"],
}


@pytest.fixture
def sheet(qtbot):
    actions = ActionRegistry()
    for name, text, menu, keys in (
        ("file.open", "&Open files…", MenuName.FILE, "Ctrl+O"),
        ("corpus.find", "&Find pairs…", MenuName.CORPUS, "Ctrl+F"),
        ("train.start", "&Start training", MenuName.TRAIN, "Ctrl+R"),
        ("train.stop", "S&top", MenuName.TRAIN, "Ctrl+."),
        ("inspect.export", "&Export…", MenuName.INSPECT, "Ctrl+E"),
        ("view.secret", "No key", MenuName.VIEW, ""),
    ):
        actions.add(name, text, lambda: None, menu=menu, shortcut=keys)
    sheet = ShortcutSheet(actions, page_table())
    qtbot.addWidget(sheet)
    sheet.show()
    return sheet


def lines(sheet):
    """What is shown: the lines below each heading."""
    return {
        heading.text(0): [
            (heading.child(row).text(0), heading.child(row).text(1))
            for row in range(heading.childCount())
        ]
        for heading in map(sheet.tree.topLevelItem, range(sheet.tree.topLevelItemCount()))
    }


def test_keys_stand_below_the_place_where_they_count(sheet):
    shown = lines(sheet)

    assert list(shown) == [
        "Everywhere", "Home", "Corpus", "Word links", "Setup", "Training and charts",
        "Translating and attention", "Comparisons", "Translating documents",
    ]  # fmt: skip
    assert ("Open files", "Ctrl+O") in shown["Everywhere"]
    assert ("Find pairs", "Ctrl+F") in shown["Corpus"]
    assert shown["Setup"] == [
        ("Start training", "Ctrl+R"), ("Go from card to card", "← → ↑ ↓"),
        ("Choose a card", "Enter or Space"),
    ]  # fmt: skip
    assert ("Stop", "Ctrl+.") in shown["Training and charts"]
    assert ("Enlarge a part of a chart", "Drag around it") in shown["Training and charts"]
    assert ("Go from word to word", "← →, or click") in shown["Translating and attention"]
    assert not any("No key" in what for found in shown.values() for what, _ in found)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ctrl+e export", [("Export", "Ctrl+E")]),
        ("ZOOM chart", [("Zoom a chart", "Ctrl+wheel")]),
        ("sing a song", []),
    ],
)
def test_the_sheet_is_searched_by_keys_and_words(qtbot, sheet, typed, found):
    qtbot.keyClicks(sheet.search, typed)

    assert [line for shown in lines(sheet).values() for line in shown] == found
    assert sheet.tree.isVisible() == bool(found)
    assert text_in(sheet).startswith("No key does that.") == (not found)


def all_widget_keys():
    return [*keys_everywhere(), *(key for page in page_table() for key in page.widget_keys())]


def keys_in(path):
    """The keys that a module asks for, by their names in Qt."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr.startswith("Key_")
    }
    typed = {
        SIGNS[node.value]
        for handler in ast.walk(tree)
        if isinstance(handler, ast.FunctionDef) and handler.name == "keyPressEvent"
        for node in ast.walk(handler)
        if isinstance(node, ast.Constant) and node.value in SIGNS
    }
    return named | typed


def test_every_key_that_a_widget_asks_for_is_on_the_sheet():
    declared = {}
    for key in all_widget_keys():
        declared.setdefault(key.module, set()).update(code.name for code in key.codes)
    asked = {}
    for path in GUI.rglob("*.py"):
        if path.stem not in ELSEWHERE:
            for widget in PARTS.get(path.stem, [path.stem]):
                asked.setdefault(widget, set()).update(keys_in(path))

    assert {name: keys for name, keys in asked.items() if keys} == {
        name: keys for name, keys in declared.items() if keys
    }


def test_every_widget_that_reads_the_wheel_is_on_the_sheet():
    readers = {
        widget
        for path in GUI.rglob("*.py")
        for widget in PARTS.get(path.stem, [path.stem])
        if "def wheelEvent" in (text := path.read_text(encoding="utf-8")) or "Type.Wheel" in text
    }

    leaves_it = {"still_tabs"}  # to what it stands in
    assert readers - leaves_it == {key.module for key in all_widget_keys() if "wheel" in key.keys}


def test_each_key_has_words():
    assert all(key.what and key.keys for key in all_widget_keys())
