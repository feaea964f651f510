"""The translations of one sentence with what the numbers beside them mean."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QVBoxLayout, QWidget

from attnstudio.gui.inspector.inspector_terms import Term, term_words
from attnstudio.gui.inspector.what_is import WhatIs
from attnstudio.gui.look.theme import SPACE, set_role


class CandidateList(QWidget):
    """A list under a sentence that explains it.

    Args:
        candidates: the list.
        parent: where it stands.
    """

    def __init__(self, candidates: QListWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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
        above.addWidget(WhatIs(*term_words(Term.SCORE)), alignment=Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, 0, 0)
        column.addLayout(above)
        column.addWidget(candidates, stretch=1)
