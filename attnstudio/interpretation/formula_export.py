"""Formula cards as JSON, and one of them as a table to paste."""

from __future__ import annotations

import csv
import io
import math

from attnstudio.inference.step_numbers import StepNumbers
from attnstudio.interpretation.formula import Arithmetic, Card


def step_to_json(step: StepNumbers, cards: tuple[Card, ...]) -> dict[str, object]:
    """Every number of the cards of a step, in values that ``json.dumps`` takes.

    A number that is not finite is None: minus infinity, where a score is masked. ``difference``
    is the largest between the model's numbers and what is recomputed from the cards before, None
    where nothing is; ``arithmetic`` writes the strongest number of the first row out.
    """
    site, layer, head, query = step.place
    return {
        "site": site.name,
        "layer": layer,
        "head": head,
        "target": query,
        "piece": step.looking,
        "fed": step.fed,
        "looked_at": list(step.looked_at),
        "cards": [_card_to_json(each) for each in cards],
    }


def card_to_table(card: Card) -> str:
    """The numbers of a card with all their digits, separated by tabs."""
    table = io.StringIO()
    writer = csv.writer(table, delimiter="\t", lineterminator="\n")
    writer.writerow(["", *card.columns])
    for name, row in zip(card.rows, card.values.tolist(), strict=True):
        writer.writerow([name, *row])
    return table.getvalue()


def _card_to_json(card: Card) -> dict[str, object]:
    has_numbers = card.values.size > 0
    chosen = card.arithmetic(0, card.strongest(0)) if has_numbers else None
    return {
        "kind": card.kind.value,
        "cell_layer": card.layer,
        "formula": card.formula,
        "rows": list(card.rows),
        "columns": list(card.columns),
        "values": [[_finite(value) for value in row] for row in card.values.tolist()],
        "difference": None if card.difference is None else _finite(card.difference),
        "arithmetic": None if chosen is None else _arithmetic_to_json(card, chosen),
    }


def _arithmetic_to_json(card: Card, chosen: Arithmetic) -> dict[str, object]:
    return {
        "column": card.strongest(0),
        "summands": [
            {"name": each.name, "text": each.text, "value": _finite(each.value)}
            for each in chosen.summands
        ],
        "rest": _finite(chosen.rest),
        "rest_count": chosen.rest_count,
        "sum": _finite(chosen.total),
        "finish": chosen.finish,
        "result": _finite(chosen.result),
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
