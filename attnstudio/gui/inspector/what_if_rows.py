"""Changes of the attention where the person is: what the tab *Attention* asks for is done."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from PySide6.QtCore import QObject

from attnstudio.axes import Reading, Record
from attnstudio.gui.inspector.what_if import Change, WhatIf
from attnstudio.gui.inspector.what_if_attention import KeptChanges, OtherAttention
from attnstudio.gui.inspector.what_if_here import Whereabouts, name_of
from attnstudio.gui.inspector.what_if_place import Place, current_row
from attnstudio.gui.widgets.site_words import reading_words
from attnstudio.interpretation.changed_rows import (
    Row,
    dragged,
    row_to_links,
    row_to_words,
    uniform_row,
)
from attnstudio.model.intervention import HeadAddress, Intervention


class AttentionChanges(QObject):
    """Fills the tab *Attention* and changes what is asked for there.

    Args:
        what_if: what is asked of the model.
        here: where the person is.
        tab: the widget.
        parent: owns it.
    """

    def __init__(
        self, what_if: WhatIf, here: Whereabouts, tab: OtherAttention, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._what_if, self._here, self._tab = what_if, here, tab
        tab.uniform_asked.connect(self._set_uniform)
        tab.word_asked.connect(self._set_to_word)
        tab.links_asked.connect(self._set_to_links)
        tab.weight_asked.connect(self._set_weight)
        tab.head_asked.connect(self._switch_off_head)
        tab.layer_asked.connect(self._switch_off_layer)
        tab.keep_asked.connect(what_if.keep)
        tab.kept_chosen.connect(what_if.try_kept)
        tab.undo_asked.connect(what_if.undo)
        tab.reset_asked.connect(what_if.take_back_all)
        what_if.kept_changed.connect(self._show_kept)
        what_if.turned.connect(self._show_kept)
        what_if.changed.connect(self._show_changes)

    def show_place(self) -> None:
        """Show where the person is."""
        record, place = self._here.record, self._here.place
        row = column = came = ""
        weight = 0.0
        has_links = False
        if record is not None and place is not None:
            site = place.site
            row, came = self._here.looking(record, place)
            column = name_of(record, site.keys, place.keys)
            weight = place.weight(record)
            has_links = site.is_cross and bool(self._rows_to_links(record, place))
        self._tab.show_place(row, column, weight, has_links=has_links, written=came)
        self._tab.allow(allowed=place is not None, is_worked_out=self._here.is_worked_out)

    def _show_changes(self) -> None:
        self._tab.show_changes(tuple(change.words for change in self._what_if.changes))

    def _show_kept(self) -> None:
        what_if = self._what_if
        self._tab.show_kept(
            [
                KeptChanges(name, len(changes), what_if.fitting_of(name))
                for name, changes in what_if.kept.items()
            ]
        )

    def _set_uniform(self) -> None:
        self._set_rows(
            lambda record, head, query: uniform_row(record, head.site, query),
            self.tr("“{row}” looks at all alike"),
        )

    def _set_to_word(self) -> None:
        place = self._here.place
        if place is not None and place.keys:
            keys = place.keys
            self._set_rows(
                lambda record, head, query: row_to_words(record, head.site, query, [keys]),
                self.tr("“{row}” looks at “{column}” only"),
            )

    def _set_to_links(self) -> None:
        links = self._here.links
        if links is not None:
            self._set_rows(
                lambda record, head, query: row_to_links(record, head.site, query, links),
                self.tr("“{row}” looks where it is linked"),
            )

    def _set_weight(self, weight: float) -> None:
        place = self._here.place
        if place is not None and place.keys:
            keys = place.keys
            self._set_rows(
                partial(_dragged_row, keys=keys, weight=weight),
                self.tr("“{row}” looks at “{column}” with {n}").replace("{n}", f"{weight:.2f}"),
            )

    def _switch_off_head(self) -> None:
        place = self._here.place
        if place is not None:
            self._switch_off(frozenset(place.heads), self._here.shown.reading.head)

    def _switch_off_layer(self) -> None:
        record, place = self._here.record, self._here.place
        if record is not None and place is not None:
            self._switch_off(place.layer_heads(record), None)

    def _switch_off(self, heads: Collection[HeadAddress], head: int | None) -> None:
        """Switch off heads: one of the shown layers, or all of them."""
        reading = self._here.shown.reading
        off = reading_words(Reading(reading.layer, head, site=reading.site))
        words = self.tr("off: {heads}").format(heads=off)
        change = Intervention(ablated_heads=frozenset(heads))
        self._what_if.add(Change(f"off {sorted(heads, key=str)}", words, change))

    def _set_rows(self, make: Callable[[Record, HeadAddress, int], Row | None], words: str) -> None:
        record, place = self._here.record, self._here.place
        if record is None or place is None or not place.queries:
            return
        rows = place.rows(lambda head, query: make(record, head, query))
        if rows:
            row, _ = self._here.looking(record, place)
            column = name_of(record, place.site.keys, place.keys)
            said = words.replace("{row}", row).replace("{column}", column)
            said = f"{said} · {reading_words(self._here.shown.reading)}"
            key = f"row {place.heads} {place.queries}"
            self._what_if.add(Change(key, said, Intervention(rows=rows)))

    def _rows_to_links(self, record: Record, place: Place) -> object:
        links = self._here.links
        if links is None:
            return None
        return place.rows(lambda head, query: row_to_links(record, head.site, query, links))


def _dragged_row(
    record: Record, head: HeadAddress, query: int, *, keys: tuple[int, ...], weight: float
) -> Row | None:
    row = current_row(record, head, query)
    there = [key for key in keys if key < len(row)]
    return dragged(row, there, weight) if there else None
