"""What leaves the page of comparisons: the table and the picture, in a file or on the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from attnstudio.errors import RunningError
from attnstudio.files import write_text
from attnstudio.gui.charts.dot_chart import DotChart
from attnstudio.gui.charts.dot_export import dots_image, write_dots
from attnstudio.gui.widgets.file_dialogs import choose_save_path
from attnstudio.project.comparison_table import ComparisonTable
from attnstudio.project.comparison_words import csv_of, findings, markdown_of, table_lines
from attnstudio.storage_errors import storing

ChoosePath = Callable[[QWidget, str, str, str], str]


class ComparisonExport(QObject):
    """Writes what is shown.

    Args:
        window: where dialogs open.
        chart: the picture as it is seen.
        show_error: what becomes of a file that cannot be written.
        choose_path: asks for a file to write.

    Attributes:
        table: what is written; None where nothing is shown.
    """

    def __init__(
        self,
        window: QWidget,
        chart: DotChart,
        show_error: Callable[[BaseException], None],
        choose_path: ChoosePath = choose_save_path,
    ) -> None:
        super().__init__(window)
        self._window, self._chart = window, chart
        self._show_error, self._choose_path = show_error, choose_path
        self.table: ComparisonTable | None = None
        self.menu = QMenu(window)
        self.menu.addAction(self.tr("Copy the table as text"), self.copy_table)
        self.menu.addAction(self.tr("Save the table…"), self.save_table)
        self.menu.addSeparator()
        self.menu.addAction(self.tr("Copy the picture"), self.copy_picture)
        self.menu.addAction(self.tr("Save the picture…"), self.save_picture)

    def copy_table(self) -> None:
        """Put the table and what it shows on the clipboard."""
        if self.table is not None:
            lines = [*table_lines(self.table), "", *findings(self.table)]
            QGuiApplication.clipboard().setText("\n".join(lines).strip() + "\n")

    def save_table(self) -> None:
        """Write each run with all its figures, or the table as a page shows it."""
        if self.table is None:
            return
        name = f"{self.table.comparison.name}.csv"
        path = self._ask(
            self.tr("Save the table"),
            name,
            self.tr("All runs (*.csv);;Table for a page (*.md)"),
        )
        if path is not None:
            write = markdown_of if path.suffix.lower() == ".md" else csv_of
            try:
                with storing(path):
                    write_text(path, write(self.table))
            except RunningError as error:
                self._show_error(error)

    def copy_picture(self) -> None:
        """Put the picture on the clipboard."""
        if self.table is not None:
            QGuiApplication.clipboard().setImage(dots_image(self._chart))

    def save_picture(self) -> None:
        """Write the picture."""
        if self.table is None:
            return
        name = f"{self.table.comparison.name}-{self._chart.title}.svg"
        path = self._ask(
            self.tr("Save the picture"),
            name.replace("/", " per "),
            self.tr("Drawing (*.svg);;Picture (*.png)"),
        )
        if path is not None:
            try:
                write_dots(self._chart, path)
            except RunningError as error:
                self._show_error(error)

    def _ask(self, title: str, name: str, kinds: str) -> Path | None:
        chosen = self._choose_path(self._window, title, name, kinds)
        return Path(chosen) if chosen else None
