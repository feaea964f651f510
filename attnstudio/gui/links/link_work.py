"""What is done with word links behind the window: looked for, found, counted, written to files."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.gui.links.link_state import LinkState, read_link_state
from attnstudio.gui.studio.notify import Severity
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import Task, TaskControl
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.project.corpus_links import CorpusLinks, pairs_begun
from attnstudio.project.link_export import LinkFormat, write_links
from attnstudio.project.link_finding import find_corpus_links
from attnstudio.project.project import Project
from attnstudio.project.standing_links import StandingLinks
from attnstudio.project.word_list import WordList, make_word_list
from attnstudio.training.events import FindingLinks

_AFTER_FINDING = (SessionState.RUNNING, SessionState.PAUSED, SessionState.IDLE)


class ListedWords(NamedTuple):
    """A word list, and the links that it was made of, as they stood then."""

    words: WordList
    corpus: ParallelCorpus
    links: StandingLinks


class LinkWork(QObject):
    """Runs the tasks of the page; of each kind there is one.

    Args:
        studio: has the project.
        parent: owns it.

    Signals:
        state_read: the `LinkState` of the open project.
        failed: the error for which links or their words cannot be read.
        progressed: a `TaskProgress` of the alignment.
        ended: there is no alignment under way any more.
        aligned: the corpus of the open project has links now, or more of them.
        counted: the `LinkTotals` of the links that are shown, as they stand now.
        listed: the `ListedWords` of the links that are shown.
    """

    state_read = Signal(object)
    failed = Signal(object)
    progressed = Signal(object)
    ended = Signal()
    aligned = Signal()
    counted = Signal(object)
    listed = Signal(object)

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._reading: Task | None = None
        self._counting: Task | None = None
        self._listing: Task | None = None
        self._aligning: Task | None = None
        self._heard: FindingLinks | None = None
        studio.session.state_changed.connect(self._follow_training)

    def read_state(self) -> None:
        """Look for the links of the open project."""
        self.drop_reading()
        if (project := self._studio.project) is None:
            return
        self._reading = self._studio.tasks.run(
            self.tr("Looking for word links"),
            lambda _: read_link_state(project),
            on_done=self.state_read.emit,
            on_failed=self.failed.emit,
            quiet=True,
        )

    def drop_reading(self) -> None:
        """Do without the state that is looked for, and what is counted of a former one."""
        _drop(self._reading)
        _drop(self._counting)
        self._reading = self._counting = None

    def count_links(self, state: LinkState) -> None:
        """Count the links again, since some were corrected."""
        _drop(self._counting)
        if (project := self._studio.project) is None:
            return
        found = state.links
        assert found is not None
        self._counting = self._studio.tasks.run(
            self.tr("Counting the links"),
            lambda _: StandingLinks.read(project, state.corpus, found).totals(),
            on_done=self.counted.emit,
            quiet=True,
        )

    def drop_listing(self) -> None:
        """Do without the words that are counted."""
        _drop(self._listing)
        self._listing = None

    def list_words(self, state: LinkState) -> None:
        """Count the words of links."""
        self.drop_listing()
        if (project := self._studio.project) is None:
            return
        found = state.links
        assert found is not None

        def make(control: TaskControl) -> ListedWords | None:
            links = StandingLinks.read(project, state.corpus, found)
            words = make_word_list(
                state.corpus, links, progress=control.report, should_stop=control.should_stop
            )
            return None if words is None else ListedWords(words, state.corpus, links)

        self._listing = self._studio.tasks.run(
            self.tr("Counting linked words"),
            make,
            on_done=self.listed.emit,
            on_failed=self.failed.emit,
            quiet=True,
        )

    @property
    def is_aligning(self) -> bool:
        """Whether a corpus is being aligned."""
        return self._aligning is not None

    def align(self) -> None:
        """Find the links of the open project's corpus; one alignment is under way at a time."""
        if (project := self._studio.project) is None or self.is_aligning:
            return

        def find(control: TaskControl) -> CorpusLinks | None:
            corpus = project.corpus()
            control.goes_on_from(pairs_begun(project, corpus))
            return find_corpus_links(
                project,
                corpus,
                progress=control.report,
                should_stop=control.should_stop,
            )

        self._aligning = self._studio.tasks.run(
            self.tr("Aligning the corpus"), find, on_done=partial(self._say_aligned, project)
        )
        self._aligning.progressed.connect(self.progressed)
        self._aligning.ended.connect(self._end)

    def cancel_aligning(self) -> None:
        """Do without the links for now; what is done of them is kept."""
        if self._aligning is not None:
            self._aligning.cancel()

    def leave_project(self) -> None:
        """Do without what is under way for a project, and say so where a person began it."""
        self.drop_listing()
        if self._aligning is not None and self._aligning.is_running:
            self._aligning.cancel()
            self._studio.notifier.say(
                self.tr("The alignment of the other project was stopped."),
                hint=self.tr("Nothing was lost: it goes on there where it was stopped."),
            )

    def write(self, path: Path, form: LinkFormat, state: LinkState) -> None:
        """Write links to a file."""
        if (project := self._studio.project) is None:
            return
        found = state.links
        assert found is not None

        def work(control: TaskControl) -> bool | None:
            return write_links(
                path,
                form,
                state.corpus,
                StandingLinks.read(project, state.corpus, found),
                progress=control.report,
                should_stop=control.should_stop,
            )

        self._studio.tasks.run(
            self.tr("Writing {name}").format(name=path.name),
            work,
            on_done=lambda _: self._say_written(path),
        )

    def _follow_training(self, state: SessionState) -> None:
        """A training that teaches attention has found links, or a part of them."""
        session, project = self._studio.session, self._studio.project
        found = session.finding_links
        if state not in _AFTER_FINDING or found is self._heard:
            return
        self._heard = found
        if found is None or project is None or session.project is None:
            return
        if session.project.folder == project.folder:
            self.aligned.emit()

    def _end(self) -> None:
        self._aligning = None
        self.ended.emit()

    def _say_aligned(self, project: Project, _: CorpusLinks) -> None:
        self._studio.notifier.say(
            self.tr("The corpus is aligned: its words are linked."), level=Severity.SUCCESS
        )
        if self._studio.project is project:
            self.aligned.emit()

    def _say_written(self, path: Path) -> None:
        words = self.tr("Written to {path}.").format(path=path)
        self._studio.notifier.say(words, level=Severity.SUCCESS)


def _drop(task: Task | None) -> None:
    if task is not None and task.is_running:
        task.cancel()
