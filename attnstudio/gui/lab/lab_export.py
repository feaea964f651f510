"""What leaves the Lab: its picture and its numbers, in a file or on the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from attnstudio.errors import RunningError
from attnstudio.files import write_text
from attnstudio.gui.charts import curve_export
from attnstudio.gui.charts.curve_plot import CurvePlot
from attnstudio.gui.widgets.file_dialogs import choose_save_path
from attnstudio.lab.findings import PieceLengths
from attnstudio.lab.picture import draw_report
from attnstudio.lab.report import LabReport, Measure, Work
from attnstudio.lab.table import csv_of
from attnstudio.storage_errors import storing

ChoosePath = Callable[[QWidget, str, str, str], str]


class LabExport(QObject):
    """Writes what is shown.

    Args:
        window: where dialogs open.
        plot: the picture as it is seen.
        show_error: what becomes of a file that cannot be written.
        choose_path: asks for a file to write.

    Attributes:
        lengths: of the person's own corpus, if there is one.
    """

    def __init__(
        self,
        window: QWidget,
        plot: CurvePlot,
        show_error: Callable[[BaseException], None],
        choose_path: ChoosePath = choose_save_path,
    ) -> None:
        super().__init__(window)
        self._window, self._plot = window, plot
        self._show_error, self._choose_path = show_error, choose_path
        self._shown: tuple[LabReport, Work, Measure] | None = None
        self.lengths: PieceLengths | None = None
        self.menu = QMenu(window)
        self.menu.addAction(self.tr("Save picture (SVG)…"), self.save_picture)
        self.menu.addAction(self.tr("Save all numbers (CSV)…"), self.save_table)
        self.menu.addSeparator()
        self.menu.addAction(self.tr("Copy as image"), self.copy_picture)
        self.menu.addAction(self.tr("Copy all numbers"), self.copy_table)

    def follow(self, report: LabReport, work: Work, measure: Measure) -> None:
        """Write this from now on."""
        self._shown = report, work, measure

    def save_picture(self) -> None:
        """Write the picture with laws, band and legend."""
        if self._shown is not None:
            picture = draw_report(*self._shown, self.lengths)
            self._save(self.tr("Save the picture"), "lab.svg", "SVG (*.svg)", picture)

    def save_table(self) -> None:
        """Write every number that was measured."""
        if self._shown is not None:
            table = csv_of(self._shown[0])
            self._save(self.tr("Save the numbers"), "lab.csv", "CSV (*.csv)", table)

    def copy_picture(self) -> None:
        """Put the picture on the clipboard."""
        QGuiApplication.clipboard().setImage(curve_export.to_image(self._plot))

    def copy_table(self) -> None:
        """Put every number that was measured on the clipboard."""
        if self._shown is not None:
            QGuiApplication.clipboard().setText(csv_of(self._shown[0]))

    def _save(self, title: str, name: str, kinds: str, text: str) -> None:
        path = self._choose_path(self._window, title, name, kinds)
        if path:
            try:
                with storing(Path(path)):
                    write_text(Path(path), text)
            except RunningError as error:
                self._show_error(error)
