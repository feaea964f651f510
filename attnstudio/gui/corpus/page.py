"""The corpus page: the pairs, what they are like, and where they came from."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from attnstudio.config import CleaningConfig
from attnstudio.corpus.cleaning import Rule
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.corpus.searching import PairQuery, PairSet, Range, SearchedSide
from attnstudio.errors import AttentionStudioError
from attnstudio.gui.corpus.cleaning_panel import CleaningPanel
from attnstudio.gui.corpus.corpus_actions import CorpusActions
from attnstudio.gui.corpus.corpus_changing import CorpusChanging
from attnstudio.gui.corpus.corpus_header import CorpusHeader
from attnstudio.gui.corpus.corpus_overview import COMPARED_UNASKED, CorpusOverview
from attnstudio.gui.corpus.corpus_reading import CorpusReading
from attnstudio.gui.corpus.empty_corpus import EmptyCorpus
from attnstudio.gui.corpus.import_list import ImportList
from attnstudio.gui.corpus.pair_browser import PairBrowser
from attnstudio.gui.look.theme import PAGE_MARGIN, SPACE
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.gui.studio.tasks import TaskProgress
from attnstudio.project.project import Project

_SIDE_WIDTH = 430
_LEAST_SIDE_WIDTH = 340
_SPLITTER_KEY = "corpus/splitter"


class CorpusPage(QWidget):
    """The open project's corpus.

    It is built from the outside in: a widget that is moved into another one is styled anew with all
    that it holds, which took half of the time.
    """

    def __init__(
        self, studio: Studio, actions: ActionRegistry, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._actions = actions
        self._corpus: ParallelCorpus | None = None
        self._reading = CorpusReading(studio, self)
        self._changing = CorpusChanging(studio, self)
        self._stack = QStackedWidget(self)
        self._empty = EmptyCorpus(self._stack)
        self._content = QWidget(self._stack)
        for widget in (self._empty, self._content):
            self._stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self._header = CorpusHeader(self._content)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self._content)
        self._browser = PairBrowser(self._splitter)
        self._side = QTabWidget(self._splitter)
        overview = _add_scrolled(self._side, self.tr("Overview"))
        self._overview = CorpusOverview(self._reading, overview)
        _fill(overview, self._overview)
        clean = _add_scrolled(self._side, self.tr("Clean"))
        self._cleaning = CleaningPanel(clean)
        _fill(clean, self._cleaning)
        self._imports = ImportList(self._side)
        self._side.addTab(self._imports, self.tr("Imports"))
        self._lay_out_content()
        self._corpus_actions = CorpusActions(studio, actions, self._browser, self._overview, self)
        self._connect_widgets()
        self._connect_work()
        self._show_project(studio.project)

    def _lay_out_content(self) -> None:
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._splitter.addWidget(self._browser)
        self._splitter.addWidget(self._side)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setSizes([_SIDE_WIDTH * 2, _SIDE_WIDTH])
        stored = self._studio.settings.bytes_value(_SPLITTER_KEY)
        if not stored.isEmpty():
            self._splitter.restoreState(stored)
        self._side.setAccessibleName(self.tr("About the corpus"))
        self._side.tabBar().setAccessibleName(self._side.accessibleName())
        self._side.setMinimumWidth(_LEAST_SIDE_WIDTH)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(PAGE_MARGIN, 2 * SPACE, PAGE_MARGIN, 2 * SPACE)
        column.setSpacing(2 * SPACE)
        column.addWidget(self._header)
        column.addWidget(self._splitter, stretch=1)

    def _connect_widgets(self) -> None:
        self._empty.opened.connect(partial(self._trigger, "file.open"))
        self._empty.sample_wanted.connect(self._open_sample)
        self._header.setup_wanted.connect(partial(self._studio.go_to, PageName.SETUP))
        self._header.reverse_wanted.connect(self._corpus_actions.set_up_reverse)
        self._browser.query_changed.connect(self._search)
        self._browser.search_cancelled.connect(self._reading.cancel_search)
        self._browser.inspected.connect(self._corpus_actions.inspect)
        splits = self._overview.splits
        splits.split_chosen.connect(self._show_split)
        splits.cut_wanted.connect(self._changing.cut_splits)
        splits.removal_wanted.connect(self._changing.remove_leaks)
        self._side.currentChanged.connect(self._look_if_seen)
        self._cleaning.look_wanted.connect(self._reading.look_for_unclean)
        self._cleaning.look_cancelled.connect(self._reading.cancel_looking)
        self._cleaning.cleaning_wanted.connect(self._changing.clean)
        self._cleaning.undo_wanted.connect(self._changing.undo_cleaning)
        self._cleaning.rule_wanted.connect(self._show_unclean)
        self._cleaning.alignment_wanted.connect(partial(self._studio.go_to, PageName.LINKS))
        self._cleaning.pair_wanted.connect(self._browser.show_pair)
        statistics = self._overview.statistics
        statistics.range_wanted.connect(self._show_range)
        statistics.word_wanted.connect(self._show_word)
        statistics.pair_wanted.connect(self._browser.show_pair)
        self._splitter.splitterMoved.connect(self._keep_splitter)

    def _connect_work(self) -> None:
        reading = self._reading
        reading.imports_read.connect(self._imports.show_entries)
        reading.pairs_found.connect(self._browser.show_found)
        reading.search_progressed.connect(self._show_search_progress)
        reading.search_cancelled.connect(self._browser.filter.show_cancelled)
        reading.cleaning_found.connect(self._cleaning.show_report)
        reading.cleaning_progressed.connect(self._show_cleaning_progress)
        reading.links_looked_for.connect(self._cleaning.show_alignment)
        reading.cleaning_cancelled.connect(self._cleaning.show_nothing)
        self._changing.begun.connect(partial(self._show_busy, busy=True))
        self._changing.ended.connect(partial(self._show_busy, busy=False))
        self._studio.project_changed.connect(self._show_project)
        self._studio.corpus_changed.connect(self._show_corpus_of_project)
        self._studio.access.changed.connect(self._say_whether_it_can_be_changed)

    def _show_project(self, project: Project | None) -> None:
        self._browser.filter.clear()
        cleanings = project.file.cleanings if project else ()
        self._cleaning.begin_with(cleanings[-1].config if cleanings else CleaningConfig())
        self._say_whether_it_can_be_changed()
        self._show_corpus_of_project()

    def _say_whether_it_can_be_changed(self) -> None:
        for panel in (self._overview.splits, self._cleaning):
            panel.allow(self._studio.access.reason)

    def _show_corpus_of_project(self) -> None:
        project = self._studio.project
        self._reading.look_at(None)
        self._browser.filter.drop_set()
        self._corpus = self._open_corpus(project)
        self._overview.show_corpus(self._corpus)
        self._browser.show_corpus(self._corpus)
        self._corpus_actions.allow(allowed=self._corpus is not None)
        if project is None or self._corpus is None:
            self._empty.show_project(project is not None)
            self._stack.setCurrentWidget(self._empty)
            return
        self._reading.look_at(self._corpus)
        self._header.show_corpus(self._corpus)
        self._cleaning.show_nothing()
        self._cleaning.show_past(project.file.cleanings)
        self._reading.read_imports()
        self._reading.look_for_links()
        self._stack.setCurrentWidget(self._content)
        self._browser.filter.ask_again()
        if self.isVisible():
            self._overview.describe()
            self._look_if_seen()

    def _open_corpus(self, project: Project | None) -> ParallelCorpus | None:
        if project is None or not project.file.corpus:
            return None
        try:
            corpus = project.corpus()
        except AttentionStudioError as error:
            self._studio.notifier.show_error(error)
            return None
        return corpus if len(corpus) else None

    def _look_if_seen(self) -> None:
        """Count what a cleaning would drop, if that is not known and quickly told."""
        corpus = self._corpus
        is_seen = self._cleaning.isVisibleTo(self) and self._cleaning.report is None
        if is_seen and corpus is not None and len(corpus) <= COMPARED_UNASKED:
            self._cleaning.look()

    def _show_cleaning_progress(self, progress: TaskProgress) -> None:
        self._cleaning.show_progress(progress.done, progress.total)

    def _show_unclean(self, rule: Rule) -> None:
        report = self._cleaning.report
        if report is not None:
            pairs = PairSet(report.unclean.pairs(rule))
            self._browser.set_query(PairQuery(among=pairs), self._cleaning.label_of(rule))

    def _show_busy(self, *, busy: bool) -> None:
        """The corpus is being changed, or no longer."""
        if busy:
            self._overview.splits.show_busy()
        else:
            self._overview.splits.show_idle()
        self._cleaning.show_busy(busy=busy)

    def _show_search_progress(self, progress: TaskProgress) -> None:
        self._browser.filter.show_progress(progress.done, progress.total)

    def _search(self, query: PairQuery) -> None:
        if query == PairQuery():
            self._reading.drop_search()
            self._browser.show_found(None)
        else:
            self._reading.search(query)

    def _show_split(self, split: Split) -> None:
        self._browser.set_query(PairQuery(split=split))

    def _show_range(self, wanted: Range, words: str) -> None:
        self._browser.set_query(PairQuery(ranges=(wanted,)), words)

    def _show_word(self, side: SearchedSide, word: str) -> None:
        self._browser.set_query(PairQuery(text=word, side=side))

    def _open_sample(self, name: str) -> None:
        self._trigger(f"file.sample_{name}")

    def _trigger(self, action: str) -> None:
        if action in self._actions:
            self._actions[action].trigger()

    def _keep_splitter(self) -> None:
        self._studio.settings.set_bytes_value(_SPLITTER_KEY, self._splitter.saveState())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._overview.describe()
        self._reading.look_for_links()  # it may have been aligned on another page
        self._look_if_seen()


def _add_scrolled(tabs: QTabWidget, title: str) -> QWidget:
    """What is inside a new tab; it is as wide as its place and scrolls up and down."""
    scroll = QScrollArea(tabs)
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    tabs.addTab(scroll, title)
    inside = QWidget(scroll.viewport())
    inside.setProperty("role", "page")
    scroll.setWidget(inside)
    return inside


def _fill(place: QWidget, inside: QWidget) -> None:
    column = QVBoxLayout(place)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(inside)
