"""The cards of one step of one head, in the order in which the model computes them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from attnstudio.inference.step_numbers import (
    Affine,
    HeadNumbers,
    JoinedNumbers,
    Norm,
    Numbers,
    OutcomeNumbers,
    StepNumbers,
)
from attnstudio.interpretation.formula import (
    Card,
    CardKind,
    Work,
    card,
    components,
    number_text,
    numbered,
)
from attnstudio.interpretation.formula_cells import cell_cards
from attnstudio.interpretation.formula_coverage import coverage_cards
from attnstudio.interpretation.formula_scores import compared_card, score_cards
from attnstudio.interpretation.formula_weights import weight_cards
from attnstudio.interpretation.formula_works import (
    Copied,
    Larger,
    NamedTerm,
    Normed,
    Products,
    Softmax,
    Squash,
    Terms,
    doubles,
    linear,
)
from attnstudio.model.feature_kind import FeatureKind


def cards_of(step: StepNumbers) -> tuple[Card, ...]:
    """The cards of a step, from what goes in to the probability of the piece.

    Those of a recurrent model stand in the order of its decoder: one of Bahdanau's kind looks first
    and moves its cells then, one of Luong's the other way round.
    """
    attention = _attention_cards(step)
    outcome = [] if step.outcome is None else _outcome_cards(step.outcome, step)
    if not step.cells:
        return (*attention, card(CardKind.SKIPPED, "…", np.zeros((1, 0)), None), *outcome)
    cells = _moving_cards(step)
    first, second = (cells, attention) if step.moves_first else (attention, cells)
    return (*first, *second, *outcome)


def told_apart(step: StepNumbers) -> StepNumbers:
    """A step whose pieces that are looked at have names of their own."""
    return replace(step, looked_at=numbered(step.looked_at))


def _attention_cards(step: StepNumbers) -> list[Card]:
    head, pieces = step.head, step.looked_at
    taken = "c" if step.joined is not None else _contexts(step)[step.place.head]
    weighted = Products(doubles(head.weights)[None], doubles(head.values).T, pieces)
    return [
        *_asking_cards(head, step),
        *([] if head.coverage is None else coverage_cards(head.coverage, step)),
        *score_cards(head, pieces),
        *weight_cards(head, pieces),
        _looked_card(CardKind.VALUES, head.values, head.value_weights, step),
        card(CardKind.CONTEXT, f"{taken} = Σⱼ αⱼ vⱼ", head.context, weighted),
        *(_side_by_side(step) if step.joined is None else _joined_cards(step.joined)),
    ]


def _side_by_side(step: StepNumbers) -> list[Card]:
    """The contexts of several heads of a recurrent model, as they go on."""
    if step.heads == 1:
        return []
    all_of_them, names = doubles(step.contexts).reshape(1, -1), _context_names(step)
    work = Copied(all_of_them, names)
    return [card(CardKind.SIDE_BY_SIDE, f"c = [{_context(step)}]", all_of_them, work)]


def _asking_cards(head: HeadNumbers, step: StepNumbers) -> list[Card]:
    """From what goes in to query and keys."""
    cards = []
    symbol = "x"
    if head.norm is not None and head.came is not None:
        work: Work = Normed(doubles(head.came)[None], head.norm, "r")
        cards.append(card(CardKind.INPUT, _norm_formula("x", "r"), head.asking, work))
    elif step.joined is not None:  # the norm comes last
        cards.append(card(CardKind.INPUT, "x", head.asking, None))
    elif step.moves_first:
        symbol = "s′"
    else:
        symbol = "s"
        cards.append(card(CardKind.BEFORE, "s = sₜ₋₁", head.asking, None))
    work, made = (
        _copied(head.asking, symbol, head.part)
        if head.query_weights is None
        else _projected(head.asking, head.query_weights, symbol, "W_Q", symbol)
    )
    compared = head.made.compared
    query, keys = (head.query, head.keys) if compared is None else (compared.query, compared.keys)
    cards.append(card(CardKind.QUERY, f"q = {made}", query, work))
    cards += [] if compared is None else [compared_card(compared, None)]
    cards.append(_looked_card(CardKind.KEYS, keys, head.key_weights, step))
    cards += [] if compared is None else [compared_card(compared, step.looked_at)]
    return cards


def _looked_card(
    kind: CardKind, values: Numbers, weights: Affine | None, step: StepNumbers
) -> Card:
    """Keys or values: a row for each piece that is looked at."""
    is_key = kind is CardKind.KEYS
    result, matrix = ("kⱼ", "W_K") if is_key else ("vⱼ", "W_V")
    part = step.head.part if is_key else step.head.value_part
    work, made = (
        _copied(step.head.looked_at, "hⱼ", part)
        if weights is None
        else _projected(step.head.looked_at, weights, "hⱼ", matrix, "h")
    )
    return card(kind, f"{result} = {made}", values, work, rows=step.looked_at)


def _projected(
    inputs: Numbers, weights: Affine, symbol: str, matrix: str, component: str
) -> tuple[Work, str]:
    """How vectors are made of others, and the right side of the formula."""
    bias = "" if weights.bias is None else f" + {matrix.replace('W', 'b')}"
    names = components(component, inputs.shape[-1])
    return linear(inputs, weights, names), f"{symbol} {matrix}{bias}"


def _copied(inputs: Numbers, symbol: str, part: slice) -> tuple[Work, str]:
    """Vectors that are taken as they are, or a head's part of each."""
    whole = np.atleast_2d(doubles(inputs))
    mine = whole[:, part]
    if mine.shape == whole.shape:
        return Copied(whole, symbol), symbol
    named = f"{symbol}[{part.start + 1} … {part.stop}]"
    return Copied(mine, named), named


