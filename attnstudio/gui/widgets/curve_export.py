"""A chart as a picture or a table, in a file or on the clipboard."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, QSizeF
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from attnstudio.errors import ExportError
from attnstudio.files import write_text
from attnstudio.gui.widgets.curve_plot import CurvePlot

_SCALE = 2
_PDF_POINTS = 0.75


def to_image(plot: CurvePlot) -> QImage:
    """The chart at twice its size."""
    size = plot.size()
    image = QImage(size * _SCALE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    plot.paint_on(painter, QRectF(image.rect()))
    painter.end()
    return image


def to_table(plot: CurvePlot, delimiter: str = ",") -> str:
    """Every point of every line, with all digits, whatever the locale."""
    table = io.StringIO()
    writer = csv.writer(table, delimiter=delimiter, lineterminator="\n")
    writer.writerow(["run", "quantity", "x", "y"])
    for line in plot.curves:
        for x, y in zip(line.curve.x.tolist(), line.curve.y.tolist(), strict=True):
            writer.writerow([line.run, line.label, x, y])
    return table.getvalue()


def write(plot: CurvePlot, path: Path) -> None:
    """Write a file of the kind that its ending names.

    Raises:
        ExportError: the ending names none, or Qt could not write the file.
        StorageError: the disk would not take it.
    """
    written = True
    match path.suffix.lower():
        case ".png":
            written = to_image(plot).save(str(path))
        case ".svg":
            written = _write_svg(plot, path)
        case ".pdf":
            written = _write_pdf(plot, path)
        case ".csv":
            write_text(path, to_table(plot))
        case ".tsv":
            write_text(path, to_table(plot, "\t"))
        case _:
            raise ExportError(
                "{name} has an ending that is not known.",
                hint="Use .png, .svg, .pdf, .csv or .tsv.",
                name=path.name,
            )
    if not written:
        raise ExportError(
            "{path} could not be written.",
            hint="Check that you may write there and that the disk is not full.",
            path=path,
        )


def _write_svg(plot: CurvePlot, path: Path) -> bool:
    size: QSize = plot.size()
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(plot.title)
    return _painted(plot, generator, QRectF(0, 0, size.width(), size.height()))


def _write_pdf(plot: CurvePlot, path: Path) -> bool:
    writer = QPdfWriter(str(path))
    points = QSizeF(plot.size()) * _PDF_POINTS
    writer.setPageSize(QPageSize(points, QPageSize.Unit.Point))
    writer.setPageMargins(writer.pageLayout().minimumMargins())
    return _painted(plot, writer, QRectF(0, 0, writer.width(), writer.height()))


def _painted(plot: CurvePlot, device: QSvgGenerator | QPdfWriter, target: QRectF) -> bool:
    painter = QPainter()
    if not painter.begin(device):
        return False
    plot.paint_on(painter, target)
    return painter.end()
