"""The cards from query and keys to the scores: a card for each term, and their sum."""

from __future__ import annotations

from typing import NamedTuple, assert_never

import numpy as np

from attnstudio.inference.score_numbers import (
    ComparedNumbers,
    PredictedNumbers,
    ReachNumbers,
    SlopeNumbers,
    VectorNumbers,
    WaveNumbers,
)
from attnstudio.inference.step_numbers import Affine, HeadNumbers, Numbers, ScoreForm
from attnstudio.interpretation.formula import (
    Card,
    CardKind,
    Table,
    Work,
    card,
    components,
    number_text,
)
from attnstudio.interpretation.formula_score_works import (
    Features,
    Finished,
    Near,
    Sloped,
    Spanned,
    Turned,
)
from attnstudio.interpretation.formula_works import (
    Divided,
    Masked,
    NamedTerm,
    Products,
    Squash,
    Terms,
    doubles,
    linear,
)


class _Summand(NamedTuple):
    """One term of a score: what the formula of the sum calls it, and its cards."""

    name: str
    cards: list[Card]


class _Compared(NamedTuple):
    """Query and keys as they are compared, and their symbols."""

    query: Table  # (1, head_size)
    keys: Table  # (keys, head_size)
    q: str
    k: str

    @classmethod
    def of(cls, head: HeadNumbers) -> _Compared:
        """Those of a head."""
        made = head.made.compared
        q, k = doubles(head.query)[None], doubles(head.keys)
        if made is None:
            return cls(q, k, "q", "kⱼ")
        query, keys = doubles(made.query_made)[None], doubles(made.keys_made)
        return cls(query, keys, *(("q′", "k′ⱼ") if made.turned_at is not None else _FEATURES))


_FEATURES = ("φ(q)", "φ(kⱼ)")


def compared_card(compared: ComparedNumbers, pieces: tuple[str, ...] | None) -> Card:
    """What is made of the query, or of the keys, before both are compared.

    Args:
        compared: the numbers.
        pieces: whose keys; None for the query.
    """
    before, made = (
        (compared.query[None], compared.query_made[None])
        if pieces is None
        else (compared.keys, compared.keys_made)
    )
    is_query = pieces is None
    at, symbol = compared.turned_at, "q" if is_query else "kⱼ"
    if at is None:
        kind = CardKind.FEATURE_QUERY if is_query else CardKind.FEATURE_KEYS
        formula, work = f"φ({symbol}) = elu({symbol}) + 1", Features(doubles(before))
        names = components(f"φ({symbol[0]})", made.shape[1])
        return card(kind, formula, made, work, rows=pieces or ("",), columns=names)
    places = (at,) if is_query else tuple(range(len(before)))
    kind = CardKind.TURNED_QUERY if is_query else CardKind.TURNED_KEYS
    turned = Turned(doubles(before), places, components(symbol[0], before.shape[1]))
    formula = f"q′ = R(t) q, t = {at}" if is_query else "k′ⱼ = R(j) kⱼ"
    return card(kind, formula, made, turned, rows=pieces or ("",))


def score_cards(head: HeadNumbers, pieces: tuple[str, ...]) -> list[Card]:
    """From query and keys to scores, minus infinity where may not be looked."""
    summands = _summands(head, pieces)
    cards = [each for summand in summands for each in summand.cards]
    terms = [summand.cards[-1].values[0] for summand in summands]
    raw = np.sum(terms, axis=0)
    if len(summands) > 1:
        names = [summand.name for summand in summands]
        pairs = zip(names, terms, strict=True)
        total = Terms(tuple(NamedTerm(name, (term,)) for name, term in pairs))
        cards.append(_over("sⱼ = " + " + ".join(names), raw, total, pieces, CardKind.TOTAL))
    masked = Masked(raw[None], _hidden(head.made.reach, len(pieces)))
    formula = "sⱼ = −∞ where j must not be looked at"
    return [*cards, _over(formula, head.scores, masked, pieces, CardKind.MASK)]


