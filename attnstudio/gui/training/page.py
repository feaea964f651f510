"""The training page: watch runs learn, pause and stop them, compare them."""

from __future__ import annotations

import math
from collections.abc import Container, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.charts.curve_board import CurveBoard
from attnstudio.gui.look.theme import PAGE_MARGIN, SMALL_SPACE, SPACE, name_tabs
from attnstudio.gui.studio.actions import ActionRegistry, MenuName
from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.gui.training.chart_settings import load_preferences, save_preferences
from attnstudio.gui.training.heads_showing import HeadsShowing
from attnstudio.gui.training.heads_tab import HeadsTab
from attnstudio.gui.training.keep_awake import KeepAwake
from attnstudio.gui.training.layer_showing import LayerShowing
from attnstudio.gui.training.layer_view import LayerView
from attnstudio.gui.training.nothing_trained import NothingTrained
from attnstudio.gui.training.progress_filling import ProgressFilling
from attnstudio.gui.training.run_cards import RunCards
from attnstudio.gui.training.run_comparing import RunComparing
from attnstudio.gui.training.run_curves import RunCurves
from attnstudio.gui.training.run_entries import RunEntries
from attnstudio.gui.training.run_exporting import RunExporting
from attnstudio.gui.training.run_going_on import RunGoingOn
from attnstudio.gui.training.run_histories import RunHistories
from attnstudio.gui.training.run_list import RunList
from attnstudio.gui.training.run_list_actions import RunListActions
from attnstudio.gui.training.run_noting import RunNoting
from attnstudio.gui.training.run_progress import RunProgress
from attnstudio.gui.training.run_table import RunTable
from attnstudio.gui.training.session_actions import SessionActions
from attnstudio.gui.training.session_news import SessionNews
from attnstudio.gui.training.table_settings import load_table_preferences, save_table_preferences
from attnstudio.gui.training.watch_adding import WatchAdding
from attnstudio.gui.training.watch_keeping import WatchKeeping
from attnstudio.gui.training.watch_showing import WatchShowing
from attnstudio.gui.training.watch_timeline import WatchTimeline
from attnstudio.project.run import Run
from attnstudio.training.events import (
    CheckpointSaved,
    Started,
    TrainingEvent,
    Validation,
    WatchTranslated,
)
from attnstudio.training.history import History