def _joined_cards(joined: JoinedNumbers) -> list[Card]:
    heads, size = joined.contexts.shape
    work = linear(joined.contexts.reshape(-1), joined.output, _of_heads(heads, size))
    last = f"; … ; c{_raised(heads - 1)}" if heads > 1 else ""
    formula = f"o = [c{_raised(0)}{last}] W_O + b_O"
    return [card(CardKind.JOINED, formula, joined.given, work), *_sum_cards(joined)]


def _sum_cards(joined: JoinedNumbers) -> list[Card]:
    """What is added to what came, and the norm where it comes last."""
    came, given = doubles(joined.came), doubles(joined.given)
    if joined.norm is None or joined.left is None:
        terms = NamedTerm("r", (came,)), NamedTerm("o", (given,))
        return [card(CardKind.RESIDUAL, "y = r + o", joined.sum, Terms(terms))]
    formula, kept = "y = x + o", NamedTerm("x", (came,))
    if joined.scale != 1.0:
        formula = f"y = λ x + o, λ = {number_text(joined.scale)}"
        kept = NamedTerm("λ x", (np.full_like(came, joined.scale), came))
    normed = Normed(doubles(joined.sum)[None], joined.norm, "y")
    return [
        card(CardKind.RESIDUAL, formula, joined.sum, Terms((kept, NamedTerm("o", (given,))))),
        card(CardKind.NORMED_SUM, _norm_formula("x′", "y"), joined.left, normed),
    ]


def _of_heads(heads: int, size: int) -> tuple[str, ...]:
    """Names of the components of the contexts of several heads side by side."""
    return tuple(f"head {head}, {name}" for head in range(heads) for name in components("c", size))


def _contexts(step: StepNumbers) -> tuple[str, ...]:
    """What the contexts of all heads are called that go on side by side."""
    return ("c",) if step.heads == 1 else tuple(f"c{_raised(head)}" for head in range(step.heads))


