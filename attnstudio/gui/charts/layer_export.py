"""The picture of gradient norms as a file: a drawing, a picture or a table."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from attnstudio.files import write_text
from attnstudio.gui.charts import picture_file
from attnstudio.gui.charts.layer_chart import LayerChart
from attnstudio.gui.look.theme import colours_of
from attnstudio.training.layer_norms import norms_table

ENDINGS = ("svg", "png", "csv", "tsv")


def write_layers(chart: LayerChart, path: Path) -> None:
    """Write a file of the kind that its ending names.

    Raises:
        ExportError: the ending names none, or Qt could not write the file.
        StorageError: the disk would not take it.
    """
    paint, dots_per_inch = partial(_paint, chart), chart.logicalDpiX()
    written = True
    match path.suffix.lower():
        case ".svg":
            title = chart.accessibleName()
            written = picture_file.write_svg(paint, path, chart.size(), dots_per_inch, title)
        case ".png":
            image = picture_file.to_image(paint, chart.size(), dots_per_inch)
            written = image.save(str(path))
        case ".csv":
            write_text(path, norms_table(chart.stacks))
        case ".tsv":
            write_text(path, norms_table(chart.stacks, "\t"))
        case _:
            raise picture_file.unknown_ending(path, ".svg, .png, .csv or .tsv")
    if not written:
        raise picture_file.unwritten(path)


def _paint(chart: LayerChart, painter: QPainter) -> None:
    colours = colours_of(chart.palette())
    painter.fillRect(QRectF(chart.rect()), QColor(colours.panel))
    chart.picture().paint(painter, colours)
