"""Things to choose one of, each on a card that explains it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QWidget

from attnstudio.gui.look.theme import SPACE
from attnstudio.gui.setup.card import Card
from attnstudio.gui.setup.card_button import CardButton


class ChoiceCards(QWidget):
    """Cards side by side; arrow keys go from one to the next, Tab to what comes after them.

    Signals:
        chosen: the value of the card that a person chose; again, where it was changed.
    """

    chosen = Signal(str)

    def __init__(
        self, name: str, cards: Sequence[Card], columns: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._columns = columns
        self._group = QButtonGroup(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACE)
        self._buttons: dict[str, CardButton] = {}
        for number, card in enumerate(cards):
            button = CardButton(card)
            button.moved.connect(self._move)
            self._buttons[card.value] = button
            self._group.addButton(button)
            grid.addWidget(button, number // columns, number % columns)
        for column in range(columns):
            grid.setColumnStretch(column, 1)
        self._group.buttonToggled.connect(self._tell)
        self._group.buttonClicked.connect(self._tell_again)

    @property
    def values(self) -> list[str]:
        """What can be chosen."""
        return list(self._buttons)

    def button(self, value: str) -> CardButton:
        """The card of a value."""
        return self._buttons[value]

    def show_choice(self, value: str, *, changed: bool = False) -> None:
        """Mark a card, or say that it was changed since, without telling anybody."""
        self._group.blockSignals(True)
        self._buttons[value].setChecked(True)
        self._group.blockSignals(False)
        for name, button in self._buttons.items():
            button.set_changed(changed and name == value)

    def recommend(self, value: str) -> None:
        """Mark the card to take where nobody knows better."""
        for name, button in self._buttons.items():
            button.set_recommended(name == value)

    def refuse(self, why_not: Callable[[str], str]) -> None:
        """Let each card but the chosen one say why it cannot be chosen; empty where it can."""
        for name, button in self._buttons.items():
            button.refuse("" if button.isChecked() else why_not(name))

    def _move(self, right: int, down: int) -> None:
        """The focus goes to the next card, also to one that cannot be chosen: it says why."""
        here = next((at for at, each in enumerate(self._all) if each.hasFocus()), 0)
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        there = here + (-right if is_mirrored else right) + self._columns * down
        if 0 <= there < len(self._all):
            self._all[there].setFocus(Qt.FocusReason.TabFocusReason)

    @property
    def _all(self) -> list[CardButton]:
        return list(self._buttons.values())

    def _tell(self, button: QAbstractButton, checked: bool) -> None:
        if checked and isinstance(button, CardButton):
            self.chosen.emit(button.card.value)

    def _tell_again(self, button: QAbstractButton) -> None:
        if isinstance(button, CardButton) and button.is_changed:
            self.chosen.emit(button.card.value)
