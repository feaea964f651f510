"""The picture of gradient norms as a file: a drawing, a picture or a table."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from attnstudio.errors import ExportError
from attnstudio.files import write_text
from attnstudio.gui.charts.layer_chart import LayerChart
from attnstudio.gui.look.theme import colours_of
from attnstudio.training.layer_norms import norms_table

ENDINGS = ("svg", "png", "csv", "tsv")
_SCALE = 2


def write_layers(chart: LayerChart, path: Path) -> None:
    """Write a file of the kind that its ending names.

    Raises:
        ExportError: the ending names none, or Qt could not write the file.
        StorageError: the disk would not take it.
    """
    written = True
    match path.suffix.lower():
        case ".svg":
            written = _write_svg(chart, path)
        case ".png":
            written = _to_image(chart).save(str(path))
        case ".csv":
            write_text(path, norms_table(chart.stacks))
        case ".tsv":
            write_text(path, norms_table(chart.stacks, "\t"))
        case _:
            raise ExportError(
                "{name} has an ending that is not known.",
                hint="Use .svg, .png, .csv or .tsv.",
                name=path.name,
            )
    if not written:
        raise ExportError(
            "{path} could not be written.",
            hint="Check that you may write there and that the disk is not full.",
            path=path,
        )


def _to_image(chart: LayerChart) -> QImage:
    image = QImage(chart.size() * _SCALE, QImage.Format.Format_RGB32)
    dots = round(chart.logicalDpiX() / 0.0254)
    image.setDotsPerMeterX(dots)
    image.setDotsPerMeterY(dots)
    with QPainter(image) as painter:
        painter.scale(_SCALE, _SCALE)
        _paint(chart, painter)
    return image


def _write_svg(chart: LayerChart, path: Path) -> bool:
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setFileName(str(path))
    generator.setResolution(chart.logicalDpiX())
    generator.setSize(chart.size())
    generator.setViewBox(QRectF(chart.rect()))
    generator.setTitle(chart.accessibleName())
    painter = QPainter()
    if not painter.begin(generator):
        return False
    _paint(chart, painter)
    return painter.end()


def _paint(chart: LayerChart, painter: QPainter) -> None:
    colours = colours_of(chart.palette())
    painter.fillRect(QRectF(chart.rect()), QColor(colours.panel))
    chart.picture().paint(painter, colours)
