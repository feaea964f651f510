"""The page of comparisons: what came of each kind, in a table and a picture, and how far it is."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.charts.dot_chart import DotChart
from attnstudio.gui.comparing.comparing_news import ComparingNews
from attnstudio.gui.comparing.comparison_deleting import delete_comparison
from attnstudio.gui.comparing.comparison_export import ChoosePath, ComparisonExport
from attnstudio.gui.comparing.comparison_header import ComparisonHeader
from attnstudio.gui.comparing.comparison_progress import ComparisonProgress
from attnstudio.gui.comparing.comparison_reading import ComparisonReading, ReadComparisons
from attnstudio.gui.comparing.comparison_view import ComparisonView
from attnstudio.gui.comparing.dot_rows import dot_rows
from attnstudio.gui.comparing.figure_words import figure_heading, figure_words, readable_step
from attnstudio.gui.look.theme import PAGE_MARGIN, SMALL_SPACE, SPACE, set_role
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.run_changes import find_run
from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.gui.widgets.empty_state import EmptyState
from attnstudio.gui.widgets.file_dialogs import choose_save_path
from attnstudio.project.comparison_queue import EntryState
from attnstudio.project.comparison_table import ComparisonTable, Figure
from attnstudio.project.comparison_words import findings

_SETTLED_MS = 150  # several things change at once when a run ends
_WORDS_WIDTH = 300


class ComparingPage(QWidget):
    """One comparison of the open project at a time."""

    def __init__(
        self,
        studio: Studio,
        actions: ActionRegistry,  # noqa: ARG002 - as every page is made
        parent: QWidget | None = None,
        *,
        choose_path: ChoosePath = choose_save_path,
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._name = ""
        self._table: ComparisonTable | None = None
        self._is_due = True
        self.chart = DotChart()
        self.export = ComparisonExport(self, self.chart, studio.notifier.show_error, choose_path)
        self.header = ComparisonHeader(self.export.menu)
        self.view = ComparisonView()
        self._progress = ComparisonProgress(studio, self.header, self)
        self._reading = ComparisonReading(studio, self)
        self._news = ComparingNews(studio, self)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settled.timeout.connect(self._read)
        self._lay_out()
        self._connect()
        self._show_nothing()

    @property
    def table(self) -> ComparisonTable | None:
        """What is shown."""
        return self._table

    # how it lies

    def _lay_out(self) -> None:
        self._empty = EmptyState("", "", "")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._content())
        row = QHBoxLayout(self)
        row.setContentsMargins(PAGE_MARGIN, 2 * SPACE, PAGE_MARGIN, 2 * SPACE)
        row.addWidget(self._stack)

    def _content(self) -> QWidget:
        self.problem = QLabel()
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        set_role(self.problem, "warning")
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.view)
        split.addWidget(self._below())
        split.setChildrenCollapsible(False)
        split.setSizes([300, 300])
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.header)
        column.addWidget(self.problem)
        column.addWidget(split, stretch=1)
        return content

    def _below(self) -> QWidget:
        """The picture of one column, and beside it what the table shows in sentences."""
        below = QWidget()
        row = QHBoxLayout(below)
        row.setContentsMargins(0, SMALL_SPACE, 0, 0)
        row.setSpacing(2 * SPACE)
        row.addLayout(self._picture(), stretch=1)
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setFixedWidth(_WORDS_WIDTH)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        said = _scrolled(self.words)
        said.setFixedWidth(_WORDS_WIDTH + 2 * SPACE)
        row.addWidget(said)
        return below

    def _picture(self) -> QVBoxLayout:
        self.figures = QComboBox()
        self.figures.setAccessibleName(self.tr("Figure of the picture"))
        label = QLabel(self.tr("&Picture of"))
        label.setBuddy(self.figures)
        self.reading = QLabel()
        self.reading.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self.reading, "muted")
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(label)
        top.addWidget(self.figures)
        top.addWidget(self.reading, stretch=1)
        column = QVBoxLayout()
        column.setSpacing(SMALL_SPACE)
        column.addLayout(top)
        column.addWidget(_scrolled(self.chart), stretch=1)
        return column

    def _connect(self) -> None:
        studio = self._studio
        studio.project_changed.connect(self._open_project)
        studio.runs_changed.connect(self._read_soon)
        studio.comparing.changed.connect(self._read_soon)
        studio.comparison_requested.connect(self._choose)
        self._reading.read.connect(self._take)
        self._empty.acted.connect(self._leave_empty)
        self.header.chosen.connect(self._choose)
        self.header.deletion_asked.connect(self._delete)
        self.view.opened.connect(self._open_run)
        self.view.copy_asked.connect(self.export.copy_table)
        self.view.figure_chosen.connect(self._choose_figure)
        self.chart.opened.connect(self._open_run)
        self.chart.read.connect(self._show_reading)
        self.figures.activated.connect(lambda _: self._draw())

    # what is read

    def _open_project(self) -> None:
        self._name = ""
        self._show_nothing()
        self._read_soon()

    def _choose(self, name: str) -> None:
        self._name = name
        self._read_soon()

    def _read_soon(self) -> None:
        self._settled.start()

    def _read(self) -> None:
        self._is_due = not self.isVisible()
        if not self._is_due:
            self._reading.ask(self._name)

    def _take(self, found: ReadComparisons) -> None:
        if not found.name:
            self._show_nothing()
            return
        self._name = found.name
        self._stack.setCurrentIndex(1)
        self.header.list_names(found.names, found.name)
        self.problem.setText(found.problem)
        self.problem.setVisible(bool(found.problem))
        self._show_table(found.table)

    def _show_nothing(self) -> None:
        self._show_table(None)
        self._stack.setCurrentIndex(0)
        if self._studio.project is None:
            self._empty.say(
                self.tr("No project is open"),
                self.tr("Open a project, or a sample, to compare kinds of models in it."),
                self.tr("Go home"),
            )
        else:
            self._empty.say(
                self.tr("Nothing is compared yet"),
                self.tr(
                    "Compare kinds… on the setup page trains several kinds of attention one "
                    "after another, with the same seeds and the same budget, and holds them "
                    "against each other here."
                ),
                self.tr("Set it up"),
            )

    def _leave_empty(self) -> None:
        self._studio.go_to(PageName.SETUP if self._studio.project else PageName.HOME)

    # what is shown

    def _show_table(self, table: ComparisonTable | None) -> None:
        self._table = self.export.table = table
        self._progress.show(self._name, table)
        self.view.show_table(table)
        shown = self.figures.currentData()
        self.figures.clear()
        for figure in table.figures if table is not None else ():
            self.figures.addItem(figure_heading(figure), figure)
        self.figures.setCurrentIndex(max(0, self.figures.findData(shown)))
        self.figures.setEnabled(self.figures.count() > 0)
        self.words.setText(self._findings(table) if table is not None else "")
        self._draw()

    def _findings(self, table: ComparisonTable) -> str:
        """What is beyond noise and what is not, and why runs failed."""
        failed = [
            self.tr("{run} failed: {why}").format(run=entry.run, why=entry.problem)
            for row in table.rows
            for entry in row.entries
            if entry.state is EntryState.FAILED
        ]
        said = [*findings(table), *failed]
        if said:
            return "\n\n".join(said)
        if all(entry.state is EntryState.FINISHED for row in table.rows for entry in row.entries):
            return self.tr(
                "Nothing can be said about noise: with one seed each, that takes test pairs."
            )
        return self.tr(
            "What is beyond noise is said here as soon as two kinds are finished. Speed and memory "
            "are shown without such a rule."
        )

    def _choose_figure(self, figure: Figure) -> None:
        place = self.figures.findData(figure)
        if place >= 0 and place != self.figures.currentIndex():
            self.figures.setCurrentIndex(place)
            self._draw()

    def _draw(self) -> None:
        kept = self.figures.currentData()
        if self._table is None or kept is None:
            rows = dot_rows(self._table, Figure.LOSS) if self._table is not None else []
            self.chart.show_rows(rows, "", str)  # what each row waits for
            return
        figure = Figure(kept)  # Qt has made a plain text of it
        rows = dot_rows(self._table, figure)
        highest = max((dot.value for row in rows for dot in row.dots), default=0.0)
        self.chart.show_rows(
            rows,
            figure_heading(figure),
            lambda value: figure_words(figure, value),
            readable_step(figure, highest),
        )

    def _show_reading(self, words: str) -> None:
        self.reading.setText(words)

    # what is done

    def _open_run(self, name: str) -> None:
        run = find_run(self._studio, name)
        if run is not None:
            self._studio.select_run(run)
            self._studio.go_to(PageName.TRAINING)

    def _delete(self) -> None:
        project = self._studio.project
        if project is not None and self._name:
            delete_comparison(self._studio, project, self._name, self._choose)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_due:
            self._read_soon()


def _scrolled(widget: QWidget) -> QScrollArea:
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(widget)
    return area