def _summands(head: HeadNumbers, pieces: tuple[str, ...]) -> list[_Summand]:
    """The terms in the order in which the trace has them."""
    made = head.made
    is_alone = len(made.terms) == 1
    summands = [_compared_term(head, pieces, is_alone=is_alone)]
    compared, later = _Compared.of(head), iter(made.terms[1:])
    match made.places:
        case None:
            pass
        case SlopeNumbers(slope):
            formula = f"bⱼ = −m · |i − j|, m = {number_text(slope)}, i = {made.reach.own}"
            work = Sloped(slope, made.reach.own, len(pieces))
            summands.append(_term("bⱼ", formula, next(later), work, pieces, CardKind.SLOPE))
        case VectorNumbers():
            summands.append(_vector_term(made.places, compared, next(later), pieces))
        case WaveNumbers():
            values = next(later), next(later), next(later)
            summands += _wave_terms(made.places, compared, values, pieces)
        case _:
            assert_never(made.places)
    return [*summands, *_reach_terms(head, list(later), pieces)]


def _compared_term(head: HeadNumbers, pieces: tuple[str, ...], *, is_alone: bool) -> _Summand:
    """How well query and keys fit each other: the score, where no term follows."""
    query, keys, q, k = _Compared.of(head)
    values, size = doubles(head.made.terms[0])[None], query.shape[1]
    left = "sⱼ = " if is_alone else ""
    names = components(q, size)
    match head.form:
        case ScoreForm.TANH:
            return _tanh_term(head, pieces, left)
        case ScoreForm.DOT | ScoreForm.FEATURES:
            name = f"{q} · {k}"
            work = Products(query, keys, names)
            return _Summand(name, [_over(left + name, values, work, pieces)])
        case ScoreForm.SCALED_DOT:
            products = Products(query, keys, names)
            divided = Divided(products.values(), size)
            name, whole = f"{q} · {k} / √d", f"{q} · {k} = Σᵢ {q}ᵢ {k[:-1]}ⱼᵢ"
            formula = f"{left}{name}, d = {size}"
            return _Summand(
                name,
                [
                    _over(whole, values * np.sqrt(size), products, pieces),
                    _over(formula, values, divided, pieces, CardKind.SCALED),
                ],
            )
    assert_never(head.form)


def _tanh_term(head: HeadNumbers, pieces: tuple[str, ...], left: str) -> _Summand:
    query, keys, _, _ = _Compared.of(head)
    assert head.vector is not None  # such a score has one
    sums, name = query + keys, "v · tanh(q + kⱼ)"
    if (known := head.coverage) is not None:
        sums = sums + np.outer(doubles(known.covered), doubles(known.vector))
        name = "v · tanh(q + kⱼ + cⱼ V_c)"
    names = components("v", query.shape[1])
    work = Products(doubles(head.vector)[None], np.tanh(sums), names)
    return _Summand(name, [_over(left + name, head.made.terms[0], work, pieces)])


def _vector_term(
    places: VectorNumbers, compared: _Compared, values: Numbers, pieces: tuple[str, ...]
) -> _Summand:
    size = places.vectors.shape[1]
    sums = Products(compared.query, doubles(places.vectors), components("q", size))
    kind, name = CardKind.BY_DISTANCE, "q · aⱼ / √d"
    distances = card(CardKind.DISTANCE, "aⱼ = a(j − i)", places.vectors, None, rows=pieces)
    term = _term(name, f"{name}, d = {size}", values, Finished(sums, square=size), pieces, kind)
    return _Summand(name, [distances, *term.cards])


