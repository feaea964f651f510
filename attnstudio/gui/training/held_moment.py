"""A moment of the training that is held, to be compared with another one beside it."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from attnstudio.axes import Reading, Record
from attnstudio.errors import AlignmentError
from attnstudio.gui.look.theme import SMALL_SPACE, set_role
from attnstudio.gui.look.wording import count
from attnstudio.gui.widgets.attention_heatmap import AttentionHeatmap
from attnstudio.gui.widgets.plain_line import plain_line
from attnstudio.interpretation.lettering import isolate
from attnstudio.interpretation.view import view_of
from attnstudio.training.events import WatchTranslated


class HeldMoment(QWidget):
    """A heat map and a line that says of when it is and what was written then."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record: Record | None = None
        self._words = plain_line()
        self._heatmap = AttentionHeatmap()
        self._heatmap.setAccessibleName(self.tr("Heat map of the moment that is held"))
        frame = QFrame()
        set_role(frame, "card")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(4, 4, 4, 4)
        inside.setSpacing(SMALL_SPACE)
        inside.addWidget(self._words)
        inside.addWidget(self._heatmap, stretch=1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(frame)
        self.hide()

    @property
    def is_held(self) -> bool:
        """Whether a moment is held."""
        return self._record is not None

    def hold(self, event: WatchTranslated, record: Record, reading: Reading) -> None:
        """Keep a moment in view."""
        self._record = record
        self._words.setText(
            self.tr("Held: step {n} · {translation}").format(
                n=count(event.step),
                translation=isolate(event.translation) or self.tr("(nothing yet)"),
            )
        )
        self.read_as(reading)
        self.show()

    def let_go(self) -> None:
        """Hold nothing."""
        self._record = None
        self.hide()

    def read_as(self, reading: Reading) -> None:
        """Look at it as at the moment beside it."""
        if self._record is None:
            return
        try:
            view = view_of(self._record, reading)
        except AlignmentError:  # what is read has come with a later model of the run
            view = None
        self._heatmap.show_view(view)
