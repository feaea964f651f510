"""A measurement as a table, for people and for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from attnstudio.lab.crossings import fitted_law
from attnstudio.lab.report import LabCurve, LabReport, Measure, Work

_HEADINGS = (
    "kind", "work", "pieces", "milliseconds", "quarter_below_ms", "quarter_above_ms", "rounds",
    "memory_bytes",
)  # fmt: skip
_UNITS = {Measure.SECONDS: "ms", Measure.MEMORY: "MB"}
_WORK_WORDS = {Work.TRAINING: "Training step", Work.DECODING: "Decoding"}


def csv_of(report: LabReport) -> str:
    """One row a point."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADINGS)
    for curve in report.curves:
        for point in curve.points:
            milliseconds = (1000 * each for each in (point.seconds, point.low_s, point.high_s))
            figures = [f"{each:.4g}" for each in milliseconds]
            row = (curve.kind, curve.work.value, point.length, *figures)
            writer.writerow((*row, point.rounds, point.memory_bytes))
    return text.getvalue()


def table_lines(report: LabReport, work: Work, measure: Measure) -> list[str]:
    """A table with a row a kind and a column a length; nothing where nothing was measured."""
    curves = report.of(work)
    if not curves:
        return []
    lengths = [length for length in report.lengths if any(length in c.lengths for c in curves)]
    heading = f"{_WORK_WORDS[work]}, {_UNITS[measure]}, sentences of … pieces"
    rows = [[heading, *(f"{length:,}" for length in lengths), "law"]]
    rows += [[c.label, *_cells(c, measure, lengths), _law_words(c, measure)] for c in curves]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [_line(row, widths) for row in rows]


def _cells(curve: LabCurve, measure: Measure, lengths: Sequence[int]) -> list[str]:
    known = dict(zip(curve.lengths, curve.costs(measure), strict=True))
    return [three_figures(known[length]) if length in known else "–" for length in lengths]


def three_figures(value: float) -> str:
    """A cost as it can be known: ``0.123``, ``12.3``, ``1,230``."""
    return f"{float(f'{value:.3g}'):,g}" if value < 1e6 else f"{value:,.0f}"


def _law_words(curve: LabCurve, measure: Measure) -> str:
    law = fitted_law(curve, measure)
    written = "" if law is None else f": {law.law.written(law.factors)}"
    return f"{curve.growth}{written}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *numbers, law = cells
    middle = "".join(
        cell.rjust(width + 2) for cell, width in zip(numbers, widths[1:-1], strict=True)
    )
    return f"{first.ljust(widths[0])}{middle}  {law}"
