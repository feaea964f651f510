"""The choice by what the rows and columns of a heat map are ordered."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from attnstudio.gui.widgets.attention_heatmap import AttentionHeatmap
from attnstudio.interpretation.ordering import OrderKind


class OrderChoice(QComboBox):
    """A list of orders.

    Args:
        heatmap: what is ordered.
        parent: owns the list.
    """

    def __init__(self, heatmap: AttentionHeatmap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heatmap = heatmap
        self.setAccessibleName(self.tr("Order of the map"))
        self.setToolTip(
            self.tr(
                "By the chosen word: of a row the columns that it looks at most come first, of a "
                "column the rows that look at it most. Most looked at first: the columns by all "
                "that looks at them."
            )
        )
        for kind, words in (
            (OrderKind.TEXT, self.tr("As in the text")),
            (OrderKind.CHOICE, self.tr("By the chosen word")),
            (OrderKind.MASS, self.tr("Most looked at first")),
        ):
            self.addItem(words, kind)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.activated.connect(self._choose)

    def _choose(self) -> None:
        self._heatmap.order_by(OrderKind(self.currentData()))  # Qt keeps it as text
