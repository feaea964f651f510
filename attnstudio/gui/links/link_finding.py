"""How doubtful pairs and words are looked for: behind the window, once they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject

from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.files import write_text
from attnstudio.gui.links.findings_view import FindingsView
from attnstudio.gui.studio.notify import Severity
from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.gui.studio.tasks import Task, TaskControl, TaskProgress
from attnstudio.project.corpus_links import CorpusLinks
from attnstudio.project.finding_table import in_words, to_table
from attnstudio.project.link_findings import LinkFinding, find_in_links
from attnstudio.project.standing_links import StandingLinks
from attnstudio.storage_errors import storing


class _Found(NamedTuple):
    """What a look found, and in which links, as they stood then."""

    links: StandingLinks
    findings: list[LinkFinding]


class LinkFindings(QObject):
    """Fills the view of findings, and does what is wanted there.

    Args:
        studio: has the project.
        view: that is filled.
        choose_path: asks for a file of this title and name; empty for none.
        parent: owns it.
    """

    def __init__(
        self,
        studio: Studio,
        view: FindingsView,
        choose_path: Callable[[str, str], str],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._view = view
        self._choose_path = choose_path
        self._corpus: ParallelCorpus | None = None
        self._links: CorpusLinks | None = None
        self._found: _Found | None = None
        self._looking: Task | None = None
        view.asked.connect(self._look)
        view.inspect_wanted.connect(self._inspect)
        view.save_wanted.connect(self._save)

    def show_links(self, corpus: ParallelCorpus, links: CorpusLinks) -> None:
        """Look through other links, once the person looks.

        Args:
            corpus: in the direction of its links.
            links: of this corpus, as they were found.
        """
        self.drop()
        self._corpus, self._links = corpus, links
        self._view.forget()

    def drop(self) -> None:
        """Do without what is looked for, and forget what was found."""
        if self._looking is not None and self._looking.is_running:
            self._looking.cancel()
        self._looking, self._links, self._found = None, None, None

    def _look(self) -> None:
        project, corpus, found = self._studio.project, self._corpus, self._links
        if project is None or corpus is None or found is None or self._looking is not None:
            return

        def look(control: TaskControl) -> _Found | None:
            links = StandingLinks.read(project, corpus, found)
            findings = find_in_links(
                corpus, links, progress=control.report, should_stop=control.should_stop
            )
            return None if findings is None else _Found(links, findings)

        task = self._studio.tasks.run(
            self.tr("Looking through the word links"), look, on_done=self._show, quiet=True
        )
        self._looking = task
        task.progressed.connect(partial(self._show_progress, task))
        task.ended.connect(partial(self._end, task))

    def _show_progress(self, task: Task, progress: TaskProgress) -> None:
        if progress.total and self._looking is task:  # a dropped one goes on for a moment
            self._view.show_progress(progress.done / progress.total)

    def _end(self, task: Task) -> None:
        if self._looking is task:
            self._looking = None

    def _show(self, found: _Found) -> None:
        self._looking = None
        if self._corpus is not None:
            self._found = found
            self._view.show_findings(self._corpus, found.links, found.findings)

    def _inspect(self, pair: SentencePair) -> None:
        self._studio.pair_requested.emit(pair)
        self._studio.go_to(PageName.INSPECTOR)

    def _save(self) -> None:
        corpus, found, project = self._corpus, self._found, self._studio.project
        if corpus is None or found is None or project is None:
            return
        links, findings = found
        chosen = self._choose_path(self.tr("Save findings"), f"{project.folder.name}.findings.tsv")
        if not chosen:
            return
        path = Path(chosen)

        def write(control: TaskControl) -> bool | None:
            rows = []
            for done, finding in enumerate(findings):
                rows.append(in_words(corpus, links, finding))
                control.report(done, len(findings))
                if control.should_stop():
                    return None
            with storing(path):
                write_text(path, to_table(rows))
            return True

        self._studio.tasks.run(
            self.tr("Writing {name}").format(name=path.name),
            write,
            on_done=lambda _: self._say_written(path),
        )

    def _say_written(self, path: Path) -> None:
        words = self.tr("Written to {path}.").format(path=path)
        self._studio.notifier.say(words, level=Severity.SUCCESS)
