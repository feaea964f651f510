"""Why something in a menu cannot be done now, in a sentence."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.training_session import SessionState

_OF_PAIRS = ("train.start", "train.copy_command")


def why_disabled(name: str, studio: Studio) -> str:
    """What an action that is disabled waits for; empty where its page says it.

    Args:
        name: of the action, such as ``train.pause``.
        studio: what is open.
    """
    if name in ("edit.undo", "edit.redo"):
        undo, redo = _tr("There is nothing to undo."), _tr("There is nothing to do again.")
        return undo if name == "edit.undo" else redo
    if studio.project is None:
        return _tr("No project is open.")
    group = name.partition(".")[0]
    if group == "corpus" or (not studio.project.file.corpus and name in _OF_PAIRS):
        return _tr("This project has no sentence pairs yet.")
    if group == "train":
        return _why_not_train(name, studio)
    return _why_not_inspect(studio) if group == "inspect" else ""


def _why_not_train(name: str, studio: Studio) -> str:
    if name == "train.resume":
        return _tr("No training is paused.")
    if name == "train.watch":
        return studio.access.reason
    if name in ("train.pause", "train.stop"):
        return {
            SessionState.IDLE: _tr("No training is under way."),
            SessionState.PAUSED: _tr("The training is paused already."),
        }.get(studio.session.state, _tr("The training is ending already."))
    return ""


def _why_not_inspect(studio: Studio) -> str:
    runs = studio.project.runs() if studio.project is not None else []
    if any(run.checkpoints().last is not None for run in runs):
        return _tr("Translate a sentence first.")
    return _tr("There is no trained model yet.")


def _tr(text: str) -> str:
    return QCoreApplication.translate("action_reasons", text)
