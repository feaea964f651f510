"""The buttons that zoom a heat map."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLayout, QPushButton, QWidget

from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.widgets.attention_heatmap import AttentionHeatmap


class ZoomButtons(QWidget):
    """Smaller, all of it, larger.

    Args:
        heatmap: what they zoom.
        parent: owns the buttons.
    """

    def __init__(self, heatmap: AttentionHeatmap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, 0, SPACE, SMALL_SPACE)
        row.setSpacing(SMALL_SPACE)
        row.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)  # a corner is squeezed else
        for text, name, act in (
            ("−", self.tr("Smaller cells (Ctrl+wheel, or - in the map)"), heatmap.zoom_out),
            (self.tr("Fit"), self.tr("All of the map at once (0 in the map)"), heatmap.show_whole),
            ("+", self.tr("Larger cells (Ctrl+wheel, or + in the map)"), heatmap.zoom_in),
        ):
            button = QPushButton(text)
            button.setAccessibleName(name)
            button.setToolTip(name)
            button.clicked.connect(act)
            set_role(button, "icon")
            button.setFixedHeight(28)
            button.setFixedWidth(max(28, button.fontMetrics().horizontalAdvance(text) + 2 * SPACE))
            row.addWidget(button)
