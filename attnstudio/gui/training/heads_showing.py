"""What the run that is looked at, and perhaps another, say about their heads."""

from __future__ import annotations

from PySide6.QtCore import QObject

from attnstudio.config_attention import AttentionKind
from attnstudio.config_model import RecurrentConfig
from attnstudio.gui.studio.run_look import KnownRun
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.training.heads_view import HeadsView, ToldRun
from attnstudio.gui.training.run_histories import RunHistories
from attnstudio.run_definition import RunDefinition


class HeadsShowing(QObject):
    """Fills the pictures of heads, while they are looked at.

    Args:
        studio: says which run is looked at.
        histories: what the runs have said.
        view: is filled.
        parent: owns it.
    """

    def __init__(
        self, studio: Studio, histories: RunHistories, view: HeadsView, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._studio, self._histories, self._view = studio, histories, view
        self._beside = ""
        view.uncovered.connect(self.show)
        view.choice.beside_chosen.connect(self._choose_beside)

    def show(self) -> None:
        """Show all that is known, if anybody looks: of deep models there are many numbers."""
        if not self._view.isVisible():
            return
        run = self._studio.run
        name = run.name if run is not None else ""
        others = sorted(other for other in self._histories.names if other != name)
        others = [other for other in others if self._told(other).validations]
        self._view.choice.offer_runs(others, self._beside)
        told = [self._told(name)] if name else []
        if name and self._beside in others:
            told.append(self._told(self._beside))
        known = self._studio.known_runs.of(run) if run is not None else None
        self._view.show_runs(told, has_attention=_has_attention(known))

    def _told(self, name: str) -> ToldRun:
        history = self._histories.known(name)
        return ToldRun(name, history.validations if history is not None else ())

    def _choose_beside(self, name: str) -> None:
        self._beside = name
        self.show()


def _has_attention(known: KnownRun | None) -> bool:
    """Whether a run's model looks anywhere; also where that is not known."""
    definition = known.definition if known is not None else None
    if not isinstance(definition, RunDefinition):  # why is said where the run is listed
        return True
    model = definition.config.model
    return not (isinstance(model, RecurrentConfig) and model.attention is AttentionKind.NONE)
