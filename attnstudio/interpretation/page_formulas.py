"""The formula cards of a sentence as facts of a page for a browser, as many as there is room for.

What several cards hold is written once: words, names, vectors and sums stand in lists, and cards
say which of them they have. How one number of each row is made is written out here: the largest, or
that of the piece that is written. What follows from numbers that the page has anyway (scores,
weights and the weighted sum) the page writes out itself, for any of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from attnstudio.axes import Record
from attnstudio.inference.score_numbers import Numbers, WaveNumbers, WeightForm
from attnstudio.inference.sentence_numbers import SentenceNumbers
from attnstudio.inference.step_numbers import ScoreForm, StepNumbers, StepPlace
from attnstudio.interpretation.formula import TOLERANCE, Card, CardKind, components
from attnstudio.interpretation.formula_cards import cards_of, told_apart
from attnstudio.interpretation.formula_meanings import (
    LEARNED,
    learned_letters,
    meaning_template,
)
from attnstudio.interpretation.formula_words import (
    check_template,
    has_several_layers,
    number_named,
    off_words,
    sentence_template,
    step_template,
    title_template,
)
from attnstudio.interpretation.page_facts import coded, exact, scale_between, script_text
from attnstudio.interpretation.sum_lines import sum_lines, sum_of
from attnstudio.reading import Reading
from attnstudio.sites import Site

Fact = object

_SAME = 1e-3  # weights of the same attention, which other kernels computed
_MADE_IN_PAGE = {
    CardKind.SCALED: "divided",
    CardKind.MASK: "masked",
    CardKind.SOFTMAX: "softmax",
    CardKind.BY_DISTANCE: "asked",
    CardKind.BY_CONTENT: "wanted",
    CardKind.BY_PLACE: "wanted",
    CardKind.TOTAL: "total",
    CardKind.CONTEXT: "weighted",
}
_LONGEST_EXACT = 128  # rows of more numbers take two bytes each where `PRECISION` allows it
_OF_HEAD = frozenset(  # the same at every step
    {CardKind.KEYS, CardKind.TURNED_KEYS, CardKind.FEATURE_KEYS, CardKind.VALUES}
)
_OF_STEP = frozenset(  # the same for every head of a layer
    {
        *(CardKind.INPUT, CardKind.JOINED, CardKind.RESIDUAL, CardKind.NORMED_SUM),
        *(CardKind.SIDE_BY_SIDE, CardKind.SKIPPED),
        *(CardKind.SUMS, CardKind.FEATURES, CardKind.LOGITS, CardKind.PROBABILITIES),
    }
)


def formula_facts(
    numbers: SentenceNumbers, record: Record, reading: Reading, room: int
) -> dict[str, Fact]:
    """The cards of as many steps as there is room for, those of the head that is read first.

    Heads whose weights are not those of the record, whose attention was changed, have none.

    Args:
        numbers: of the sentence of the record.
        record: that the page shows.
        reading: what it shows first.
        room: how many bytes the facts may take.
    """
    written = _Written()
    empty = len(script_text(written.facts()))
    for place in _places(numbers, record, reading):
        if not written.add(numbers, place, room - empty):
            break
    return written.facts()


def _places(numbers: SentenceNumbers, record: Record, reading: Reading) -> Iterator[StepPlace]:
    """Step by step, head by head: first the one that is read, then those of its layer."""
    sites = [site for site in numbers.sites if site in record.matrices]
    for site in sorted(sites, key=lambda site: (site != reading.site, not site.is_cross)):
        layers, heads = record.shape_of(site)
        first = _first_head(record, reading, site)
        places = [(layer, head) for layer in range(layers) for head in range(heads)]
        for layer, head in sorted(places, key=lambda place: (place != first, place[0] != first[0])):
            if not _is_of_record(numbers, record, site, layer, head):
                continue
            for query in range(len(numbers.axes[site.queries])):
                yield StepPlace(site, layer, head, query)


def _first_head(record: Record, reading: Reading, site: Site) -> tuple[int, int]:
    """The head that is read, the taught one where it is among several, else the first of them."""
    if reading.site != site:
        return 0, 0
    taught = record.taught
    if taught is not None and taught.site == site:
        among = reading.layer in (None, taught.layer) and reading.head in (None, taught.head)
        if among and taught.layer is not None and taught.head is not None:
            return taught.layer, taught.head
    return reading.layer or 0, reading.head or 0


def _is_of_record(
    numbers: SentenceNumbers, record: Record, site: Site, layer: int, head: int
) -> bool:
    seen = record.matrices[site].weights[layer, head]
    own = numbers.sites[site][layer].weights[head]
    return seen.shape == own.shape and np.allclose(seen, own, atol=_SAME)


class _Once:
    """A list of facts in which each stands once."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self._places: dict[str, int] = {}
        self.size = 0  # bytes of the facts

    def place(self, fact: Fact) -> int:
        """Where a fact stands, which is added where it is not there."""
        text = script_text(fact)
        if text not in self._places:
            self._places[text] = len(self.facts)
            self.facts.append(fact)
            self.size += len(text.encode()) + len(", ")
        return self._places[text]


@dataclass(frozen=True, slots=True)
class _CardFact:
    """What the page has of a card.

    Attributes:
        kind: its place among kinds.
        vector: its numbers, among vectors.
        columns: their names, among names.
        check: what came of recomputing it, among words.
        sums: how one number of each row is made, among sums, or each of a single row; none where
            the page makes them.
    """

    kind: int
    vector: int
    columns: int
    check: int
    sums: tuple[int, ...]


