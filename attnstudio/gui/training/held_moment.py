"""A moment of the training that is held, to be compared with another one beside it."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from attnstudio.axes import Record
from attnstudio.errors import AlignmentError
from attnstudio.gui.look.theme import SMALL_SPACE, set_role
from attnstudio.gui.look.wording import count
from attnstudio.gui.widgets.attention_heatmap import AttentionHeatmap
from attnstudio.gui.widgets.one_line import OneLine
from attnstudio.interpretation.lettering import isolate
from attnstudio.interpretation.view import view_of
from attnstudio.reading import Reading
from attnstudio.training.events import WatchTranslated


class NamedMap(QFrame):
    """A heat map, and above it a line that says of when it is.

    Attributes:
        line: hidden while nothing is said.
        heatmap: the picture.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = OneLine()
        self.heatmap = AttentionHeatmap()
        set_role(self, "card")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(4, 4, 4, 4)
        inside.setSpacing(SMALL_SPACE)
        inside.addWidget(self.line)
        inside.addWidget(self.heatmap, stretch=1)
        self.say("")

    def say(self, words: str) -> None:
        """Say of when it is; two that are compared both say it, so that their rows are level."""
        self.line.show_words(words)
        self.line.setVisible(bool(words))


class HeldMoment(QWidget):
    """A heat map and a line that says of when it is and what was written then."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record: Record | None = None
        self._event: WatchTranslated | None = None
        self._map = NamedMap()
        self._map.heatmap.setAccessibleName(self.tr("Heat map of the moment that is held"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._map)
        self.hide()

    @property
    def is_held(self) -> bool:
        """Whether a moment is held."""
        return self._record is not None

    def hold(self, event: WatchTranslated, record: Record, reading: Reading) -> None:
        """Keep a moment in view."""
        self._record, self._event = record, event
        template = self.tr("Held: step {n} · {translation}")
        self._map.say(_said_of(template, event, self.tr("(nothing yet)")))
        self.read_as(reading)
        self.show()

    def let_go(self) -> None:
        """Hold nothing."""
        self._record = self._event = None
        self.hide()

    def words_beside(self, event: WatchTranslated | None) -> str:
        """What is said of the moment that stands beside this one; nothing while none is held."""
        if self._event is None or event is None:
            return ""
        if event == self._event:
            template = self.tr("Now: step {n}, the same moment: the slider goes to others")
        else:
            template = self.tr("Now: step {n} · {translation}")
        return _said_of(template, event, self.tr("(nothing yet)"))

    def read_as(self, reading: Reading) -> None:
        """Look at it as at the moment beside it."""
        if self._record is None:
            return
        try:
            view = view_of(self._record, reading)
        except AlignmentError:  # what is read has come with a later model of the run
            view = None
        self._map.heatmap.show_view(view)


def _said_of(template: str, event: WatchTranslated, nothing: str) -> str:
    return template.format(n=count(event.step), translation=isolate(event.translation) or nothing)
