"""A line that says what is held for a comparison, and how to read the difference."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from attnstudio.gui.inspector.shown_attention import ShownAttention
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.widgets.one_line import OneLine
from attnstudio.sites import is_difference


class HeldNote(QWidget):
    """Stands over the map while something is held; hidden while nothing is.

    Args:
        shown: what is looked at.
        parent: owns the line.

    Attributes:
        words: what is held.
        drop: lets go of it.

    Signals:
        dropped: it is to be held no more.
    """

    dropped = Signal()

    def __init__(self, shown: ShownAttention, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = shown
        self.words = OneLine()
        set_role(self.words, "warning")
        self.drop = QPushButton(self.tr("Compare no more"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.words, stretch=1)
        row.addWidget(self.drop)
        shown.changed.connect(self._refresh)
        self.drop.clicked.connect(self.dropped)
        self._refresh()

    def _refresh(self) -> None:
        shown = self._shown
        self.setVisible(bool(shown.kept_origin))
        self.words.show_words(self._template().format(held=shown.kept_origin, shown=shown.origin))

    def _template(self) -> str:
        shown = self._shown
        if shown.view is not None and is_difference(shown.view.site):
            return self.tr("{shown} − {held}. Red: {shown} looks more; blue: {held} does.")
        if any(map(is_difference, shown.sites)):
            return self.tr("Held: {held}. The list of attentions has the difference now.")
        if shown.is_kept:
            return self.tr("Held: {held}. Choose another run or checkpoint to see the difference.")
        return self.tr("Held: {held}. Of these other pieces there is no difference to it.")
