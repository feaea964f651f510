"""What the links say is doubtful: kinds with their counts, a list, and the chosen pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from attnstudio.corpus.alignment import Span
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.gui.corpus.gold_links import LinkPictureBox
from attnstudio.gui.corpus.sentence_delegate import SentenceDelegate
from attnstudio.gui.links.finding_table import FindingColumn, FindingTableModel
from attnstudio.gui.links.finding_words import (
    figure_label,
    kind_label,
    kind_meaning,
    no_findings,
)
from attnstudio.gui.links.word_examples import linked_pair
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import count, decimals
from attnstudio.gui.widgets.row_table import show_as_rows
from attnstudio.project.finding_table import FindingInWords, to_table
from attnstudio.project.link_findings import FindingKind, LinkFinding
from attnstudio.project.word_partners import LinksOfPairs

_ROW_PADDING = 10
_COLUMN_PADDING = 26
_WORDS_WIDTH = 170
_USUAL_WIDTH = 130


class FindingsView(QWidget):
    """Shows findings, all given as values.

    Signals:
        asked: it is seen, and nothing is known yet.
        inspect_wanted: the `SentencePair` is to be seen in the inspector.
        correct_wanted: the links of the pair of this number are to be corrected.
        save_wanted: all findings are to be written to a file.
    """

    asked = Signal()
    inspect_wanted = Signal(object)
    correct_wanted = Signal(int)
    save_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._corpus: ParallelCorpus | None = None
        self._links: LinksOfPairs | None = None
        self._findings: Sequence[LinkFinding] = ()
        self._is_known = False
        self._chosen: FindingInWords | None = None
        self.model = FindingTableModel(self)
        self.table = QTableView(self)
        self.picture = LinkPictureBox(self)
        self.picture.picture.setAccessibleName(self.tr("Linked words"))
        self._kinds = QButtonGroup(self)
        self.buttons: dict[FindingKind, QPushButton] = {}
        self._meaning = QLabel(self)
        self._meaning.setWordWrap(True)
        set_role(self._meaning, "muted")
        self.inspect = QPushButton(self.tr("Look in the inspector"), self)
        self.inspect.clicked.connect(self._inspect)
        self._correct = QPushButton(self.tr("Correct this sentence"), self)
        set_role(self._correct, "quiet")
        self._correct.clicked.connect(self._ask_to_correct)
        self.save = QPushButton(self.tr("Save as a table…"), self)
        self.save.clicked.connect(self.save_wanted)
        self._nothing = QLabel(self)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self._nothing, "muted")
        self._set_up_table()
        self._lists = QStackedWidget(self)
        self._stack = QStackedWidget(self)
        self._waiting = QLabel(self._stack)
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self._waiting, "muted")
        self._stack.addWidget(self._waiting)
        self._stack.addWidget(self._content())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE, 0, 0)
        column.addWidget(self._stack)
        QShortcut(
            QKeySequence(QKeySequence.StandardKey.Copy),
            self.table,
            self.copy,
            context=Qt.ShortcutContext.WidgetShortcut,
        )
        self.show_progress(0.0)

    def forget(self) -> None:
        """Show that nothing is known, and ask for it where it is seen."""
        self._is_known, self._findings, self._chosen = False, (), None
        self.show_progress(0.0)
        if self.isVisible():
            self.asked.emit()

    def show_progress(self, share: float) -> None:
        """Show how much of the looking is done, from 0 to 1."""
        words = self.tr("Looking through the word links… {n} %")
        self._waiting.setText(words.format(n=decimals(100 * share, 0)))
        self._stack.setCurrentIndex(0)

    def show_findings(
        self, corpus: ParallelCorpus, links: LinksOfPairs, findings: Sequence[LinkFinding]
    ) -> None:
        """Show other findings.

        Args:
            corpus: in the direction of its links.
            links: of this corpus.
            findings: kind by kind, the most doubtful first.
        """
        self._corpus, self._links, self._findings = corpus, links, findings
        self._is_known = True
        counts = Counter(finding.kind for finding in findings)
        for kind, button in self.buttons.items():
            button.setText(f"{kind_label(kind)}  {count(counts[kind])}")
        self.save.setEnabled(bool(findings))
        first = next((kind for kind in FindingKind if counts[kind]), FindingKind.NOT_TRANSLATED)
        self.buttons[first].setChecked(True)
        self._show_kind(first)
        self._stack.setCurrentIndex(1)

    def copy(self) -> None:
        """Put the chosen finding on the clipboard, as a line of a table with its heading."""
        if self._chosen is not None:
            QGuiApplication.clipboard().setText(to_table([self._chosen]))

    def _content(self) -> QWidget:
        content = QWidget(self._stack)
        kinds = QHBoxLayout()
        kinds.setSpacing(SMALL_SPACE)
        for kind in FindingKind:
            button = QPushButton(kind_label(kind), content)
            button.setCheckable(True)
            set_role(button, "quiet")
            button.clicked.connect(partial(self._show_kind, kind))
            self._kinds.addButton(button)
            self.buttons[kind] = button
            kinds.addWidget(button)
        kinds.addStretch()
        kinds.addWidget(self.save)
        shown = QWidget(content)
        below = QVBoxLayout(shown)
        below.setContentsMargins(0, SPACE, 0, 0)
        below.setSpacing(SMALL_SPACE)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self._correct)
        row.addWidget(self.inspect)
        below.addLayout(row)
        below.addWidget(self.picture, stretch=1)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.table)
        splitter.addWidget(shown)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        self._lists.addWidget(self._nothing)
        self._lists.addWidget(splitter)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(kinds)
        column.addWidget(self._meaning)
        column.addWidget(self._lists, stretch=1)
        return content

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setItemDelegate(SentenceDelegate(table))
        table.setAccessibleName(self.tr("What was found"))
        show_as_rows(table)
        height = table.fontMetrics().height() + _ROW_PADDING
        table.verticalHeader().setDefaultSectionSize(height)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        metrics = table.fontMetrics()
        for column, width in (
            (FindingColumn.PAIR, metrics.horizontalAdvance(count(1_000_000)) + _COLUMN_PADDING),
            (FindingColumn.WORDS, _WORDS_WIDTH),
            (FindingColumn.USUAL, _USUAL_WIDTH),
            (
                FindingColumn.FIGURE,
                max(metrics.horizontalAdvance(figure_label(kind)) for kind in FindingKind)
                + _COLUMN_PADDING,
            ),
        ):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, width)
        table.selectionModel().currentRowChanged.connect(self._show_row)
        table.doubleClicked.connect(self._inspect)

    def _show_kind(self, kind: FindingKind, *_: object) -> None:
        if self._corpus is None or self._links is None:
            return
        self._meaning.setText(kind_meaning(kind))
        wanted = [finding for finding in self._findings if finding.kind is kind]
        self.model.show_findings(self._corpus, self._links, wanted)
        about_words = kind in (FindingKind.UNLINKED, FindingKind.UNUSUAL)
        for column in (FindingColumn.WORDS, FindingColumn.USUAL):
            self.table.setColumnHidden(column, not about_words)
        self._nothing.setText(no_findings(kind))
        self._lists.setCurrentIndex(int(bool(wanted)))
        self._chosen = None
        if wanted:
            self.table.setCurrentIndex(self.model.index(0, FindingColumn.SOURCE))

    def _show_row(self, current: QModelIndex) -> None:
        if not current.isValid() or self._corpus is None or self._links is None:
            return
        self._chosen = self.model.row(current.row())
        finding = self._chosen.finding
        links = self._links[finding.pair]
        hits: tuple[list[Span], list[Span]] = (
            [links.source_spans[place] for place in finding.sources],
            [links.target_spans[place] for place in finding.targets],
        )
        shown = linked_pair(self._corpus[finding.pair], links)
        self.picture.show_pair(shown, hits, are_found=not links.are_given)

    def _inspect(self, *_: object) -> None:
        if self._chosen is not None and self._corpus is not None:
            self.inspect_wanted.emit(self._corpus[self._chosen.finding.pair])

    def _ask_to_correct(self) -> None:
        if self._chosen is not None:
            self.correct_wanted.emit(self._chosen.finding.pair)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._is_known:
            self.asked.emit()
