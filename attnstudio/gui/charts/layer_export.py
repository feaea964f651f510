"""The picture of gradient norms as a file: a drawing, a picture or a table."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from attnstudio.gui.charts.drawn_picture import DrawnPicture
from attnstudio.gui.charts.layer_chart import LayerChart
from attnstudio.training.layer_norms import norms_table


def write_layers(chart: LayerChart, path: Path) -> None:
    """Write a file of the kind that its ending names.

    Raises:
        ExportError: the ending names none, or Qt could not write the file.
        StorageError: the disk would not take it.
    """
    DrawnPicture(
        chart.accessibleName(),
        chart.paint_on,
        chart.size(),
        partial(norms_table, chart.stacks),
        chart.logicalDpiX(),
    ).write(path)
