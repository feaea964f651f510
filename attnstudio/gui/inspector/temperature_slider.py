"""A slider for the temperature of a softmax: sharper at the left, evener at the right."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider, QWidget

from attnstudio.gui.look.wording import decimals

_STEPS = 50  # on either side of 1; the ends are a tenth and ten


class TemperatureSlider(QSlider):
    """In the middle the temperature is 1, which changes nothing.

    Args:
        parent: where it stands.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(-_STEPS, _STEPS)
        self.setAccessibleName(self.tr("Temperature of the softmax"))

    @property
    def temperature(self) -> float:
        """What the scores are divided by."""
        return float(10.0 ** (self.value() / _STEPS))

    def show_temperature(self, temperature: float) -> None:
        """Move to a temperature, as near as there is a step, without telling anybody."""
        self.blockSignals(True)
        self.setValue(round(_STEPS * math.log10(temperature)))
        self.blockSignals(False)

    @property
    def words(self) -> str:
        """The temperature: ``T = 1.58``."""
        return self.tr("T = {n}").format(n=decimals(self.temperature, 2))
