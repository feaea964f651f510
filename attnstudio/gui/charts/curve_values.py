"""The one table of values beside the charts: what is read of the chart that is pointed at."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.charts.chart_reading import ChartReading
from attnstudio.gui.charts.swatch import SWATCH, swatch
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import count

_ROW_HEIGHT = 22
_HEADER_HEIGHT = 30
_LEAST_ROWS = 3


class CurveValues(QFrame):
    """As many rows as fit, the nearest first; the rest is counted.

    It never covers a chart, and a chart never covers it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self._reading: ChartReading | None = None
        self.title = QLabel()
        set_role(self.title, "heading")
        self.moment = QLabel()
        set_role(self.moment, "muted")
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.more = QLabel()
        set_role(self.more, "muted")
        keeping_place = self.more.sizePolicy()
        keeping_place.setRetainSizeWhenHidden(True)  # else the table would grow by its row and back
        self.more.setSizePolicy(keeping_place)
        self.hint = QLabel(
            self.tr(
                "Point at a chart, or walk through it with ← and →: its values stand here. "
                "A click or Space pins a place, a second one measures in between, Esc lets go."
            )
        )
        self.hint.setWordWrap(True)
        set_role(self.hint, "muted")
        self.table = self._make_table()
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SMALL_SPACE)
        for widget in (self.hint, self.title, self.moment, self.about):
            column.addWidget(widget)
        column.addWidget(self.table, stretch=1)
        column.addWidget(self.more)
        column.addStretch()
        self.show_reading(None)

    def show_reading(self, reading: ChartReading | None, about: str = "") -> None:
        """Show what is read of a chart, None where no chart is pointed at.

        Args:
            reading: its values.
            about: what they mean.
        """
        self._reading = reading
        for widget in (self.title, self.moment, self.about, self.table):
            widget.setVisible(reading is not None)
        self.hint.setVisible(reading is None)
        if reading is None:
            self.more.hide()
            return
        self.title.setText(reading.title)
        self.moment.setText(reading.moment)
        self.about.setText(about)
        if self.table.columnCount() != 1 + len(reading.columns):
            self.table.setColumnCount(1 + len(reading.columns))
        self.table.setHorizontalHeaderLabels(["", *reading.columns])
        header = self.table.horizontalHeader()
        for column in range(1, 1 + len(reading.columns)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        layout = self.layout()
        assert layout is not None
        layout.activate()  # the table may just have been shown: it knows its height now
        self._fill()

    def _make_table(self) -> QTableWidget:
        table = QTableWidget()
        table.setAccessibleName(self.tr("Values at the cursor"))
        table.setIconSize(SWATCH)
        table.setShowGrid(False)
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        table.setTextElideMode(Qt.TextElideMode.ElideRight)
        table.setWordWrap(False)
        for policy in (table.setHorizontalScrollBarPolicy, table.setVerticalScrollBarPolicy):
            policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.verticalHeader().hide()
        table.verticalHeader().setMinimumSectionSize(_ROW_HEIGHT)
        table.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        table.horizontalHeader().setFixedHeight(_HEADER_HEIGHT)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight)
        table.horizontalHeader().setSectionsClickable(False)
        table.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        table.setMinimumHeight(_HEADER_HEIGHT + _LEAST_ROWS * _ROW_HEIGHT + 2 * table.frameWidth())
        return table

    def _fill(self) -> None:
        if self._reading is None:
            return
        rows = self._reading.rows
        room = self.table.viewport().height() // _ROW_HEIGHT
        shown = rows[: max(_LEAST_ROWS, room)]
        self.table.setRowCount(len(shown))
        for number, row in enumerate(shown):
            name = QTableWidgetItem(swatch(row.series, has_markers=row.has_markers), row.run)
            name.setToolTip(row.words)
            self.table.setItem(number, 0, name)
            for column, text in enumerate(row.values, start=1):
                cell = QTableWidgetItem(text)
                cell.setToolTip(row.words)
                cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(number, column, cell)
        left = len(rows) - len(shown)
        self.more.setText(self.tr("+{n} more").format(n=count(left)))
        self.more.setVisible(left > 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fill()
