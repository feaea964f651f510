"""Why an action in the menu of the training rests, in a sentence."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.look.wording import no_pairs_words
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.training_session import SessionState

_OF_PAIRS = frozenset(
    {"train.start", "train.compare", "train.copy_command", "train.copy_shared_command"}
)


def why_no_train_action(name: str, studio: Studio) -> str:
    """What it waits for while a project is open; empty where the page says it.

    Args:
        name: of the action, such as ``train.pause``.
        studio: what is open.
    """
    if name in _OF_PAIRS and studio.project is not None and not studio.project.file.corpus:
        return no_pairs_words()
    if name == "train.resume":
        return _tr("No training is paused.")
    if name == "train.watch":
        return studio.access.reason
    if name in ("train.pause", "train.stop"):
        known = studio.known_runs.of(studio.run) if studio.run is not None else None
        if studio.session.state is SessionState.IDLE and known and known.is_under_way:
            return _tr("Another program trains this run: stop it there.")
        return {
            SessionState.IDLE: _tr("No training is under way."),
            SessionState.PAUSED: _tr("The training is paused already."),
        }.get(studio.session.state, _tr("The training is ending already."))
    return ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("action_reasons", text)
