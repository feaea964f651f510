"""The sites of attention in words for people: in a list, and beside rows and columns."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from attnstudio.axes import CROSS, DECODER_SELF, ENCODER_SELF, INPUTS, SOURCE, TARGET, Site


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


def _tr(text: str) -> str:
    return QCoreApplication.translate("sites", text)
