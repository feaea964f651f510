"""What `growth.py` shows: each cost beside its law, as a table and as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from attnstudio.lab.laws import Law, slope
from attnstudio.lab.plots import Axis, Line, Picture, Point

_CURVE_POINTS = 25
_LEAST = 1e-3  # what a logarithmic axis can hold

Costs = dict[str, float]


@dataclass(frozen=True, slots=True)
class Figure:
    """Costs that are drawn together.

    Attributes:
        part: what grows.
        name: of the picture's file.
        title: what the picture shows.
        unit: of the costs.
        costs: name in the legend and key of each.
        law: how they grow.
        is_log: on logarithmic axes.
    """

    part: str
    name: str
    title: str
    unit: str
    costs: Mapping[str, str]
    law: Law
    is_log: bool = True


_KINDS = ("transformer", "recurrent")
STAGES = {"import": "import", "tokenise": "tokenise", "first batch": "first_batch"}
FIGURES = (
    Figure(
        "corpus", "corpus-time", "Preparing a corpus", "seconds",
        {name: f"{key}_s" for name, key in STAGES.items()}, Law((1,)),
    ),
    Figure(
        "corpus", "corpus-memory", "Memory to prepare a corpus", "MB above the start",
        {name: f"{key}_mb" for name, key in STAGES.items()}, Law((0,)),
    ),
    Figure(
        "length", "length-step", "Training on longer sentences",
        "seconds for 1,000 target tokens", {kind: f"{kind}_step_s" for kind in _KINDS},
        Law((0, 1)),
    ),
    Figure(
        "length", "length-decode", "Greedy decoding of longer sentences",
        "milliseconds a target token", {kind: f"{kind}_decode_ms" for kind in _KINDS},
        Law((0, 1)),
    ),
    Figure(
        "length", "length-memory", "Memory to train on longer sentences",
        "MB above the start", {kind: f"{kind}_mb" for kind in _KINDS}, Law((0, 1)),
    ),
    Figure(
        "width", "width-step", "Training a wider Transformer", "seconds for 1,000 target tokens",
        {"step": "step_s"}, Law((1, 2), "d"),
    ),
    Figure(
        "width", "width-parameters", "Parameters of a wider Transformer", "millions",
        {"parameters": "parameters_millions"}, Law((1, 2), "d"),
    ),
    Figure(
        "depth", "depth-step", "Training a deeper Transformer", "seconds for 1,000 target tokens",
        {"step": "step_s"}, Law((0, 1), "L"), is_log=False,
    ),
    Figure(
        "depth", "depth-parameters", "Parameters of a deeper Transformer", "millions",
        {"parameters": "parameters_millions"}, Law((0, 1), "L"), is_log=False,
    ),
)  # fmt: skip
_SIZES = {
    "corpus": "sentence pairs",
    "length": "tokens of each sentence (source and target)",
    "width": "model size d",
    "depth": "layers L of the encoder, as many of the decoder",
}


def laws_of(figure: Figure, costs_of: Mapping[int, Costs]) -> dict[str, dict[str, Any]]:
    """Each cost of a figure beside its law."""
    sizes = list(costs_of)
    found = {}
    for key in figure.costs.values():
        costs = [costs_of[size][key] for size in sizes]
        factors = figure.law.fit(sizes, costs)
        found[key] = {
            "slope": round(slope(sizes, costs), 2),
            "law_slope": figure.law.expected_slope,
            "law": figure.law.formula,
            "fitted": figure.law.written(factors),
            "factors": [float(f"{factor:.4g}") for factor in factors],
        }
    return found


def picture_of(
    figure: Figure, costs_of: Mapping[int, Costs], laws: Mapping[str, Mapping[str, Any]]
) -> Picture:
    """Measured costs as lines, their laws dashed."""
    lines = []
    for colour, (name, key) in enumerate(figure.costs.items()):
        law = laws[key]
        points = [Point(size, max(costs[key], _LEAST)) for size, costs in costs_of.items()]
        fitted = [
            Point(size, max(figure.law.cost(law["factors"], size), _LEAST))
            for size in _between(points[0].x, points[-1].x, is_log=figure.is_log)
        ]
        lines.append(Line(f"{name}: slope {law['slope']:.2f}", points, colour))
        text = f"law {law['fitted']}: slope {law['law_slope']}"
        lines.append(Line(text, fitted, colour, is_law=True))
    return Picture(
        figure.title,
        "Dashed: the law, fitted. Slopes are exponents over the largest sizes, three at most.",
        Axis(_SIZES[figure.part], is_log=figure.is_log, ticks=tuple(costs_of)),
        Axis(figure.unit, is_log=figure.is_log),
        lines,
    )


def _between(first: float, last: float, *, is_log: bool) -> list[float]:
    shares = [number / (_CURVE_POINTS - 1) for number in range(_CURVE_POINTS)]
    if is_log:
        return [first * (last / first) ** share for share in shares]
    return [first + (last - first) * share for share in shares]


def table(figure: Figure, costs_of: Mapping[int, Costs], laws: Mapping[str, Any]) -> str:
    """A figure in numbers."""
    sizes = " | ".join(f"{size:,}" for size in costs_of)
    lines = [
        f"\n{figure.title}: {figure.unit}\n",
        f"| {_SIZES[figure.part]} | {sizes} | slope | law's slope | law, fitted |",
        "|---" * (len(costs_of) + 4) + "|",
    ]
    for name, key in figure.costs.items():
        cells = [f"{costs[key]:,.4g}" for costs in costs_of.values()]
        law = laws[key]
        cells += [f"{law['slope']:.2f}", law["law_slope"], law["fitted"]]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
