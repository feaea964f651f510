"""How links are corrected: read and kept behind the window, edits written and undone at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand

from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.errors import AttentionStudioError
from attnstudio.gui.links.sentences_view import SentencesView
from attnstudio.gui.look.wording import count
from attnstudio.gui.studio.corpus_changes import CorpusChange, push_corpus_change
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import Task, TaskControl
from attnstudio.gui.studio.undo_commands import Work
from attnstudio.project.corpus_links import CorpusLinks
from attnstudio.project.corrections import (
    Correction,
    KeptCorrections,
    PairTexts,
    keep_corrections,
    read_corrections,
    unkept_pairs,
    write_correction,
)
from attnstudio.project.link_editing import corrected_pairs, doubts_of_pairs
from attnstudio.project.project import Project


@dataclass(frozen=True, slots=True)
class _ReadCorrections:
    """What a task has read."""

    corrections: dict[PairTexts, Correction]
    doubts: NDArray[np.float64]
    corrected: set[int]
    unkept: set[PairTexts]


class CorrectionEdit(QUndoCommand):
    """One edit of the links of a pair.

    Args:
        text: what the menu says.
        before: the correction that held before, withdrawn where there was none.
        after: the correction that holds now.
        apply: writes one of them and shows it.
    """

    def __init__(
        self,
        text: str,
        before: Correction,
        after: Correction,
        apply: Callable[[Correction], None],
    ) -> None:
        super().__init__(text)
        self._before, self._after, self._apply = before, after, apply

    def undo(self) -> None:
        self._apply(self._before)

    def redo(self) -> None:
        self._apply(self._after)


class LinkCorrecting(QObject):
    """Fills the view of sentences and does what it asks for.

    Args:
        studio: has the project.
        view: shows the pairs.
        parent: owns it.

    Signals:
        corrected: links of a pair were corrected, or a correction was taken back.
    """

    corrected = Signal()

    def __init__(
        self,
        studio: Studio,
        view: SentencesView,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._studio, self._view = studio, view
        self._reading: Task | None = None
        self._project: Project | None = None
        self._corpus: ParallelCorpus | None = None
        self._corrections: dict[PairTexts, Correction] = {}
        self._unkept: set[PairTexts] = set()
        view.corrected.connect(self._correct)
        view.keep_wanted.connect(self._keep)
        studio.access.changed.connect(self._say_whether_it_can_be_changed)

    def show_links(self, corpus: ParallelCorpus, links: CorpusLinks) -> None:
        """Read the corrections of the open project and show its pairs."""
        if (project := self._studio.project) is None:
            return
        self.drop_reading()

        def read(control: TaskControl) -> _ReadCorrections | None:
            corrections = read_corrections(project)
            current = project.corpus()
            unkept = unkept_pairs(current, corrections)
            texts = {PairTexts(current.source(pair), current.target(pair)) for pair in unkept}
            doubts = doubts_of_pairs(
                links, progress=control.report, should_stop=control.should_stop
            )
            if doubts is None:
                return None
            corrected = set(corrected_pairs(corpus, corrections).tolist())
            return _ReadCorrections(corrections, doubts, corrected, texts)

        def show(found: _ReadCorrections) -> None:
            if self._studio.project is not project:
                return
            self._project, self._corpus = project, corpus
            self._corrections, self._unkept = found.corrections, found.unkept
            self._view.show_pairs(corpus, links, found.doubts, found.corrections, found.corrected)
            self._view.show_unkept(len(found.unkept))
            self._say_whether_it_can_be_changed()

        self._reading = self._studio.tasks.run(
            self.tr("Ordering the sentences"), read, on_done=show, quiet=True
        )

    def leave_project(self) -> None:
        """Forget the project: nothing of it can be kept any more."""
        self.drop_reading()
        self._project = self._corpus = None
        self._corrections, self._unkept = {}, set()
        self._view.show_unkept(0)

    def drop_reading(self) -> None:
        """Do without what is read."""
        if self._reading is not None and self._reading.is_running:
            self._reading.cancel()
        self._reading = None

    def _say_whether_it_can_be_changed(self) -> None:
        self._view.allow(self._studio.access.reason)

    def _correct(self, correction: Correction) -> None:
        """Put an edit on the stack, which makes it."""
        pair = self._view.pair
        assert pair is not None  # it asked for it
        unmade = replace(correction, is_withdrawn=True)
        before = self._corrections.get(correction.texts, unmade)
        apply = partial(self._apply, self._project, pair.index)
        self._studio.undo_stack.push(
            CorrectionEdit(self.tr("correction of links"), before, correction, apply)
        )

    def _apply(self, project: Project | None, index: int, correction: Correction) -> None:
        corpus = self._corpus
        if project is None or self._studio.project is not project or corpus is None:
            return
        try:
            write_correction(project, correction)
        except AttentionStudioError as error:
            self._studio.notifier.show_error(error)
            return
        self._corrections[correction.texts] = correction
        is_kept = corpus.gold(index) == correction.gold
        (self._unkept.discard if is_kept else self._unkept.add)(correction.texts)
        self._view.show_corrections(self._corrections, index)
        self._view.show_unkept(len(self._unkept))
        self.corrected.emit()

    def _keep(self) -> None:
        if (project := self._project) is None:
            return

        def keep(control: TaskControl) -> KeptCorrections | None:
            return keep_corrections(
                project, progress=control.report, should_stop=control.should_stop
            )

        def say(kept: KeptCorrections) -> None:
            if self._studio.project is not project:
                return
            self._studio.corpus_was_changed()
            if kept.pairs:
                change = CorpusChange(kept.before, kept.after)
                push_corpus_change(self._studio, project, self.tr("keeping of corrections"), change)
                words = self.tr("The links of {n} pairs are part of the corpus now.")
                if kept.pairs == 1:
                    words = self.tr("The links of one pair are part of the corpus now.")
                self._studio.changes.offer_undo(words.format(n=count(kept.pairs)))

        self._studio.changes.make(Work(self.tr("Keeping corrections"), keep, say))
