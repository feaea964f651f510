"""What is read of the open corpus behind the window: searches, statistics, leaks, unclean pairs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, SignalInstance

from attnstudio.config import CleaningConfig
from attnstudio.corpus.lengths import PairLengths, measure_lengths
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.corpus.searching import PairQuery, find_pairs
from attnstudio.corpus.splitting import find_leaks
from attnstudio.corpus.statistics import compute_statistics
from attnstudio.gui.corpus.import_list import ImportEntry
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import Task, TaskControl, TaskProgress
from attnstudio.project.cleaning import preview_cleaning
from attnstudio.project.corpus_links import links_folder
from attnstudio.project.project import Project
from attnstudio.project.reports import report_of

T = TypeVar("T")


class _Found(NamedTuple):
    pairs: NDArray[np.int64]
    lengths: PairLengths | None


class CorpusReading(QObject):
    """Runs the tasks that read one corpus; what it is asked anew replaces what it was asked before.

    Signals:
        imports_read: every `ImportEntry` of the project.
        pairs_found: the indices of the pairs that answer the last query.
        search_progressed: a `TaskProgress`.
        search_cancelled: the last query is not answered.
        statistics_progressed: a `TaskProgress`.
        statistics_computed: the `CorpusStatistics`.
        statistics_cancelled: there are none.
        leaks_found: the `Leaks` of the splits.
        cleaning_progressed: a `TaskProgress`.
        cleaning_found: the `CleaningReport` of what a cleaning would drop.
        cleaning_cancelled: there is none.
        links_looked_for: whether the corpus is aligned.
    """

    imports_read = Signal(object)
    pairs_found = Signal(object)
    search_progressed = Signal(object)
    search_cancelled = Signal()
    statistics_progressed = Signal(object)
    statistics_computed = Signal(object)
    statistics_cancelled = Signal()
    leaks_found = Signal(object)
    cleaning_progressed = Signal(object)
    cleaning_found = Signal(object)
    cleaning_cancelled = Signal()
    links_looked_for = Signal(bool)

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._corpus: ParallelCorpus | None = None
        self._lengths: PairLengths | None = None  # of its pairs, once they were asked for
        self._reading: dict[str, Task] = {}

    def look_at(self, corpus: ParallelCorpus | None) -> None:
        """Read another corpus; what is still read of the former is not wanted any more."""
        self._corpus, self._lengths = corpus, None
        for kind in list(self._reading):
            self._drop(kind)

    def read_imports(self) -> None:
        """Read what the project keeps of its imports."""
        if (project := self._studio.project) is not None:
            title = self.tr("Reading the import reports")
            self._read(title, "imports", lambda _: _import_entries(project), self.imports_read.emit)

    def search(self, query: PairQuery) -> None:
        """Find the pairs that answer a query."""
        if (corpus := self._corpus) is None:
            return
        known = self._lengths

        def find(control: TaskControl) -> _Found | None:
            lengths = known
            if query.needs_lengths and lengths is None:
                lengths = measure_lengths(
                    corpus, progress=control.report, should_stop=control.should_stop
                )
                if lengths is None:
                    return None
            pairs = find_pairs(
                corpus, query, lengths, progress=control.report, should_stop=control.should_stop
            )
            return _Found(pairs, lengths) if pairs is not None else None

        title = self.tr("Searching")
        self._read(title, "search", find, self._take_found, self.search_progressed)

    def _take_found(self, found: _Found) -> None:
        """The lengths are kept: a next order or range is there at once."""
        self._lengths = found.lengths
        self.pairs_found.emit(found.pairs)

    def cancel_search(self) -> None:
        """Leave the last query unanswered."""
        if self._drop("search"):
            self.search_cancelled.emit()

    def drop_search(self) -> None:
        """Leave the last query unanswered, as it is no longer asked."""
        self._drop("search")

    def compute_statistics(self) -> None:
        """Read the corpus, or a sample of it, for its statistics."""
        if (corpus := self._corpus) is None:
            return

        def compute(control: TaskControl) -> object:
            return compute_statistics(
                corpus, progress=control.report, should_stop=control.should_stop
            )

        title = self.tr("Computing statistics")
        self._read(
            title, "statistics", compute, self.statistics_computed.emit, self.statistics_progressed
        )

    def cancel_statistics(self) -> None:
        """Do without statistics."""
        if self._drop("statistics"):
            self.statistics_cancelled.emit()

    def compare_splits(self) -> None:
        """Find the pairs that share a sentence with another split."""
        if (corpus := self._corpus) is not None:
            title = self.tr("Comparing the splits")
            self._read(title, "leaks", lambda _: find_leaks(corpus), self.leaks_found.emit)

    def look_for_links(self) -> None:
        """Tell whether the corpus is aligned."""
        if (corpus := self._corpus) is None or (project := self._studio.project) is None:
            return

        def look(_: TaskControl) -> object:
            return links_folder(project, corpus.hash) is not None

        title = self.tr("Looking for word links")
        self._read(title, "links", look, self.links_looked_for.emit)

    def look_for_unclean(self, config: CleaningConfig) -> None:
        """Find the pairs that a cleaning would drop."""
        if (corpus := self._corpus) is None or (project := self._studio.project) is None:
            return

        def look(control: TaskControl) -> object:
            return preview_cleaning(
                project, corpus, config, progress=control.report, should_stop=control.should_stop
            )

        title = self.tr("Looking for pairs to drop")
        self._read(title, "cleaning", look, self.cleaning_found.emit, self.cleaning_progressed)

    def cancel_looking(self) -> None:
        """Do without the pairs that a cleaning would drop."""
        if self._drop("cleaning"):
            self.cleaning_cancelled.emit()

    def _read(
        self,
        title: str,
        kind: str,
        function: Callable[[TaskControl], T],
        found: Callable[[Any], None],
        progressed: SignalInstance | None = None,
    ) -> None:
        """Run a task that only reads; an earlier one of its kind is dropped."""
        self._drop(kind)
        task = self._studio.tasks.run(title, function, on_done=found, quiet=True)
        self._reading[kind] = task
        task.ended.connect(partial(self._forget, kind, task))
        if progressed is not None:
            task.progressed.connect(partial(self._tell, kind, task, progressed))

    def _tell(
        self, kind: str, task: Task, progressed: SignalInstance, progress: TaskProgress
    ) -> None:
        if self._reading.get(kind) is task:  # a dropped one goes on for a moment
            progressed.emit(progress)

    def _drop(self, kind: str) -> bool:
        """Do without the result of a task; tells whether there was one."""
        task = self._reading.pop(kind, None)
        if task is not None:
            task.cancel()
        return task is not None

    def _forget(self, kind: str, task: Task) -> None:
        if self._reading.get(kind) is task:
            del self._reading[kind]


def _import_entries(project: Project) -> list[ImportEntry]:
    """The imports, those of one report together."""
    entries: list[ImportEntry] = []
    for imported in project.file.imports:
        report = report_of(project, imported)
        if report is not None and entries and entries[-1].report == report:
            entries[-1] = ImportEntry((*entries[-1].imports, imported), report)
        else:
            entries.append(ImportEntry((imported,), report))
    return entries
