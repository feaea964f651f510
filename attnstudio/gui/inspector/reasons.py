"""Why an action of the inspector rests, in a sentence."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.studio.studio import Studio


def why_no_inspect_action(_name: str, studio: Studio) -> str:
    """What it waits for while a project is open: a trained model, or a translation of one.

    Args:
        studio: what is open.
    """
    runs = studio.project.runs() if studio.project is not None else []
    known = (studio.known_runs.of(run) for run in runs)
    if any(run is not None and run.checkpoints.last is not None for run in known):
        return _tr("Translate a sentence first.")
    return _tr("There is no trained model yet.")


def _tr(text: str) -> str:
    return QCoreApplication.translate("action_reasons", text)
