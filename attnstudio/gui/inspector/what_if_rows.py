"""Changes of the attention where the person is: what the tab *Attention* asks for is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject

from attnstudio.axes import Record
from attnstudio.gui.inspector.what_if import WhatIf
from attnstudio.gui.inspector.what_if_attention import KeptChanges, OtherAttention
from attnstudio.gui.inspector.what_if_changes import heads_off, temperature_of
from attnstudio.gui.inspector.what_if_here import Whereabouts, name_of
from attnstudio.gui.inspector.what_if_place import Place, current_row, heads_of
from attnstudio.gui.widgets.site_words import reading_words
from attnstudio.interpretation.changed_rows import (
    Row,
    dragged,
    places_within,
    row_to_links,
    row_to_words,
    uniform_row,
)
from attnstudio.model.intervention import HeadAddress, Intervention
from attnstudio.project.kept_changes import Change
from attnstudio.reading import Reading


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
        tab.head_asked.connect(self._switch_head)
        tab.layer_asked.connect(self._switch_layer)
        tab.keep_asked.connect(what_if.keep)
        tab.kept_chosen.connect(what_if.try_kept)
        tab.forget_asked.connect(what_if.kept.forget)
        tab.temperature_asked.connect(self._set_own_temperature)
        tab.undo_asked.connect(what_if.undo)
        tab.reset_asked.connect(what_if.take_back_all)
        what_if.kept.changed.connect(self._show_kept)
        what_if.turned.connect(self._show_kept)
        what_if.changed.connect(self._show_changes)
        what_if.compared.connect(here.shown.change.compare)

    def show_place(self) -> None:
        """Show where the person is."""
        record, place = self._here.record, self._here.place
        row = column = came = ""
        weight = 0.0
        has_links, is_reached = False, True
        if record is not None and place is not None:
            site = place.site
            row, came = self._here.looking(record, place)
            column = name_of(record, site.keys, place.keys)
            weight = place.weight(self._here.shown.record or record)  # as the picture has it
            has_links = site.is_cross and bool(self._rows_to_links(record, place))
            is_reached = not (place.queries and place.keys) or place.is_reached(record)
        self._tab.show_place(
            row, column, weight, has_links=has_links, written=came, is_reached=is_reached
        )
        self._tab.allow(allowed=place is not None, is_worked_out=self._here.is_worked_out)
        subject = self._what_if.subject
        self._tab.allow_temperature(has_one=subject is None or subject.has_temperature)
        self._name_switches()

    def _name_switches(self) -> None:
        """Say whether a click switches off or on, and at which temperature the head is."""
        record, reading, place = self._here.record, self._here.shown.reading, self._here.place
        if record is not None and place is not None:
            self._tab.show_temperature(temperature_of(self._what_if.changes, place.heads[0]))
            self._tab.name_switches(
                head_is_off=self._are_off(record, reading),
                layer_is_off=self._are_off(record, replace(reading, head=None)),
            )

    def _show_changes(self) -> None:
        what_if = self._what_if
        words = tuple(change.words for change in what_if.changes)
        self._tab.show_changes(words, what_if.last_step)
        self._here.shown.change.tell(words, heads_off(what_if.changes))
        self._name_switches()

    def _show_kept(self) -> None:
        what_if = self._what_if
        self._tab.show_kept(
            [
                KeptChanges(name, len(changes), what_if.fitting_of(changes))
                for name, changes in what_if.kept.sets.items()
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

    def switch(self, reading: Reading) -> None:
        """Switch off the heads of a reading, or on again where all of them are off."""
        record = self._here.record
        if record is not None and self._here.place is not None:
            self._what_if.switch(reading, tuple(heads_of(record, reading)))

    def _switch_head(self) -> None:
        self.switch(self._here.shown.reading)

    def _switch_layer(self) -> None:
        self.switch(replace(self._here.shown.reading, head=None))

    def set_temperature(self, reading: Reading, temperature: float) -> None:
        """Give the heads of a reading a temperature; 1 is their own."""
        record = self._here.record
        if record is not None and self._here.place is not None:
            self._what_if.set_temperature(reading, tuple(heads_of(record, reading)), temperature)

    def _set_own_temperature(self, temperature: float) -> None:
        self.set_temperature(self._here.shown.reading, temperature)

    def _are_off(self, record: Record, reading: Reading) -> bool:
        return set(heads_of(record, reading)) <= heads_off(self._what_if.changes)

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
    row, within = current_row(record, head, query), places_within(record, head.site, query)
    there = [key for key in keys if key < len(row) and within[key]]
    return dragged(row, there, weight, within) if there else None
