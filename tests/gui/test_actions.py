"""One registry: menus, keys and the palette come from it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit, QListWidget

from attnstudio.gui.shell.command_palette import CommandPalette
from attnstudio.gui.studio.actions import ActionRegistry, MenuName


@pytest.fixture
def done():
    return []


@pytest.fixture
def actions(done):
    registry = ActionRegistry()
    registry.add(
        "train.start", "&Start training", lambda: done.append("start"),
        menu=MenuName.TRAIN, shortcut="Ctrl+Return", tip="Train the model",
    )  # fmt: skip
    registry.add("train.stop", "S&top", lambda: done.append("stop"), menu=MenuName.TRAIN)
    registry.add("view.secret", "No menu", lambda: done.append("secret"))
    return registry


def test_an_action_does_its_work_and_explains_itself(actions, done):
    actions["train.start"].trigger()

    assert done == ["start"]
    keys = QKeySequence("Ctrl+Return").toString(QKeySequence.SequenceFormat.NativeText)
    assert actions["train.start"].toolTip() == f"Train the model ({keys})"
    assert actions["train.stop"].toolTip() == "Stop"


def test_a_name_is_given_once(actions):
    with pytest.raises(ValueError, match=r"train\.stop"):
        actions.add("train.stop", "Again", lambda: None)


def test_the_palette_finds_by_words_and_enter_does_it(qtbot, actions, done):
    palette = CommandPalette(actions)
    qtbot.addWidget(palette)
    palette.show()
    line, fitting = palette.findChild(QLineEdit), palette.findChild(QListWidget)

    assert fitting.count() == 3
    qtbot.keyClicks(line, "model")
    assert fitting.count() == 1
    qtbot.keyClick(line, Qt.Key.Key_Return)

    assert done == ["start"]


def test_the_palettes_arrows_move_the_choice_while_typing(qtbot, actions, done):
    palette = CommandPalette(actions)
    qtbot.addWidget(palette)
    line = palette.findChild(QLineEdit)

    qtbot.keyClick(line, Qt.Key.Key_Down)
    qtbot.keyClick(line, Qt.Key.Key_Return)

    assert done == ["stop"]


def test_the_palette_offers_only_what_can_be_done(qtbot, actions):
    actions["train.stop"].setEnabled(False)

    palette = CommandPalette(actions)
    qtbot.addWidget(palette)

    assert palette.findChild(QListWidget).count() == 2


def test_the_palette_says_that_nothing_fits(qtbot, actions, done):
    palette = CommandPalette(actions)
    qtbot.addWidget(palette)
    line, fitting = palette.findChild(QLineEdit), palette.findChild(QListWidget)

    qtbot.keyClicks(line, "zzz")
    qtbot.keyClick(line, Qt.Key.Key_Down)
    qtbot.keyClick(line, Qt.Key.Key_Return)

    assert [fitting.item(row).text() for row in range(fitting.count())] == [
        "No command is called so."
    ]
    assert done == []
