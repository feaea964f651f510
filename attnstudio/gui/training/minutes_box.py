"""A number of minutes: ``10 min``, and ``0.5 min`` where a part of one is meant."""

from __future__ import annotations

from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from attnstudio.gui.look.wording import decimals

_LEAST = 0.1
_MOST = 100_000.0


class MinutesBox(QDoubleSpinBox):
    """Arrows go by whole minutes.

    Args:
        name: what it is for.
        minutes: at first.
        parent: where it stands.
    """

    def __init__(self, name: str, minutes: float, parent: QWidget | None = None) -> None:
        super().__init__(parent, decimals=1, minimum=_LEAST, maximum=_MOST)
        self.setValue(minutes)
        self.setAccessibleName(name)
        self.setSuffix(self.tr(" min"))

    def textFromValue(self, value: float) -> str:
        return decimals(value, 0 if value == int(value) else 1)
