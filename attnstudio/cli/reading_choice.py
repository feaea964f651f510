"""What commands say of the choice among the readings of a model, and ``attnstudio readings``."""

from __future__ import annotations

from collections.abc import Sequence

from attnstudio.cli.named_values import value_named
from attnstudio.cli.output import Output
from attnstudio.cli.trained_model import ModelChoice
from attnstudio.cli.work_progress import WorkProgress
from attnstudio.evaluation.reading import MEASURES, ChosenBy, ReadingChoice
from attnstudio.project.project import Project
from attnstudio.project.reading_choice import choose_own_reading
from attnstudio.project.run_loading import LoadedRun
from attnstudio.reading import Measure

_WIDTH = 9


def readings(output: Output, choice: ModelChoice, measure: str | None) -> None:
    """``attnstudio readings``."""
    asked = value_named(Measure, "measure", measure)
    loaded = choice.load(output)
    own = chosen_by_own_data(output, choice, loaded, MEASURES if asked is None else (asked,))
    output.result(choice_facts(own), [*map_lines(own), ""])


def chosen_by_own_data(
    output: Output, choice: ModelChoice, loaded: LoadedRun, measures: Sequence[Measure] = MEASURES
) -> ReadingChoice:
    """Choose a reading by the project's own pairs, and say which and why."""
    own = choose_own_reading(
        Project.open(choice.folder),
        loaded,
        measures,
        progress=WorkProgress(output, "steps").tell,
    )
    assert own is not None  # nothing stops it
    for line in choice_lines(own):
        output.say(line)
    return own


def choice_lines(choice: ReadingChoice) -> list[str]:
    """The choice, its reason and how sure it is, in words."""
    low, high = choice.interval.low, choice.interval.high
    reasons = {
        ChosenBy.GOLD: f"the fewest errors on {choice.pairs:,} pairs with gold links",
        ChosenBy.TEXT: f"nearest to the links that the text itself gives {choice.pairs:,} pairs",
    }
    lines = [
        f"Chosen: {choice.reading}: {reasons[choice.by]} "
        f"(error {choice.score.aer:.3f}, with 95% {low:.3f} to {high:.3f})."
    ]
    if choice.runner_up is not None:
        nearness = "too near to tell apart" if choice.is_close else "worse"
        lines.append(f"Next: {choice.runner_up.reading}: {choice.runner_up.aer:.3f}, {nearness}.")
    return lines


def choice_facts(choice: ReadingChoice) -> dict[str, object]:
    """The choice for JSON."""
    after = choice.runner_up
    return {
        "by": choice.by.value,
        "reading": choice.reading.to_mapping(),
        "error": choice.score.aer,
        "interval": [choice.interval.low, choice.interval.high],
        "pairs": choice.pairs,
        "runner_up": after and after.reading.to_mapping() | {"error": after.aer},
        "doubt": choice.doubt,
        "table": [row.reading.to_mapping() | {"error": row.aer} for row in choice.table],
    }


def map_lines(choice: ReadingChoice) -> list[str]:
    """The error of each layer and head, each in its better step and measure; ``*`` is the best."""
    layers = sorted({row.reading.layer for row in choice.table if row.reading.layer is not None})
    heads = sorted({row.reading.head for row in choice.table if row.reading.head is not None})
    titles = ["", "average", *(f"head {head}" for head in heads)]
    lines = ["".join(title.rjust(_WIDTH) for title in titles)]
    for layer in (None, *layers):
        cells = ["average" if layer is None else f"layer {layer}"]
        for head in (None, *(heads if layer is not None else ())):
            mark = "*" if (choice.reading.layer, choice.reading.head) == (layer, head) else ""
            cells.append(f"{mark}{_least(choice, layer, head):.3f}")
        lines.append("".join(cell.rjust(_WIDTH) for cell in cells))
    return lines


def _least(choice: ReadingChoice, layer: int | None, head: int | None) -> float:
    return min(
        row.aer for row in choice.table if (row.reading.layer, row.reading.head) == (layer, head)
    )
