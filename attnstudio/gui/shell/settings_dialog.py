"""The settings of this machine: looks, calm, where projects go, staying awake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.look.theme import SPACE, Scheme, set_role
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.widgets.dialog_buttons import set_only_default
from attnstudio.gui.widgets.file_dialogs import choose_folder
from attnstudio.gui.widgets.form_rows import form_of

_WIDTH = 440


class SettingsDialog(QDialog):
    """Each change counts at once; there is nothing to confirm.

    Args:
        settings: where they are kept.
        actions: the looks are changed by ``view.light`` and its like, as in the menu.
        projects_folder: where new projects go now.
        parent: the window.
        ask_folder: asks for a folder.
    """

    def __init__(
        self,
        settings: Settings,
        actions: ActionRegistry,
        projects_folder: Path,
        parent: QWidget | None = None,
        ask_folder: Callable[[QWidget | None, str], Path | None] = choose_folder,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self._settings, self._actions, self._ask_folder = settings, actions, ask_folder
        self.colours = QComboBox()
        for scheme, text in (
            (Scheme.SYSTEM, self.tr("As the system")),
            (Scheme.LIGHT, self.tr("Light")),
            (Scheme.DARK, self.tr("Dark")),
        ):
            self.colours.addItem(text, scheme)
        self.colours.setCurrentIndex(self.colours.findData(settings.scheme))
        self.colours.activated.connect(self._choose_colours)
        self.still = QCheckBox(self.tr("Reduce &motion"))
        self.still.setChecked(actions["view.still"].isChecked())
        self.still.clicked.connect(actions["view.still"].trigger)
        self.awake = QCheckBox(self.tr("Keep the computer &awake while a model is trained"))
        self.awake.setChecked(settings.value("training/keep_awake", True))
        self.awake.clicked.connect(lambda on: settings.set_value("training/keep_awake", on))
        self.folder = QLineEdit(str(projects_folder), readOnly=True)
        self._choose = QPushButton(self.tr("Choose…"))
        self._choose.setAccessibleName(self.tr("Choose where new projects go"))
        self._choose.clicked.connect(self._choose_folder)
        self._lay_out()

    def _lay_out(self) -> None:
        where = QHBoxLayout()
        where.addWidget(self.folder, stretch=1)
        where.addWidget(self._choose)
        form = form_of(
            (
                (self.tr("&Colours"), self.colours, self.colours),
                (self.tr("New &projects go into"), self.folder, where),
            )
        )
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.setSpacing(SPACE)
        column.addLayout(form)
        for box, explained in (
            (
                self.still,
                self.tr(
                    "Nothing moves by itself: a bar that cannot know how far it is stands still."
                ),
            ),
            (self.awake, self.tr("Else it may fall asleep, and the training with it.")),
        ):
            column.addSpacing(SPACE)
            column.addWidget(box)
            column.addLayout(_indented(explained))
        column.addSpacing(SPACE)
        column.addLayout(buttons)
        set_only_default(self, close)

    def _choose_colours(self) -> None:
        self._actions[f"view.{self.colours.currentData()}"].trigger()

    def _choose_folder(self) -> None:
        folder = self._ask_folder(self, self.tr("Where new projects go"))
        if folder is not None:
            self._settings.set_value("projects/folder", str(folder))
            self.folder.setText(str(folder))


def _indented(words: str) -> QHBoxLayout:
    label = QLabel(words)
    label.setWordWrap(True)
    label.setFixedWidth(_WIDTH)
    set_role(label, "muted")
    row = QHBoxLayout()
    row.setContentsMargins(3 * SPACE, 0, 0, 0)
    row.addWidget(label)
    row.addStretch()
    return row
