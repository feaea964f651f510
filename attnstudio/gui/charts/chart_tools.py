"""The row above the charts: what they are drawn against, and how."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QWidget,
)

from attnstudio.gui.charts.curve_preferences import CurvePreferences
from attnstudio.gui.charts.plotted_curve import PlotOptions
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.training.curves import Axis

_SLIDER_STEPS = 1_000


class ChartTools(QWidget):
    """What a person chooses for all charts alike.

    Attributes:
        axis: what they are drawn against.
        slider: how much lines are smoothed.
        raw: whether the measured values are drawn behind smoothed lines.
        logarithmic: whether vertical axes are.
        outliers: whether vertical axes reach to the last outlier.
        marks: whether best, resumptions and epochs are marked.
        fit: shows all of every chart again.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axis = QComboBox()
        self.axis.setAccessibleName(self.tr("Horizontal axis"))
        for axis, text in (
            (Axis.STEPS, self.tr("steps")),
            (Axis.EPOCHS, self.tr("epochs")),
            (Axis.TIME, self.tr("minutes")),
            (Axis.TOKENS, self.tr("target tokens")),
            (Axis.CLOCK, self.tr("time of day")),
        ):
            self.axis.addItem(text, axis)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setMaximum(_SLIDER_STEPS - 1)
        self.slider.setValue(round(PlotOptions().smoothing * _SLIDER_STEPS))
        self.slider.setAccessibleName(self.tr("Smoothing"))
        self.slider.setFixedWidth(140)
        self._smoothing = QLabel()
        self._smoothing.setMinimumWidth(36)
        self._make_boxes()
        self.fit = QPushButton(self.tr("Fit all"))
        self._lay_out()
        self.slider.valueChanged.connect(self._say_smoothing)
        self._say_smoothing()

    @property
    def chosen_axis(self) -> Axis:
        """What the charts are drawn against."""
        return Axis(self.axis.currentData())

    @property
    def options(self) -> PlotOptions:
        """How charts are drawn that have no axes of their own."""
        return PlotOptions(
            smoothing=self.slider.value() / _SLIDER_STEPS,
            raw_shown=self.raw.isChecked(),
            logarithmic=self.logarithmic.isChecked(),
            all_shown=self.outliers.isChecked(),
        )

    def choose(self, preferences: CurvePreferences) -> None:
        """Choose for the person, as they chose before."""
        options = preferences.options
        self.axis.setCurrentIndex(self.axis.findData(preferences.axis))
        self.slider.setValue(round(options.smoothing * _SLIDER_STEPS))
        self.raw.setChecked(options.raw_shown)
        self.logarithmic.setChecked(options.logarithmic)
        self.outliers.setChecked(options.all_shown)
        self.marks.setChecked(preferences.marks_shown)

    def _make_boxes(self) -> None:
        self.raw = QCheckBox(self.tr("Raw"))
        self.raw.setChecked(True)
        self.raw.setToolTip(self.tr("Show the measured values behind the smoothed line"))
        self.logarithmic = QCheckBox(self.tr("Log"))
        self.logarithmic.setToolTip(self.tr("Logarithmic vertical axes"))
        self.marks = QCheckBox(self.tr("Marks"))
        self.marks.setChecked(True)
        self.marks.setToolTip(
            self.tr(
                "A star at the best validation of each run; of the run that is looked at, a dotted "
                "line where it was resumed and faint ones where epochs end"
            )
        )
        self.outliers = QCheckBox(self.tr("Outliers"))
        self.outliers.setToolTip(self.tr("Let the vertical axis reach to the last outlier"))

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        for text, widget in ((self.tr("Over"), self.axis), (self.tr("Smoothing"), self.slider)):
            label = QLabel(text)
            set_role(label, "muted")
            row.addWidget(label)
            row.addWidget(widget)
        row.addWidget(self._smoothing)
        for box in (self.raw, self.logarithmic, self.outliers, self.marks):
            row.addWidget(box)
        row.addStretch()
        row.addWidget(self.fit)

    def _say_smoothing(self) -> None:
        self._smoothing.setText(f"{self.slider.value() / _SLIDER_STEPS:.3f}")
