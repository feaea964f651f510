"""The inspector's page *What if*: other words, another source, other attention, no head."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QTabBar, QVBoxLayout, QWidget

from attnstudio.corpus.alignment import GoldLinks
from attnstudio.gui.inspector.inspection import Candidate
from attnstudio.gui.inspector.shown_attention import ShownAttention
from attnstudio.gui.inspector.what_if import WhatIf
from attnstudio.gui.inspector.what_if_attention import OtherAttention
from attnstudio.gui.inspector.what_if_effect import WhatIfEffect
from attnstudio.gui.inspector.what_if_heads import HeadWorth
from attnstudio.gui.inspector.what_if_here import Whereabouts
from attnstudio.gui.inspector.what_if_replacing import SourceChanges
from attnstudio.gui.inspector.what_if_rows import AttentionChanges
from attnstudio.gui.inspector.what_if_source import OtherSourceWord
from attnstudio.gui.inspector.what_if_trials import HeadTrials
from attnstudio.gui.inspector.what_if_words import OtherWords
from attnstudio.gui.inspector.what_if_work import Subject
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.widgets.still_tabs import StillTabs
from attnstudio.reading import Reading
from attnstudio.sites import TARGET


class WhatIfPage(QWidget):
    """Changes of what is looked at, and what comes of them.

    Args:
        studio: where questions are answered.
        shown: what is looked at.
        parent: where it stands.

    Attributes:
        what_if: what is asked.
        words: other words of the translation.
        source: another word of the source.
        attention: other weights.
        effect: what the changes of the attention did.
        heads: what each head is worth.
        tabs: the four of them.

    Signals:
        candidate_chosen: a `Candidate` that is to be looked at.
    """

    candidate_chosen = Signal(object)

    def __init__(
        self, studio: Studio, shown: ShownAttention, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._here = Whereabouts(shown)
        self.what_if = WhatIf(studio, self)
        self.words, self.source = OtherWords(), OtherSourceWord()
        self.attention, self.effect, self.heads = OtherAttention(), WhatIfEffect(), HeadWorth()
        self._sources = SourceChanges(self.what_if, self._here, self.source, self)
        self._rows = AttentionChanges(self.what_if, self._here, self.attention, self)
        self._trials = HeadTrials(self.what_if, self._here, self.heads, self)
        self._working = QLabel(self.tr("Working…"))
        set_role(self._working, "muted")
        self._working.hide()
        self.tabs = self._make_tabs()
        self._lay_out()
        self._connect()
        self._show_tab()

    def look_at(self, subject: Subject | None, links: GoldLinks | None = None) -> None:
        """Ask about another sentence, or about nothing.

        Args:
            subject: the sentence and its translation.
            links: what people linked in this very pair; None where nobody did.
        """
        self._here.links = links
        self.what_if.look_at(subject)
        self.words.begin(subject.candidate if subject is not None else None)
        self._here.let_go()
        self._show_place()

    def choose(self, row: int | None, column: int | None) -> None:
        """Say where the person is, as the picture counts with what it hides.

        Args:
            row: what looks.
            column: what is looked at.
        """
        self._here.choose(row, column)
        self._show_place()

    def switch(self, reading: Reading) -> None:
        """Switch off the heads of a reading, or on again where all of them are off."""
        self._rows.switch(reading)

    def set_temperature(self, reading: Reading, temperature: float) -> None:
        """Give the heads of a reading a temperature, and show what comes of it."""
        self._rows.set_temperature(reading, temperature)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_place()

    def _make_tabs(self) -> QTabBar:
        tabs = StillTabs()
        tabs.setAccessibleName(self.tr("What is changed"))
        tabs.setDrawBase(False)
        for title in (
            self.tr("Word"),
            self.tr("Source"),
            self.tr("Attention"),
            self.tr("Every head"),
        ):
            tabs.addTab(title)
        return tabs

    @property
    def _pages(self) -> tuple[QWidget, ...]:
        """In the order of the tabs."""
        return self.words, self.source, self.attention, self.heads

    @property
    def _page(self) -> QWidget:
        return self._pages[self.tabs.currentIndex()]

    def show_page(self, page: QWidget) -> None:
        """Show one of the four pages."""
        self.tabs.setCurrentIndex(self._pages.index(page))

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(SPACE, SMALL_SPACE, SPACE, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.tabs, alignment=Qt.AlignmentFlag.AlignLeft)
        for page in self._pages:
            column.addWidget(page, stretch=1 if page is self.words else 0)
        column.addWidget(self._working)
        column.addWidget(self.effect, stretch=1)
        column.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def _connect(self) -> None:
        what_if = self.what_if
        self._here.shown.changed.connect(self._follow)
        self.tabs.currentChanged.connect(self._show_tab)
        self.words.beginning_chosen.connect(what_if.go_on)
        self.words.reasons_asked.connect(what_if.ask_why)
        what_if.reasons_found.connect(self.words.show_reasons)
        self.words.candidate_chosen.connect(self._look_at_other)
        what_if.continued.connect(self.words.add)
        what_if.alternatives_found.connect(self._show_alternatives)
        what_if.compared.connect(self._show_comparison)
        what_if.changed.connect(self._show_effect)
        what_if.working.connect(self._show_working)
        self.heads.switch_asked.connect(self.switch)
        self._sources.changed.connect(self._show_effect)
        self.source.undo_asked.connect(self.undo)

    # what is shown

    def _follow(self) -> None:
        self._here.follow()
        self.effect.say_seen(is_changed=self._here.shown.is_changed)
        self._show_place()

    def _show_place(self) -> None:
        self._rows.show_place()
        self._sources.show_place()
        self._trials.show_heads()
        self._show_alternatives(self.what_if.alternatives)
        if self.isVisible() and self._page is self.words and self._here.pieces_on(TARGET):
            self.what_if.ask_alternatives()

    def _show_tab(self) -> None:
        for page in self._pages:  # only the one that is shown takes room
            page.setVisible(page is self._page)
        self._show_place()
        self._show_effect()

    def _show_alternatives(self, found: object) -> None:
        pieces = self._here.pieces_on(TARGET)
        self.words.show_alternatives(
            pieces[0] if pieces else None,
            self.what_if.alternatives if found is not None else None,
        )

    def _show_comparison(self, comparison: object) -> None:
        subject = self.what_if.subject
        begun = subject.candidate.begun if subject is not None else 0
        self.effect.show_comparison(comparison, begun)  # type: ignore[arg-type]  # an object to Qt
        self._show_effect()

    def _show_effect(self) -> None:
        has_effect = self.effect.words.rowCount() > 0 and bool(self.what_if.changes)
        self.effect.setVisible(has_effect and self._page in (self.source, self.attention))

    def _show_working(self, is_working: bool) -> None:
        self._working.setVisible(is_working and not self.what_if.is_trying_heads)

    def _look_at_other(self, candidate: Candidate) -> None:
        """Show another translation above, and ask about it from now on; the tree stays."""
        if self.what_if.subject is None:
            return
        self._here.let_go()
        self.candidate_chosen.emit(candidate)
        self.what_if.turn_to(candidate)
        self._show_place()

    # taking back

    @property
    def can_undo(self) -> bool:
        """Whether something can be taken back: what the shown page tells, or else a change."""
        return self._can_go_back or self._has_other or self.what_if.can_undo

    def undo(self) -> None:
        """Take back what was done last, first of what the shown page tells."""
        if self._can_go_back:
            self.words.go_back()
        elif self._has_other:
            self._sources.take_back_other()
        else:
            self.what_if.undo()

    @property
    def _can_go_back(self) -> bool:
        return self.words.isVisible() and self.words.can_go_back

    @property
    def _has_other(self) -> bool:
        return self.source.isVisible() and self._sources.has_other
