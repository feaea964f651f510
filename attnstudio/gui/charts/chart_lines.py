"""The lines of a chart: what is drawn of each, and the upright lines where it has gaps."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

import numpy as np
import pyqtgraph as pg

from attnstudio.gui.charts.chart_canvas import ChartCanvas
from attnstudio.gui.charts.line_items import LineItems
from attnstudio.gui.charts.mark_lines import Mark, MarkKind, MarkLines
from attnstudio.gui.charts.plotted_curve import (
    DrawnCurve,
    PlotOptions,
    PlottedCurve,
    drawn_curve,
)
from attnstudio.gui.look.theme import Colours

_MOST_GAPS = 20  # of a line that are marked: more would be a hatching


class ChartLines:
    """Works out once what is drawn of a line, and draws it.

    Args:
        canvas: what they are drawn on.

    Attributes:
        curves: the lines as they were given.
        shapes: how each of them is drawn.
        options: how all of them are.
    """

    def __init__(self, canvas: ChartCanvas) -> None:
        self._canvas = canvas
        self.curves: list[PlottedCurve] = []
        self.shapes: list[DrawnCurve] = []
        self.options = PlotOptions()
        self._prepared: dict[int, DrawnCurve] = {}
        self._marks: list[Mark] = []
        self._mark_lines = MarkLines(canvas)
        self._items = LineItems(canvas)

    @property
    def items(self) -> list[pg.PlotDataItem]:
        """What pyqtgraph draws of the lines; of a line that is gone, without points."""
        return self._items.items

    @property
    def has_gaps(self) -> bool:
        """Whether a line has points of which nothing can be drawn."""
        return any(shape.gaps for shape in self.shapes)

    @property
    def hidden_points(self) -> int:
        """How many points have no place on a logarithmic axis."""
        if not self.options.logarithmic:
            return 0
        return sum(int(np.count_nonzero(line.curve.y <= 0)) for line in self.curves)

    @property
    def marked_places(self) -> list[float]:
        """Where upright lines stand in the picture."""
        return self._mark_lines.shown

    def prepare(self, line: PlottedCurve, options: PlotOptions) -> None:
        """Work out what is drawn of a line, ahead of `take`; it takes the most time."""
        before = next((s for s in self.shapes if s.line.curve is line.curve), None)
        self._prepared[id(line.curve)] = drawn_curve(before, line, options.smoothing)
        self._items.make_for(list(self._prepared.values()))

    def take(self, curves: Sequence[PlottedCurve], options: PlotOptions) -> bool:
        """Work out what is drawn of these lines and of no others.

        Returns:
            Whether it is anything else than before.
        """
        prepared, self._prepared = self._prepared, {}
        if options == self.options and _are_same(curves, self.curves):
            return False
        before = {id(shape.line.curve): shape for shape in self.shapes} | prepared
        self.curves, self.options = list(curves), options
        self.shapes = [
            drawn_curve(before.get(id(line.curve)), line, options.smoothing) for line in curves
        ]
        return True

    def draw(self) -> None:
        """Draw the lines."""
        self._items.draw(self.shapes, self.options)

    def exported_at(self, scale: float) -> AbstractContextManager[None]:
        """Draw for a picture whose pixels are so many times smaller."""
        return self._items.exported_at(scale)

    def show_marks(self, marks: Sequence[Mark], colours: Colours) -> None:
        """Draw upright lines at these places, where lines have gaps, and at no others."""
        self._marks = list(marks)
        self.draw_marks(colours)

    def draw_marks(self, colours: Colours) -> None:
        """Draw the upright lines where their places are now."""
        gaps = [
            Mark(MarkKind.GAP, x, shape.line.series.colour)
            for shape in self.shapes
            for x in shape.gaps[:_MOST_GAPS]
        ]
        places = [(mark, self._canvas.to_picture(mark.x)) for mark in (*self._marks, *gaps)]
        drawn = [mark._replace(x=place) for mark, place in places if place is not None]
        self._mark_lines.show(drawn, colours)


def _are_same(curves: Sequence[PlottedCurve], others: Sequence[PlottedCurve]) -> bool:
    """Whether lines have the very same points and look the same."""
    return len(curves) == len(others) and all(
        one.curve is other.curve and one == other  # arrays have no truth value, their owners have
        for one, other in zip(curves, others, strict=True)
    )
