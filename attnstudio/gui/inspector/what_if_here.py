"""Where a person is in the attention that is looked at: the chosen row, column and word."""

from __future__ import annotations

from attnstudio.axes import Record
from attnstudio.corpus.alignment import GoldLinks
from attnstudio.gui.inspector.shown_attention import ShownAttention
from attnstudio.gui.inspector.what_if_place import Place, pieces_at, place_of
from attnstudio.interpretation.labels import label_of
from attnstudio.interpretation.lettering import isolate
from attnstudio.interpretation.word_changes import span_of_word, text_words
from attnstudio.sites import SOURCE

_LONGEST_EM = 12.0


class Whereabouts:
    """The row and the column of the picture that were chosen, and what they are in pieces.

    Args:
        shown: what is looked at.

    Attributes:
        shown: what is looked at.
        links: what people linked in this very pair; None where nobody did.
    """

    def __init__(self, shown: ShownAttention) -> None:
        self.shown = shown
        self.links: GoldLinks | None = None
        self._row: int | None = None
        self._column: int | None = None
        self._view = shown.view

    def choose(self, row: int | None, column: int | None) -> None:
        """Be at a row and a column, as the picture counts with what it hides."""
        self._row, self._column = row, column

    def let_go(self) -> None:
        """Be nowhere."""
        self.choose(None, None)

    def follow(self) -> None:
        """Another reading of the same pieces keeps the place; where they are others, none is."""
        view = self.shown.view
        if view is None or not view.has_units_of(self._view):
            self.let_go()
        self._view = view

    @property
    def record(self) -> Record | None:
        """What is looked at, without the changes that were made of it."""
        return self.shown.unchanged

    @property
    def place(self) -> Place | None:
        """What can be changed here; None where no part of the model looks."""
        record = self.record
        if record is None:
            return None
        return place_of(
            record,
            self.shown.reading,
            words=self.shown.has_words,
            row=self._row,
            column=self._column,
        )

    @property
    def is_worked_out(self) -> bool:
        """Whether what is shown is no part of the model, and was found afterwards."""
        record = self.record
        return self.place is None and record is not None and bool(record.matrices)

    def pieces_on(self, axis: str) -> tuple[int, ...]:
        """The chosen pieces of an axis, whether they look or are looked at."""
        record = self.record
        if record is None or not record.matrices:
            return ()
        site = self.shown.reading.site
        for own, place in ((site.keys, self._column), (site.queries, self._row)):
            if own == axis and place is not None:
                return pieces_at(record, axis, place, words=self.shown.has_words)
        return ()

    def source_word(self) -> list[int]:
        """The pieces of the whole word of the source that is chosen; none for ``</s>``."""
        record, pieces = self.record, self.pieces_on(SOURCE)
        if record is None or not pieces or not record.has_text(SOURCE):
            return []
        return next((word for word in text_words(record.source) if pieces[0] in word), [])

    def looking(self, record: Record, place: Place) -> tuple[str, str]:
        """What looks, as the picture has it, and what came of it where that is another word."""
        axis = place.site.queries
        shown = pieces_at(record, axis, self._row, words=self.shown.has_words)
        row, own = name_of(record, axis, shown), name_of(record, axis, place.queries)
        return row, own if shown != place.queries else ""


def name_of(record: Record, axis: str, pieces: tuple[int, ...]) -> str:
    """Pieces as one word; one that is nothing but the mark of a word's beginning is that mark."""
    units = record.axes[axis]
    joined = "".join(label_of(units, piece, _LONGEST_EM) for piece in pieces)
    return joined.replace("▁", " ").strip() or joined


def written(record: Record, word: list[int]) -> str:
    """A word of the source as it is written; nothing where there is none."""
    return isolate(record.source.text[slice(*span_of_word(record.source, word))]) if word else ""
