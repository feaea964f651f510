"""How far a comparison is, in words, and how its end is told."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.look.wording import count, time_left
from attnstudio.gui.studio.comparing import Comparing, QueueState


def queue_words(comparing: Comparing) -> str:
    """``run 3 of 8, about 25 min left in all``; empty where none is under way."""
    turn = comparing.turn
    if not comparing.is_active:
        return ""
    if turn is None:
        return _tr("comparison {name}").format(name=comparing.name)
    words = _tr("run {n} of {all}").format(n=count(turn.number), all=count(len(turn.entries)))
    left_s = comparing.seconds_left
    if left_s is None:
        return words
    return _tr("{words}, {left} in all").format(words=words, left=time_left(left_s))


def between_words(comparing: Comparing) -> str:
    """What is done while no training is under way; empty where nothing is."""
    if comparing.state is QueueState.BEGINNING:
        return _tr("Beginning the next run…")
    if comparing.state is QueueState.MEASURING:
        return _tr("Evaluating…")
    return ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("comparing_words", text)
