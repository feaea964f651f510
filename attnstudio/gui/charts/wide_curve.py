"""A line of more than one pixel, drawn as fast as a thin one."""

from __future__ import annotations

import pyqtgraph as pg
from pyqtgraph.functions import arrayToQPath
from pyqtgraph.graphicsItems.PlotCurveItem import arrayToLineSegments
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPen, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget


class WideCurve(pg.PlotCurveItem):  # type: ignore[misc] # pyqtgraph has no types
    """A curve whose points are brought to their pixels before they are drawn.

    Through the scale of the axes Qt takes four times as long for a wide line.
    """

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if self._exportOpts is not False:
            self._paint_in_file(painter, self._exportOpts["resolutionScale"])
            return
        pen, transform = self.opts["pen"], painter.worldTransform()
        x, y = self.getData()
        is_plain = pen.widthF() > 1 and pen.isSolid() and not self.opts["antialias"]
        if x is None or not is_plain or transform.isRotating():
            super().paint(painter, option, widget)
            return
        x, y = transform.m11() * x + transform.dx(), transform.m22() * y + transform.dy()
        painter.save()
        painter.setWorldTransform(QTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(pen)
        if pen.style() is Qt.PenStyle.SolidLine:
            lines = arrayToLineSegments(x, y, connect="finite", finiteCheck=True)
            painter.drawLines(*lines.drawargs())
        else:  # a pattern would begin anew in each of these short lines, and look solid
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(arrayToQPath(x, y, connect="finite", finiteCheck=True))
        painter.restore()

    def _paint_in_file(self, painter: QPainter, scale: float) -> None:
        """As wide as on the screen: not all that read files know lines that are never scaled."""
        x, y = self.getData()
        if x is None:
            return
        transform = painter.worldTransform()
        path = arrayToQPath(
            transform.m11() * x + transform.dx(),
            transform.m22() * y + transform.dy(),
            connect="finite",
            finiteCheck=True,
        )
        pen = QPen(self.opts["pen"])
        pen.setCosmetic(False)
        pen.setWidthF(scale * pen.widthF())
        painter.save()
        painter.setWorldTransform(QTransform())
        painter.strokePath(path, pen)
        painter.restore()
