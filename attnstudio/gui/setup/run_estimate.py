"""What comes of a draft: how large its model is, what memory it takes, how long it trains here."""

from __future__ import annotations

from PySide6.QtCore import QObject

from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.gui.setup.choice_cards import ChoiceCards
from attnstudio.gui.setup.draft_editing import DraftEditor
from attnstudio.gui.setup.model_sizes import ModelSize, ModelSizes
from attnstudio.gui.setup.pace_finder import FinderState, PaceFinder, PaceSearch
from attnstudio.gui.setup.piece_section import PieceSection
from attnstudio.gui.setup.run_summary import RunSummary
from attnstudio.gui.studio.studio import Studio
from attnstudio.project.probe import ProbeRequest
from attnstudio.project.taught import why_untaught
from attnstudio.training.expected_end import ExpectedEnd, expected_end


class RunEstimate(QObject):
    """Fills the summary and the cards of the presets; what takes a while is worked out in tasks.

    Args:
        studio: where tasks run, and whose training comes first.
        editor: has the draft.
        presets: a card each, which says its size.
        pieces: cuts sentences, with which the settings are tried.
        summary: says what is found.
        parent: owns it.
    """

    def __init__(
        self,
        studio: Studio,
        editor: DraftEditor,
        presets: ChoiceCards,
        *,
        pieces: PieceSection,
        summary: RunSummary,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._editor, self._pieces, self._summary = editor, pieces, summary
        self._corpus: ParallelCorpus | None = None
        self._finding = PaceSearch(FinderState.WAITING)
        self._sizes = ModelSizes(studio.tasks, presets, lambda: editor.draft.config, self)
        self._sizes.counted.connect(self._show_size)
        self._finder = PaceFinder(studio.tasks, studio.session, self)
        self._finder.changed.connect(self._take_finding)
        pieces.learnt.connect(self._ask_for_pace)
        summary.forecast.cancel_asked.connect(self._finder.cancel)
        summary.forecast.measuring_asked.connect(self._finder.measure_again)

    def set_corpus(self, corpus: ParallelCorpus | None) -> None:
        """Try the settings with another corpus, once `work_out` is called."""
        self._corpus = corpus
        self._pieces.set_corpus(corpus)
        self._show_untaught()

    def show(self) -> None:
        """Show what is known already of the draft."""
        self._sizes.show()
        self._show_forecast()
        self._show_untaught()

    def work_out(self) -> None:
        """Find out what is not known yet."""
        self._sizes.count()
        self._pieces.cut(self._editor.draft.config.tokenizer)
        self._ask_for_pace()

    def expected_end(self) -> ExpectedEnd:
        """When a run of the draft ends, as far as its pace is known."""
        pace = self._finding.probed.pace if self._finding.probed is not None else None
        return expected_end(self._editor.draft.config, pace)

    def give_way(self) -> None:
        """A training is about to begin: nothing is tried beside it."""
        self._finder.give_way()

    def go_on(self) -> None:
        """It did not begin."""
        self._finder.go_on()

    def _ask_for_pace(self) -> None:
        """Try the settings once there are pieces of text to try them with."""
        draft = self._editor.draft
        cutters = self._pieces.cutters(draft.config.tokenizer)
        if self._corpus is None or cutters is None:
            self._finder.ask(None)
            return
        models = cutters.models[::-1] if draft.reverse else cutters.models
        self._finder.ask(ProbeRequest(self._corpus.folder, draft.reverse, *models, draft.config))

    def _take_finding(self, finding: PaceSearch) -> None:
        self._finding = finding
        if finding.probed is not None:
            self._summary.show_memory(finding.probed.memory_bytes)
        self._show_forecast()

    def _show_size(self, size: ModelSize) -> None:
        self._summary.show_size(size.parameters)
        if self._finding.probed is None:
            self._summary.show_memory(size.memory_bytes)

    def _show_forecast(self) -> None:
        self._summary.forecast.show_forecast(self._editor.draft.config, self._finding)

    def _show_untaught(self) -> None:
        pairs = self._corpus.counts()[Split.TRAIN] if self._corpus is not None else 0
        why = why_untaught(self._editor.draft.config, pairs)
        self._summary.show_note(why.message if why is not None else "")
