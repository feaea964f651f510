"""The kinds of attention as check boxes, those of a family below each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.lab.kinds import LabKind


class KindChoice(QScrollArea):
    """Which kinds are to be measured.

    Signals:
        changed: others are chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, widgetResizable=True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.boxes: dict[str, QCheckBox] = {}
        self._kinds: Sequence[LabKind] = ()

    def offer(self, kinds: Sequence[LabKind], chosen: Iterable[str]) -> None:
        """Offer these; those of these names are chosen."""
        names = set(chosen)
        self._kinds, self.boxes = kinds, {}
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, SPACE, 0)
        column.setSpacing(SMALL_SPACE)
        for kind in kinds:
            if kind.is_usual:
                heading = QLabel(self._family_words(kind))
                set_role(heading, "heading")
                if self.boxes:
                    column.addSpacing(SPACE)
                column.addWidget(heading)
            box = QCheckBox(self.words(kind), inside)
            box.setToolTip(kind.name)
            box.setAccessibleName(kind.label)
            box.setChecked(kind.name in names)
            box.toggled.connect(self.changed)
            column.addWidget(box)
            self.boxes[kind.name] = box
        column.addStretch()
        self.setWidget(inside)

    @property
    def chosen(self) -> tuple[LabKind, ...]:
        """Those that are ticked."""
        return tuple(kind for kind in self._kinds if self.boxes[kind.name].isChecked())

    def words(self, kind: LabKind) -> str:
        """A kind below the name of its family."""
        if kind.is_usual:
            return self.tr("as its preset has it")
        return f"{kind.part[:1].upper()}{kind.part[1:]}: {kind.value}"

    def _family_words(self, kind: LabKind) -> str:
        if kind.family == "transformer":
            return self.tr("Transformer")
        return self.tr("Recurrent")
