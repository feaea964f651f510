"""A sentence through the training: its translation and attention at each validation."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from attnstudio.axes import Record
from attnstudio.errors import AlignmentError
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import count
from attnstudio.gui.training.held_moment import HeldMoment, NamedMap
from attnstudio.gui.training.moment_slider import MomentSlider
from attnstudio.gui.training.session_outlook import NextValidation
from attnstudio.gui.training.validation_words import when_words
from attnstudio.gui.training.watch_reading import WatchReading
from attnstudio.gui.widgets.card import framed
from attnstudio.gui.widgets.plain_line import plain_line
from attnstudio.gui.widgets.site_words import reading_words
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.gui.widgets.token_strips import TokenStrips
from attnstudio.interpretation.lettering import elide, isolate
from attnstudio.interpretation.matrices import first_reading
from attnstudio.interpretation.site_words import capitalised, is_looking
from attnstudio.interpretation.teaching import is_taught
from attnstudio.interpretation.view import View, view_of
from attnstudio.reading import Reading
from attnstudio.training.events import FIRST_OWN, WatchTranslated

_LISTED_EM = 40.0
_WAITING = -1  # the index of a sentence that was not translated yet


class WatchTimeline(QWidget):
    """Watch sentences with a slider through time.

    It follows the newest validation until the person moves the slider. A pencil marks the person's
    own sentences. A moment can be held, to be compared with others beside it.

    Attributes:
        save: the button whose menu takes pictures along.

    Signals:
        record_wanted: the `WatchTranslated` whose attention is to be shown.
        add_asked: the person wants to watch a sentence of their own.
    """

    record_wanted = Signal(object)
    add_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._events: list[WatchTranslated] = []
        self._moments: list[WatchTranslated] = []
        self._listed: list[tuple[int, str]] = []  # index and source of each sentence
        self._waiting: list[str] = []  # sentences of the person's own, until they are translated
        self._coming: NextValidation | None = None
        self._sentence = QComboBox()
        self._sentence.setAccessibleName(self.tr("Watch sentence"))
        self._sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._sentence.activated.connect(self._list_moments)
        self._add = QPushButton(self.tr("Add sentence…"))
        self._add.clicked.connect(self.add_asked)
        self._slider = MomentSlider()
        self._slider.moved.connect(self._show_moment)
        self._moment = QLabel()
        self._moment.setMinimumWidth(90)
        self._hold = QPushButton(self.tr("Compare"))
        self._hold.setCheckable(True)
        self._hold.setToolTip(self.tr("Hold this moment beside those that the slider goes to"))
        self._hold.toggled.connect(self._hold_or_let_go)
        self.save = QPushButton(self.tr("Save"))
        self.save.setToolTip(self.tr("This sentence through the training as a file"))
        self._source = plain_line()
        self._reference = plain_line()
        self._translation = plain_line()
        set_role(self._source, "muted")
        set_role(self._reference, "muted")
        set_role(self._translation, "heading")
        self._attention = plain_line()
        set_role(self._attention, "muted")
        self._reading = WatchReading()
        self._reading.chosen.connect(self._read_otherwise)
        self._shown: tuple[Record, Reading] | None = None  # and how its run reads it best
        self._held = HeldMoment()
        self._strips = TokenStrips()
        self._map = NamedMap()
        self._empty = QLabel()
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        set_role(self._empty, "muted")
        self._strips.chosen.connect(self._mark)
        self._lay_out()
        self.show_events([])

    @property
    def moment(self) -> WatchTranslated | None:
        """What is shown."""
        place = self._slider.place
        return self._moments[place] if place < len(self._moments) else None

    @property
    def moments(self) -> list[WatchTranslated]:
        """All that there is of the sentence that is looked at, the oldest first."""
        return list(self._moments)

    @property
    def reading(self) -> Reading | None:
        """Which attention is looked at; None while there is none."""
        return self._reading.reading_of(*self._shown) if self._shown is not None else None

    def show_events(self, events: Sequence[WatchTranslated]) -> None:
        """Show the sentences of a run; with more events of the same run, what is new is added."""
        is_same = bool(self._events) and self._events == list(events[: len(self._events)])
        self._events = list(events)
        if not is_same:
            self._slider.follow()
            self._waiting = []
            self._hold.setChecked(False)
        self._list_sentences()
        self._list_moments()
        self._show_whether_empty()

    def show_own(self, sentences: Sequence[str], coming: NextValidation | None = None) -> None:
        """Say which sentences of the person's own the run watches, translated already or not.

        Args:
            sentences: all of them.
            coming: the validation that translates those that wait; None while none is under way.
        """
        translated = {event.source for event in self._events if event.index >= FIRST_OWN}
        waiting = [sentence for sentence in sentences if sentence not in translated]
        if (waiting, coming) != (self._waiting, self._coming):
            self._waiting, self._coming = waiting, coming
            self._list_sentences()
            self._list_moments()
            self._show_whether_empty()

    def refuse_adding(self, why_not: str) -> None:
        """Let no sentence be added, for this reason; an empty one lets it again."""
        self._add.setEnabled(not why_not)
        self._add.setToolTip(why_not)

    def show_record(self, record: Record | None, best: Reading) -> None:
        """Show the attention of the moment, read as its run reads it best unless chosen else."""
        has_matrices = record is not None and bool(record.matrices)
        self._shown = (record, first_reading(record, best)) if record and has_matrices else None
        self._read_otherwise()
        self._allow_taking()

    def _read_otherwise(self) -> None:
        """Show what is known of the moment as it is to be read now."""
        view, words, reading = None, "", Reading()
        if self._shown is not None:
            record, best = self._shown
            reading = self._reading.reading_of(record, best)
            try:
                view = view_of(record, reading)
            except AlignmentError:  # the reading is of another model of this run's name
                reading = first_reading(record, None)
                view = view_of(record, reading)
            words = self._said_of(record, view)
        self._attention.setText(words)
        self._reading.offer(self._shown[0] if self._shown is not None else None, reading)
        self._strips.show_view(view)
        self._map.heatmap.show_view(view)
        self._held.read_as(reading)

    def _said_of(self, record: Record, view: View) -> str:
        template = (
            self.tr("Attention: {reading} · written with a beam of 1")
            if is_looking(view.site, view.meaning)
            else self.tr("{reading} · written with a beam of 1")
        )
        said = reading_words(view.reading)
        if is_taught(record, view.reading):
            said = self.tr("{reading}, taught where to look").format(reading=said)
        return capitalised(template.format(reading=said))

    def _hold_or_let_go(self, held: bool) -> None:
        event = self.moment
        if held and event is not None and self._shown is not None:
            record, best = self._shown
            self._held.hold(event, record, self._reading.reading_of(record, best))
        else:
            self._held.let_go()
        self._map.say(self._held.words_beside(event))

    def _allow_taking(self) -> None:
        """What is held can always be let go; only what is there can be held or saved."""
        there = self._shown is not None
        self._hold.setEnabled(there or self._hold.isChecked())
        self.save.setEnabled(there)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(self._sentence, stretch=1)
        top.addStretch()
        top.addWidget(self._add)
        time = QHBoxLayout()
        time.setSpacing(SPACE)
        time.addWidget(self._slider, stretch=1)
        time.addWidget(self._moment)
        time.addWidget(self._hold)
        time.addWidget(self.save)
        self._content = QWidget()
        inside = QVBoxLayout(self._content)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(SMALL_SPACE)
        inside.addLayout(time)
        for label in (self._source, self._reference, self._translation):
            inside.addWidget(label)
        read = QHBoxLayout()
        read.setSpacing(SPACE)
        read.addWidget(self._reading)
        read.addWidget(self._attention, stretch=1)
        inside.addLayout(read)
        inside.addWidget(framed(self._strips))
        pictures = QHBoxLayout()
        pictures.setSpacing(SPACE)
        pictures.addWidget(self._held, stretch=1)
        pictures.addWidget(self._map, stretch=1)
        inside.addLayout(pictures, stretch=1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, 0, 0)
        column.setSpacing(SMALL_SPACE)
        column.addLayout(top)
        column.addWidget(self._empty, stretch=1)
        column.addWidget(self._content, stretch=1)

    def _show_whether_empty(self) -> None:
        for widget in (self._sentence, self._content):
            widget.setVisible(bool(self._listed))
        self._empty.setVisible(not self._listed)
        words = self.tr("Sentences of the validation split appear here at the first validation.")
        if self._coming is not None:
            words = self.tr("The first picture comes with the first validation, {when}.").format(
                when=when_words(self._coming)
            )
        self._empty.setText(words)

    def _list_sentences(self) -> None:
        """One that is added keeps its place when it is translated for the first time."""
        wanted = list(dict.fromkeys((event.index, event.source) for event in self._events))
        wanted += [(_WAITING, sentence) for sentence in self._waiting]
        if self._listed == wanted:
            return
        chosen = self._chosen[1]
        self._listed = wanted
        self._sentence.clear()
        for index, source in wanted:
            words = isolate(elide(source, _LISTED_EM))
            is_own = index >= FIRST_OWN or index == _WAITING
            self._sentence.addItem(f"✎ {words}" if is_own else words)
        sources = [source for _, source in wanted]
        if chosen in sources:
            self._sentence.setCurrentIndex(sources.index(chosen))

    @property
    def _chosen(self) -> tuple[int, str]:
        """Index and source of the sentence that is looked at."""
        place = self._sentence.currentIndex()
        return self._listed[place] if 0 <= place < len(self._listed) else (_WAITING, "")

    def _list_moments(self) -> None:
        chosen, before = self._chosen, self.moment
        if before is not None and (before.index, before.source) != chosen:
            self._hold.setChecked(False)  # two sentences are not two moments of one
        self._moments = [e for e in self._events if (e.index, e.source) == chosen]
        self._slider.offer(len(self._moments))
        if self.moment != before or self.moment is None:
            self._show_moment()

    def _show_moment(self) -> None:
        event, (_, source) = self.moment, self._chosen
        self._map.say(self._held.words_beside(event))
        self._source.setText(self.tr("Source: {text}").format(text=isolate(source)))
        if event is None:
            self._moment.setText("")
            words = self.tr(
                "Your own sentence: it is translated at the next validation of this run."
            )
            if self._coming is not None:
                words = self.tr(
                    "Your own sentence: it is translated at the next validation, {when}."
                ).format(when=when_words(self._coming))
            self._reference.setText(words)
            self._translation.setText(self.tr("(nothing yet)"))
            self.show_record(None, Reading())
            return
        self._moment.setText(self.tr("step {n}").format(n=count(event.step)))
        self._reference.setText(self._about(event))
        self._translation.setText(isolate(event.translation) or self.tr("(nothing yet)"))
        self.record_wanted.emit(event)

    def _about(self, event: WatchTranslated) -> str:
        """The reference; one of the person's own has none, and perhaps a later beginning."""
        if event.index < FIRST_OWN:
            return self.tr("Reference: {text}").format(text=isolate(event.reference))
        begun = self._moments[0].step
        if begun > min(other.step for other in self._events):
            return self.tr(
                "Your own sentence, watched from step {n} on: of the time before there is nothing."
            ).format(n=count(begun))
        return self.tr("Your own sentence, without a reference.")

    def _mark(self, token: ChosenToken | None) -> None:
        is_target = token is not None and token.side is Side.TARGET
        place = token.index if token is not None else None
        self._map.heatmap.highlight(place if is_target else None, None if is_target else place)
