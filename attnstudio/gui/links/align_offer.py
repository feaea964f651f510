"""The page of word links before there are any: what they are, and the button that finds them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from attnstudio.gui.links.align_bar import AlignBar
from attnstudio.gui.links.link_state import LinkState
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import count, decimals, duration

_WIDTH = 500
_MINUTE_S, _HOUR_S = 60.0, 3600.0


class AlignOffer(QWidget):
    """A heading and an `AlignBar` in the middle of the page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heading = QLabel(self.tr("Which words translate each other?"), self)
        set_role(heading, "page-title")
        self._problem = QLabel(self)
        self._problem.setWordWrap(True)
        self._problem.setFixedWidth(_WIDTH)
        set_role(self._problem, "error")
        self.bar = AlignBar(self, in_middle=True)
        self.bar.setFixedWidth(_WIDTH)
        heading.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._problem.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        inside = QVBoxLayout()
        inside.setSpacing(2 * SPACE)
        inside.addStretch(2)
        for widget in (heading, self._problem, self.bar):
            inside.addWidget(widget)
        inside.addStretch(3)
        row = QHBoxLayout(self)  # an aligned widget would not get the height of its lines
        row.addStretch()
        row.addLayout(inside)
        row.addStretch()

    def show_state(self, state: LinkState) -> None:
        """Say what it would be for a corpus that is not aligned."""
        sentence = self.tr(
            "The words of the {n} sentence pairs are compared with each other and linked where "
            "they translate each other; no trained model is needed. {time}"
        ).format(n=count(state.size.pairs), time=time_words(state))
        self.bar.offer(sentence, self.tr("Align this corpus"))
        self._problem.setText(state.problem)
        self._problem.setVisible(bool(state.problem))


def time_words(state: LinkState) -> str:
    """How long it takes to align the corpus, or to go on with it, in a sentence."""
    left = 1.0 - state.share_begun
    shortest, longest = state.size.expected_s
    time = between((left * shortest, left * longest))
    if not state.begun:
        return QCoreApplication.translate("AlignOffer", "It takes {time} here.").format(time=time)
    words = QCoreApplication.translate(
        "AlignOffer", "It goes on where it was stopped, at {n} %, and takes {time} more here."
    )
    return words.format(n=decimals(100 * state.share_begun, 0), time=time)


def between(seconds: tuple[float, float]) -> str:
    """How long something takes that is not known well, from the least to the most.

    Such as ``less than a minute``, ``up to 3 min``, ``2 to 5 min``, ``40 min to 2 h 5 min``.
    """
    shortest, longest = (_MINUTE_S * round(each / _MINUTE_S) for each in seconds)
    if seconds[1] < _MINUTE_S:
        return QCoreApplication.translate("AlignOffer", "less than a minute")
    if shortest < _MINUTE_S:
        words = QCoreApplication.translate("AlignOffer", "up to {longest}")
    elif shortest == longest:
        words = QCoreApplication.translate("AlignOffer", "about {longest}")
    elif longest < _HOUR_S:
        words = QCoreApplication.translate("AlignOffer", "{minutes} to {longest}")
    else:
        words = QCoreApplication.translate("AlignOffer", "{shortest} to {longest}")
    return words.format(
        shortest=duration(shortest),
        longest=duration(longest),
        minutes=count(round(shortest / _MINUTE_S)),
    )
