"""The page of word links: which words of the corpus translate each other."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.links.align_bar import AlignBar
from attnstudio.gui.links.align_offer import AlignOffer, time_words
from attnstudio.gui.links.findings_view import FindingsView
from attnstudio.gui.links.gold_exchange import ChooseFiles, ChoosePath, GoldExchange
from attnstudio.gui.links.link_actions import LinkActions
from attnstudio.gui.links.link_correcting import LinkCorrecting
from attnstudio.gui.links.link_finding import LinkFindings
from attnstudio.gui.links.link_state import LinkState
from attnstudio.gui.links.link_work import LinkWork, ListedWords
from attnstudio.gui.links.sentence_search import SentenceSearch
from attnstudio.gui.links.sentences_view import SentencesView
from attnstudio.gui.links.word_list_view import WordListView
from attnstudio.gui.look.theme import PAGE_MARGIN, SPACE, name_tabs, set_role
from attnstudio.gui.look.wording import count, decimals, error_text
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.gui.studio.tasks import TaskProgress
from attnstudio.gui.widgets.empty_state import EmptyState
from attnstudio.gui.widgets.file_dialogs import choose_files, choose_save_path
from attnstudio.project.link_export import LinkFormat
from attnstudio.project.standing_links import LinkTotals


class _Counted(NamedTuple):
    """What a word list was made of.

    Attributes:
        found_in: the version of the corpus whose links were found.
        given: the state of those that people gave.
    """

    found_in: str
    given: str


_NOTHING = _Counted("", "")


class LinksPage(QWidget):
    """The word links of the open project, or the way to them.

    Args:
        studio: has the project.
        actions: takes the page's actions.
        parent: what the page stands in.
        choose_path: asks for a file to write, as `choose_save_path` does.
        choose_gold: asks for files to read, as `choose_files` does.
    """

    def __init__(
        self,
        studio: Studio,
        actions: ActionRegistry,
        parent: QWidget | None = None,
        *,
        choose_path: ChoosePath = choose_save_path,
        choose_gold: ChooseFiles = choose_files,
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._choose_path = choose_path
        self._state: LinkState | None = None
        self._listed = _NOTHING  # what is counted in the word list, or about to be
        self._work = LinkWork(studio, self)
        self._stack = QStackedWidget(self)
        self._empty = EmptyState("", "", "", self._stack)
        self._waiting = QWidget(self._stack)  # for a moment, while links are looked for
        self._offer = AlignOffer(self._stack)
        self._content = QWidget(self._stack)
        for widget in (self._empty, self._waiting, self._offer, self._content):
            self._stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self._facts = QLabel(self._content)
        self._facts.setToolTip(
            self.tr(
                "The mean score says how well the words are linked: 1 where each word of a pair "
                "has a sure link, 0 where none has one. Free translations and wrong pairs lower it."
            )
        )
        set_role(self._facts, "muted")
        self._banner = QFrame(self._content)
        set_role(self._banner, "banner")
        self._again = AlignBar(self._banner)
        self._tabs = QTabWidget(self._content)
        name_tabs(self._tabs, self.tr("About the word links"))
        self._words = WordListView(self._tabs)
        self._sentences = SentencesView(self._tabs)
        self._correcting = LinkCorrecting(studio, self._sentences, self)
        SentenceSearch(studio, self._sentences, self)
        self._gold = GoldExchange(studio, self, choose_path, choose_gold)
        self._tabs.addTab(self._sentences, self.tr("Sentences"))
        self._tabs.addTab(self._words, self.tr("Word list"))
        doubts = FindingsView(self._tabs)
        doubts.correct_wanted.connect(self._correct_pair)
        self._findings = LinkFindings(studio, doubts, self._choose_table, self)
        self._tabs.addTab(doubts, self.tr("Findings"))
        self._tabs.setCurrentWidget(self._words)
        self._actions = LinkActions(
            actions,
            align=self._align,
            find=self._find,
            export=self._export,
            parent=self,
        )
        self._lay_out_content()
        self._connect()
        self._show_project()

    def _lay_out_content(self) -> None:
        title = QLabel(self.tr("Word links"), self._content)
        set_role(title, "page-title")
        export = QPushButton(self.tr("Export"), self._content)
        menu = QMenu(export)
        self._actions.fill(menu)
        export.setMenu(menu)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(title)
        words.addWidget(self._facts)
        header = QHBoxLayout()
        header.addLayout(words, stretch=1)
        header.addWidget(export)
        inside = QVBoxLayout(self._banner)
        inside.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        inside.addWidget(self._again)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(PAGE_MARGIN, 2 * SPACE, PAGE_MARGIN, 2 * SPACE)
        column.setSpacing(2 * SPACE)
        column.addLayout(header)
        column.addWidget(self._banner)
        column.addWidget(self._tabs, stretch=1)

    def _connect(self) -> None:
        self._sentences.import_wanted.connect(self._gold.import_links)
        self._sentences.export_wanted.connect(self._gold.export_links)
        self._words.examples.correct_wanted.connect(self._correct_pair)
        self._empty.acted.connect(partial(self._studio.go_to, PageName.CORPUS))
        for bar in (self._offer.bar, self._again):
            bar.wanted.connect(self._align)
            bar.cancelled.connect(self._work.cancel_aligning)
        self._work.state_read.connect(self._show_state)
        self._work.failed.connect(self._show_failure)
        self._work.progressed.connect(self._show_progress)
        self._work.ended.connect(self._show_end)
        self._work.aligned.connect(self._show_project)
        self._work.counted.connect(self._show_totals)
        self._work.listed.connect(self._show_words)
        self._correcting.corrected.connect(self._count_again)
        self._tabs.currentChanged.connect(self._list_words_if_seen)
        self._studio.project_changed.connect(self._leave_project)
        self._studio.corpus_changed.connect(self._show_project)
        self._studio.access.changed.connect(self._say_whether_it_can_be_aligned)

    def _leave_project(self) -> None:
        """Another project is open: what is under way for the former one is not waited for."""
        self._work.leave_project()
        self._correcting.leave_project()
        self._state, self._listed = None, _NOTHING
        self._show_project()

    def _show_project(self) -> None:
        """Look for the links; those that are shown stay until it is known."""
        self._work.drop_reading()
        self._correcting.drop_reading()
        self._findings.drop()
        project = self._studio.project
        has_pairs = project is not None and bool(project.file.corpus)
        if has_pairs:
            if self._state is None:
                self._stack.setCurrentWidget(self._waiting)
            self._work.read_state()
        else:
            self._state = None
            self._show_nothing(
                self.tr("No sentence pairs yet"),
                self.tr("Word links are found between sentences and their translations."),
            )
        self._say_whether_it_can_be_aligned()

    def _show_nothing(self, heading: str, sentence: str) -> None:
        self._empty.say(heading, sentence, self.tr("Go to the corpus"))
        self._stack.setCurrentWidget(self._empty)

    def _show_failure(self, error: Exception) -> None:
        self._state, self._listed = None, _NOTHING
        self._show_nothing(self.tr("The word links cannot be read"), " ".join(error_text(error)))
        self._say_whether_it_can_be_aligned()

    def _show_state(self, state: LinkState) -> None:
        self._state = state
        self._say_whether_it_can_be_aligned()
        if state.links is None:
            self._offer.show_state(state)
            self._stack.setCurrentWidget(self._offer)
            return
        assert state.totals is not None
        self._show_totals(state.totals)
        self._banner.setHidden(state.is_current)
        words = self.tr(
            "These links belong to an earlier version of the corpus; it has other pairs now. {time}"
        )
        self._again.offer(words.format(time=time_words(state)), self.tr("Align it again"))
        self._stack.setCurrentWidget(self._content)
        self._list_words_if_seen()
        self._correcting.show_links(state.corpus, state.links)
        self._findings.show_links(state.corpus, state.links)

    def _show_totals(self, totals: LinkTotals) -> None:
        """Head the page with what is said of all links; those of the state that is shown."""
        assert self._state is not None
        assert self._state.links is not None
        facts = self.tr("{n} pairs · {links} links · mean score {score}")
        self._facts.setText(
            facts.format(
                n=count(len(self._state.links)),
                links=count(totals.links),
                score=decimals(totals.mean_score, 2),
            )
        )

    def _list_words_if_seen(self) -> None:
        """Count the linked words once, which takes some seconds, and only for who looks."""
        state = self._state
        if state is None or state.links is None or not self._words.isVisible():
            return
        wanted = _Counted(state.links.found_in, state.given)
        if self._listed == wanted:
            return
        if self._listed.found_in == wanted.found_in:
            self._words.say_counting_again()
        else:
            self._words.say_counting()
        self._listed = wanted
        self._work.list_words(state)

    def _count_again(self) -> None:
        """Links were corrected; their list is counted again when it is looked at next."""
        if self._state is not None:
            self._work.count_links(self._state)
        self._work.drop_listing()
        self._listed = self._listed._replace(given="")
        self._list_words_if_seen()

    def _show_words(self, listed: ListedWords) -> None:
        self._words.show_list(*listed)

    def _say_whether_it_can_be_aligned(self) -> None:
        state, reason = self._state, self._studio.access.reason
        for bar in (self._offer.bar, self._again):
            bar.allow(reason)
        has_links = state is not None and state.links is not None
        is_wanted = state is not None and not (has_links and state.is_current)
        self._actions.allow(
            align=is_wanted and not reason and not self._work.is_aligning, links=has_links
        )

    def _align(self) -> None:
        self._studio.go_to(PageName.LINKS)
        self._work.align()
        for bar in (self._offer.bar, self._again):
            bar.begin(self._state.share_begun if self._state is not None else 0.0)
        self._say_whether_it_can_be_aligned()

    def _show_progress(self, progress: TaskProgress) -> None:
        for bar in (self._offer.bar, self._again):
            bar.show_progress(progress)

    def _show_end(self) -> None:
        for bar in (self._offer.bar, self._again):
            bar.end()
        if self._state is not None and self._state.links is None:
            self._work.read_state()  # after a stop, what is done is kept
        self._say_whether_it_can_be_aligned()

    def _find(self) -> None:
        """Search in the tab that is shown, or else for a word."""
        self._studio.go_to(PageName.LINKS)
        if self._tabs.currentWidget() is self._sentences:
            self._sentences.focus_search()
            return
        self._tabs.setCurrentWidget(self._words)
        self._words.focus_search()

    def _correct_pair(self, pair: int) -> None:
        self._tabs.setCurrentWidget(self._sentences)
        self._sentences.choose(pair)
        self._sentences.editor.grid.setFocus()

    def _choose_table(self, title: str, name: str) -> str:
        return self._choose_path(self, title, name, self.tr("Tables (*.tsv)"))

    def _export(self, form: LinkFormat) -> None:
        state, project = self._state, self._studio.project
        if state is None or state.links is None or project is None:
            return
        name = f"{project.folder.name}{form.ending}"
        title = self.tr("Export word links")
        if form is LinkFormat.WORDS and (entries := self._words.entries_beside_shown()):
            words = self.tr("Export all {n} entries of the word list, not only those shown")
            title = words.format(n=count(entries))
        kinds = self.tr("All files (*)")
        if path := self._choose_path(self, title, name, kinds):
            self._work.write(Path(path), form, state)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._list_words_if_seen()
