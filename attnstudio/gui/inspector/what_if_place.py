"""What of a picture a person has clicked, in pieces of the model, and what can be made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from attnstudio.axes import Record, TextUnits
from attnstudio.interpretation.changed_rows import Row, places_seen, places_within
from attnstudio.interpretation.words import word_groups
from attnstudio.model.intervention import HeadAddress, Intervention, RowAddress
from attnstudio.reading import Reading
from attnstudio.sites import Site, SiteRole


@dataclass(frozen=True, slots=True)
class Place:
    """Where in an attention somebody is.

    Attributes:
        heads: those that the reading shows: one, or all that it averages.
        queries: the pieces of the word that looks; none while none is chosen.
        keys: the pieces of the word that is looked at; none while none is chosen.
    """

    heads: tuple[HeadAddress, ...]
    queries: tuple[int, ...]
    keys: tuple[int, ...]

    @property
    def site(self) -> Site:
        """Which attention."""
        return self.heads[0].site

    def layer_heads(self, record: Record) -> frozenset[HeadAddress]:
        """All heads of the layers that are shown."""
        heads = range(record.shape_of(self.site)[1])
        layers = {head.layer for head in self.heads}
        return frozenset(
            HeadAddress(self.site, layer, head) for layer, head in product(layers, heads)
        )

    def rows(self, make: Callable[[HeadAddress, int], Row | None]) -> dict[RowAddress, Row]:
        """A row for each piece that looks and each head, where there is one to be made."""
        made = {
            RowAddress(head.site, head.layer, head.head, query): make(head, query)
            for head, query in product(self.heads, self.queries)
        }
        return {address: row for address, row in made.items() if row is not None}

    def is_reached(self, record: Record) -> bool:
        """Whether any of the chosen keys can be looked at from here."""
        within = [places_within(record, self.site, query) for query in self.queries]
        return any(key < len(can) and bool(can[key]) for can in within for key in self.keys)

    def weight(self, record: Record) -> float:
        """How much of what is shown lies on the chosen keys now, on average."""
        if not (self.queries and self.keys):
            return 0.0
        weights = record.matrices[self.site].weights
        of_rows = [
            weights[head.layer, head.head, query, list(self.keys)].sum()
            for head, query in product(self.heads, self.queries)
        ]
        return float(np.clip(np.mean(of_rows), 0.0, 1.0))


def place_of(
    record: Record,
    reading: Reading,
    *,
    words: bool,
    row: int | None,
    column: int | None,
) -> Place | None:
    """Where somebody is who sees a reading of a record; None where no part of the model looks.

    Args:
        record: that is looked at.
        reading: which of it. Read one step later, a row is the one that was computed then.
        words: whether pieces are joined.
        row: what looks, as it is counted in the picture.
        column: what is looked at.
    """
    site = reading.site
    if site not in record.matrices or site.role is SiteRole.ANALYSIS:
        return None
    queries = pieces_at(record, site.queries, row, words=words)
    if reading.is_shifted:
        last = len(record.axes[site.queries]) - 1
        queries = tuple(sorted({min(query + 1, last) for query in queries}))
    return Place(
        tuple(heads_of(record, reading)),
        queries,
        pieces_at(record, site.keys, column, words=words),
    )


def merged(changes: Sequence[Intervention]) -> Intervention:
    """All of some changes at once; of two rows in one place the later one stands."""
    whole = Intervention()
    for change in changes:
        hidden = {
            site: whole.masked.get(site, frozenset()) | change.masked.get(site, frozenset())
            for site in {*whole.masked, *change.masked}
        }
        whole = replace(
            whole,
            rows={**whole.rows, **change.rows},
            ablated_heads=whole.ablated_heads | change.ablated_heads,
            masked=hidden,
            temperatures={**whole.temperatures, **change.temperatures},
        )
    return whole


def fitting(change: Intervention, record: Record) -> Intervention:
    """What of a change there is in another model or sentence: the rest can do nothing there.

    A row fits where it has a weight for each place that may be looked at, and for no other.
    """

    def has(head: HeadAddress) -> bool:
        layers, heads = record.shape_of(head.site)
        return head.layer < layers and head.head < heads

    def has_row(address: RowAddress, row: Row) -> bool:
        site, layer, head, query = address
        return (
            has(HeadAddress(site, layer, head))
            and query < len(record.axes[site.queries])
            and len(row) == places_seen(record, site, query)
            and not np.any(np.asarray(row)[~places_within(record, site, query)])
        )

    masked = {
        site: frozenset(key for key in keys if key < len(record.axes[site.keys]))
        for site, keys in change.masked.items()
        if site in record.matrices
    }
    return Intervention(
        rows={address: row for address, row in change.rows.items() if has_row(address, row)},
        ablated_heads=frozenset(filter(has, change.ablated_heads)),
        masked={site: keys for site, keys in masked.items() if keys},
        temperatures={head: value for head, value in change.temperatures.items() if has(head)},
    )


def current_row(record: Record, head: HeadAddress, query: int) -> Row:
    """The weights as they are, of the places that may be looked at; they sum to 1."""
    seen = places_seen(record, head.site, query)
    row = np.asarray(
        record.matrices[head.site].weights[head.layer, head.head, query, :seen], dtype=np.float64
    )
    return tuple((row / row.sum()).tolist())


def pieces_at(record: Record, axis: str, place: int | None, *, words: bool) -> tuple[int, ...]:
    """The pieces of a chip or of a row or column of a picture; none where none is chosen."""
    units = record.axes[axis]
    if place is None or place < 0:
        return ()
    groups = (
        word_groups(units)
        if words and isinstance(units, TextUnits)
        else [[piece] for piece in range(len(units))]
    )
    return tuple(groups[place]) if place < len(groups) else ()


def heads_of(record: Record, reading: Reading) -> Iterable[HeadAddress]:
    """The heads that a reading shows: one, or all that it averages."""
    layers, heads = record.shape_of(reading.site)
    for layer in range(layers) if reading.layer is None else (reading.layer,):
        for head in range(heads) if reading.head is None else (reading.head,):
            yield HeadAddress(reading.site, layer, head)
