"""The words of a translation by what their pictures are worth, each a link that chooses it."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from attnstudio.gui.look.wording import count
from attnstudio.gui.widgets.link_label import LinkLabel
from attnstudio.interpretation.labels import label_of
from attnstudio.interpretation.trust import Trust, Verdict, is_word, places_by_verdict

_MOST_NAMED = 12  # of one kind: the rest can be clicked in the map
_LONGEST_EM = 12.0


class VerdictWords(LinkLabel):
    """A line for each kind of verdict that there is.

    Args:
        parent: where it stands.

    Signals:
        asked: the place of a word of the target, counted from 0.
    """

    asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setWordWrap(True)
        self.setAccessibleName(self.tr("Words by how far their picture can be trusted"))
        self.linkActivated.connect(lambda place: self.asked.emit(int(place)))

    def show_trust(self, trust: Trust) -> None:
        """Name the words of another translation, or of another attention."""
        lines = [
            _kind(verdict).format(words=_links(trust, places))
            for verdict, places in places_by_verdict(trust).items()
        ]
        self.setText("<br>".join(lines))


def _links(trust: Trust, places: list[int]) -> str:
    words = ", ".join(
        f'<a href="{place}">{escape(_word(trust, place))}</a>' for place in places[:_MOST_NAMED]
    )
    left = len(places) - _MOST_NAMED
    return words if left <= 0 else _tr("{words} and {n} more").format(words=words, n=count(left))


def _word(trust: Trust, place: int) -> str:
    """A word as it is written; a sign alone, such as a full stop, is too small to be clicked."""
    word = label_of(trust.targets, place, _LONGEST_EM)
    return word if is_word(word) else f"“{word}”"


def _kind(verdict: Verdict) -> str:
    return {
        Verdict.TRUSTED: _tr("Can be trusted: {words}"),
        Verdict.PARTLY: _tr("Shows only a part: {words}"),
        Verdict.MISLEADING: _tr("Misleads: {words}"),
        Verdict.UNDECIDED: _tr("Proves nothing: {words}"),
        Verdict.IDLE: _tr("Points at no word: {words}"),
    }[verdict]


def _tr(text: str) -> str:
    return QCoreApplication.translate("verdicts", text)
