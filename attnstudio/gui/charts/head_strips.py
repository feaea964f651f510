"""Many heads as strips of colour: a row for each, in as many columns of panels as can be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from attnstudio.gui.charts.head_run import HeadRun, head_words, shared_range, tr, value_words
from attnstudio.gui.charts.heat_chart import HeatChart
from attnstudio.gui.charts.heat_picture import HeatPanel, HeatScale
from attnstudio.training.head_quantities import QuantityWords, words_of

_LEAST_ROW = 3.0  # pixels: what is lower is hard to point at
_LEAST_PANEL = 170  # pixels: what is narrower has no room for its updates
_TICKS = 5


class HeadStrips(HeatChart):
    """The heads of one run, or of two on the same scale; layer 0 is lowest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._runs: Sequence[HeadRun] = ()

    def show_runs(self, runs: Sequence[HeadRun]) -> None:
        """Show these, each with numbers."""
        self._runs = runs
        self._arrange()

    def _arrange(self) -> None:
        if self._runs:
            folds = _folds(self._runs, self.size())
            panels = [panel for run in self._runs for panel in _panels(run, folds)]
            self.show_panels(panels, _scale(self._runs))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.point_at(None)  # another cell may be there now
        self._arrange()


def _folds(runs: Sequence[HeadRun], size: QSize) -> int:
    """Into how many panels each run is parted, lower layers to the left."""
    rows = max(layers * heads for layers, heads in (run.shape for run in runs))
    wanted = -(-rows * _LEAST_ROW // max(1, size.height()))
    room = max(1, size.width() // (_LEAST_PANEL * len(runs)))
    return int(min(max(1, wanted), room, min(run.shape[0] for run in runs)))


def _panels(run: HeadRun, folds: int) -> list[HeatPanel]:
    assert run.series is not None  # or there is nothing to show
    values = run.series.values
    layers, heads, _ = values.shape
    panels = []
    for part in np.array_split(np.arange(layers), folds):
        first, last = int(part[0]), int(part[-1])
        rows = values[first : last + 1].reshape(len(part) * heads, -1)
        title = run.name
        if folds > 1:
            title = tr("{run}, layers {first} to {last}").format(
                run=run.name, first=first, last=last
            )
        panels.append(
            HeatPanel(title, rows, run.series.steps, _words_of(run, first, heads), first, heads)
        )
    return panels


def _words_of(run: HeadRun, first_layer: int, heads: int) -> Callable[[int, int], str]:
    return partial(_row_words, run, first_layer, heads)


def _row_words(run: HeadRun, first_layer: int, heads: int, row: int, column: int) -> str:
    return head_words(run, first_layer + row // heads, row % heads, column)


def _scale(runs: Sequence[HeadRun]) -> HeatScale:
    assert runs[0].series is not None  # or there is nothing to show
    words = words_of(runs[0].series.quantity)
    low, high = shared_range(runs, words)
    return HeatScale(low, high, _ticks(low, high, words))


def _ticks(low: float, high: float, words: QuantityWords) -> tuple[tuple[float, str], ...]:
    return tuple((at, value_words(at, words)) for at in np.linspace(low, high, _TICKS).tolist())
