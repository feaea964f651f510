"""The shown attention as a file or on the clipboard."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QByteArray, QMarginsF, QSizeF
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgRenderer

from attnstudio.corpus.alignment import Alignment
from attnstudio.errors import ExportError
from attnstudio.files import write_bytes, write_text
from attnstudio.gui.inspector.rasterise import rasterise
from attnstudio.inference.record import AttentionRecord
from attnstudio.interpretation.colours import ColourMap
from attnstudio.interpretation.export import caption_of, record_to_json
from attnstudio.interpretation.layout import layout_heatmap
from attnstudio.interpretation.links import Reading
from attnstudio.interpretation.svg import draw_svg
from attnstudio.interpretation.view import AttentionView, Site

_POINTS_PER_PIXEL = 0.75


@dataclass(frozen=True, slots=True)
class Shown:
    """What is on the page.

    Attributes:
        record: all of the attention.
        site: which kind of it is shown.
        reading: which layer and head of that.
        view: as it is shown, over subwords or words.
        colour_map: the scale.
        origin: run and step, for the picture's foot.
    """

    record: AttentionRecord
    site: Site
    reading: Reading
    view: AttentionView
    colour_map: ColourMap
    origin: str


def to_svg(shown: Shown) -> str:
    """The picture."""
    caption = caption_of(shown.record, shown.reading, shown.site)
    caption = replace(caption, footer=f"{shown.origin} · Attention Studio")
    view = shown.view
    layout = layout_heatmap(view.weights, view.source_tokens, view.target_tokens, caption)
    return draw_svg(layout, shown.colour_map)


def to_table(shown: Shown, delimiter: str = ",") -> str:
    """The weights with all their digits: the source tokens above, one line a target token."""
    table = io.StringIO()
    writer = csv.writer(table, delimiter=delimiter, lineterminator="\n")
    writer.writerow(["", *(token.text for token in shown.view.source_tokens)])
    rows = shown.view.weights.tolist()
    for token, row in zip(shown.view.target_tokens, rows, strict=True):
        writer.writerow([token.text, *row])
    return table.getvalue()


def to_pharaoh(shown: Shown) -> str:
    """The links between the tokens that are shown, counted from 0.

    Raises:
        ExportError: what is shown is a sentence over itself.
    """
    if shown.site is not Site.CROSS:
        raise ExportError(
            "A sentence over itself has no links.",
            hint="Choose 'Target over source' first, or another kind of file.",
        )
    return Alignment(shown.view.links).to_pharaoh()


def to_json(shown: Shown) -> str:
    """The whole record, all layers and heads, and which of it is shown."""
    content = record_to_json(shown.record, shown.reading) | {"site": shown.site.value}
    return json.dumps(content, ensure_ascii=False, allow_nan=False)


def write(shown: Shown, path: Path) -> None:
    """Write a file of the kind that its ending names.

    Raises:
        ExportError: the ending names none, or Qt could not write the file.
        StorageError: the disk would not take it.
    """
    texts: dict[str, Callable[[], str]] = {
        ".svg": lambda: to_svg(shown),
        ".csv": lambda: to_table(shown),
        ".tsv": lambda: to_table(shown, "\t"),
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
            hint="Use .png, .svg, .pdf, .csv, .tsv, .json or .txt (links).",
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
