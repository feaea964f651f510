"""A picture of dots as a file: a drawing or a picture."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from attnstudio.gui.charts import picture_file
from attnstudio.gui.charts.dot_chart import DotChart
from attnstudio.gui.look.theme import colours_of


def write_dots(chart: DotChart, path: Path) -> None:
    """Write a file of the kind that its ending names.

    Raises:
        ExportError: the ending names none, or Qt could not write the file.
    """
    match path.suffix.lower():
        case ".svg":
            paint = partial(_paint, chart)
            title, dots_per_inch = chart.accessibleName(), chart.logicalDpiX()
            written = picture_file.write_svg(paint, path, chart.size(), dots_per_inch, title)
        case ".png":
            written = dots_image(chart).save(str(path))
        case _:
            raise picture_file.unknown_ending(path, ".svg or .png")
    if not written:
        raise picture_file.unwritten(path)


def dots_image(chart: DotChart) -> QImage:
    """The picture at twice its size."""
    return picture_file.to_image(partial(_paint, chart), chart.size(), chart.logicalDpiX())


def _paint(chart: DotChart, painter: QPainter) -> None:
    colours = colours_of(chart.palette())
    painter.fillRect(QRectF(chart.rect()), QColor(colours.panel))
    chart.picture().paint(painter, colours)
