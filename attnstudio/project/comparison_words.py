"""A comparison's table in words: for a terminal, for files, and what it shows in sentences."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from attnstudio.project.comparison_queue import EntryState
from attnstudio.project.comparison_table import (
    ComparisonTable,
    Difference,
    Figure,
    KindRow,
    Rule,
    value_of,
)
from attnstudio.training.scores import AER, BLEU, CHRF, LOSS

LABELS: Mapping[Figure, str] = MappingProxyType(
    {
        Figure.BLEU: BLEU.label,
        Figure.CHRF: CHRF.label,
        Figure.LOSS: LOSS.label,
        Figure.AER: AER.label,
        Figure.ZEROS: "zeros",
        Figure.TOKENS_PER_SECOND: "tokens/s",
        Figure.MEMORY: "memory, MB",
        Figure.SECONDS: "training, s",
    }
)
_DECIMALS: Mapping[Figure, int] = MappingProxyType(
    {
        Figure.BLEU: BLEU.decimals,
        Figure.CHRF: CHRF.decimals,
        Figure.LOSS: LOSS.decimals,
        Figure.AER: AER.decimals,
        Figure.ZEROS: 3,
        Figure.TOKENS_PER_SECOND: 0,
        Figure.MEMORY: 0,
        Figure.SECONDS: 0,
    }
)
_NOTHING = "–"


def written(figure: Figure, value: float) -> str:
    """A value of a column, as it is shown: memory in MB."""
    value = value / 1e6 if figure is Figure.MEMORY else value
    return f"{value:,.{_DECIMALS[figure]}f}"


def headings(table: ComparisonTable) -> list[str]:
    """The headings of the columns."""
    return ["kind", *(LABELS[figure] for figure in table.figures), "runs"]


def cells(table: ComparisonTable) -> list[list[str]]:
    """A row a kind: means, with the least and the greatest of several seeds; and what became."""
    return [[row.kind.label, *_figures(table, row), _runs(row)] for row in table.rows]


def table_lines(table: ComparisonTable) -> list[str]:
    """The table for a terminal."""
    rows = [headings(table), *cells(table)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [_line(row, widths) for row in rows]


def markdown_of(table: ComparisonTable) -> str:
    """The table and its findings for a page."""
    top = headings(table)
    rows = [top, ["---", *("---:" for _ in top[1:-1]), "---"], *cells(table)]
    lines = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join([*lines, "", *(f"- {each}" for each in findings(table))]) + "\n"


def csv_of(table: ComparisonTable) -> str:
    """One row a run, with all figures as they are."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["kind", "seed", "run", "state", *(figure.value for figure in Figure)])
    for row in table.rows:
        for entry, outcome in zip(row.entries, row.outcomes, strict=True):
            values = (value_of(outcome, figure) for figure in Figure)
            shown = ["" if value is None else f"{value:.10g}" for value in values]
            writer.writerow([row.kind.label, entry.seed, entry.run, entry.state.value, *shown])
    return text.getvalue()


def findings(table: ComparisonTable) -> list[str]:
    """What the table shows beyond noise and what not, each by the rule that it names."""
    first = table.rows[0].kind.label
    lines = []
    for row in table.rows[1:]:
        for figure, difference in row.differences.items():
            if (words := difference_words(figure, difference)) is not None:
                lines.append(f"{row.kind.label} against {first}: {words}")
    return lines


def difference_words(figure: Figure, difference: Difference) -> str | None:
    """A difference that is judged by a rule, in a sentence; None for one without."""
    if difference.low is None or difference.high is None:
        return None
    low, high = (_signed(figure, end) for end in (difference.low, difference.high))
    start = f"{LABELS[figure]} {_signed(figure, difference.mean)} (95 %: {low} to {high})"
    match difference.rule:
        case Rule.SEEDS:
            count = f"{difference.seeds} seeds"
            if difference.is_beyond:
                return f"{start}, beyond the spread of {count}."
            return f"{start}, within the spread of {count}: no difference is shown."
        case _:
            if difference.is_beyond:
                return (
                    f"{start}, more than the choice of test sentences explains; it is one seed, "
                    "and another may say otherwise."
                )
            return f"{start}, no more than the choice of test sentences explains."


def _signed(figure: Figure, value: float) -> str:
    text = f"{value:+.{_DECIMALS[figure] + 1}f}"
    return text.replace("-", "\N{MINUS SIGN}")


def _figures(table: ComparisonTable, row: KindRow) -> list[str]:
    return [_cell(row, figure) for figure in table.figures]


def _cell(row: KindRow, figure: Figure) -> str:
    found = row.averages.get(figure)
    if found is None:
        return _NOTHING
    mean = written(figure, found.mean)
    if found.seeds == 1:
        return mean
    return f"{mean} ({written(figure, found.low)} to {written(figure, found.high)})"


def _runs(row: KindRow) -> str:
    """``finished``, or ``2 finished, 1 failed``."""
    states = [entry.state for entry in row.entries]
    there = [state for state in EntryState if state in states]
    if len(states) == 1:
        return states[0].value
    return ", ".join(f"{states.count(state)} {state.value}" for state in there)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *numbers, last = row
    middle = "".join(
        cell.rjust(width + 2) for cell, width in zip(numbers, widths[1:-1], strict=True)
    )
    return f"{first.ljust(widths[0])}{middle}  {last}"


def decimals_of(figure: Figure) -> int:
    """How many decimals a value of a column has, as it is shown."""
    return _DECIMALS[figure]
