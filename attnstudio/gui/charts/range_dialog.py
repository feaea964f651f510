"""From where to where the axes of one chart reach."""

from __future__ import annotations

import math

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.charts.plotted_curve import ChartScale, Range
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.widgets.dialog_buttons import ok_and_cancel


class RangeDialog(QDialog):
    """Two ends for each axis; what is left empty is found by itself.

    Args:
        title: the chart's.
        scale: as it is now.
        parent: where it opens.

    Signals:
        scale_chosen: the `ChartScale` that is wanted.
    """

    scale_chosen = Signal(object)

    def __init__(self, title: str, scale: ChartScale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Range of {chart}").format(chart=title))
        self._scale = scale
        self.vertical = _two_fields(scale.y_range)
        self.horizontal = _two_fields(scale.x_range)
        self.problem = QLabel()
        set_role(self.problem, "error")
        self.problem.setWordWrap(True)
        form = QFormLayout()
        for label, fields in (
            (self.tr("Vertical axis"), self.vertical),
            (self.tr("Horizontal axis"), self.horizontal),
        ):
            row = QHBoxLayout()
            for field, name in zip(fields, (self.tr("from"), self.tr("to")), strict=True):
                field.setPlaceholderText(self.tr("automatic"))
                field.setAccessibleName(f"{label}, {name}")
                row.addWidget(QLabel(name))
                row.addWidget(field)
            form.addRow(label, row)
        buttons = ok_and_cancel(self, self._take)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.addLayout(form)
        column.addWidget(self.problem)
        column.addWidget(buttons)

    def _take(self) -> None:
        try:
            wanted = self._scale._replace(
                y_range=_range_of(self.vertical), x_range=_range_of(self.horizontal)
            )
        except ValueError:
            self.problem.setText(
                self.tr("Each end is a number or empty, and the first is below the second.")
            )
            return
        self.scale_chosen.emit(wanted)
        self.accept()


def _two_fields(ends: Range | None) -> tuple[QLineEdit, QLineEdit]:
    texts = ["" if end is None else QLocale().toString(end, "g", 6) for end in ends or (None, None)]
    return QLineEdit(texts[0]), QLineEdit(texts[1])


def _range_of(fields: tuple[QLineEdit, QLineEdit]) -> Range | None:
    """What two fields say.

    Raises:
        ValueError: it is no range.
    """
    low, high = (_number(field.text()) for field in fields)
    if low is None and high is None:
        return None
    if low is not None and high is not None and low >= high:
        raise ValueError("the ends are the wrong way round")
    return low, high


def _number(text: str) -> float | None:
    if not text.strip():
        return None
    for locale in (QLocale(), QLocale.c()):  # with a comma or a point
        number, is_one = locale.toDouble(text.strip())
        if is_one and math.isfinite(number):
            return float(number)
    raise ValueError("not a number")
