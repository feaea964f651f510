"""What became of a translation by a change of the attention, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.look.wording import count
from attnstudio.interpretation.comparison import Comparison
from attnstudio.interpretation.lettering import isolate
from attnstudio.interpretation.word_changes import changed_words, text_difference

_MOST = 4  # words that are named


def outcome_words(comparison: Comparison) -> str:
    """A sentence with the words that the translation loses and gains."""
    if comparison.applied.is_nothing:
        return _tr("This changed nothing: every weight is what it was.")
    before, after = comparison.text_before, comparison.text_after
    is_shown = before == comparison.before.target.text
    what = _tr("The translation") if is_shown else _tr("The model's own translation")
    if text_difference(before, after).is_none:
        return _tr("{what} stays as it was.").format(what=what)
    if not after:
        return _tr("{what} becomes empty.").format(what=what)
    found = changed_words(before, after)
    if found.gone and found.new:
        words = _tr("{what} loses {gone} and gains {new}.")
    elif found.gone:
        words = _tr("{what} loses {gone}.")
    elif found.new:
        words = _tr("{what} gains {new}.")
    else:
        words = _tr("{what} has the same words in another order.")
    return words.format(what=what, gone=_named(found.gone), new=_named(found.new))


def _named(words: Sequence[str]) -> str:
    named = ", ".join(f"“{isolate(word)}”" for word in words[:_MOST])
    more = len(words) - _MOST
    return _tr("{words}, {n} more").format(words=named, n=count(more)) if more > 0 else named


def _tr(text: str) -> str:
    return QCoreApplication.translate("what_if_outcome", text)
