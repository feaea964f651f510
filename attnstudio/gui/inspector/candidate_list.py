"""The translations of one sentence with what the numbers beside them mean."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.inspector.doubt_words import certainty_words
from attnstudio.gui.inspector.inspection import Candidate
from attnstudio.gui.inspector.inspector_terms import ExplainedTerm, term_words
from attnstudio.gui.inspector.what_is import WhatIs
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import decimals
from attnstudio.interpretation.lettering import isolate


class CandidateList(QWidget):
    """A list under a sentence that explains it.

    Args:
        parent: where it stands.

    Attributes:
        rows: the list, the best first.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = QListWidget()
        self.rows.setAccessibleName(self.tr("Translations, the best first"))
        self.rows.setWordWrap(True)
        explained = QLabel(
            self.tr(
                "The model's best first. The percentage is how probable it found each piece that "
                "it wrote, on average: higher is surer, and sure can be wrong. The score ranks "
                "them: nearer to 0 is better."
            )
        )
        explained.setWordWrap(True)
        set_role(explained, "muted")
        above = QHBoxLayout()
        above.addWidget(explained, stretch=1)
        above.addWidget(
            WhatIs(*term_words(ExplainedTerm.SCORE)), alignment=Qt.AlignmentFlag.AlignTop
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, 0, 0)
        column.addLayout(above)
        column.addWidget(self.rows, stretch=1)

    def show_candidates(self, candidates: Sequence[Candidate]) -> None:
        """List them in silence: an emptied list moves its choice through rows of the old answer."""
        self.rows.blockSignals(True)
        self.rows.clear()
        for candidate in candidates:
            said = [certainty_words(candidate.record)]
            if candidate.score is not None:
                said.append(self.tr("score {n}").format(n=decimals(candidate.score, 2)))
            text = isolate(candidate.text) or self.tr("(empty)")
            QListWidgetItem(f"{' · '.join(said)}   {text}", self.rows)
        self.rows.setCurrentRow(0)
        self.rows.blockSignals(False)
