"""The bilingual word list: search, table, and the sentences that show the chosen entry."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QSpinBox,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.gui.corpus.sentence_delegate import SentenceDelegate
from attnstudio.gui.links.word_examples import WordExamples
from attnstudio.gui.links.word_table import WordColumn, WordTableModel
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import count
from attnstudio.gui.widgets.row_table import show_as_rows
from attnstudio.project.standing_links import StandingLinks
from attnstudio.project.word_list import WordEntry, WordList

_ROW_PADDING = 10
_COLUMN_PADDING = 34
_SEARCH_WIDTH = 320
_MANY = 300  # entries: more hold much that was linked once, by mistake for the most part
_MOST_LINKS = 9_999


class WordListView(QWidget):
    """Shows a `WordList`; what it shows until there is one is told in a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen: WordEntry | None = None
        self.model = WordTableModel(self)
        self.search = QLineEdit(self)
        self.search.setClearButtonEnabled(True)
        self.search.setPlaceholderText(self.tr("Search words of either language"))
        self.search.setAccessibleName(self.search.placeholderText())
        self.search.setFixedWidth(_SEARCH_WIDTH)
        self.search.textChanged.connect(self._search)
        self.least = QSpinBox(self, minimum=1, maximum=_MOST_LINKS)
        self.least.setPrefix(self.tr("at least "))
        self.least.setAccessibleName(self.tr("How often two words must be linked to be shown"))
        self.least.setToolTip(
            self.tr("Words that are linked only once are wrong more often than others; 1 shows all")
        )
        self.least.valueChanged.connect(self._show_from)
        self._is_other = True  # the next list is that of another corpus
        self._facts = QLabel(self)
        set_role(self._facts, "muted")
        self.table = QTableView(self)
        self.examples = WordExamples(self)
        self._set_up_table()
        self._nothing = QLabel(self)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self._nothing, "muted")
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(self._content())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE, 0, 0)
        column.addWidget(self._stack)
        self._add_keys()
        self._show_from(self.least.value())
        self.say_counting()

    def say_counting_again(self) -> None:
        """Say that the list is made anew, since links were corrected; it stays until then."""
        self._facts.setText(self.tr("Counting again with the links that changed…"))

    def say_counting(self) -> None:
        """Show that the list of another corpus is being made."""
        self._is_other = True
        self._nothing.setText(self.tr("Counting the linked words…"))
        self._stack.setCurrentIndex(0)

    def show_list(self, words: WordList, corpus: ParallelCorpus, links: StandingLinks) -> None:
        """Show another list.

        Args:
            words: made of these links.
            corpus: whose sentences are the examples.
            links: of this corpus.
        """
        self.examples.show_corpus(corpus, links)
        self.model.show_list(words, (corpus.source_language, corpus.target_language))
        self._fit_columns()
        if self._is_other:
            self._is_other = False
            has_more = any(entry.count > 1 for entry in words.entries)
            self.least.setValue(2 if has_more and len(words.entries) > _MANY else 1)
        if not words.entries:
            self._nothing.setText(self.tr("No words are linked surely enough to be listed."))
        self._stack.setCurrentIndex(int(bool(words.entries)))
        self._show_found()

    def entries_beside_shown(self) -> int:
        """How many entries the list has where it shows fewer; 0 where it shows all of them."""
        total = self.model.total
        return total if self.model.rowCount() < total else 0

    def copy(self) -> None:
        """Put the chosen words on the clipboard, separated by a tab."""
        if self._chosen is not None:
            QGuiApplication.clipboard().setText(f"{self._chosen.source}\t{self._chosen.target}")

    def focus_search(self) -> None:
        """Let the person type what is looked for."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _content(self) -> QWidget:
        content = QWidget(self._stack)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.search)
        row.addWidget(self.least)
        row.addWidget(self._facts, stretch=1)
        splitter = QSplitter(Qt.Orientation.Vertical, content)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.table)
        splitter.addWidget(self.examples)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(row)
        column.addWidget(splitter, stretch=1)
        return content

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setItemDelegate(SentenceDelegate(table))
        table.setAccessibleName(self.tr("Words that translate each other"))
        show_as_rows(table)
        table.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        height = table.fontMetrics().height() + _ROW_PADDING
        table.verticalHeader().setDefaultSectionSize(height)
        header = table.horizontalHeader()
        header.setSortIndicator(-1, Qt.SortOrder.DescendingOrder)
        header.setSortIndicatorClearable(True)
        table.setSortingEnabled(True)
        header.setSortIndicator(-1, Qt.SortOrder.DescendingOrder)
        header.sortIndicatorChanged.connect(self._show_found)
        table.selectionModel().currentRowChanged.connect(self._show_entry)

    def _add_keys(self) -> None:
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        escape = QKeySequence(Qt.Key.Key_Escape)
        QShortcut(escape, self, self.search.clear, context=within)
        QShortcut(
            QKeySequence(QKeySequence.StandardKey.Copy),
            self.table,
            self.copy,
            context=Qt.ShortcutContext.WidgetShortcut,
        )

    def _fit_columns(self) -> None:
        """Numbers as wide as they need, the words share the rest."""
        metrics, header = self.table.fontMetrics(), self.table.horizontalHeader()
        horizontal, shown = Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole
        for column in WordColumn:
            if column in (WordColumn.SOURCE, WordColumn.TARGET):
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
                continue
            texts = (str(self.model.headerData(column, horizontal, shown)), count(1_000_000))
            width = max(map(metrics.horizontalAdvance, texts)) + _COLUMN_PADDING
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, width)

    def _search(self, text: str) -> None:
        self.model.search(text)
        self._show_found()

    def _show_from(self, least: int) -> None:
        self.least.setSuffix(self.tr(" link") if least == 1 else self.tr(" links"))
        self.model.show_from(least)
        self._show_found()

    def _show_found(self) -> None:
        """Say how many entries are shown; the chosen one stays if it can."""
        shown, total = self.model.rowCount(), self.model.total
        words = self.tr("{n} entries").format(n=count(total))
        if shown != total:
            words = self.tr("{n} of {total} entries").format(n=count(shown), total=count(total))
        if not shown:
            words = self._nothing_found()
        self._facts.setText(words)
        row = self.model.row_of(self._chosen) if self._chosen is not None else None
        if not shown:
            self._chosen = None
            self.examples.show_entry(None)
            return
        index = self.model.index(row or 0, WordColumn.SOURCE)
        self.table.setCurrentIndex(index)
        self.table.scrollTo(index)

    def _nothing_found(self) -> str:
        fewer = self.model.found()
        if not fewer:
            return self.tr("Nothing found")
        words = self.tr("Nothing found that often; {n} with fewer links")
        return words.format(n=count(fewer))

    def _show_entry(self, current: QModelIndex) -> None:
        if current.isValid():
            self._chosen = self.model.entry(current.row())
            self.examples.show_entry(self._chosen)
