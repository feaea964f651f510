"""When the next validation of a training comes, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.look.wording import count, duration
from attnstudio.gui.training.session_outlook import NextValidation

_MINUTE_S = 60.0


def when_words(coming: NextValidation) -> str:
    """At which step, and in how long where that can be guessed: ``at step 200: in about 4 min``."""
    where = (
        _tr("at step {n}").format(n=count(coming.step))
        if coming.step is not None
        else _tr("at the end of the training")
    )
    if coming.left_s is None:
        return where
    if coming.left_s < _MINUTE_S:
        return _tr("{where}: in less than a minute").format(where=where)
    return _tr("{where}: in about {duration}").format(where=where, duration=duration(coming.left_s))


def _tr(text: str) -> str:
    return QCoreApplication.translate("validation_words", text)