def _context(step: StepNumbers) -> str:
    """What goes on of a look, in a formula."""
    contexts = _contexts(step)
    return contexts[0] if len(contexts) == 1 else f"{contexts[0]}; … ; {contexts[-1]}"


def _context_names(step: StepNumbers) -> tuple[str, ...]:
    size = len(step.head.context)
    return components("c", size) if step.heads == 1 else _of_heads(step.heads, size)


def _moving_cards(step: StepNumbers) -> list[Card]:
    """What the cells are fed, and how they move, layer by layer."""
    lowest = len(step.cells[0].inputs)
    seen, formula = _context_names(step), f"x = [e; {_context(step)}]"
    if step.moves_first:
        seen = components("a", lowest - step.embedding_size)
        formula = "x = [e; aₜ₋₁]" if seen else "x = e"
    names = (*components("e", step.embedding_size), *seen)
    cards = [card(CardKind.FED, formula, step.cells[0].inputs, None)]
    for layer, cell in enumerate(step.cells):
        cards += cell_cards(cell, layer, names)
        names = components("x", len(cell.after))
    return cards


def _outcome_cards(outcome: OutcomeNumbers, step: StepNumbers) -> list[Card]:
    cards = _feature_cards(outcome, step)
    symbol = {FeatureKind.NORM: "f", FeatureKind.TANH: "a", FeatureKind.MAXOUT: "f"}[outcome.kind]
    features, rows = doubles(outcome.features)[None], doubles(outcome.rows)
    bias = None if outcome.bias is None else doubles(outcome.bias)
    names = components(symbol, len(outcome.features))
    formula = f"z_w = {symbol} · E_w" if bias is None else f"z_w = {symbol} · W_w + b_w"
    logits = Products(features, rows, names, bias)
    shares = Softmax(
        doubles(outcome.logits)[None],
        outcome.pieces,
        others=outcome.others,
        other_count=outcome.other_count,
    )
    cards.append(
        card(
            CardKind.LOGITS,
            formula,
            outcome.logits,
            logits,
            columns=outcome.pieces,
        )
    )
    cards.append(
        card(
            CardKind.PROBABILITIES,
            "p_w = exp(z_w − m) / Σᵤ exp(zᵤ − m), m = max z",
            np.exp(doubles(outcome.log_probs)),
            shares,
            columns=outcome.pieces,
        )
    )
    return cards


def _feature_cards(outcome: OutcomeNumbers, step: StepNumbers) -> list[Card]:
    layer = outcome.layer
    if isinstance(layer, Norm):
        work = Normed(doubles(outcome.inputs)[None], layer, "y")
        return [card(CardKind.FEATURES, _norm_formula("f", "y"), outcome.features, work)]
    names = _seen_names(outcome, step)
    if outcome.sums is None:
        made = linear(outcome.inputs, layer, names, Squash.TANH)
        return [
            card(CardKind.FEATURES, f"a = tanh([{_context(step)}; s′] W_c)", outcome.features, made)
        ]
    sums = linear(outcome.inputs, layer, names)
    pairs = Larger(doubles(outcome.sums)[None])
    return [
        card(CardKind.SUMS, f"u = [s′; {_context(step)}; e] W_u + b_u", outcome.sums, sums),
        card(CardKind.FEATURES, "fᵢ = max(u₂ᵢ₋₁, u₂ᵢ)", outcome.features, pairs),
    ]


def _seen_names(outcome: OutcomeNumbers, step: StepNumbers) -> tuple[str, ...]:
    """Names of what features are made of: context and state, or state, context and piece."""
    context = _context_names(step)
    state = components("s′", len(step.cells[-1].after))
    if outcome.kind is FeatureKind.TANH:
        return (*context, *state)
    return (*state, *context, *components("e", step.embedding_size))


def _norm_formula(result: str, came: str) -> str:
    return f"{result} = ({came} − μ) / √(σ² + ε) · γ + β"


def _raised(number: int) -> str:
    return "⁽" + str(number).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")) + "⁾"
