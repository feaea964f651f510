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
    if any(run.checkpoints().last is not None for run in runs):
        return _tr("Translate a sentence first.")
    return _tr("There is no trained model yet.")


def _tr(text: str) -> str:
    return QCoreApplication.translate("action_reasons", text)
