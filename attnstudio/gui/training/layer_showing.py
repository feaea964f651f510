"""What the run that is looked at says about its layers."""

from __future__ import annotations

from PySide6.QtCore import QObject

from attnstudio.config_model import TransformerConfig
from attnstudio.gui.studio.run_look import KnownRun
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.training.layer_view import LayerView
from attnstudio.gui.training.run_histories import RunHistories
from attnstudio.run_definition import RunDefinition


class LayerShowing(QObject):
    """Fills the picture of the layers.

    Args:
        studio: says which run is looked at.
        histories: what the runs have said.
        view: is filled.
        parent: owns it.
    """

    def __init__(
        self, studio: Studio, histories: RunHistories, view: LayerView, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._studio, self._histories, self._view = studio, histories, view

    def show(self) -> None:
        """Show all that is known."""
        run = self._studio.run
        history = self._histories.known(run.name) if run is not None else None
        validations = history.validations if history is not None else []
        known = self._studio.known_runs.of(run) if run is not None else None
        self._view.show_validations(validations, norm=_norm_of(known))


def _norm_of(known: KnownRun | None) -> str:
    """Where the norms of a run's layers are; empty where that is not known or there are none."""
    definition = known.definition if known is not None else None
    if not isinstance(definition, RunDefinition):  # why is said where the run is listed
        return ""
    model = definition.config.model
    return model.norm.value if isinstance(model, TransformerConfig) else ""
