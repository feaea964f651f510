"""The heads of a model beside its heat map, with a line that says what their numbers are."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from attnstudio.axes import Meaning
from attnstudio.gui.inspector.head_overview import HeadOverview
from attnstudio.gui.inspector.inspector_terms import ExplainedTerm, term_words
from attnstudio.gui.inspector.shown_attention import ShownAttention
from attnstudio.gui.inspector.what_is import WhatIs
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.widgets.site_words import site_name


class HeadsPage(QWidget):
    """Thumbnails of all layers and heads of the site that is looked at.

    Args:
        shown: what is looked at; a thumbnail that is chosen is looked at there.
        parent: owns the page.

    Attributes:
        overview: the thumbnails.
    """

    def __init__(self, shown: ShownAttention, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = shown
        self.overview = HeadOverview()
        self._title = QLabel()
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        set_role(self._title, "muted")
        self._lay_out()
        shown.changed.connect(self._refresh)
        shown.recoloured.connect(self._recolour)
        self.overview.chosen.connect(shown.read_as)

    @property
    def title(self) -> str:
        """What stands above the thumbnails."""
        return self._title.text()

    def _lay_out(self) -> None:
        scroll = QScrollArea()
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self.overview)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SMALL_SPACE, 0, 0)
        column.setSpacing(0)
        title = QHBoxLayout()
        title.addWidget(self._title, stretch=1)
        title.addWidget(
            WhatIs(*term_words(ExplainedTerm.SPREAD)), alignment=Qt.AlignmentFlag.AlignTop
        )
        column.addLayout(title)
        column.addWidget(scroll, stretch=1)

    def _refresh(self) -> None:
        view = self._shown.view
        self.overview.show_record(self._shown.record if view else None, self._shown.reading)
        if view is None:
            self._title.setText("")
            return
        words = (
            self.tr(
                "{site}, in each layer and head. The number is the spread: 0 looks at one "
                "token only, 1 at all alike."
            )
            if view.meaning is Meaning.DISTRIBUTION
            else self.tr("{site}, in each layer and head.")
        )
        self._title.setText(words.format(site=site_name(view.site)))

    def _recolour(self) -> None:
        self.overview.set_colour_map(self._shown.colour_map)
