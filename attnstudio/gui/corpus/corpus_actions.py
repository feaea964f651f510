"""What can be done with the corpus from the menu, and where it leads."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.gui.corpus.corpus_overview import CorpusOverview
from attnstudio.gui.corpus.pair_browser import PairBrowser
from attnstudio.gui.studio.actions import ActionRegistry, MenuName
from attnstudio.gui.studio.studio import PageName, RunDraft, Studio
from attnstudio.presets import DEFAULT_PRESET, find_preset


class CorpusActions(QObject):
    """Adds the actions of the page and does them.

    Args:
        studio: leads to other pages.
        actions: takes the actions.
        browser: has the pairs.
        overview: compares the splits.
        parent: owns it.
    """

    def __init__(
        self,
        studio: Studio,
        actions: ActionRegistry,
        browser: PairBrowser,
        overview: CorpusOverview,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._studio, self._browser = studio, browser
        add = partial(actions.add, menu=MenuName.CORPUS)
        self._added = (
            add(
                "corpus.find",
                self.tr("&Find pairs…"),
                self._find,
                shortcut="Ctrl+F",
                tip=self.tr("Search the sentences of the corpus"),
            ),
            add("corpus.inspect_pair", self.tr("&Inspect the chosen pair"), self._inspect_chosen),
            add("corpus.copy_pair", self.tr("&Copy the chosen pair"), browser.copy_pair),
            add("corpus.compare_splits", self.tr("Compare the &splits"), overview.compare_splits),
            add(
                "corpus.train_reverse",
                self.tr("Train the &other direction"),
                self.set_up_reverse,
                tip=self.tr("Set up a training from the target language to the source language"),
            ),
        )

    def allow(self, *, allowed: bool) -> None:
        """Say whether there is a corpus."""
        for action in self._added:
            action.setEnabled(allowed)

    def inspect(self, pair: SentencePair) -> None:
        """Look at what a model makes of a pair."""
        self._studio.pair_requested.emit(pair)
        self._studio.go_to(PageName.INSPECTOR)

    def set_up_reverse(self) -> None:
        """Set up a training in the other direction."""
        draft = RunDraft(DEFAULT_PRESET, find_preset(DEFAULT_PRESET).config, reverse=True)
        self._studio.setup_requested.emit(draft)
        self._studio.go_to(PageName.SETUP)

    def _find(self) -> None:
        self._studio.go_to(PageName.CORPUS)
        self._browser.filter.focus_text()

    def _inspect_chosen(self) -> None:
        if self._browser.view.pair is not None:
            self.inspect(self._browser.view.pair)
