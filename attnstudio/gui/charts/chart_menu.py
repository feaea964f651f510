"""What can be done with one chart: copied, saved, and given axes of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from attnstudio.errors import RunningError
from attnstudio.gui.charts import curve_export
from attnstudio.gui.charts.chart_grid import ChartCard, ChartGrid
from attnstudio.gui.charts.curve_plot import CurvePlot
from attnstudio.gui.charts.plotted_curve import ChartScale, PlotOptions
from attnstudio.gui.charts.range_dialog import RangeDialog

_ENDINGS = ("png", "svg", "pdf", "csv", "tsv")


class ChartMenu(QObject):
    """Makes the menu of a chart and does what is chosen there.

    Args:
        window: where menus and dialogs open.
        grid: has the charts.
        options_of: how the chart of a card is drawn.
        show_error: what becomes of a file that cannot be written.
        choose_path: asks for a file to write.

    Signals:
        scale_chosen: a `ChartCard` and the `ChartScale` that it is to have.
    """

    scale_chosen = Signal(object, object)

    def __init__(
        self,
        window: QWidget,
        grid: ChartGrid,
        options_of: Callable[[ChartCard], PlotOptions],
        *,
        show_error: Callable[[BaseException], None],
        choose_path: Callable[[QWidget, str, str, str], str],
    ) -> None:
        super().__init__(window)
        self._window, self._grid, self._options_of = window, grid, options_of
        self._show_error, self._choose_path = show_error, choose_path

    def open(self, plot: CurvePlot, place: QPoint) -> None:
        """Open the menu of a chart at a place in global coordinates."""
        menu = self.menu_of(plot)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def menu_of(self, plot: CurvePlot) -> QMenu:
        """The menu of a chart, as it is drawn now."""
        card = self._grid.card_of(plot)
        options = self._options_of(card)
        menu = QMenu(self._window)
        menu.addAction(self.tr("Copy as image"), partial(_copy_image, plot))
        menu.addAction(self.tr("Copy data"), partial(_copy_data, plot))
        menu.addSeparator()
        menu.addAction(self.tr("Save as…"), partial(self._save, plot))
        menu.addSeparator()
        for text, checked, wanted in (
            (
                self.tr("Logarithmic vertical axis"),
                options.logarithmic,
                card.scale._replace(log_y=not options.logarithmic),
            ),
            (
                self.tr("Logarithmic horizontal axis"),
                options.logarithmic_x,
                card.scale._replace(log_x=not options.logarithmic_x),
            ),
        ):
            entry = menu.addAction(text, partial(self._choose_scale, card, wanted))
            entry.setCheckable(True)
            entry.setChecked(checked)
        menu.addAction(self.tr("Range…"), partial(self._ask_range, card))
        menu.addAction(self.tr("Fit"), plot.fit)
        return menu

    def _ask_range(self, card: ChartCard) -> None:
        dialog = RangeDialog(card.chart.title, card.scale, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.scale_chosen.connect(partial(self._choose_scale, card))
        dialog.open()

    def _choose_scale(self, card: ChartCard, scale: ChartScale) -> None:
        self.scale_chosen.emit(card, scale)

    def _save(self, plot: CurvePlot) -> None:
        kinds = ";;".join(f"*.{ending}" for ending in _ENDINGS)
        title = self.tr("Save the chart")
        path = self._choose_path(self._window, title, f"{plot.title}.png", kinds)
        if path:
            try:
                curve_export.write(plot, Path(path))
            except RunningError as error:
                self._show_error(error)


def _copy_image(plot: CurvePlot) -> None:
    QGuiApplication.clipboard().setImage(curve_export.to_image(plot))


def _copy_data(plot: CurvePlot) -> None:
    QGuiApplication.clipboard().setText(curve_export.to_table(plot, "\t"))
