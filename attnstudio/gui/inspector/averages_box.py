"""What every method is worth on average: a button that works it out, and a small table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.inspector.method_words import method_name, tau_text
from attnstudio.gui.inspector.trust_averaging import TrustAveraging
from attnstudio.gui.look.theme import SMALL_SPACE, set_role
from attnstudio.gui.look.wording import count, time_left
from attnstudio.gui.studio.tasks import TaskProgress
from attnstudio.gui.widgets.busy_bar import BusyBar
from attnstudio.gui.widgets.plain_line import plain_line
from attnstudio.gui.widgets.site_words import reading_words
from attnstudio.interpretation.methods import Method
from attnstudio.interpretation.trust_words import counted_words

if TYPE_CHECKING:  # torch takes seconds to load
    from attnstudio.project.trust_averages import MethodAverages, TrustAverages

_SENTENCES, _MOST = 20, 1000
_ROW_PADDING = 6


class AveragesBox(QWidget):
    """Asks what the methods are worth over the validation set, and shows it.

    Args:
        averaging: works it out.
        parent: where it stands.

    Attributes:
        sentences: over how many.
        ask: works it out.
        stop: ends that.
        bar: how far it is.
        said: what is being done, or what was found in a sentence.
        table: a row for each method.
        legend: what its columns are.
        copy: takes the table along.
    """

    def __init__(self, averaging: TrustAveraging, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._averaging = averaging
        self.sentences = QSpinBox()
        self.sentences.setRange(1, _MOST)
        self.sentences.setValue(_SENTENCES)
        self.sentences.setSuffix(self.tr(" sentences"))
        self.sentences.setAccessibleName(self.tr("How many sentences the average is over"))
        self.ask = QPushButton(self.tr("Average over the validation set"))
        self.stop = QPushButton(self.tr("Stop"))
        self.bar = BusyBar(self.tr("How many sentences are done"))
        self.said = plain_line()
        set_role(self.said, "muted")
        self.table = AveragesTable()
        self.legend = plain_line()
        self.legend.setText(
            self.tr(
                "τ: how far a method agrees with erasure; 1 is best. Shuffled: that of the same "
                "model with shuffled weights, which has learnt nothing. Without: what a word loses "
                "in probability without the fifth of the source that is put first; more is better. "
                "Alone: what it loses with nothing else; less is better."
            )
        )
        set_role(self.legend, "muted")
        self.copy = QPushButton(self.tr("Copy the table"))
        self._lay_out()
        self.ask.clicked.connect(lambda: averaging.ask(self.sentences.value()))
        self.stop.clicked.connect(self._end)
        self.copy.clicked.connect(self.table.copy_all)
        averaging.changed.connect(self.refresh)
        averaging.progressed.connect(self._show_progress)
        self.refresh()

    def refresh(self) -> None:
        """Be about the checkpoint whose answer is shown now."""
        is_working, found = self._averaging.is_working, self._averaging.found
        averages = None if found is None else found.averages
        for part in _widgets(self.sentences, self.ask):
            part.setVisible(not is_working)
        for part in _widgets(self.stop, self.bar):
            part.setVisible(is_working)
        self.stop.setEnabled(True)
        for part in _widgets(self.table, self.legend, self.copy):
            part.setVisible(averages is not None and not is_working)
        if is_working:
            self.said.setText(self.tr("The first sentence is being read…"))
            self.bar.show_share(0.0)
        elif found is not None and averages is None:
            self.said.setText(
                self.tr("There is no average: no sentence is held out, or none is looked at.")
            )
        elif averages is not None:
            self.table.show_averages(averages)
            self.said.setText(self._found_words(averages))
        self.said.setVisible(is_working or found is not None)

    def _lay_out(self) -> None:
        asking = QHBoxLayout()
        asking.setSpacing(SMALL_SPACE)
        for part in _widgets(self.ask, self.sentences, self.stop):
            asking.addWidget(part)
        asking.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL_SPACE)
        column.addLayout(asking)
        for part in _widgets(self.bar, self.said, self.table, self.legend):
            column.addWidget(part)
        column.addWidget(self.copy, alignment=Qt.AlignmentFlag.AlignLeft)

    def _end(self) -> None:
        self._averaging.stop()
        self.stop.setEnabled(False)
        self.said.setText(self.tr("The average is shown once this sentence is done."))

    def _show_progress(self, progress: TaskProgress) -> None:
        if not progress.total or not self._averaging.is_working or not self.stop.isEnabled():
            return
        self.bar.show_share(progress.done / progress.total)
        words = self.tr("{done} of {total} sentences").format(
            done=count(round(progress.done)), total=count(round(progress.total))
        )
        if progress.left_s is not None:
            words = self.tr("{done}, {left}").format(done=words, left=time_left(progress.left_s))
        self.said.setText(words)

    def _found_words(self, averages: TrustAverages) -> str:
        return self.tr(
            "{n} sentences of the validation set, attention of {reading}. {summary}"
        ).format(
            n=count(averages.sentences),
            reading=reading_words(averages.reading),
            summary=counted_words(averages.verdicts, averages.words, translate=_tr),
        )


class AveragesTable(QTableWidget):
    """A row for each method, a column for each figure."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 5, parent)
        self.setAccessibleName(self.tr("What each method is worth on average"))
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._titles = [
            self.tr("Method"),
            self.tr("τ"),
            self.tr("Shuffled"),
            self.tr("Without"),
            self.tr("Alone"),
        ]
        self._rows: list[list[str]] = []
        for column, title in enumerate(self._titles):
            self.setHorizontalHeaderItem(column, _item(title, column))
        self.verticalHeader().hide()
        height = self.fontMetrics().height() + _ROW_PADDING
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def show_averages(self, averages: TrustAverages) -> None:
        """Show them; erasure does not agree with itself."""
        self._rows = [_cells(method, each) for method, each in averages.methods.items()]
        self.setRowCount(len(self._rows))
        for row, cells in enumerate(self._rows):
            for column, text in enumerate(cells):
                self.setItem(row, column, _item(text, column))
        rows = self.rowCount() * self.verticalHeader().defaultSectionSize()
        frame = 2 * self.frameWidth()
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows + frame)

    def copy_all(self) -> None:
        """Put it on the clipboard, as a table of text that spreadsheets take."""
        lines = (self._titles, *self._rows)
        QGuiApplication.clipboard().setText("\n".join(map("\t".join, lines)))


def _widgets(*parts: QWidget) -> tuple[QWidget, ...]:
    """Widgets of several kinds as what they have in common."""
    return parts


def _item(text: str, column: int) -> QTableWidgetItem:
    """Numbers and what stands above them end at the right."""
    item = QTableWidgetItem(text)
    side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
    item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    return item


def _cells(method: Method, each: MethodAverages) -> list[str]:
    of_order = ("–", "–") if method is Method.ERASURE else (each.tau, each.shuffled)
    numbers = (*of_order, each.comprehensiveness, each.sufficiency)
    texts = [number if isinstance(number, str) else tau_text(number) for number in numbers]
    return [method_name(method), *texts]


def _tr(text: str) -> str:
    """Templates of sentences, which stand in `interpretation.trust_words`."""
    return QCoreApplication.translate("trust", text)
