"""A column of a comparison as dots: one for each run that has the figure."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.charts.dot_picture import Dot, DotRow
from attnstudio.gui.comparing.figure_words import state_in_words
from attnstudio.project.comparison_table import ComparisonTable, Figure, KindRow, value_of


def dot_rows(table: ComparisonTable, figure: Figure) -> list[DotRow]:
    """A row a kind, in the order of the comparison."""
    return [DotRow(row.kind.label, _dots(row, figure), _missing(row)) for row in table.rows]


def _dots(row: KindRow, figure: Figure) -> tuple[Dot, ...]:
    return tuple(
        Dot(value, entry.run, _tr("seed {n}").format(n=entry.seed))
        for entry, outcome in zip(row.entries, row.outcomes, strict=True)
        if (value := value_of(outcome, figure)) is not None
    )


def _missing(row: KindRow) -> str:
    return ", ".join(dict.fromkeys(state_in_words(entry.state) for entry in row.entries))


def _tr(text: str) -> str:
    return QCoreApplication.translate("comparing", text)
