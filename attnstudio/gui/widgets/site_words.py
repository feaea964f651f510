"""The sites of attention in words for people: in a list, beside rows and columns, of a cell."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from attnstudio.axes import (
    CROSS,
    DECODER_SELF,
    ENCODER_SELF,
    INPUTS,
    SOURCE,
    TARGET,
    Meaning,
    Site,
)
from attnstudio.interpretation.lettering import isolate
from attnstudio.interpretation.view import View


class SideNames(NamedTuple):
    """What the sides of a matrix are; the parts of a name stand in one line or in two.

    Attributes:
        columns: what is looked at.
        rows: what looks.
    """

    columns: tuple[str, ...]
    rows: tuple[str, ...]


def site_name(site: Site) -> str:
    """A site by its name: ``Target over source``."""
    names = {
        CROSS: _tr("Target over source"),
        ENCODER_SELF: _tr("Source over itself"),
        DECODER_SELF: _tr("Target over itself"),
    }
    return names.get(site, site.name)


def side_names(site: Site) -> SideNames:
    """What stands beside the columns and the rows: ``Source`` and ``Target``."""
    axes = {SOURCE: _tr("Source"), TARGET: _tr("Target"), INPUTS: _tr("Target")}
    columns, rows = (axes.get(axis, axis) for axis in (site.keys, site.queries))
    if site.is_self:
        return SideNames((columns, _tr("looked at")), (rows, _tr("looking")))
    return SideNames((columns,), (rows,))


def cell_words(view: View, row: int, column: int) -> str:
    """A number of a view in words: ``Hund looks at dog: 0.7500``; what is signed does not look."""
    is_looked = view.meaning is Meaning.DISTRIBUTION
    template = (
        _tr("{row} looks at {column}: {weight}")
        if is_looked
        else _tr("{column} for {row}: {weight}")
    )
    return template.format(
        row=isolate(view.rows.label(row)),
        column=isolate(view.columns.label(column)),
        weight=f"{view.weights[row, column]:.4f}",
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("sites", text)
