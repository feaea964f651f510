"""The picture of gradient norms: updates by layers, a panel for each stack."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from attnstudio.gui.charts.heat_chart import HeatChart
from attnstudio.gui.charts.heat_picture import HeatScale
from attnstudio.gui.charts.layer_picture import layer_panels, layer_scale
from attnstudio.training.layer_norms import LayerNorms


class LayerChart(HeatChart):
    """Shows the gradient norms of a run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        name = QCoreApplication.translate("LayerChart", "Gradient norm of each layer")
        super().__init__(name, parent)
        self._stacks: Sequence[LayerNorms] = ()

    @property
    def stacks(self) -> Sequence[LayerNorms]:
        """What is shown."""
        return self._stacks

    def show_norms(self, stacks: Sequence[LayerNorms]) -> None:
        """Show others, or what has come since."""
        self._stacks = stacks
        scale = layer_scale(stacks) if stacks else HeatScale(0.0, 1.0, ())
        self.show_panels(layer_panels(stacks), scale)
