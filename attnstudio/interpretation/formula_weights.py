"""The cards from scores to weights: a softmax, an entmax with its threshold, or shares."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

import numpy as np

from attnstudio.inference.score_numbers import WeightForm
from attnstudio.inference.step_numbers import HeadNumbers
from attnstudio.interpretation.formula import Card, CardKind, card
from attnstudio.interpretation.formula_weight_works import Entmax, Shares, Sharpness, Threshold
from attnstudio.interpretation.formula_works import Softmax, doubles


def weight_cards(head: HeadNumbers, pieces: tuple[str, ...]) -> list[Card]:
    """From scores to weights, the last card."""
    scores = doubles(head.scores)[None]
    match head.made.weights.form:
        case WeightForm.SOFTMAX:
            formula = "αⱼ = exp((sⱼ − m) / T) / Σᵢ exp((sᵢ − m) / T), m = max s"
            work = Softmax(scores, pieces)
            return [card(CardKind.SOFTMAX, formula, head.weights, work, columns=pieces)]
        case WeightForm.SHARE:
            shares = Shares(scores, pieces)
            formula = "αⱼ = sⱼ / Σᵢ sᵢ"
            return [card(CardKind.WEIGHTS, formula, head.weights, shares, columns=pieces)]
        case WeightForm.ENTMAX:
            return _entmax_cards(head, pieces)
    assert_never(head.made.weights.form)


def has_temperature(weights: Card) -> bool:
    """Whether a card holds weights that a temperature would change."""
    return isinstance(weights.work, Softmax | Entmax) and weights.kind in (
        CardKind.SOFTMAX,
        CardKind.WEIGHTS,
    )


def with_temperature(weights: Card, temperature: float) -> Card:
    """The weights as they would be of sharper or evener scores; the model knows nothing of it.

    Args:
        weights: the card of the weights.
        temperature: above 0; 1 gives the card as it is.
    """
    work = weights.work
    assert isinstance(work, Softmax | Entmax), "no temperature changes this card"
    if temperature == 1.0:
        return weights
    changed = replace(work, temperature=temperature)
    return replace(weights, work=changed, values=changed.values())


def _entmax_cards(head: HeadNumbers, pieces: tuple[str, ...]) -> list[Card]:
    """Its sharpness, where the head learned it, its threshold, and the weights."""
    numbers, scores = head.made.weights, doubles(head.scores)
    work = Entmax(scores[None], numbers.alpha)
    cards, formula = [], "αⱼ = max(0, (a − 1) sⱼ / T − τ)^(1 / (a − 1))"
    if numbers.learned is not None:
        made, sharpness = Sharpness(numbers.learned), np.array([numbers.alpha])
        cards = [card(CardKind.SHARPNESS, "a = 1 + σ(w)", sharpness, made, columns=("a",))]
    elif numbers.alpha == 2.0:
        formula = "αⱼ = max(0, sⱼ / T − τ)"
    else:
        assert numbers.alpha == 1.5, "of an α that nobody learned there are two"
        formula = "αⱼ = max(0, sⱼ / 2T − τ)²"
    # the model's own threshold, by the weight that is told from 0 best
    most = int(head.weights.argmax())
    rest = float(head.weights[most]) ** (numbers.alpha - 1.0)
    threshold = np.array([(numbers.alpha - 1.0) * scores[most] - rest])
    told = "τ = (Σ sⱼ − 1) / k over the k scores above τ"
    if numbers.alpha != 2.0:
        told = "τ: Σⱼ αⱼ = 1"
    made_threshold = Threshold(work, pieces)
    return [
        *cards,
        card(CardKind.THRESHOLD, told, threshold, made_threshold, columns=("τ",)),
        card(CardKind.WEIGHTS, formula, head.weights, work, columns=pieces),
    ]
