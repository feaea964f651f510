"""What a corpus is like: its splits and its statistics, computed once somebody looks."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.corpus.statistics import CorpusStatistics
from attnstudio.gui.corpus.corpus_reading import CorpusReading
from attnstudio.gui.corpus.split_panel import SplitPanel
from attnstudio.gui.corpus.statistics_view import StatisticsView
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.studio.tasks import TaskProgress

COMPARED_UNASKED = 300_000  # pairs; more are compared when the person asks for it


class CorpusOverview(QWidget):
    """Splits above statistics.

    Args:
        reading: computes what is shown.
        parent: owns it.

    Attributes:
        splits: how many pairs are in which, and what they share.
        statistics: lengths, ratios and words.
    """

    def __init__(self, reading: CorpusReading, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading = reading
        self._corpus: ParallelCorpus | None = None
        self._is_described = False
        self.splits = SplitPanel(self)
        self.statistics = StatisticsView(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, SPACE)
        column.setSpacing(SPACE)
        for heading, widget in (
            (self.tr("Splits"), self.splits),
            (self.tr("Statistics"), self.statistics),
        ):
            label = QLabel(heading, self)
            set_role(label, "heading")
            column.addWidget(label)
            column.addWidget(widget)
            column.addSpacing(SPACE)
        column.addStretch()
        self.splits.check_wanted.connect(self.compare_splits)
        self.statistics.computation_wanted.connect(self._compute_statistics)
        self.statistics.cancel_wanted.connect(reading.cancel_statistics)
        reading.statistics_progressed.connect(self._show_progress)
        reading.statistics_computed.connect(self._show_statistics)
        reading.statistics_cancelled.connect(self.statistics.show_nothing)
        reading.leaks_found.connect(self.splits.show_leaks)

    def show_corpus(self, corpus: ParallelCorpus | None) -> None:
        """Show another corpus, of which nothing is computed yet; None for none."""
        self._corpus, self._is_described = corpus, False
        if corpus is not None:
            self.splits.show_counts(corpus.counts())
            self.statistics.show_nothing()

    def describe(self) -> None:
        """Compute what is shown, where that was not done and does not take long."""
        if self._is_described or self._corpus is None:
            return
        self._is_described = True
        self._compute_statistics()
        counts = self._corpus.counts()
        held_out = counts[Split.VALID] + counts[Split.TEST]
        if held_out and counts[Split.TRAIN] and len(self._corpus) <= COMPARED_UNASKED:
            self.compare_splits()

    def compare_splits(self) -> None:
        """Find the sentences that splits share."""
        self.splits.show_comparing()
        self._reading.compare_splits()

    def _compute_statistics(self) -> None:
        self.statistics.show_progress(0, None)
        self._reading.compute_statistics()

    def _show_statistics(self, statistics: CorpusStatistics) -> None:
        if self._corpus is not None:
            languages = (self._corpus.source_language, self._corpus.target_language)
            self.statistics.show_statistics(statistics, *languages)

    def _show_progress(self, progress: TaskProgress) -> None:
        self.statistics.show_progress(progress.done, progress.total)
