"""The inspector's page *What if*: other words, another source, other attention, no head."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QTabBar, QVBoxLayout, QWidget

from attnstudio.axes import SOURCE, TARGET, Reading, Record
from attnstudio.corpus.alignment import GoldLinks
from attnstudio.gui.inspector.inspection import Candidate
from attnstudio.gui.inspector.shown_attention import ShownAttention
from attnstudio.gui.inspector.what_if import Change, WhatIf
from attnstudio.gui.inspector.what_if_attention import KeptChanges, OtherAttention
from attnstudio.gui.inspector.what_if_effect import WhatIfEffect
from attnstudio.gui.inspector.what_if_heads import HeadWorth
from attnstudio.gui.inspector.what_if_place import Place, current_row, pieces_at, place_of
from attnstudio.gui.inspector.what_if_source import OtherSourceWord
from attnstudio.gui.inspector.what_if_words import OtherWords
from attnstudio.gui.inspector.what_if_work import Subject
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.widgets.site_words import reading_words
from attnstudio.gui.widgets.still_tabs import StillTabs
from attnstudio.interpretation.changed_rows import (
    Row,
    dragged,
    row_to_links,
    row_to_words,
    uniform_row,
)
from attnstudio.interpretation.labels import label_of
from attnstudio.interpretation.lettering import isolate
from attnstudio.interpretation.word_changes import (
    hidden,
    span_of_word,
    text_words,
    with_word,
    without_word,
)
from attnstudio.model.intervention import HeadAddress, Intervention

_LONGEST_EM = 12.0


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
        self._shown = shown
        self._row: int | None = None
        self._column: int | None = None
        self._view = shown.view
        self._links: GoldLinks | None = None
        self.what_if = WhatIf(studio, self)
        self.words, self.source = OtherWords(), OtherSourceWord()
        self.attention, self.effect, self.heads = OtherAttention(), WhatIfEffect(), HeadWorth()
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
        self._links = links
        self.what_if.look_at(subject)
        self.words.begin(subject.candidate if subject is not None else None)
        self._row = self._column = None
        self._show_place()

    def choose(self, row: int | None, column: int | None) -> None:
        """Say where the person is, as the picture counts with what it hides.

        Args:
            row: what looks.
            column: what is looked at.
        """
        self._row, self._column = row, column
        self._show_place()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_place()

    def event(self, event: QEvent) -> bool:
        """Ask for Ctrl+Z before the program does, where there is something to take back here."""
        is_asked = event.type() is QEvent.Type.ShortcutOverride and _is_undo(event)
        if is_asked and self._can_undo:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_undo(event) and self._can_undo:
            self._undo()
            return
        super().keyPressEvent(event)

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
        what_if, attention, source = self.what_if, self.attention, self.source
        self._shown.changed.connect(self._follow)
        self.tabs.currentChanged.connect(self._show_tab)
        self.words.beginning_chosen.connect(what_if.go_on)
        self.words.reasons_asked.connect(what_if.ask_why)
        what_if.reasons_found.connect(self.words.show_reasons)
        self.words.candidate_chosen.connect(self._look_at_other)
        what_if.continued.connect(self.words.add)
        what_if.alternatives_found.connect(self._show_alternatives)
        what_if.compared.connect(self._show_comparison)
        what_if.changed.connect(self._show_changes)
        what_if.turned.connect(partial(source.show_other, None))
        what_if.translated_other.connect(self._show_other_source)
        what_if.turned.connect(self._show_kept)
        what_if.heads_found.connect(self._show_heads)
        what_if.working.connect(self._show_working)
        source.hiding_asked.connect(self._hide_word)
        source.replacing_asked.connect(self._replace_word)
        source.removing_asked.connect(self._remove_word)
        source.undo_asked.connect(self._undo)
        attention.uniform_asked.connect(self._set_uniform)
        attention.word_asked.connect(self._set_to_word)
        attention.links_asked.connect(self._set_to_links)
        attention.weight_asked.connect(self._set_weight)
        attention.head_asked.connect(self._switch_off_head)
        attention.layer_asked.connect(self._switch_off_layer)
        attention.keep_asked.connect(what_if.keep)
        attention.kept_chosen.connect(what_if.try_kept)
        what_if.kept_changed.connect(self._show_kept)
        attention.undo_asked.connect(what_if.undo)
        attention.reset_asked.connect(what_if.take_back_all)
        self.heads.asked.connect(self._try_heads)
        self.heads.stop_asked.connect(what_if.stop_heads)
        self.heads.head_chosen.connect(self._shown.read_as)

    # where the person is

    @property
    def _record(self) -> Record | None:
        return self._shown.record

    @property
    def _place(self) -> Place | None:
        record = self._record
        if record is None:
            return None
        return place_of(
            record,
            self._shown.reading,
            words=self._shown.has_words,
            row=self._row,
            column=self._column,
        )

    def _pieces_on(self, axis: str) -> tuple[int, ...]:
        """The chosen pieces of an axis, whether they look or are looked at."""
        record = self._record
        if record is None or not record.matrices:
            return ()
        site = self._shown.reading.site
        for own, place in ((site.keys, self._column), (site.queries, self._row)):
            if own == axis and place is not None:
                return pieces_at(record, axis, place, words=self._shown.has_words)
        return ()

    def _source_word(self) -> list[int]:
        """The pieces of the whole word of the source that is chosen; none for ``</s>``."""
        record, pieces = self._record, self._pieces_on(SOURCE)
        if record is None or not pieces or not record.has_text(SOURCE):
            return []
        return next((word for word in text_words(record.source) if pieces[0] in word), [])

    def _follow(self) -> None:
        """Another reading of the same pieces keeps the place; where they are others, none is."""
        view = self._shown.view
        if view is None or not view.has_units_of(self._view):
            self._row = self._column = None
        self._view = view
        self._show_place()

    def _show_place(self) -> None:
        record, place = self._record, self._place
        row = column = written = ""
        weight = 0.0
        has_links = False
        if record is not None and place is not None:
            site = place.site
            row, written = self._looking(record, place)
            column = _label(record, site.keys, place.keys)
            weight = place.weight(record)
            has_links = site.is_cross and bool(self._rows_to_links(record, place))
        self.attention.show_place(row, column, weight, has_links=has_links, written=written)
        self.attention.allow(
            allowed=place is not None,
            is_worked_out=place is None and record is not None and bool(record.matrices),
        )
        word = self._source_word()
        self.source.show_word(_written(record, word) if record is not None and word else "")
        self._show_alternatives(self.what_if.alternatives)
        self._show_heads(self.what_if.heads)
        if self.isVisible() and self._page is self.words and self._pieces_on(TARGET):
            self.what_if.ask_alternatives()

    @property
    def _page(self) -> QWidget:
        return self._pages[self.tabs.currentIndex()]

    def _looking(self, record: Record, place: Place) -> tuple[str, str]:
        """What looks, as the picture has it, and what came of it where that is another word."""
        axis = place.site.queries
        shown = pieces_at(record, axis, self._row, words=self._shown.has_words)
        row, own = _label(record, axis, shown), _label(record, axis, place.queries)
        return row, own if shown != place.queries else ""

    def _show_tab(self) -> None:
        for page in self._pages:  # only the one that is shown takes room
            page.setVisible(page is self._page)
        self._show_place()
        self._show_changes()

    # what is shown

    def _show_alternatives(self, found: object) -> None:
        pieces = self._pieces_on(TARGET)
        self.words.show_alternatives(
            pieces[0] if pieces else None,
            self.what_if.alternatives if found is not None else None,
        )

    def _show_comparison(self, comparison: object) -> None:
        subject = self.what_if.subject
        begun = subject.candidate.begun if subject is not None else 0
        self.effect.show_comparison(comparison, begun)  # type: ignore[arg-type]  # an object to Qt
        self._show_changes()

    def _show_changes(self) -> None:
        self.attention.show_changes(tuple(change.words for change in self.what_if.changes))
        self.source.undo.setEnabled(self.source.is_other_shown or bool(self.what_if.changes))
        has_effect = self.effect.words.rowCount() > 0 and bool(self.what_if.changes)
        self.effect.setVisible(has_effect and self._page in (self.source, self.attention))

    def _show_other_source(self, found: object) -> None:
        self.source.show_other(found)  # type: ignore[arg-type]  # Qt knows objects only
        self._show_changes()

    def _show_kept(self) -> None:
        what_if = self.what_if
        self.attention.show_kept(
            [
                KeptChanges(name, len(changes), what_if.fitting_of(name))
                for name, changes in what_if.kept.items()
            ]
        )

    def _show_heads(self, _: object) -> None:
        self.heads.show_heads(self.what_if.heads, self._shown.reading.site)
        self.heads.show_working(None, is_going=self.what_if.is_trying_heads)

    def _show_working(self, is_working: bool) -> None:
        self._working.setVisible(is_working and not self.what_if.is_trying_heads)
        self.heads.show_working(None, is_going=self.what_if.is_trying_heads)

    def _look_at_other(self, candidate: Candidate) -> None:
        """Show another translation above, and ask about it from now on; the tree stays."""
        if self.what_if.subject is None:
            return
        self._row = self._column = None
        self.candidate_chosen.emit(candidate)
        self.what_if.turn_to(candidate)
        self._show_place()

    # changes

    @property
    def _can_undo(self) -> bool:
        """Whether something that the shown page tells can be taken back."""
        if self._page is self.words:
            return self.words.can_go_back
        has_other = self._page is self.source and self.source.is_other_shown
        return has_other or (self._page is not self.heads and bool(self.what_if.changes))

    def _undo(self) -> None:
        if self._page is self.words:
            self.words.go_back()
        elif self._page is self.source and self.source.is_other_shown:
            self._show_other_source(None)
        else:
            self.what_if.undo()

    def _hide_word(self) -> None:
        record, word = self._record, self._source_word()
        if record is not None and word:
            self._show_other_source(None)  # so that the last thing that was done is what is undone
            words = self.tr("nobody looks at “{word}”").format(word=_written(record, word))
            self.what_if.add(
                Change(f"hide {word}", words, Intervention(masked=hidden(record, word)))
            )

    def _replace_word(self, other: str) -> None:
        self._translate_with(lambda text, span: with_word(text, span, other))

    def _remove_word(self) -> None:
        self._translate_with(without_word)

    def _translate_with(self, make: Callable[..., str]) -> None:
        record, word = self._record, self._source_word()
        if record is not None and word:
            text = make(record.source.text, span_of_word(record.source, word))
            self.what_if.translate_other(text)

    def _set_uniform(self) -> None:
        self._set_rows(
            lambda record, head, query: uniform_row(record, head.site, query),
            self.tr("“{row}” looks at all alike"),
        )

    def _set_to_word(self) -> None:
        place = self._place
        if place is not None and place.keys:
            keys = place.keys
            self._set_rows(
                lambda record, head, query: row_to_words(record, head.site, query, [keys]),
                self.tr("“{row}” looks at “{column}” only"),
            )

    def _set_to_links(self) -> None:
        links = self._links
        if links is not None:
            self._set_rows(
                lambda record, head, query: row_to_links(record, head.site, query, links),
                self.tr("“{row}” looks where it is linked"),
            )

    def _set_weight(self, weight: float) -> None:
        place = self._place
        if place is not None and place.keys:
            keys = place.keys
            self._set_rows(
                partial(_dragged_row, keys=keys, weight=weight),
                self.tr("“{row}” looks at “{column}” with {n}").replace("{n}", f"{weight:.2f}"),
            )

    def _switch_off_head(self) -> None:
        place = self._place
        if place is not None:
            self._switch_off(frozenset(place.heads), self._shown.reading.head)

    def _switch_off_layer(self) -> None:
        record, place = self._record, self._place
        if record is not None and place is not None:
            self._switch_off(place.layer_heads(record), None)

    def _switch_off(self, heads: Collection[HeadAddress], head: int | None) -> None:
        """Switch off heads: one of the shown layers, or all of them."""
        reading = self._shown.reading
        off = reading_words(Reading(reading.layer, head, site=reading.site))
        words = self.tr("off: {heads}").format(heads=off)
        change = Intervention(ablated_heads=frozenset(heads))
        self.what_if.add(Change(f"off {sorted(heads, key=str)}", words, change))

    def _set_rows(self, make: Callable[[Record, HeadAddress, int], Row | None], words: str) -> None:
        record, place = self._record, self._place
        if record is None or place is None or not place.queries:
            return
        rows = place.rows(lambda head, query: make(record, head, query))
        if rows:
            row, _ = self._looking(record, place)
            column = _label(record, place.site.keys, place.keys)
            said = words.replace("{row}", row).replace("{column}", column)
            said = f"{said} · {reading_words(self._shown.reading)}"
            key = f"row {place.heads} {place.queries}"
            self.what_if.add(Change(key, said, Intervention(rows=rows)))

    def _rows_to_links(self, record: Record, place: Place) -> object:
        links = self._links
        if links is None:
            return None
        return place.rows(lambda head, query: row_to_links(record, head.site, query, links))

    # every head

    def _try_heads(self, bleu: bool, aer: bool) -> None:
        self.what_if.try_heads(bleu=bleu, aer=aer)
        task = self.what_if.task_of_heads()
        if task is not None:
            task.progressed.connect(partial(self.heads.show_working, is_going=True))


def _is_undo(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Undo)


def _dragged_row(
    record: Record, head: HeadAddress, query: int, *, keys: tuple[int, ...], weight: float
) -> Row | None:
    row = current_row(record, head, query)
    there = [key for key in keys if key < len(row)]
    return dragged(row, there, weight) if there else None


def _label(record: Record, axis: str, pieces: tuple[int, ...]) -> str:
    """Pieces as one word."""
    units = record.axes[axis]
    return (
        "".join(label_of(units, piece, _LONGEST_EM) for piece in pieces).replace("▁", " ").strip()
    )


def _written(record: Record, word: list[int]) -> str:
    """A word of the source as it is written."""
    return isolate(record.source.text[slice(*span_of_word(record.source, word))])
