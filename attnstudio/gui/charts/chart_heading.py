"""The line above a chart: its name, what is left out, and what can be asked of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWhatsThis, QWidget

from attnstudio.gui.charts.measures import MeasureWords
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import count


class ChartHeading(QWidget):
    """Title, unit and the small buttons of a chart.

    Args:
        title: of the chart.
        unit: of what it shows.
        measure: what its quantity means; None if nobody asks.
        parent: owns it.

    Attributes:
        follow: shows everything and follows what comes; hidden while the chart does so.
        ranged: says that the chart shows a range that was set.

    Signals:
        enlarged: the person wants this chart alone, or all of them again.
    """

    enlarged = Signal()

    def __init__(
        self,
        title: str,
        unit: str,
        measure: MeasureWords | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._title = title
        heading = QLabel(title)
        set_role(heading, "heading")
        unit_label = QLabel(unit)
        set_role(unit_label, "muted")
        self._hidden = QLabel()
        set_role(self._hidden, "muted")
        self._hidden.hide()
        self.ranged = QLabel(self.tr("range set"))
        self.ranged.setToolTip(self.tr("It shows what Range… in its menu says, and not all"))
        set_role(self.ranged, "muted")
        self.ranged.hide()
        self.follow = QPushButton(self.tr("Follow"))
        self.follow.setToolTip(self.tr("Show everything and follow what comes (0)"))
        self.follow.hide()
        enlarge = QPushButton("⤢")
        enlarge.setAccessibleName(self.tr("Enlarge {chart}").format(chart=title))
        enlarge.setToolTip(self.tr("This chart alone, or all again"))
        enlarge.setFixedSize(24, 24)
        set_role(enlarge, "icon")
        enlarge.clicked.connect(self.enlarged)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(heading)
        if measure is not None and measure.sign:
            sign = QLabel(measure.sign)
            sign.setToolTip(measure.direction)
            set_role(sign, "muted")
            row.addWidget(sign)
        row.addWidget(unit_label)
        row.addWidget(self._hidden)
        row.addWidget(self.ranged)
        row.addStretch()
        row.addWidget(self.follow)
        if measure is not None:
            row.addWidget(self._make_question(measure))
        row.addWidget(enlarge)

    def say_hidden(self, points: int) -> str:
        """Say how many points a logarithm has no place for.

        Returns:
            The same in a sentence; empty where there are none.
        """
        words = self.tr("Hidden, as not above 0: {n}").format(n=count(points))
        self._hidden.setText(self.tr("{n} hidden").format(n=count(points)))
        self._hidden.setToolTip(words)
        self._hidden.setVisible(bool(points))
        return words if points else ""

    def _make_question(self, measure: MeasureWords) -> QPushButton:
        question = QPushButton("?")
        question.setObjectName("question")
        question.setAccessibleName(self.tr("What is {chart}?").format(chart=self._title))
        words = f"{self._title}: {measure.direction}. {measure.what} {measure.rests_on}"
        question.setAccessibleDescription(words)
        question.setToolTip(question.accessibleName())
        question.setFixedSize(24, 24)
        set_role(question, "icon")
        question.clicked.connect(
            lambda: QWhatsThis.showText(
                question.mapToGlobal(question.rect().bottomLeft()), words, question
            )
        )
        return question