def _wave_terms(
    places: WaveNumbers,
    compared: _Compared,
    values: tuple[Numbers, Numbers, Numbers],
    pieces: tuple[str, ...],
) -> list[_Summand]:
    """The terms b, c and d of Dai et al. 2019; a is that of query and key alone."""
    vectors, size = doubles(places.vectors), places.vectors.shape[1]
    waves = Affine(places.weight, None)
    names = components("R", places.waves.shape[1])
    made = linear(places.waves, waves, names)
    distances = card(CardKind.DISTANCE, "rⱼ = R(i − j) W_R", places.vectors, made, rows=pieces)
    sums = (
        (CardKind.BY_DISTANCE, "q · rⱼ", Products(compared.query, vectors, components("q", size))),
        (
            CardKind.BY_CONTENT,
            "u · kⱼ",
            Products(doubles(places.content)[None], compared.keys, components("u", size)),
        ),
        (
            CardKind.BY_PLACE,
            "v · rⱼ",
            Products(doubles(places.place)[None], vectors, components("v", size)),
        ),
    )
    first, *others = (
        _term(f"{name} / √d", f"{name} / √d, d = {size}", each, Finished(sum_, size), pieces, kind)
        for (kind, name, sum_), each in zip(sums, values, strict=True)
    )
    return [_Summand(first.name, [distances, *first.cards]), *others]


def _reach_terms(
    head: HeadNumbers, values: list[Numbers], pieces: tuple[str, ...]
) -> list[_Summand]:
    """What a reach adds that is not only a mask."""
    reach = head.made.reach
    if reach.span is not None:
        [term] = values
        span, ramp = reach.span.span, reach.span.ramp
        part = "mⱼ = min(1, max(0, (R + z − |i − j|) / R))"
        formula = f"log mⱼ, {part}, z = {number_text(span)}, R = {ramp:g}"
        work = Spanned(span, ramp, reach.own, len(pieces))
        # beyond the span the model has 0 and a mask
        values_there = np.where(work.soft()[0] > 0.0, term, -np.inf)
        return [_term("log mⱼ", formula, values_there, work, pieces, CardKind.SPAN)]
    if reach.predicted is not None and reach.window is not None:
        [term] = values
        near = Near(reach.predicted.place, reach.window, len(pieces))
        formula = f"gⱼ = −(j − p)² / 2σ², σ = {reach.window} / 2"
        nearness = _term("gⱼ", formula, term, near, pieces, CardKind.NEARNESS)
        return [
            _Summand("gⱼ", [*_place_cards(reach.predicted, head, len(pieces)), *nearness.cards])
        ]
    assert not values, "a term has no card"
    return []


def _place_cards(predicted: PredictedNumbers, head: HeadNumbers, length: int) -> list[Card]:
    """How the place came about around which is looked."""
    query, size = doubles(head.query), len(predicted.hidden)
    hidden = linear(query, Affine(predicted.weight, None), components("q", size), Squash.TANH)
    asked = Products(
        doubles(predicted.hidden)[None],
        doubles(predicted.vector)[None],
        components("u", size),
        squash=Squash.SIGMOID,
    )
    place = np.array([predicted.place])
    formula = f"p = S σ(u · v_P), S = {length}"
    return [
        card(CardKind.PREDICTING, "u = tanh(q W_P)", predicted.hidden, hidden),
        card(CardKind.PLACE, formula, place, Finished(asked, times=length), columns=("p",)),
    ]


def _hidden(reach: ReachNumbers, key_len: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """(1, keys), True where may not be looked."""
    keys = np.arange(key_len)
    hidden = keys > reach.own if reach.is_causal else np.zeros(key_len, dtype=np.bool_)
    if reach.window is not None:
        middle = reach.own if reach.predicted is None else reach.predicted.place
        hidden = hidden | (np.abs(keys - middle) > reach.window)
    if reach.span is not None:
        soft = Spanned(reach.span.span, reach.span.ramp, reach.own, key_len).soft()[0]
        hidden = hidden | (soft <= 0.0)
    return np.asarray(hidden)[None]


def _term(
    name: str,
    formula: str,
    values: Numbers,
    work: Work,
    pieces: tuple[str, ...],
    kind: CardKind,
) -> _Summand:
    return _Summand(name, [_over(formula, values, work, pieces, kind)])


def _over(
    formula: str,
    values: Numbers,
    work: Work,
    pieces: tuple[str, ...],
    kind: CardKind = CardKind.SCORES,
) -> Card:
    """A card with a number for each piece that is looked at."""
    return card(kind, formula, values, work, columns=pieces)
