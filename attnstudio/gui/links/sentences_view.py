"""The sentences whose links are corrected: the queue of pairs, and the editor of the chosen one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from attnstudio.corpus.alignment import Alignment
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.gui.corpus.sentence_delegate import SentenceDelegate
from attnstudio.gui.links.correction_words import progress_tip, progress_words
from attnstudio.gui.links.link_editor import LinkEditor
from attnstudio.gui.links.linked_words import NO_WORDS, linked_words
from attnstudio.gui.links.sentence_queue import (
    PairState,
    QueueColumn,
    QueueOrder,
    SentenceQueue,
)
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import count
from attnstudio.gui.widgets.row_table import show_as_rows
from attnstudio.project.corpus_links import CorpusLinks
from attnstudio.project.correction_progress import progress_of
from attnstudio.project.corrections import Correction, PairTexts
from attnstudio.project.link_editing import EditablePair, are_least_certain, editable_pair

_ROW_PADDING = 10
_QUEUE_WIDTH, _EDITOR_WIDTH = 400, 640


class SentencesView(QWidget):
    """Shows pairs, their links and what a person made of them, all given as values.

    Signals:
        corrected: the `Correction` that the person wants for the chosen pair.
        keep_wanted: the corrections are to become part of the corpus.
        import_wanted: gold links are to be read from a file.
        export_wanted: they are to be written to files.
    """

    corrected = Signal(object)
    keep_wanted = Signal()
    import_wanted = Signal()
    export_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._corpus: ParallelCorpus | None = None
        self._links: CorpusLinks | None = None
        self._doubts: NDArray[np.float64] = np.array([])
        self._doubt_order: NDArray[np.int64] = np.array([], np.int64)
        self._corrections: Mapping[PairTexts, Correction] = {}
        self._corrected: set[int] = set()
        self._unkept = 0
        self._pair: EditablePair | None = None
        self._awaited: int | None = None  # to be shown as soon as there are pairs
        self._reason = ""
        self.queue = SentenceQueue(self)
        self.order = QComboBox(self)
        self.order.setAccessibleName(self.tr("Order of the sentences"))
        for order, text in (
            (QueueOrder.LEAST_CERTAIN, self.tr("Least certain first")),
            (QueueOrder.CORPUS, self.tr("In the order of the corpus")),
            (QueueOrder.CORRECTED, self.tr("Only corrected")),
        ):
            self.order.addItem(text, order)
        self.search = QLineEdit(self)
        self.search.setClearButtonEnabled(True)
        self.search.setPlaceholderText(self.tr("Pair number or text"))
        self.search.setAccessibleName(self.tr("Go to a pair by its number or a text"))
        self.search.setToolTip(self.tr("Enter goes to the pair, or to the next one with the text"))
        self._progress = QLabel(self)
        set_role(self._progress, "muted")
        self._progress.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.keep = QPushButton(self)
        self.bring = QPushButton(self.tr("Import gold…"), self)
        self.export = QPushButton(self.tr("Export gold…"), self)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._queue = QWidget(self._splitter)
        self.table = QTableView(self._queue)
        self.editor = LinkEditor(self._splitter)
        self._lay_out()
        self.order.currentIndexChanged.connect(self._show_order)
        self.keep.clicked.connect(self.keep_wanted)
        self.bring.clicked.connect(self.import_wanted)
        self.export.clicked.connect(self.export_wanted)
        self.editor.edited.connect(self._correct)
        self.editor.done.connect(self._finish)
        self.show_unkept(0)

    def _lay_out(self) -> None:
        table = self.table
        table.setModel(self.queue)
        table.setItemDelegate(SentenceDelegate(table))
        table.setAccessibleName(self.tr("Sentences whose links can be corrected"))
        show_as_rows(table)
        height = table.fontMetrics().height() + _ROW_PADDING
        table.verticalHeader().setDefaultSectionSize(height)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QueueColumn.SENTENCE, QHeaderView.ResizeMode.Stretch)
        width_of = table.fontMetrics().horizontalAdvance
        for column, texts in (
            (QueueColumn.NUMBER, [count(100_000)]),
            (QueueColumn.STATE, list(self.queue.state_texts().values())),
            (QueueColumn.DOUBT, [self.queue.heading(QueueColumn.DOUBT)]),
        ):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, max(map(width_of, texts)) + 3 * SPACE)
        table.selectionModel().currentRowChanged.connect(self._show_row)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([_QUEUE_WIDTH, _EDITOR_WIDTH])
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(self._progress, stretch=1)
        for widget in (self.bring, self.export, self.keep):
            top.addWidget(widget)
        for button, tip in (
            (self.bring, self.tr("Links of these pairs from a file in Pharaoh or NAACL format")),
            (self.export, self.tr("The links that people drew or corrected, with their words")),
        ):
            set_role(button, "quiet")
            button.setToolTip(tip)
        above = QHBoxLayout()
        above.setSpacing(SPACE)
        above.addWidget(self.order)
        above.addWidget(self.search, stretch=1)
        beside = QVBoxLayout(self._queue)
        beside.setContentsMargins(0, 0, SPACE, 0)
        beside.setSpacing(SPACE)
        beside.addLayout(above)
        beside.addWidget(self.table, stretch=1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE, 0, 0)
        layout.setSpacing(SPACE)
        layout.addLayout(top)
        layout.addWidget(self._splitter, stretch=1)

    @property
    def pair(self) -> EditablePair | None:
        """The pair that is edited."""
        return self._pair

    @property
    def corpus(self) -> ParallelCorpus | None:
        """Whose pairs are shown."""
        return self._corpus

    def focus_search(self) -> None:
        """Let the person type where to go."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def show_pairs(
        self,
        corpus: ParallelCorpus,
        links: CorpusLinks,
        doubts: NDArray[np.float64],
        corrections: Mapping[PairTexts, Correction],
        corrected: set[int],
    ) -> None:
        """Show the pairs of a corpus; the chosen one stays chosen where it is the same.

        Args:
            corpus: read from the first language to the second.
            links: that were found in it.
            doubts: how doubtful the links of each of its pairs are.
            corrections: the last of each pair.
            corrected: the pairs that have one which holds.
        """
        before, awaited = self._pair, self._awaited
        self._awaited = None
        self._corpus, self._links, self._doubts = corpus, links, doubts
        self._doubt_order = np.argsort(-doubts, kind="stable")
        self._corrections, self._corrected = corrections, corrected
        self._show_order()
        if before is not None and before.index < len(corpus):
            texts = PairTexts(corpus.source(before.index), corpus.target(before.index))
            if texts == before.texts:
                self.choose(before.index)
        if awaited is not None:
            self.choose(awaited)
        self._say_progress()

    def show_corrections(self, corrections: Mapping[PairTexts, Correction], changed: int) -> None:
        """Show a pair that was corrected, or whose correction was taken back.

        Args:
            corrections: the last of each pair.
            changed: the pair.
        """
        self._corrections = corrections
        is_open = self._state_of(changed) is PairState.OPEN
        (self._corrected.discard if is_open else self._corrected.add)(changed)
        self.queue.tell_changed()
        self._say_progress()
        self.choose(changed)
        self._show_pair(changed)

    def show_unkept(self, pairs: int) -> None:
        """Say how many pairs have corrections that the corpus does not have."""
        self._unkept = pairs
        words = self.tr("Keep {n} corrections").format(n=count(pairs))
        self.keep.setText(words if pairs > 1 else self.tr("Keep corrections"))
        self.keep.setToolTip(
            self._reason
            or self.tr(
                "Each correction is on the disk at once and nothing is lost before it is kept: "
                "this makes them part of the corpus now; the next training does so by itself"
            )
        )
        self.keep.setEnabled(bool(pairs) and not self._reason)
        set_role(self.keep, "primary" if pairs and not self._reason else "")

    def allow(self, reason: str) -> None:
        """Let links be corrected, or say why they cannot be."""
        self._reason = reason
        self.editor.allow(reason)
        self.bring.setEnabled(not reason)
        self.show_unkept(self._unkept)

    def choose(self, pair: int) -> None:
        """Show a pair, which may not be in the queue as it is ordered."""
        if self._corpus is None:
            self._awaited = pair
            return
        row = self.queue.row_of(pair)
        if row is None:
            self.order.setCurrentIndex(self.order.findData(QueueOrder.CORPUS))
            row = self.queue.row_of(pair)
        if row is not None:
            index = self.queue.index(row, QueueColumn.SENTENCE)
            self.table.setCurrentIndex(index)
            self.table.scrollTo(index)

    def _state_of(self, pair: int) -> PairState:
        assert self._corpus is not None
        texts = PairTexts(self._corpus.source(pair), self._corpus.target(pair))
        correction = self._corrections.get(texts)
        if correction is None or correction.is_withdrawn:
            return PairState.OPEN
        if self._corpus.gold(pair) == correction.gold:
            return PairState.KEPT
        return PairState.CHANGED if correction.is_change else PairState.CHECKED

    def _show_order(self) -> None:
        corpus = self._corpus
        if corpus is None:
            return
        match self.order.currentData():
            case QueueOrder.LEAST_CERTAIN:
                pairs = self._doubt_order
            case QueueOrder.CORPUS:
                pairs = np.arange(len(corpus))
            case _:
                pairs = np.array(sorted(self._corrected), np.int64)
        self.queue.show_pairs(corpus, pairs, self._state_of, self._doubts)
        if self.queue.rowCount():
            row = self.queue.next_open(-1) or 0
            self.table.setCurrentIndex(self.queue.index(row, QueueColumn.SENTENCE))
        else:
            self._pair = None
            self.editor.show_words(NO_WORDS)

    def _show_row(self, current: QModelIndex) -> None:
        if current.isValid():
            self._show_pair(self.queue.pair(current.row()))

    def _show_pair(self, index: int) -> None:
        if self._corpus is None or self._links is None:
            return
        pair = editable_pair(self._corpus, self._links, self._corrections, index)
        self._pair = pair
        spans = pair.source_spans, pair.target_spans
        self.editor.show_words(
            linked_words(pair.texts, spans, pair.links, pair.found, pair.confidences)
        )

    def _say_progress(self) -> None:
        assert self._corpus is not None
        words = progress_words(
            progress_of(self._corrections.values()),
            len(self._corpus),
            are_doubtful=are_least_certain(self._corrected, self._doubt_order),
        )
        self._progress.setText(words)
        self._progress.setToolTip(f"{words}\n\n{progress_tip()}")  # it may be cut

    def _correct(self, links: Alignment) -> None:
        if self._pair is not None:
            self.corrected.emit(self._pair.corrected(links))

    def _finish(self) -> None:
        """Confirm the links as they are, if nobody did, and go on to the next pair."""
        if self._pair is None:
            return
        if not self._pair.is_corrected:
            self.corrected.emit(self._pair.corrected(self._pair.links))
        row = self.queue.next_open(self.table.currentIndex().row())
        if row is not None:
            index = self.queue.index(row, QueueColumn.SENTENCE)
            self.table.setCurrentIndex(index)
            self.table.scrollTo(index)
