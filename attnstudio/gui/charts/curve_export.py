"""A chart as a picture or a table, in a file or on the clipboard."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from attnstudio.errors import ExportError
from attnstudio.files import write_text
from attnstudio.gui.charts.chart_picture import ChartPicture
from attnstudio.gui.charts.curve_plot import CurvePlot

_SCALE = 2
_INCH_M = 0.0254
_POINTS_PER_INCH = 72
_EXACT = QPageSize.SizeMatchPolicy.ExactMatch


def to_image(plot: CurvePlot) -> QImage:
    """The chart at twice its size."""
    picture = ChartPicture(plot)
    image = QImage(picture.size * _SCALE, QImage.Format.Format_RGB32)
    dots = round(plot.logicalDpiX() / _INCH_M)
    image.setDotsPerMeterX(dots)  # or axes and curves would be drawn at scales of their own
    image.setDotsPerMeterY(dots)
    painter = QPainter(image)
    painter.scale(_SCALE, _SCALE)
    picture.paint(painter)
    painter.end()
    return image


def to_table(plot: CurvePlot, delimiter: str = ",") -> str:
    """Every point of every line, with all digits, whatever the locale.

    Where it is known between which bounds values lie with 95 %, these stand beside them.
    """
    table = io.StringIO()
    writer = csv.writer(table, delimiter=delimiter, lineterminator="\n")
    curves = plot.lines.curves
    has_ends = any(line.curve.low is not None for line in curves)
    writer.writerow(["run", "quantity", "x", "y", *(["low", "high"] if has_ends else [])])
    for line in curves:
        columns = [line.curve.x, line.curve.y]
        if has_ends:
            none = np.full(len(line.curve.x), np.nan)
            columns += [none if e is None else e for e in (line.curve.low, line.curve.high)]
        for numbers in np.stack(columns, axis=1).tolist():
            writer.writerow([line.run, line.label, *numbers])
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
    picture = ChartPicture(plot)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # 1.2 tiny cannot clip
    generator.setFileName(str(path))
    generator.setResolution(plot.logicalDpiX())  # or axes and curves would have their own scales
    generator.setSize(picture.size)
    generator.setViewBox(QRectF(QPointF(), QSizeF(picture.size)))
    generator.setTitle(plot.title)
    return _painted(picture, generator)


def _write_pdf(plot: CurvePlot, path: Path) -> bool:
    picture = ChartPicture(plot)
    writer = QPdfWriter(str(path))
    writer.setTitle(plot.title)
    writer.setResolution(plot.logicalDpiX())
    points = QSizeF(picture.size) * (_POINTS_PER_INCH / plot.logicalDpiX())
    writer.setPageSize(QPageSize(points, QPageSize.Unit.Point, "", _EXACT))
    writer.setPageMargins(QMarginsF())
    return _painted(picture, writer)


def _painted(picture: ChartPicture, device: QSvgGenerator | QPdfWriter) -> bool:
    painter = QPainter()
    if not painter.begin(device):
        return False
    picture.paint(painter)
    return painter.end()
