"""The shown attention as a file or on the clipboard."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QMarginsF, QSizeF
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgRenderer

from attnstudio.axes import Meaning, Record
from attnstudio.corpus.alignment import Alignment, Link
from attnstudio.errors import ExportError
from attnstudio.files import write_bytes, write_text
from attnstudio.gui.widgets.rasterise import rasterise
from attnstudio.inference.sentence_numbers import SentenceNumbers
from attnstudio.interpretation.colours import ColourMap
from attnstudio.interpretation.export import record_to_json, view_to_svg, view_to_table
from attnstudio.interpretation.links import makes_links
from attnstudio.interpretation.site_words import file_words
from attnstudio.interpretation.view import View
from attnstudio.interpretation.web_page import record_to_page

_POINTS_PER_PIXEL = 0.75


@dataclass(frozen=True, slots=True)
class ExportedView:
    """What is on the page, as it leaves it.

    Attributes:
        record: all of the attention.
        view: what is seen of it, over subwords or words.
        colour_map: the scale.
        origin: run and step, for the picture's foot.
        numbers: for the formulas of a page for a browser; None for none.
        changes: what was changed of the attention, in words; nothing where it is as it was.
    """

    record: Record
    view: View
    colour_map: ColourMap
    origin: str
    numbers: SentenceNumbers | None = None
    changes: tuple[str, ...] = ()

    @property
    def file_name(self) -> str:
        """What a file of it may be called, without an ending: ``cross-attention``."""
        name = file_words(self.view.reading, self.view.meaning)
        return f"{name}-changed" if self.changes else name


def to_svg(shown: ExportedView) -> str:
    """The picture."""
    return view_to_svg(
        shown.record, shown.view, shown.colour_map, origin=shown.origin, changes=shown.changes
    )


def to_pharaoh(shown: ExportedView) -> str:
    """The links between the tokens or words, counted from 0; those that are hidden count too.

    Raises:
        ExportError: what is shown makes no links.
    """
    if not makes_links(shown.view.site, shown.view.meaning):
        raise ExportError(
            "A sentence over itself has no links."
            if shown.view.meaning is Meaning.DISTRIBUTION
            else "Numbers of either sign make no links.",
            hint="Choose 'Target over source' first, or another kind of file.",
        )
    links = (Link(shown.view.whole_column(link.source), link.target) for link in shown.view.links)
    return Alignment(frozenset(links)).to_pharaoh()


def to_json(shown: ExportedView) -> str:
    """The whole record, all layers and heads, and which of it is shown."""
    content = record_to_json(shown.record, shown.view.reading)
    if shown.changes:  # so that nobody takes it for what the model does by itself
        content["changes"] = list(shown.changes)
    return json.dumps(content, ensure_ascii=False, allow_nan=False)


def write(shown: ExportedView, path: Path) -> None:
    """Write a file of the kind that its ending names.

    Raises:
        ExportError: the ending names none, or Qt could not write the file.
        StorageError: the disk would not take it.
    """
    texts: dict[str, Callable[[], str]] = {
        ".svg": lambda: to_svg(shown),
        ".csv": lambda: view_to_table(shown.view),
        ".tsv": lambda: view_to_table(shown.view, "\t"),
        ".html": lambda: record_to_page(
            shown.record,
            shown.view.reading,
            shown.colour_map,
            origin=shown.origin,
            numbers=shown.numbers,
            changes=shown.changes,
        ),
        ".json": lambda: to_json(shown) + "\n",
        ".txt": lambda: to_pharaoh(shown) + "\n",
    }
    kind = path.suffix.lower()
    if kind in texts:
        write_text(path, texts[kind]())
    elif kind == ".png":
        write_bytes(path, rasterise(to_svg(shown).encode()))
    elif kind == ".pdf":
        _write_pdf(to_svg(shown), path)
    else:
        raise ExportError(
            "{name} has an ending that is not known.",
            hint="Use .png, .svg, .pdf, .html, .csv, .tsv, .json or .txt (links).",
            name=path.name,
        )


def _write_pdf(svg: str, path: Path) -> None:
    """On a page as large as the picture."""
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    size = QSizeF(renderer.defaultSize()) * _POINTS_PER_PIXEL
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Point))
    writer.setPageMargins(QMarginsF())
    painter = QPainter()
    if not painter.begin(writer):
        _refuse(path, "the file could not be opened")
    renderer.render(painter)
    painter.end()


def _refuse(path: Path, problem: str) -> None:
    if problem:
        raise ExportError(
            "{path} could not be written: {problem}.",
            hint="Check that you may write there and that the disk is not full.",
            path=path,
            problem=problem.rstrip("."),
        )
