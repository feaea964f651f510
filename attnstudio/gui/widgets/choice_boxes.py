"""Check boxes in groups, each below its heading; one that cannot be ticked says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role

_REASON_INDENT = 24  # below the words of its box, and not below the box


@dataclass(frozen=True, slots=True)
class ChoiceBox:
    """One box.

    Attributes:
        key: what it stands for; no two boxes share one.
        words: beside it.
        name: what a screen reader says, where the words do not say it alone.
        tip: said when it is pointed at.
        is_ticked: whether it is ticked at first.
        is_fixed: whether it stays as it is.
        why_not: why it cannot be ticked; empty where it can.
    """

    key: str
    words: str
    name: str = ""
    tip: str = ""
    is_ticked: bool = False
    is_fixed: bool = False
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """Boxes that belong together, and what stands above them."""

    heading: str
    boxes: Sequence[ChoiceBox]


class ChoiceBoxes(QScrollArea):
    """Groups of boxes, one below the other.

    Args:
        reason_width: of the lines that say why a box cannot be ticked.
        parent: owns it.

    Attributes:
        boxes: by their keys.

    Signals:
        changed: others are ticked.
    """

    changed = Signal()

    def __init__(self, reason_width: int = 240, parent: QWidget | None = None) -> None:
        super().__init__(parent, widgetResizable=True)
        self._reason_width = reason_width
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.boxes: dict[str, QCheckBox] = {}

    def show_groups(self, groups: Sequence[ChoiceGroup]) -> None:
        """Show these and no others."""
        self.boxes = {}
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, SPACE, 0)
        column.setSpacing(SMALL_SPACE)
        for group in groups:
            heading = QLabel(group.heading)
            set_role(heading, "heading")
            if self.boxes:
                column.addSpacing(SPACE)
            column.addWidget(heading)
            for choice in group.boxes:
                self._add(choice, column)
        column.addStretch()
        self.setWidget(inside)

    @property
    def ticked(self) -> list[str]:
        """The keys of those that are ticked and could be otherwise, in their order."""
        return [key for key, box in self.boxes.items() if box.isEnabled() and box.isChecked()]

    def _add(self, choice: ChoiceBox, column: QVBoxLayout) -> None:
        box = QCheckBox(choice.words)
        box.setToolTip(choice.tip)
        box.setAccessibleName(choice.name or choice.words)
        box.setChecked(choice.is_ticked)
        box.setEnabled(not choice.is_fixed and not choice.why_not)
        box.toggled.connect(self.changed)
        column.addWidget(box)
        self.boxes[choice.key] = box
        if choice.why_not:
            box.setAccessibleDescription(choice.why_not)
            reason = QLabel(choice.why_not)
            reason.setTextFormat(Qt.TextFormat.PlainText)
            reason.setWordWrap(True)
            reason.setFixedWidth(self._reason_width)
            reason.setContentsMargins(_REASON_INDENT, 0, 0, 0)
            set_role(reason, "muted")
            column.addWidget(reason)