class _Written:
    """What has been written so far."""

    def __init__(self) -> None:
        self.steps: dict[str, Fact] = {}
        self._lists = {name: _Once() for name in ("kinds", "words", "names", "vectors", "sums")}
        self._cards: dict[tuple[object, ...], _CardFact] = {}
        self._steps_size = 0

    def facts(self) -> dict[str, Fact]:
        """As the page takes them."""
        lists = {name: once.facts for name, once in self._lists.items()}
        return {**lists, "steps": self.steps, "tolerance": TOLERANCE}

    def add(self, numbers: SentenceNumbers, place: StepPlace, room: int) -> bool:
        """Write a step, unless it takes more than there is room for."""
        step = told_apart(numbers.step(place))
        before = {name: len(once.facts) for name, once in self._lists.items()}
        fact = {
            "title": self._place("words", step_template(step)),
            "looking": step.looking,
            "fed": step.fed,
            "looked_at": self._place("names", list(step.looked_at)),
            "cards": [self._card(card, step) for card in cards_of(step)],
        }
        key = f"{place.site.name}.{place.layer}.{place.head}.{place.query}"
        self._steps_size += len(script_text({key: fact}).encode())
        if self._steps_size + sum(once.size for once in self._lists.values()) > room:
            for name, length in before.items():  # it was the last: nothing else points there
                del self._lists[name].facts[length:]
            return False
        self.steps[key] = fact
        return True

    def _place(self, name: str, fact: Fact) -> int:
        return self._lists[name].place(fact)

    def _card(self, card: Card, step: StepNumbers) -> list[Fact]:
        site, layer, head, query = step.place
        of_head = None if card.kind in _OF_STEP else head
        of_query = None if card.kind in _OF_HEAD else query
        key = (site, layer, of_head, of_query, card.kind, card.layer)
        if key not in self._cards:
            self._cards[key] = self._write(card, step)
        fact = self._cards[key]
        return [fact.kind, fact.vector, fact.columns, fact.check, list(fact.sums)]

    def _write(self, card: Card, step: StepNumbers) -> _CardFact:
        off = "" if card.difference is None else off_words(card.difference)
        check = check_template(card.difference).format(n=off)
        return _CardFact(
            kind=self._place("kinds", self._kind(card, step)),
            vector=self._place("vectors", _vector(card)),
            columns=self._place("names", _names(card.columns)),
            check=self._place("words", check if card.values.size else ""),
            sums=() if _way(card, step) else tuple(self._sums(card, step)),
        )

    def _kind(self, card: Card, step: StepNumbers) -> Fact:
        layer = f" (layer {card.layer})" if has_several_layers(card, step) else ""
        learned = ", ".join(learned_letters(card))
        vector = _asking_vector(card, step)
        return {
            "name": card.kind.value,
            "title": title_template(card) + layer,
            "sentence": sentence_template(card, step),
            "meaning": meaning_template(card, step),
            "learned": LEARNED.format(letters=learned) if learned else "",
            "formula": card.formula,
            "quantity": card.quantity.value,
            "over_pieces": card.is_over_pieces,
            "n": f"{number_named(card, step):,}",
            "way": _way(card, step),
            "of": None if vector is None else self._place("vectors", exact(vector[None])),
            "alpha": step.head.made.weights.alpha,
        }

    def _sums(self, card: Card, step: StepNumbers) -> Iterator[int]:
        """How the largest number of each row is made, or that of the piece that is written.

        Of pieces that are looked at it is told of each.
        """
        if not card.values.size or card.work is None:
            return
        if card.is_over_pieces and card.columns == step.looked_at:
            places = [(0, column) for column in range(len(card.columns))]
        else:
            places = [
                (row, 0 if card.is_over_pieces else card.strongest(row))
                for row in range(len(card.values))
            ]
        for row, column in places:
            made = sum_of(card, row, column)
            lines = sum_lines(card.columns[column], made, f"the other {made.rest_count:,}")
            yield self._place("sums", [column, lines])


def _names(columns: tuple[str, ...]) -> Fact:
    """Names one by one, or the symbol of components and how many there are."""
    symbol = columns[0].removesuffix("₁") if columns else ""
    if columns and columns == components(symbol, len(columns)):
        return {"symbol": symbol, "count": len(columns)}
    return list(columns)


def _asking_vector(card: Card, step: StepNumbers) -> Numbers | None:
    """What the model has learned and the page must know to write the numbers of a card out."""
    places = step.head.made.places
    if isinstance(places, WaveNumbers) and card.kind is CardKind.BY_CONTENT:
        return places.content
    if isinstance(places, WaveNumbers) and card.kind is CardKind.BY_PLACE:
        return places.place
    return step.head.vector if _way(card, step) == "tanh" else None


def _way(card: Card, step: StepNumbers) -> str:
    """How the page makes the numbers of a card; empty where it does not."""
    if card.kind is CardKind.SCORES:
        if step.head.coverage is not None:
            return ""
        return "tanh" if step.head.form is ScoreForm.TANH else "dot"
    if card.kind is CardKind.WEIGHTS:
        is_share = step.head.made.weights.form is WeightForm.SHARE
        return "shares" if is_share else "sparse"
    return _MADE_IN_PAGE.get(card.kind, "")


def _vector(card: Card) -> Fact:
    if card.values.shape[1] <= _LONGEST_EXACT:
        return exact(card.values)
    end = float(np.abs(card.values).max()) or 1.0
    return coded(card.values, scale_between(-end, end))
