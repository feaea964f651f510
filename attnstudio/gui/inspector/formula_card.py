"""One formula card: name, sentence, formula, numbers, one of them written out, and the check."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from attnstudio.gui.inspector.formula_symbols import formula_html, symbol_words
from attnstudio.gui.inspector.formula_words import (
    card_sentence,
    card_title,
    check_words,
    moment_words,
)
from attnstudio.gui.inspector.gate_bars import GateView
from attnstudio.gui.inspector.number_cells import NO_CHOICE, NumberCells
from attnstudio.gui.inspector.sum_rows import SumRows
from attnstudio.gui.inspector.temperature_slider import TemperatureSlider
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.inference.step_numbers import StepNumbers
from attnstudio.interpretation.formula import (
    TOLERANCE,
    Card,
    Quantity,
)
from attnstudio.interpretation.formula_export import card_to_table
from attnstudio.interpretation.formula_weights import has_temperature, with_temperature
from attnstudio.interpretation.lettering import is_right_to_left
from attnstudio.interpretation.sum_lines import sum_of


class FormulaCard(QFrame):
    """Shows one card.

    Attributes:
        gate: how many of its numbers are how far open; hidden on cards that are no gate.
        cells: its numbers.
        other_cells: the same at another checkpoint; hidden where there is none.
        sum: how the chosen one is made.
        temperature: changes the softmax; hidden on all other cards.
        apply: hands the temperature on, to be tried on the model.

    Signals:
        piece_chosen: the place of a piece that is looked at, chosen among the numbers.
        temperature_applied: that of the softmax is to be the model's.
    """

    piece_chosen = Signal(int)
    temperature_applied = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._original: Card | None = None
        self._card: Card | None = None
        self._row = 0
        self._is_over_looked_at = False
        self._largest: Mapping[Quantity, float] = {}
        self._title, self._sentence, self._check = (QLabel() for _ in range(3))
        self._formula, self._symbols = QLabel(), QLabel()
        self.sum = SumRows()
        self.gate = GateView()
        self.cells, self.other_cells = NumberCells(), NumberCells()
        self._own_words, self._other_words, self._sum_words = QLabel(), QLabel(), QLabel()
        self._other: Card | None = None
        self._moments = "", ""  # which checkpoints the numbers and the other numbers are of
        self.temperature = TemperatureSlider()
        self._temperature_words = QLabel()
        self.apply = QPushButton(self.tr("Try on the model"))
        self._lay_out()
        self.cells.chosen.connect(self._choose)
        self.other_cells.chosen.connect(self._choose_like_other)
        self.temperature.valueChanged.connect(self._change_temperature)
        self.apply.clicked.connect(self._apply)

    @property
    def card(self) -> Card | None:
        """What is shown, at the temperature that was chosen."""
        return self._card

    @property
    def title(self) -> str:
        """Its name."""
        return self._title.text()

    @property
    def sentence(self) -> str:
        """What it does, in words."""
        return self._sentence.text()

    @property
    def check(self) -> str:
        """What came of recomputing it."""
        return self._check.text()

    def show_card(
        self, card: Card, step: StepNumbers, place: int, largest: Mapping[Quantity, float]
    ) -> None:
        """Show a card.

        Args:
            card: which one.
            step: whose.
            place: of the piece that is looked at: cards with a row for each show that row, others
                over pieces choose its number.
            largest: of each quantity, what has the strongest shade.
        """
        was = self._card
        same = was is not None and was.columns == card.columns and was.kind is card.kind
        self._original, self._largest = card, largest
        self._row = place if len(card.rows) > 1 else 0
        piece = step.looked_at[place]
        self._title.setText(card_title(card, step, piece))
        self._sentence.setText(card_sentence(card, step, piece))
        symbols = symbol_words(card, step, piece)
        self._formula.setText(formula_html(card.formula))
        self._formula.setVisible(bool(card.values.size))
        self._symbols.setText(formula_html(symbols))
        self._symbols.setVisible(bool(symbols and card.values.size))
        self.gate.show_card(card)
        self.cells.setVisible(bool(card.values.size))
        self.cells.setAccessibleName(self._title.text())
        runs_left = card.is_over_pieces and is_right_to_left(card.columns)
        for cells in (self.cells, self.other_cells):
            cells.setLayoutDirection(
                Qt.LayoutDirection.RightToLeft if runs_left else Qt.LayoutDirection.LeftToRight
            )
        choice = self.cells.choice if same else card.strongest(self._row)
        self._is_over_looked_at = card.is_over_pieces and card.columns == step.looked_at
        if self._is_over_looked_at:
            choice = place
        self._show(choice)

    def show_other(self, card: Card | None, words: str = "", own_words: str = "") -> None:
        """Show the numbers of the same card at another checkpoint below, or none.

        Args:
            card: that one.
            words: which checkpoint it is.
            own_words: which one the numbers above are of.
        """
        has_numbers = card is not None and bool(card.values.size)
        self._other = card
        self._moments = own_words, words
        for part in (self._own_words, self._other_words, self.other_cells, self._sum_words):
            part.setVisible(has_numbers)
        self._sum_words.setText(
            self.tr("{moment}, how its number is made:").format(moment=own_words)
        )
        if has_numbers:
            self.other_cells.setAccessibleName(f"{self._title.text()}, {words}")
            self._show_other(self.cells.choice)

    def _show_other(self, choice: int) -> None:
        """On the same scale, with the number of the same name chosen; both are written out."""
        own, card = self._card, self._other
        if own is None or card is None or not card.values.size:
            return
        if has_temperature(card):
            card = with_temperature(card, self.temperature.temperature)
        name = own.columns[choice]
        place = card.columns.index(name) if name in card.columns else NO_CHOICE
        self.other_cells.show_numbers(
            card.values[self._row],
            card.columns,
            are_named=card.is_over_pieces,
            largest=self._largest[card.quantity],
            choice=place,
        )
        own_moment, moment = self._moments
        self._own_words.setText(moment_words(own_moment, name, own.values[self._row, choice]))
        number = None if place == NO_CHOICE else card.values[self._row, place]
        self._other_words.setText(moment_words(moment, name, number))

    def _choose_like_other(self, place: int) -> None:
        """Choose the number whose name was chosen among those of the other checkpoint."""
        own, other = self._card, self._other
        if own is not None and other is not None and other.columns[place] in own.columns:
            self.cells.choose(own.columns.index(other.columns[place]))

    def _lay_out(self) -> None:
        set_role(self, "card")
        set_role(self._own_words, "muted")
        set_role(self._other_words, "muted")
        set_role(self._sum_words, "muted")
        self.show_other(None)
        set_role(self._title, "heading")
        set_role(self._sentence, "muted")
        set_role(self._symbols, "muted")
        for label in (self._title, self._sentence, self._formula, self._symbols, self._check):
            has_lowered = label in (self._formula, self._symbols)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.RichText if has_lowered else Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        font = self._formula.font()
        font.setItalic(True)
        self._formula.setFont(font)
        self.temperature.setToolTip(
            self.tr(
                "Sharper at the left, evener at the right. It changes this card alone, until it is "
                "tried on the model."
            )
        )
        self.apply.setToolTip(
            self.tr("Gives this head the temperature under What if, and shows what comes of it")
        )
        self._slider = QWidget()
        row = QHBoxLayout(self._slider)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._temperature_words)
        row.addWidget(self.temperature, stretch=1)
        row.addWidget(self.apply)
        self._slider.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SMALL_SPACE)
        for part in (
            self._title, self._sentence, self.gate, self._formula, self._symbols, self._slider,
            self._own_words, self.cells,
            self._other_words,
            self.other_cells, self._sum_words, self.sum,
            self._check,
        ):  # fmt: skip
            column.addWidget(part)

    def _show(self, choice: int) -> None:
        """Show the card at the temperature that is chosen, with one of its numbers."""
        assert self._original is not None
        card = self._original
        is_tempered = has_temperature(card)
        self._slider.setVisible(is_tempered)
        if is_tempered:
            card = with_temperature(card, self.temperature.temperature)
            self._temperature_words.setText(self.temperature.words)
        self._card = card
        if card.values.size:
            self.cells.show_numbers(
                card.values[self._row],
                card.columns,
                are_named=card.is_over_pieces,
                largest=self._largest[card.quantity],
                choice=choice,
            )
        self._show_other(choice)
        self._write_sum(choice)
        self._write_check(card)

    def _change_temperature(self) -> None:
        if self._original is not None:
            self._show(self.cells.choice)

    def _apply(self) -> None:
        self.temperature_applied.emit(self.temperature.temperature)

    def _choose(self, place: int) -> None:
        self._write_sum(place)
        self._show_other(place)
        if self._is_over_looked_at:
            self.piece_chosen.emit(place)

    def _write_sum(self, place: int) -> None:
        card = self._card
        self.sum.setVisible(card is not None and bool(card.values.size))
        if card is None or not card.values.size:
            return
        self.sum.show_sum(card.columns[place], sum_of(card, self._row, place))

    def _write_check(self, card: Card) -> None:
        if has_temperature(card) and self.temperature.value():
            words, role = self.tr("At this T they are not the model's: it has T = 1."), "warning"
        else:
            difference = card.difference
            is_right = difference is None or difference < TOLERANCE
            words, role = check_words(difference), "muted" if is_right else "error"
        self._check.setText(words)
        self._check.setVisible(bool(card.values.size))
        if self._check.property("role") != role:
            set_role(self._check, role)

    def _copy(self) -> None:
        if self._card is not None:
            QGuiApplication.clipboard().setText(card_to_table(self._card))

    def _copy_sum(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(map("\t".join, self.sum.rows)))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._card is None or not self._card.values.size:
            return
        menu = QMenu(self)
        menu.addAction(self.tr("&Copy the numbers"), self._copy)
        menu.addAction(self.tr("Copy how &this number is made"), self._copy_sum)
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        else:
            super().keyPressEvent(event)
