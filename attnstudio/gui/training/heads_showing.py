"""What the run that is looked at, and perhaps another, say about their heads."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from attnstudio.config_attention import AttentionKind
from attnstudio.config_model import RecurrentConfig
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.gui.studio.run_look import KnownRun
from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.gui.training.heads_tab import HeadsTab
from attnstudio.gui.training.heads_view import ToldRun
from attnstudio.gui.training.run_histories import RunHistories
from attnstudio.gui.training.run_question import AskedRuns
from attnstudio.project.run import Run
from attnstudio.run_definition import RunDefinition


class HeadsShowing(QObject):
    """Fills the views of heads, while they are looked at.

    Args:
        studio: says which run is looked at.
        histories: what the runs have said.
        tab: is filled.
        parent: owns it.
    """

    def __init__(
        self, studio: Studio, histories: RunHistories, tab: HeadsTab, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._studio, self._histories, self._tab = studio, histories, tab
        self._beside = ""
        tab.uncovered.connect(self.show)
        tab.beside.chosen.connect(self._choose_beside)
        tab.words.pair_wanted.connect(self._inspect)

    def show(self) -> None:
        """Show all that is known, if anybody looks: of deep models there are many numbers."""
        if not self._tab.isVisible():
            return
        run = self._studio.run
        name = run.name if run is not None else ""
        others = sorted(other for other in self._histories.names if other != name)
        others = [other for other in others if self._told(other).validations]
        self._tab.beside.offer(others if name else (), self._beside)
        names = [name, self._beside] if self._beside in others else [name]
        known = self._studio.known_runs.of(run) if run is not None else None
        self._tab.view.show_runs(
            [self._told(each) for each in names if each], has_attention=_has_attention(known)
        )
        asked = self._asked(names)
        self._tab.words.show_runs(asked)
        self._tab.control.show_runs(asked)

    def _asked(self, names: Sequence[str]) -> AskedRuns | None:
        """These runs, to be asked something; None where there is none."""
        project, run = self._studio.project, self._studio.run
        if project is None or run is None:
            return None
        beside = [Run(run.folder.with_name(name)) for name in names[1:]]
        return AskedRuns(project, (run, *beside))

    def _told(self, name: str) -> ToldRun:
        history = self._histories.known(name)
        return ToldRun(name, history.validations if history is not None else ())

    def _choose_beside(self, name: str) -> None:
        self._beside = name
        self.show()

    def _inspect(self, pair: SentencePair) -> None:
        self._studio.pair_requested.emit(pair)
        self._studio.go_to(PageName.INSPECTOR)


def _has_attention(known: KnownRun | None) -> bool:
    """Whether a run's model looks anywhere; also where that is not known."""
    definition = known.definition if known is not None else None
    if not isinstance(definition, RunDefinition):  # why is said where the run is listed
        return True
    model = definition.config.model
    return not (isinstance(model, RecurrentConfig) and model.attention is AttentionKind.NONE)
