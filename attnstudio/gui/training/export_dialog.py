"""Where a run is given to other programs: what as, how far it is, and what came of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.training.export_choices import ExportChoices
from attnstudio.gui.training.export_words import ExportReport
from attnstudio.gui.widgets.busy_bar import BusyBar
from attnstudio.gui.widgets.dialog_buttons import set_only_default
from attnstudio.interpretation.lettering import isolate

_WIDTH = 520
_WRITTEN_WIDTH = 120  # of the words around a path, at most


class ExportDialog(QDialog):
    """Choices first; then a bar; then the report. Closing it while it works ends the work.

    Args:
        name: the run's.
        parent: where it opens.

    Signals:
        wished: the `ExportWish`, once a person has chosen.
        ended: it was closed while it worked.
    """

    wished = Signal(object)
    ended = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export {run}").format(run=isolate(name)))
        self._is_working = False
        self._report: ExportReport | None = None
        self.choices = ExportChoices(_WIDTH)
        self._about = _label(
            self.tr(
                "A folder for other people and programs. None of your texts go with it; what you "
                "wrote on the run's card does."
            ),
            "muted",
        )
        self._words = _label("", "")
        self._bar = BusyBar(self.tr("Progress of the export"))
        self._problem = _label("", "error")
        self._figures = QWidget()
        self._lay_out()
        self.show_choices()

    def _lay_out(self) -> None:
        self._export = QPushButton(self.tr("&Export into…"))
        set_role(self._export, "primary")
        self._export.clicked.connect(lambda: self.wished.emit(self.choices.wish))
        self._copy = QPushButton(self.tr("Cop&y"))
        self._copy.clicked.connect(self._put_on_clipboard)
        self._open = QPushButton(self.tr("Open the &folder"))
        self._open.clicked.connect(self._show_folder)
        self._close = QPushButton()
        self._close.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.setSpacing(SPACE)
        column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)  # as much as it shows
        for widget in (
            self._about, self.choices, self._words, self._figures, self._bar, self._problem,
        ):  # fmt: skip
            column.addWidget(widget)
        column.addSpacing(SPACE)
        row = QHBoxLayout()
        row.addStretch()
        for button in (self._copy, self._open, self._close, self._export):
            row.addWidget(button)
        column.addLayout(row)

    def show_choices(self, problem: str = "") -> None:
        """Let the person choose, again where something went wrong."""
        self._problem.setText(problem)
        self._show_only(self._about, self.choices, self._export)
        self._problem.setVisible(bool(problem))
        self._close.setText(self.tr("Cancel"))
        set_only_default(self, self._export)

    def show_working(self, words: str) -> None:
        """It is under way."""
        self._words.setText(words)
        self._bar.show_busy()
        self._show_only(self._words, self._bar)
        self._is_working = True
        self._close.setText(self.tr("Cancel"))
        self._close.setFocus()

    def show_share(self, share: float) -> None:
        """So much is done, from 0 to 1."""
        self._bar.show_share(share)

    def show_report(self, report: ExportReport) -> None:
        """What was written, and how near it is."""
        self._report = report
        elide = Qt.TextElideMode.ElideMiddle  # a path has nowhere to break
        folder = self.fontMetrics().elidedText(report.folder, elide, _WIDTH - _WRITTEN_WIDTH)
        written = self.tr("Written to {folder}").format(folder=isolate(folder))
        self._words.setText("\n\n".join(["\n".join([written, report.model]), *report.sentences]))
        self._words.setToolTip(report.folder)
        self._fill(report)
        self._show_only(self._words, self._figures, self._copy, self._open)
        self._figures.setVisible(bool(report.rows))
        self._close.setText(self.tr("Close"))
        set_only_default(self, self._close)
        self._close.setFocus()

    def _show_only(self, *shown: QWidget) -> None:
        self._is_working = False
        for widget in (
            self._about, self.choices, self._words, self._figures, self._bar, self._problem,
            self._export, self._copy, self._open,
        ):  # fmt: skip
            widget.setVisible(widget in shown)

    def _fill(self, report: ExportReport) -> None:
        grid = QGridLayout(self._figures)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * SPACE)
        grid.setVerticalSpacing(SMALL_SPACE)
        grid.setColumnStretch(1, 1)
        for row, (title, figure) in enumerate(report.rows):
            value = QLabel(figure)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setAccessibleName(f"{title}: {figure}")
            name = QLabel(title)
            set_role(name, "muted")
            grid.addWidget(name, row, 0)
            grid.addWidget(value, row, 1)

    def _put_on_clipboard(self) -> None:
        if self._report is not None:
            QGuiApplication.clipboard().setText(self._report.plain_text)

    def _show_folder(self) -> None:
        if self._report is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(self._report.folder))

    def reject(self) -> None:
        if self._is_working:
            self.ended.emit()
        super().reject()


def _label(words: str, role: str) -> QLabel:
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setWordWrap(True)
    label.setFixedWidth(_WIDTH)
    set_role(label, role)
    return label
