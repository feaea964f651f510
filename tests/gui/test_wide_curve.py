"""A wide line looks as pyqtgraph draws it, and comes sooner."""

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtGui import QImage

from attnstudio.gui.charts.wide_curve import WideCurve


@pytest.fixture
def picture(qtbot):
    def picture(kind, pen, y):
        plot = pg.PlotWidget()
        qtbot.addWidget(plot)
        plot.resize(400, 300)
        plot.addItem(kind(np.arange(len(y)), y, pen=pen, connect="finite"))
        plot.setXRange(0, len(y))
        plot.setYRange(-3, 3)
        plot.show()
        image = plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        return np.array(image.constBits()).reshape(image.height(), -1, 4)[:, :, :3]

    return picture


@pytest.mark.parametrize("gap", [slice(0), slice(100, 160)])
@pytest.mark.parametrize("width", [1, 2, 3])
def test_it_looks_as_without_the_short_cut(picture, width, gap):
    y = np.random.default_rng(0).normal(size=300)
    y[gap] = np.nan
    pen = pg.mkPen("#ff8800", width=width)

    plain, wide = picture(pg.PlotCurveItem, pen, y), picture(WideCurve, pen, y)

    assert (plain != plain[0, 0]).any()
    assert (plain != wide).any(axis=2).mean() < 0.001


def test_a_curve_without_points_is_nothing(picture):
    pen = pg.mkPen("#ff8800", width=2)

    assert (
        picture(WideCurve, pen, np.empty(0)) == picture(pg.PlotCurveItem, pen, np.empty(0))
    ).all()
