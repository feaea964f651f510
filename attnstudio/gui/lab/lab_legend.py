"""The lines of the Lab by name, each with what it costs at the length that is pointed at."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from attnstudio.gui.charts.swatch import SWATCH, swatch
from attnstudio.gui.lab.lab_chart import series_of
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, colours_of, set_role
from attnstudio.gui.look.wording import count
from attnstudio.gui.widgets.one_line import OneLine
from attnstudio.lab.findings import PieceLengths
from attnstudio.lab.picture import band_of
from attnstudio.lab.report import LabCurve, LabReport, Measure, Work
from attnstudio.lab.table import three_figures

_WIDTH = 252
_VALUE_WIDTH = 52


class LabLegend(QScrollArea):
    """One row a kind, in the order of the lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, widgetResizable=True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(_WIDTH)
        self._curves: tuple[LabCurve, ...] = ()
        self._measure = Measure.SECONDS
        self._costs: list[QLabel] = []
        self._heading = QLabel()
        set_role(self._heading, "muted")
        inside = QWidget()
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(SPACE)
        self._rows.setVerticalSpacing(SMALL_SPACE)
        self._rows.setColumnStretch(1, 1)
        self._signs = QLabel()
        self._signs.setWordWrap(True)
        set_role(self._signs, "muted")
        self.explain_band(None)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, SPACE, 0)
        column.setSpacing(SPACE)
        column.addWidget(self._heading)
        column.addLayout(self._rows)
        column.addWidget(self._signs)
        column.addStretch()
        self.setWidget(inside)

    @property
    def values(self) -> list[str]:
        """What stands beside each name."""
        return [cost.text() for cost in self._costs]

    def show_report(self, report: LabReport, work: Work, measure: Measure, length: int) -> None:
        """Show what each kind costs at a length that was measured."""
        self._curves, self._measure = report.of(work), measure
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._costs = [
            self._add_row(number, curve.label) for number, curve in enumerate(self._curves)
        ]
        self.point_at(length)

    def explain_band(self, lengths: PieceLengths | None) -> None:
        """Say what dashes, ground and dots of the picture mean."""
        words = self.tr("Dashed: the known law, fitted through the longer sentences.")
        if lengths is not None:
            words = f"{words}\n\n{band_of(lengths).name}"
        self._signs.setText(words)

    def point_at(self, length: int) -> None:
        """Show what they cost at this length."""
        unit = "ms" if self._measure is Measure.SECONDS else "MB"
        self._heading.setText(self.tr("{unit} with {n} pieces").format(unit=unit, n=count(length)))
        for curve, cost in zip(self._curves, self._costs, strict=True):
            known = dict(zip(curve.lengths, curve.costs(self._measure), strict=True))
            cost.setText(three_figures(known[length]) if length in known else "–")

    def _add_row(self, number: int, label: str) -> QLabel:
        line = QLabel()
        series = series_of(colours_of(self.palette()), number)
        line.setPixmap(swatch(series, has_markers=True).pixmap(SWATCH))
        line.setFixedWidth(SWATCH.width())
        name = OneLine()
        name.show_words(label)
        cost = QLabel()
        cost.setFixedWidth(_VALUE_WIDTH)
        cost.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for column, widget in enumerate((line, name, cost)):
            self._rows.addWidget(widget, number, column)
        return cost
