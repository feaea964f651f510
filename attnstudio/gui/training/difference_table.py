"""How the settings of runs differ, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QLabel, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from attnstudio.gui.look.theme import SPACE
from attnstudio.gui.training.setting_words import setting_label, setting_value
from attnstudio.project.comparison import Difference


class DifferenceTable(QDialog):
    """A row a setting, a column a run."""

    def __init__(
        self, names: Sequence[str], rows: Sequence[Difference], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings that differ"))
        self.resize(560, 360)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        if not rows:
            column.addWidget(QLabel(self.tr("All settings are the same.")))
            return
        table = QTableWidget(len(rows), 1 + len(names))
        table.setAccessibleName(self.tr("Settings that differ"))
        table.setHorizontalHeaderLabels([self.tr("Setting"), *names])
        table.verticalHeader().hide()
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        for place, row in enumerate(rows):
            values = [setting_value(row.key, value) for value in row.values]
            for number, text in enumerate((setting_label(row.key), *values)):
                table.setItem(place, number, QTableWidgetItem(text))
        table.resizeColumnsToContents()
        column.addWidget(table)
