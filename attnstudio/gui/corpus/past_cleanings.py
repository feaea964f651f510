"""The cleanings that led to a corpus, and the way back from the last of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from attnstudio.config import CleaningConfig
from attnstudio.config_fields import describe_cleaning, value_of
from attnstudio.corpus.cleaning import rules_of
from attnstudio.gui.corpus.cleaning_label import cleaning_label
from attnstudio.gui.look.theme import SPACE
from attnstudio.gui.look.wording import count
from attnstudio.project.project_file import AppliedCleaning


class PastCleanings(QWidget):
    """Hidden where there were none.

    Signals:
        undo_wanted: the last cleaning is to be taken back.
    """

    undo_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = cleaning_label(self, "muted")
        self._undo = QPushButton(self.tr("Take the last cleaning back"), self)
        self._undo.clicked.connect(self.undo_wanted)
        row = QHBoxLayout()
        row.addWidget(self._undo)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self._words)
        column.addLayout(row)

    def show_cleanings(self, cleanings: Sequence[AppliedCleaning]) -> None:
        """Show these, the oldest first."""
        lines = [
            self.tr("{n} pairs dropped: {rules}").format(
                n=count(done.dropped), rules=self._rules_in_words(done.config)
            )
            for done in cleanings
        ]
        self._words.setText("\n".join([self.tr("Cleaned before:"), *lines]))
        self.setVisible(bool(cleanings))

    def allow(self, reason: str, *, is_busy: bool) -> None:
        """Let the last one be taken back, or say why it cannot be."""
        self._undo.setDisabled(is_busy or bool(reason))
        self._undo.setToolTip(reason)

    def _rules_in_words(self, config: CleaningConfig) -> str:
        """``longer than 100, repeated pairs``."""
        if config == CleaningConfig():
            return self.tr("the usual rules")
        labels = {field.path: field.label for field in describe_cleaning()}
        words = []
        for rule in rules_of(config):
            value, label = value_of(config, rule), labels[rule.value].lower()
            words.append(label if isinstance(value, bool) else f"{label} {value}")
        return ", ".join(words)
