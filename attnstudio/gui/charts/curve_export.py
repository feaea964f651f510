"""A chart as a picture or a table, in a file or on the clipboard."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QImage, QPageSize, QPdfWriter

from attnstudio.files import write_text
from attnstudio.gui.charts import picture_file
from attnstudio.gui.charts.chart_picture import ChartPicture
from attnstudio.gui.charts.curve_plot import CurvePlot

_POINTS_PER_INCH = 72
_EXACT = QPageSize.SizeMatchPolicy.ExactMatch


def to_image(plot: CurvePlot) -> QImage:
    """The chart at twice its size."""
    picture = ChartPicture(plot)
    return picture_file.to_image(picture.paint, picture.size, plot.logicalDpiX())


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
            raise picture_file.unknown_ending(path, ".png, .svg, .pdf, .csv or .tsv")
    if not written:
        raise picture_file.unwritten(path)


def _write_svg(plot: CurvePlot, path: Path) -> bool:
    picture = ChartPicture(plot)
    return picture_file.write_svg(picture.paint, path, picture.size, plot.logicalDpiX(), plot.title)


def _write_pdf(plot: CurvePlot, path: Path) -> bool:
    picture = ChartPicture(plot)
    writer = QPdfWriter(str(path))
    writer.setTitle(plot.title)
    writer.setResolution(plot.logicalDpiX())
    points = QSizeF(picture.size) * (_POINTS_PER_INCH / plot.logicalDpiX())
    writer.setPageSize(QPageSize(points, QPageSize.Unit.Point, "", _EXACT))
    writer.setPageMargins(QMarginsF())
    return picture_file.painted_on(writer, picture.paint)