class TrainingPage(QWidget):
    """Progress of one run, curves of all, watch sentences through time."""

    def __init__(
        self, studio: Studio, actions: ActionRegistry, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._histories = RunHistories(studio, self)
        self._cards = RunCards(studio, self)
        self._entries = RunEntries(studio, self._histories, self._cards, self)
        self._keep_awake = KeepAwake(studio.session, studio.comparing, studio.settings)
        self._progress = RunProgress()
        self._runs = RunList()
        self._keeping = RunListActions(studio, self._runs, self)
        self._exporting = RunExporting(studio, self._runs, self)
        self._noting = RunNoting(studio, self._cards, self._runs, self)
        self._filling = ProgressFilling(
            studio, self._progress, self._histories, self._entries, self
        )
        self._news = SessionNews(studio, self)
        self._going_on = RunGoingOn(studio, self._progress, self, histories=self._histories)
        self._board = CurveBoard(studio.notifier.show_error)
        self._board.apply_preferences(load_preferences(studio.settings))
        self._curves = RunCurves(self._board, self._histories, self._cards, self._runs, self)
        self._watch = WatchTimeline()
        self._adding = WatchAdding(studio, self)
        self._watching = WatchShowing(
            studio, self._histories, self._adding, self._filling, self._watch, self
        )
        WatchKeeping(studio, self._watch, self)
        self._layers = LayerView(studio.notifier.show_error)
        self._layer_showing = LayerShowing(studio, self._histories, self._layers, self)
        self._heads = HeadsTab(studio)
        self._heads_showing = HeadsShowing(studio, self._histories, self._heads, self)
        self._table = RunTable()
        self._table.apply_preferences(load_table_preferences(studio.settings))
        self._comparing = RunComparing(studio, self._table, self)
        self._actions = actions  # they live as long as the page that switches them
        SessionActions(studio.session, actions, self)
        self._add_watched = actions.add(
            "train.watch",
            self.tr("Add &watch sentence…"),
            self._adding.ask,
            menu=MenuName.TRAIN,
        )
        self._add_watched.setEnabled(False)
        self._lay_out()
        self._connect()
        self._show_run(studio.run)

    @property
    def board(self) -> CurveBoard:
        """The curves."""
        return self._board

    def _lay_out(self) -> None:
        self._empty = NothingTrained(self._studio)
        tabs = self._make_tabs()
        splitter = QSplitter()
        splitter.addWidget(self._make_column_beside())
        splitter.addWidget(tabs)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([264, 836])
        splitter.setChildrenCollapsible(False)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(PAGE_MARGIN, 2 * SPACE, PAGE_MARGIN, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self._progress)
        column.addWidget(splitter, stretch=1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(content)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._stack)

    def _make_tabs(self) -> QTabWidget:
        tabs = QTabWidget()
        name_tabs(tabs, self.tr("What to watch"))
        tabs.addTab(self._board, self.tr("Curves"))
        tabs.addTab(self._watch, self.tr("Watch sentences"))
        tabs.addTab(self._table, self.tr("Table"))
        tabs.addTab(self._layers, self.tr("Layers"))
        tabs.addTab(self._heads, self.tr("Heads"))
        tabs.currentChanged.connect(lambda place: self._board.values.setVisible(place == 0))
        tabs.currentChanged.connect(lambda _: self._fill_table())
        return tabs

    def _make_column_beside(self) -> QSplitter:
        """The runs, and what is read of their curves."""
        self._filter = QLineEdit(placeholderText=self.tr("Filter runs"), clearButtonEnabled=True)
        self._filter.setAccessibleName(self.tr("Filter runs"))
        self._filter.setToolTip(
            self.tr("By name, state, figure, tags and note; curves are filtered too")
        )
        listed = QWidget()
        filtered = QVBoxLayout(listed)
        filtered.setContentsMargins(0, 0, 0, 0)
        filtered.setSpacing(SMALL_SPACE)
        filtered.addWidget(self._filter)
        filtered.addWidget(self._runs)
        beside = QSplitter(Qt.Orientation.Vertical)
        beside.addWidget(listed)
        beside.addWidget(self._board.values)
        beside.setStretchFactor(0, 1)
        beside.setSizes([300, 250])
        beside.setChildrenCollapsible(False)
        return beside

    def _connect(self) -> None:
        studio, session = self._studio, self._studio.session
        studio.project_changed.connect(self._open_project)
        studio.runs_changed.connect(self._list_runs)
        studio.run_selected.connect(self._show_run)
        session.state_changed.connect(self._list_runs)
        session.events_arrived.connect(self._hear)
        studio.comparing.changed.connect(self._show_progress)
        self._progress.pause_asked.connect(session.pause)
        self._progress.resume_asked.connect(session.resume)
        self._progress.stop_asked.connect(session.stop)
        self._progress.inspect_asked.connect(partial(studio.go_to, PageName.INSPECTOR))
        self._runs.chosen.connect(self._choose_run)
        self._filter.textChanged.connect(self._filter_runs)
        self._table.chosen.connect(self._choose_run)
        for chosen in (self._board.preferences_changed, self._table.preferences_changed):
            chosen.connect(self._keep_preferences)
        self._watch.add_asked.connect(self._adding.ask)
        self._adding.added.connect(self._look_again)
        studio.known_runs.looked.connect(self._show_what_is_known)
        self._histories.read.connect(self._show_what_was_read)
        self._cards.read.connect(self._show_cards)
        self._noting.noted.connect(self._show_entries)
        studio.access.changed.connect(self._show_progress)
        studio.access.looked.connect(self._follow_other_window)
        studio.elsewhere.moved.connect(self._histories.read_anew)
        self._histories.ended.connect(partial(self._board.show_reading, reading=False))

    def _keep_preferences(self) -> None:
        save_preferences(self._studio.settings, self._board.preferences)
        save_table_preferences(self._studio.settings, self._table.preferences)

    # which runs

    def _open_project(self) -> None:
        self._curves.clear()
        self._histories.clear()

    def _project_runs(self) -> list[Run]:
        """In the order in which they were made."""
        project = self._studio.project
        if project is None:
            return []
        runs = project.runs()
        session = self._studio.session
        if (
            session.run is not None
            and session.is_active
            and self._entries.is_in_session(session.run)
        ):
            names = {run.name for run in runs}
            runs += [session.run] if session.run.name not in names else []  # gone for now
        return sorted(runs, key=_made_at)

    def _list_runs(self) -> None:
        runs = self._project_runs()
        self._cards.follow(runs)
        names = [run.name for run in runs]
        gone = [name for name in self._histories.names if name not in names]
        self._histories.forget(gone)
        self._curves.remove(gone)
        self._stack.setCurrentIndex(1 if runs else 0)
        self._empty.say_why()
        session = self._studio.session
        if self._entries.is_in_session(session.run):
            assert session.run is not None
            self._take_history(session.run, session.history)
        new = self._histories.unread(runs)
        self._curves.hide_old(new, runs)
        if new:
            self._board.show_reading(reading=True)
            self._histories.begin_reading(new)
        self._show_entries()
        self._show_progress()

    def _follow_other_window(self) -> None:
        runs = [run for run in self._project_runs() if not self._entries.is_in_session(run)]
        self._histories.read_anew(runs)
        self._studio.known_runs.look(runs)

    def _show_what_was_read(self, names: Container[str]) -> None:
        for run in self._project_runs():
            if run.name in names:
                self._curves.draw(run)
        self._show_entries()
        self._show_progress()
        self._watching.show()
        self._layer_showing.show()
        self._heads_showing.show()

    def _show_cards(self, recoloured: Container[Path]) -> None:
        for run in self._project_runs():
            if run.folder in recoloured:
                self._curves.draw(run)
        self._show_entries()

    def _look_again(self) -> None:
        self._studio.known_runs.look(self._project_runs())

    def _show_what_is_known(self) -> None:
        self._show_entries()
        self._show_progress()
        self._layer_showing.show()
        self._heads_showing.show()

    def _take_history(self, run: Run, history: History) -> None:
        if self._histories.whole(run.name) is not history:
            self._histories.put(run.name, history)
            if run.name in {each.name for each in self._project_runs()}:
                self._curves.draw(run)

    def _show_entries(self) -> None:
        entries = self._entries.entries(self._project_runs(), self._curves.hidden)
        self._runs.show_entries(entries, self._studio.run.name if self._studio.run else "")
        self._curves.draw_what_matches()
        self._fill_table()

    def _fill_table(self) -> None:
        if not self._table.isVisibleTo(self):  # nobody looks at it
            return
        runs = self._project_runs()
        self._comparing.show(runs, self._entries.rows(runs))
        self._table.leave_out(self._runs.names_left_out)

    # one run

    def _choose_run(self, name: str) -> None:
        run = next((run for run in self._project_runs() if run.name == name), None)
        self._studio.select_run(run)

    def _show_run(self, run: Run | None) -> None:
        self._board.mark(run.name if run is not None else "")
        self._list_runs()
        self._watching.show()
        self._layer_showing.show()
        self._heads_showing.show()

    def _show_progress(self) -> None:
        why_not = self._studio.access.reason
        self._runs.why_not = why_not
        self._watch.refuse_adding(why_not)
        self._add_watched.setEnabled(self._studio.project is not None and not why_not)
        self._filling.fill()

    def _filter_runs(self, text: str) -> None:
        self._runs.show_matching(text)
        self._table.leave_out(self._runs.names_left_out)
        self._curves.draw_what_matches()

    # the session

    def _hear(self, events: Sequence[TrainingEvent]) -> None:
        run = self._studio.session.run
        if run is None or not self._entries.is_in_session(run):
            return
        self._board.run_grew(run.name)
        kinds = {type(event) for event in events}
        if kinds & {Validation, CheckpointSaved}:
            self._show_entries()
        if kinds & {Started, Validation}:
            self._heads_showing.show()  # it may be the run beside
        shown = self._studio.run
        if shown is not None and shown.folder == run.folder:
            self._show_progress()
            if kinds & {Started, Validation}:
                self._layer_showing.show()
            if WatchTranslated in kinds:
                self._watching.show()


def _made_at(run: Run) -> float:
    path = run.folder / "config.toml"
    return path.stat().st_mtime if path.exists() else math.inf
