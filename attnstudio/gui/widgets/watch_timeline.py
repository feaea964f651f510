"""A sentence through the training: its translation and attention at each validation."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from attnstudio.errors import AlignmentError
from attnstudio.gui.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.widgets.attention_heatmap import AttentionHeatmap
from attnstudio.gui.widgets.token_strips import ChosenToken, Side, TokenStrips
from attnstudio.gui.wording import count, reading_words
from attnstudio.inference.record import AttentionRecord
from attnstudio.interpretation.lettering import elide, isolate
from attnstudio.interpretation.links import Reading
from attnstudio.interpretation.view import token_view
from attnstudio.training.events import WatchTranslated

_FRAME_MS = 300
_LISTED_EM = 40.0


class WatchTimeline(QWidget):
    """Watch sentences with a slider through time.

    It follows the newest validation until the person moves the slider.

    Signals:
        record_wanted: the `WatchTranslated` whose attention is to be shown.
    """

    record_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._events: list[WatchTranslated] = []
        self._moments: list[WatchTranslated] = []
        self._is_following = True
        self._sentence = QComboBox()
        self._sentence.setAccessibleName(self.tr("Watch sentence"))
        self._sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._sentence.activated.connect(self._list_moments)
        self._play = QPushButton()
        self._play.clicked.connect(self._play_or_pause)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName(self.tr("Time of training"))
        self._slider.setPageStep(1)
        self._slider.valueChanged.connect(self._show_moment)
        self._slider.sliderMoved.connect(self._stay_here)
        self._slider.actionTriggered.connect(self._stay_here)
        self._moment = QLabel()
        self._moment.setMinimumWidth(90)
        self._source = _line()
        self._reference = _line()
        self._translation = _line()
        set_role(self._source, "muted")
        set_role(self._reference, "muted")
        set_role(self._translation, "heading")
        self._attention = _line()
        set_role(self._attention, "muted")
        self._strips = TokenStrips()
        self._heatmap = AttentionHeatmap()
        self._empty = QLabel(
            self.tr("Sentences of the validation split appear here at the first validation.")
        )
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self._empty, "muted")
        self._strips.chosen.connect(self._mark)
        self._timer = QTimer(self, interval=_FRAME_MS)
        self._timer.timeout.connect(self._step_on)
        self._lay_out()
        self._say_what_play_does()
        self._keep_play_wide()
        self.show_events([])

    @property
    def moment(self) -> WatchTranslated | None:
        """What is shown."""
        place = self._slider.value()
        return self._moments[place] if place < len(self._moments) else None

    def show_events(self, events: Sequence[WatchTranslated]) -> None:
        """Show the sentences of a run; with more events of the same run, what is new is added."""
        is_same = bool(self._events) and self._events == list(events[: len(self._events)])
        self._events = list(events)
        if not is_same:
            self._is_following = True
        self._list_sentences()
        self._list_moments()
        self._content.setVisible(bool(events))
        self._empty.setVisible(not events)

    def show_record(self, record: AttentionRecord | None, reading: Reading) -> None:
        """Show the attention of the moment."""
        view = None
        if record is not None and record.cross.shape[0]:
            try:
                view = token_view(record, reading)
            except AlignmentError:  # the reading is of another model of this run's name
                view = token_view(record, Reading())
                reading = Reading()
        self._attention.setText(
            self.tr("Attention: {reading}").format(reading=reading_words(reading)) if view else ""
        )
        self._strips.show_view(view)
        self._heatmap.show_view(view)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(self._sentence, stretch=1)
        time = QHBoxLayout()
        time.setSpacing(SPACE)
        time.addWidget(self._play)
        time.addWidget(self._slider, stretch=1)
        time.addWidget(self._moment)
        self._content = QWidget()
        inside = QVBoxLayout(self._content)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(SMALL_SPACE)
        inside.addLayout(top)
        inside.addLayout(time)
        for label in (self._source, self._reference, self._translation, self._attention):
            inside.addWidget(label)
        for widget, stretch in ((self._strips, 0), (self._heatmap, 1)):
            frame = QFrame()
            set_role(frame, "card")
            row = QHBoxLayout(frame)
            row.setContentsMargins(4, 4, 4, 4)
            row.addWidget(widget)
            inside.addWidget(frame, stretch=stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, 0, 0)
        column.addWidget(self._empty)
        column.addWidget(self._content, stretch=1)

    def _list_sentences(self) -> None:
        sources = {event.index: event.source for event in self._events}
        listed = [self._sentence.itemData(row) for row in range(self._sentence.count())]
        if listed == list(sources):
            return
        self._sentence.clear()
        for index, source in sources.items():
            self._sentence.addItem(isolate(elide(source, _LISTED_EM)), index)

    def _list_moments(self) -> None:
        chosen = self._sentence.currentData()
        before = self.moment
        self._moments = [event for event in self._events if event.index == chosen]
        last = max(0, len(self._moments) - 1)
        self._slider.blockSignals(True)
        self._slider.setRange(0, last)
        if self._is_following:
            self._slider.setValue(last)
        self._slider.blockSignals(False)
        if self.moment != before:
            self._show_moment()

    def _show_moment(self) -> None:
        event = self.moment
        if event is None:
            return
        self._moment.setText(self.tr("step {n}").format(n=count(event.step)))
        self._source.setText(self.tr("Source: {text}").format(text=isolate(event.source)))
        self._reference.setText(self.tr("Reference: {text}").format(text=isolate(event.reference)))
        self._translation.setText(isolate(event.translation) or self.tr("(nothing yet)"))
        self.record_wanted.emit(event)

    def _stay_here(self) -> None:
        self._is_following = self._slider.sliderPosition() == self._slider.maximum()

    def _play_or_pause(self) -> None:
        if self._timer.isActive():
            self._pause()
            return
        if self._slider.value() == self._slider.maximum():
            self._slider.setValue(0)
        self._is_following = False
        self._timer.start()
        self._say_what_play_does()

    def _pause(self) -> None:
        self._timer.stop()
        self._say_what_play_does()

    def _say_what_play_does(self) -> None:
        is_playing = self._timer.isActive()
        self._play.setText(self.tr("Pause") if is_playing else self.tr("Play"))
        self._play.setToolTip(
            self.tr("Pause at this moment of the training")
            if is_playing
            else self.tr("Play the training from validation to validation")
        )

    def _keep_play_wide(self) -> None:
        """The slider must not move when the word on the button is another."""
        metrics = self._play.fontMetrics()
        words = (self.tr("Play"), self.tr("Pause"))
        narrowest = self._play.sizeHint().width() - metrics.horizontalAdvance(self._play.text())
        self._play.setMinimumWidth(narrowest + max(map(metrics.horizontalAdvance, words)))

    def _step_on(self) -> None:
        if self._slider.value() >= self._slider.maximum():
            self._is_following = True
            self._pause()
        else:
            self._slider.setValue(self._slider.value() + 1)

    def _mark(self, token: ChosenToken | None) -> None:
        is_target = token is not None and token.side is Side.TARGET
        place = token.index if token is not None else None
        self._heatmap.highlight(place if is_target else None, None if is_target else place)


def _line() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
