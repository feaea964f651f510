"""How the model came to a word: its formulas with their numbers, beside the heat map."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from attnstudio.axes import Record, TextUnits, Units
from attnstudio.gui.inspector.formula_card import FormulaCard
from attnstudio.gui.inspector.formula_numbers import FormulaNumbers
from attnstudio.gui.inspector.formula_words import later_words, place_words, step_words
from attnstudio.gui.inspector.inspection import Candidate
from attnstudio.gui.inspector.shown_attention import ShownAttention
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import count
from attnstudio.gui.widgets.link_label import LinkLabel
from attnstudio.inference.sentence_numbers import SentenceNumbers
from attnstudio.inference.step_numbers import StepNumbers, StepPlace
from attnstudio.interpretation.formula import largest_of
from attnstudio.interpretation.formula_cards import cards_of, told_apart
from attnstudio.interpretation.lettering import isolate
from attnstudio.interpretation.words import word_groups
from attnstudio.reading import Reading, ReadingMethod

_SAME = 1e-3  # weights are computed by other kernels for the map


class FormulaPage(QWidget):
    """Cards that follow the word, the layer and the head that are looked at.

    Args:
        shown: what is looked at.
        numbers: where numbers are asked for.
        others: where those of another checkpoint are asked for.
        parent: owns the page.

    Attributes:
        head: chooses one head where the map shows an average of several; hidden elsewhere.
        moment: chooses another checkpoint whose numbers stand beside; hidden where there is none.
        cards: one for each step of the formula.

    Signals:
        temperature_asked: the `Reading` of the head that is to have a temperature, and that.
    """

    temperature_asked = Signal(object, float)

    def __init__(
        self,
        shown: ShownAttention,
        numbers: FormulaNumbers,
        others: FormulaNumbers,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._shown, self._source, self._others = shown, numbers, others
        self._other_numbers: SentenceNumbers | None = None
        self._candidate: Candidate | None = None
        self._is_asked = False
        self._numbers: SentenceNumbers | None = None
        self._row = 0  # of the map: what looks
        self._column: int | None = None  # of the map with what it hides: what is looked at
        self.cards: list[FormulaCard] = []
        self.head, self.moment = QComboBox(), QComboBox()
        self._step, self._average, self._waiting = QLabel(), QLabel(), QLabel()
        self._later, self._legend = LinkLabel(), QLabel()
        self._lay_out()
        shown.changed.connect(self._refresh)
        numbers.found.connect(self._take)
        others.found.connect(self._take_other)
        self.head.activated.connect(self._refresh)
        self.moment.activated.connect(self._ask_other)
        self._later.linkActivated.connect(self._show_writing)

    @property
    def later_words(self) -> str:
        """What is said where the step after the chosen piece is shown; rich text."""
        return self._later.text() if self._later.isVisibleTo(self) else ""

    @property
    def step_words(self) -> str:
        """Which step is shown."""
        return self._step.text()

    @property
    def average_words(self) -> str:
        """What is said where the map shows an average."""
        return self._average.text() if self._average.isVisibleTo(self) else ""

    @property
    def said(self) -> str:
        """Why there are no cards."""
        return self._waiting.text() if self._waiting.isVisibleTo(self) else ""

    def show_candidate(self, candidate: Candidate | None) -> None:
        """Write out another translation, from its first word on."""
        self._candidate, self._is_asked = candidate, False
        self._row, self._column = 0, None
        self._ask()

    def numbers_finder(self) -> Callable[[], SentenceNumbers] | None:
        """What finds the numbers behind the record that is shown, in a task; None for none."""
        record, candidate = self._shown.record, self._candidate
        if record is None or candidate is None or record.axes is not candidate.record.axes:
            return None
        return self._source.finder(candidate)

    def choose_place(self, row: int | None, column: int | None) -> None:
        """Follow the person to a place of the map.

        Args:
            row: of what looks; None keeps it.
            column: of what is looked at, counted with those that are hidden; None for that which
                is looked at most.
        """
        if row is None and column is None:  # nothing is chosen any more: what was stays
            return
        if row is not None:
            self._row = row
        self._column = column
        self._refresh()

    def _lay_out(self) -> None:
        set_role(self._step, "heading")
        set_role(self._average, "muted")
        set_role(self._waiting, "muted")
        set_role(self._later, "muted")
        set_role(self._legend, "muted")
        self._later.setWordWrap(True)
        self._legend.setText(
            self.tr("Blue is above 0, orange below; the fainter, the nearer to it.")
        )
        for label in (self._step, self._average, self._waiting, self._legend):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.head.setAccessibleName(self.tr("Head whose formulas are shown"))
        self.moment.setAccessibleName(self.tr("Another checkpoint whose numbers stand beside"))
        self._content = QWidget()
        self._column_of_cards = QVBoxLayout(self._content)
        self._column_of_cards.setContentsMargins(0, 0, SMALL_SPACE, 0)
        self._column_of_cards.setSpacing(SPACE)
        self._column_of_cards.addWidget(self._legend)
        self._scroll = _Cards(self._content)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SMALL_SPACE, 0, 0)
        column.setSpacing(SMALL_SPACE)
        for part in (
            self._step, self._later, self._average, self.head, self.moment, self._waiting,
        ):  # fmt: skip
            column.addWidget(part)
        column.addWidget(self._scroll, stretch=1)
        self._say("")

    def _ask(self) -> None:
        """Ask for the numbers once somebody looks."""
        if self.isVisible() and not self._is_asked:
            self._is_asked = True
            self._source.ask(self._candidate)

    def _take(self, numbers: SentenceNumbers | None) -> None:
        self._numbers = numbers
        if numbers is not None:
            self._offer_moments()
            self._ask_other()
        self._refresh()

    def _take_other(self, numbers: SentenceNumbers | None) -> None:
        self._other_numbers = numbers
        self._refresh()

    def _offer_moments(self) -> None:
        """The other checkpoints, the newest first; a choice stays where it can."""
        before, steps = self.moment.currentData(), self._source.other_steps
        self.moment.clear()
        self.moment.addItem(self.tr("Compare with another checkpoint …"), None)
        for step in reversed(steps):
            self.moment.addItem(self.tr("Beside it: step {n}").format(n=count(step)), step)
        self.moment.setCurrentIndex(max(0, self.moment.findData(before)))

    def _ask_other(self) -> None:
        step = self.moment.currentData()
        self._others.ask(None if step is None else self._candidate, step)

    def _refresh(self) -> None:
        record = self._shown.record
        if not self.isVisible():
            return
        if record is None or not record.matrices:
            self._say(self.tr("This model has no attention: there is nothing to write out."))
            return
        if self._shown.is_changed:
            self._say(self.tr("The map shows a changed attention, which has no formulas here."))
            return
        # the axes stay those of the candidate where analyses have been added to its record
        is_another = self._candidate is None or record.axes is not self._candidate.record.axes
        if self._numbers is None or is_another:
            self._say(self._source.refused or self.tr("The formulas are being written out …"))
            return
        reading = self._shown.reading
        if reading.site not in self._numbers.sites:
            self._say(self.tr("What is shown is no attention of the model: it has no formulas."))
            return
        self._offer_heads(record, reading)
        layer, head = self.head.currentData()
        query, place = self._places(record, reading)
        at = StepPlace(reading.site, layer, head, query)
        step = told_apart(self._numbers.step(at))
        seen = record.matrices[reading.site].weights[layer, head, query]
        if not np.allclose(seen, step.head.weights, atol=_SAME):
            self._say(self.tr("The map shows a changed attention, which has no formulas here."))
            return
        self._show(step, int(step.head.weights.argmax()) if place is None else place)
        others = self._other_numbers
        self._show_other(None if others is None else told_apart(others.step(at)))
        self._say_later(record, reading, step)

    def _say_later(self, record: Record, reading: Reading, step: StepNumbers) -> None:
        """Say that the step shown does not write the piece that was chosen, but the next one."""
        chosen = self._chosen_piece(record, reading)
        self._later.setVisible(step.place.query != chosen)
        if step.place.query == chosen:
            return
        name = record.axes[reading.site.queries].label(chosen)
        words = html.escape(later_words(name, step))
        link = html.escape(self.tr("Show the step that wrote {piece}").format(piece=isolate(name)))
        self._later.setText(f'{words} <a href="writing">{link}</a>')

    def _show_writing(self) -> None:
        """Read the chosen piece at the step that wrote it."""
        self._shown.read_as(replace(self._shown.reading, method=ReadingMethod.NAIVE))

    def _say(self, words: str) -> None:
        """Say why there are no cards."""
        self._waiting.setText(words)
        self._waiting.setVisible(bool(words))
        for part in (
            self._step, self._later, self._average, self.head, self.moment, self._scroll,
        ):  # fmt: skip
            part.hide()

    def _offer_heads(self, record: Record, reading: Reading) -> None:
        """The heads that the map shows: one, or several of which one is written out."""
        layers, heads = record.shape_of(reading.site)
        choices = [
            (layer, head)
            for layer in (range(layers) if reading.layer is None else (reading.layer,))
            for head in (range(heads) if reading.head is None else (reading.head,))
        ]
        if choices != [self.head.itemData(row) for row in range(self.head.count())]:
            taught = record.taught if record.taught and record.taught.site == reading.site else None
            self.head.clear()
            for place in choices:
                words = place_words(*place)
                if taught is not None and place == (taught.layer, taught.head):
                    words = self.tr("{head}, which was taught").format(head=words)
                self.head.addItem(words, place)
                if taught is not None and place == (taught.layer, taught.head):
                    self.head.setCurrentIndex(self.head.count() - 1)
        is_average = len(choices) > 1
        self._average.setText(
            self.tr("The map shows an average; the formulas are those of one head:")
            if is_average
            else self.head.currentText()
            if not reading.is_shifted
            else self.tr("{head}. The map is read one step later, and so are the formulas.").format(
                head=self.head.currentText()
            )
        )
        self._average.show()
        self.head.setVisible(is_average)

    def _places(self, record: Record, reading: Reading) -> tuple[int, int | None]:
        """The pieces that are meant by the row and the column of the map."""
        view = self._shown.view
        assert view is not None  # there is a matrix
        queries, keys = record.axes[reading.site.queries], record.axes[reading.site.keys]
        query = self._chosen_piece(record, reading)
        if reading.is_shifted:
            query = min(query + 1, len(queries) - 1)
        if self._column is None:
            return query, None
        column = min(self._column, view.whole_width - 1)
        return query, _first_piece(keys, column, view.whole_width)

    def _chosen_piece(self, record: Record, reading: Reading) -> int:
        """The first piece of the chosen row of the map."""
        view = self._shown.view
        assert view is not None  # there is a matrix
        last = len(view.rows) - 1
        return _first_piece(record.axes[reading.site.queries], min(self._row, last), last + 1)

    def _show(self, step: StepNumbers, place: int) -> None:
        cards = cards_of(step)
        largest = largest_of(cards)
        self._waiting.hide()
        self._step.setText(step_words(step))
        while len(self.cards) < len(cards):
            shown = FormulaCard()
            shown.piece_chosen.connect(self._look_at_piece)
            shown.temperature_applied.connect(self._apply_temperature)
            self.cards.append(shown)
            self._column_of_cards.addWidget(shown)
        for shown, card in zip(self.cards, cards, strict=False):
            shown.show_card(card, step, place, largest)
        for position, shown in enumerate(self.cards):
            shown.setVisible(position < len(cards))
        self._step.show()
        self._scroll.show()

    def _show_other(self, step: StepNumbers | None) -> None:
        """Show the same step of another checkpoint below each card's numbers, or nothing."""
        moment, cards = self.moment.currentData(), () if step is None else cards_of(step)
        self.moment.setVisible(self.moment.count() > 1)
        for position, shown in enumerate(self.cards):
            if position < len(cards) and moment is not None:
                words = self.tr("Step {n}")
                own = words.format(n=count(self._source.step or 0))
                shown.show_other(cards[position], words.format(n=count(moment)), own)
            else:
                shown.show_other(None)

    def _apply_temperature(self, temperature: float) -> None:
        layer, head = self.head.currentData()
        self.temperature_asked.emit(
            replace(self._shown.reading, layer=layer, head=head), temperature
        )

    def _look_at_piece(self, place: int) -> None:
        """Show key and value of a piece that was chosen among the scores or weights."""
        record, view = self._shown.record, self._shown.view
        if record is None or view is None:
            return
        keys = record.axes[view.site.keys]
        self._column = _row_of_piece(keys, place, view.whole_width)
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()
        self._refresh()


class _Cards(QScrollArea):
    """Gives what it scrolls its own width: wrapped labels that choose theirs may go in circles."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        self.setWidget(content)
        self.setWidgetResizable(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._content.setFixedWidth(self.viewport().width())


def _first_piece(units: Units, place: int, places: int) -> int:
    """The first piece of a row or column, which may be that of a whole word."""
    if places == len(units) or not isinstance(units, TextUnits):
        return place
    return word_groups(units)[place][0]


def _row_of_piece(units: Units, piece: int, places: int) -> int:
    """The row or column that a piece stands in."""
    if places == len(units) or not isinstance(units, TextUnits):
        return piece
    return next(number for number, group in enumerate(word_groups(units)) if piece in group)
