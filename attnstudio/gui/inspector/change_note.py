"""A line that says what *What if* changes, and shows the attention with it or without."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QWidget

from attnstudio.gui.inspector.shown_attention import ShownAttention
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.widgets.one_line import OneLine


class ChangeNote(QWidget):
    """Stands over the map while something is changed; hidden while nothing is.

    Args:
        shown: what is looked at.
        parent: owns the line.

    Attributes:
        words: what is changed.
        with_change: whether the attention is shown with the change.

    Signals:
        outcome_asked: the person wants to see what came of the change.
    """

    outcome_asked = Signal()

    def __init__(self, shown: ShownAttention, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = shown
        self.words = OneLine()
        self.with_change = QCheckBox(self.tr("S&how with the change"))
        self.with_change.setToolTip(
            self.tr(
                "Map, lines and chips show the attention with the change, on the translation that "
                "is shown. Esc shows it as it was."
            )
        )
        outcome = QPushButton(self.tr("What came of it"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.words, stretch=1)
        row.addWidget(self.with_change)
        row.addWidget(outcome)
        shown.changed.connect(self._refresh)
        shown.change.changed.connect(self._refresh)
        self.with_change.toggled.connect(shown.change.show)
        outcome.clicked.connect(self.outcome_asked)
        self._refresh()

    def _refresh(self) -> None:
        change, is_changed = self._shown.change, self._shown.is_changed
        self.setVisible(bool(change.words))
        template = (
            self.tr("With the change: {words}") if is_changed else self.tr("Changed: {words}")
        )
        self.words.show_words(template.format(words="; ".join(change.words)))
        set_role(self.words, "warning" if is_changed else "muted")
        self.with_change.setEnabled(change.is_shown or change.comparison is not None)
        self.with_change.blockSignals(True)
        self.with_change.setChecked(change.is_shown)
        self.with_change.blockSignals(False)
