"""What went wrong with a run in words, and buttons for what fits the kind of it."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import count
from attnstudio.training.events import Failed, FailureCause, Held


class WayOn(StrEnum):
    """What can be done about it."""

    TRY_AGAIN = "try again"  # to write, while training waits
    SAVE_ELSEWHERE = "save elsewhere"
    GIVE_UP = "give up"
    TRAIN_AGAIN = "train again"  # as it was
    HALF_THE_RATE = "half the rate"  # from a checkpoint
    NEW_WITH_HALF_THE_RATE = "new with half the rate"
    NEW_WITH_HALF_THE_BATCH = "new with half the batch"


def ways_on(trouble: Held | Failed) -> tuple[WayOn, ...]:
    """What fits the trouble; nothing for a fault of the program."""
    if isinstance(trouble, Held):
        return (WayOn.TRY_AGAIN, WayOn.SAVE_ELSEWHERE, WayOn.GIVE_UP)
    match trouble.cause:
        case FailureCause.DIVERGED | FailureCause.NOT_FINITE:
            from_a_checkpoint = (WayOn.HALF_THE_RATE,) if trouble.go_on_from is not None else ()
            return (*from_a_checkpoint, WayOn.NEW_WITH_HALF_THE_RATE)
        case FailureCause.MEMORY:
            return (WayOn.TRAIN_AGAIN, WayOn.NEW_WITH_HALF_THE_BATCH)
        case FailureCause.STORAGE | FailureCause.PEER:
            return (WayOn.TRAIN_AGAIN,)
    return ()


class TroubleBox(QWidget):
    """A sentence and the ways on.

    Signals:
        chosen: a `WayOn`.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        set_role(self.text, "error")
        self.buttons = {way: QPushButton(self) for way in WayOn}
        for way, button in self.buttons.items():
            button.clicked.connect(lambda _=False, way=way: self.chosen.emit(way))
        for way in (WayOn.TRY_AGAIN, WayOn.HALF_THE_RATE):
            set_role(self.buttons[way], "primary")
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        for button in self.buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL_SPACE)
        column.addWidget(self.text)
        column.addLayout(row)

    def show_trouble(self, trouble: Held | Failed | None) -> None:
        """Say it; nothing is seen where there is none."""
        self.setVisible(trouble is not None)
        if trouble is None:
            return
        self.text.setText(self._words(trouble))
        offered = ways_on(trouble)
        go_on_from = trouble.go_on_from if isinstance(trouble, Failed) else None
        for way, button in self.buttons.items():
            button.setText(self._label(way, go_on_from or 0))
            button.setVisible(way in offered)

    def _words(self, trouble: Held | Failed) -> str:
        words = f"{trouble.message} {trouble.hint}".strip()
        if isinstance(trouble, Failed):
            return words
        kept = self.tr("Training waits with all that it has learnt, and tries again by itself.")
        lost = trouble.step - (trouble.saved_step or 0)
        if lost > 0:
            steps = self.tr("Giving up loses {n} steps, those since step {saved}.")
            kept = f"{kept} {steps.format(n=count(lost), saved=count(trouble.saved_step or 0))}"
        return f"{words}\n{kept}"

    def _label(self, way: WayOn, step: int) -> str:
        return {
            WayOn.TRY_AGAIN: self.tr("Try again"),
            WayOn.SAVE_ELSEWHERE: self.tr("Save elsewhere…"),
            WayOn.GIVE_UP: self.tr("Give up"),
            WayOn.TRAIN_AGAIN: self.tr("Try again"),
            WayOn.HALF_THE_RATE: self.tr("Go on from step {n} at half the rate").format(
                n=count(step)
            ),
            WayOn.NEW_WITH_HALF_THE_RATE: self.tr("Set up anew with half the rate"),
            WayOn.NEW_WITH_HALF_THE_BATCH: self.tr("Set up anew with half the batch"),
        }[way]
