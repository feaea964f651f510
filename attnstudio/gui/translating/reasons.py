"""Why an action of the page of documents rests, in a sentence."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.studio.studio import Studio


def why_no_translating_action(name: str, studio: Studio) -> str:
    """What it waits for while a project is open.

    Args:
        name: of the action.
        studio: what is open.
    """
    runs = studio.project.runs() if studio.project is not None else []
    known = (studio.known_runs.of(run) for run in runs)
    if not any(run is not None and run.checkpoints.last is not None for run in known):
        return _tr("There is no trained model yet.")
    if name in ("translating.choose", "translating.paste"):
        return _tr("A document is being translated.")
    if name == "translating.cancel":
        return _tr("Nothing is being translated.")
    return _tr("There is no document for that on the page Translate now.")


def _tr(text: str) -> str:
    return QCoreApplication.translate("action_reasons", text)
