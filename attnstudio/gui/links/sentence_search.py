"""Goes to the pair whose number or words were typed above the sentences."""

from __future__ import annotations

from PySide6.QtCore import QObject

from attnstudio.corpus.searching import PairQuery, find_pairs
from attnstudio.gui.links.sentences_view import SentencesView
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import Task, TaskControl


class SentenceSearch(QObject):
    """A number leads to its pair, a text to the next pair that has it in either sentence.

    Args:
        studio: runs the search behind the window.
        view: of the sentences.
        parent: owns it.
    """

    def __init__(self, studio: Studio, view: SentencesView, parent: QObject) -> None:
        super().__init__(parent)
        self._studio, self._view = studio, view
        self._searching: Task | None = None
        view.search.returnPressed.connect(self._search)

    def _search(self) -> None:
        text, corpus = self._view.search.text().strip(), self._view.corpus
        if not text or corpus is None:
            return
        if text.isdecimal() and 1 <= int(text) <= len(corpus):
            self._view.choose(int(text) - 1)
            return
        if self._searching is not None and self._searching.is_running:
            self._searching.cancel()

        def find(control: TaskControl) -> list[int] | None:
            found = find_pairs(
                corpus,
                PairQuery(text),
                progress=control.report,
                should_stop=control.should_stop,
            )
            return None if found is None else found.tolist()

        def show(found: list[int]) -> None:
            if self._view.corpus is not corpus:
                return
            if not found:
                words = self.tr("No sentence has “{text}”.").format(text=text)
                self._studio.notifier.say(words)
                return
            pair = self._view.pair
            now = -1 if pair is None else pair.index
            self._view.choose(next((each for each in found if each > now), found[0]))

        self._searching = self._studio.tasks.run(
            self.tr("Searching the sentences"), find, on_done=show, quiet=True
        )
