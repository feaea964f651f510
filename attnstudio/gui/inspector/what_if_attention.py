"""Where a word looks, as a person wants it: a row of weights, a weight, a head, a layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.inspector.temperature_slider import TemperatureSlider
from attnstudio.gui.inspector.what_if_changes import undo_words
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import count, decimals
from attnstudio.interpretation.lettering import isolate
from attnstudio.project.kept_changes import LONGEST_NAME

_STEPS = 100
_SETTLES_MS = 120  # after the last move of the slider


@dataclass(frozen=True, slots=True)
class KeptChanges:
    """Changes that were kept.

    Attributes:
        name: that the person gave them.
        changes: how many they are.
        fitting: how many of them can do something to what is looked at.
    """

    name: str
    changes: int
    fitting: int


class OtherAttention(QWidget):
    """What can be changed where the person is.

    Args:
        parent: where it stands.

    Signals:
        uniform_asked: the chosen word is to look at all alike.
        word_asked: at nothing but the chosen other word.
        links_asked: at nothing but what people linked it with.
        weight_asked: the weight of the chosen cell, from 0 to 1.
        head_asked: the head that is shown is to be off, or on again.
        layer_asked: its layer.
        temperature_asked: that of the head that is shown.
        keep_asked: the name under which all changes are to be kept.
        kept_chosen: the name of those that are to be tried.
        forget_asked: the name of those that are to be kept no longer.
        undo_asked: the last change is to be taken back.
        reset_asked: all of them.
    """

    uniform_asked = Signal()
    word_asked = Signal()
    links_asked = Signal()
    weight_asked = Signal(float)
    head_asked = Signal()
    layer_asked = Signal()
    temperature_asked = Signal(float)
    keep_asked = Signal(str)
    kept_chosen = Signal(str)
    forget_asked = Signal(str)
    undo_asked = Signal()
    reset_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.where = QLabel()
        self.where.setWordWrap(True)
        self.uniform = QPushButton(self.tr("At all alike"))
        self.word = QPushButton(self.tr("At one word"))
        self.links = QPushButton(self.tr("As it is linked"))
        self.head = QPushButton(self.tr("Head off"))
        self.layer = QPushButton(self.tr("Layer off"))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.slider.setAccessibleName(self.tr("Weight of the chosen cell"))
        self._weight = QLabel()
        self._weight.setMinimumWidth(44)
        self._weight.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.temperature = TemperatureSlider()
        self.temperature.setToolTip(
            self.tr(
                "What the scores of the shown head are divided by: it looks more sharply at the "
                "left, more evenly at the right. In the middle it is as it was."
            )
        )
        self._temperature = QLabel()
        self.no_temperature = QLabel(
            self.tr(
                "none: linear attention shares out alike when all scores are divided by one number"
            )
        )
        self.no_temperature.setWordWrap(True)
        set_role(self.no_temperature, "muted")
        self.changes = QLabel()
        self.changes.setWordWrap(True)
        self.changes.setTextFormat(Qt.TextFormat.PlainText)
        self.undo = QPushButton(self.tr("Undo"))
        self.undo.setToolTip(self.tr("Takes back the last change (Ctrl+Z)"))
        self.reset = QPushButton(self.tr("As it was"))
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setPlaceholderText(self.tr("a name for these changes"))
        self.name.setAccessibleName(self.tr("Name of the changes"))
        self.keep = QPushButton(self.tr("Keep"))
        self.keep.setToolTip(
            self.tr(
                "Keeps the changes in the project, to try them on other sentences, checkpoints and "
                "runs. Those that have the name already go."
            )
        )
        self.kept = QComboBox()
        self.kept.setAccessibleName(self.tr("Kept changes"))
        self.kept.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )  # a long name widens the list, not the window
        self.forget = QPushButton(self.tr("Forget"))
        self.forget.setToolTip(self.tr("Choose which of the kept changes go from the project"))
        self.forget.setMenu(QMenu(self.forget))
        self._timer = QTimer(self, singleShot=True, interval=_SETTLES_MS)
        self._warming = QTimer(self, singleShot=True, interval=_SETTLES_MS)
        self._is_filling = False
        self._lay_out()
        self._connect()
        self.show_place("", "", 0.0, has_links=False)
        self.allow_temperature(has_one=True)
        self.show_changes(())
        self.show_kept(())

    def show_place(
        self,
        row: str,
        column: str,
        weight: float,
        *,
        has_links: bool,
        written: str = "",
        is_reached: bool = True,
    ) -> None:
        """Say where the person is.

        Args:
            row: the word that looks; empty where none is chosen.
            column: the word that is looked at; empty where none is chosen.
            weight: of that word in the row, now.
            has_links: whether people linked the word that looks.
            written: the word that came of this look, where the picture shows it beside the one
                before; empty where it is the word that looks.
            is_reached: whether the word that is looked at can be.
        """
        is_cell = bool(row and column)
        if is_cell and not is_reached:
            words = self.tr(
                "“{column}” is out of reach of “{row}”: nothing can be looked at there, and no "
                "weight be given to it"
            )
        elif is_cell:
            words = self.tr("Where “{row}” looks, and how much at “{column}”")
        elif row:
            words = self.tr("Where “{row}” looks (a cell of the heat map names one word)")
        else:
            words = self.tr("Click a piece of the translation, or a cell of the heat map.")
        words = words.format(row=isolate(row), column=isolate(column))
        if row and written:
            words = self.tr("{words}. Read one step later: of this look came “{written}”.").format(
                words=words, written=isolate(written)
            )
        self.where.setText(words)
        set_role(self.where, "heading" if row else "muted")
        self.uniform.setEnabled(bool(row))
        self.word.setEnabled(is_cell and is_reached)
        self.links.setEnabled(bool(row) and has_links)
        self.links.setToolTip(
            ""
            if has_links
            else self.tr("Nobody linked this word with one that can be looked at from here.")
        )
        self.slider.setEnabled(is_cell and is_reached)
        self._is_filling = True
        self.slider.setValue(round(weight * _STEPS))
        self._is_filling = False
        self._say_weight(weight if row and column else None)

    def allow(self, *, allowed: bool, is_worked_out: bool = False) -> None:
        """Let heads be switched off, or not where what is shown is no part of the model."""
        if is_worked_out:
            self.where.setText(
                self.tr("What is shown was worked out afterwards. Show an attention to change it.")
            )
        for widget in (self.head, self.layer, self.temperature):
            widget.setEnabled(allowed)

    def allow_temperature(self, *, has_one: bool) -> None:
        """Let the temperature be changed, or say why there is none."""
        for widget in (self.temperature, self._temperature):
            widget.setVisible(has_one)
        self.no_temperature.setVisible(not has_one)

    def show_temperature(self, temperature: float) -> None:
        """Show at which temperature the head is."""
        if not self._warming.isActive():  # else the person is moving it
            self.temperature.show_temperature(temperature)
            self._temperature.setText(self.temperature.words)

    def name_switches(self, *, head_is_off: bool, layer_is_off: bool) -> None:
        """Say of the head and the layer that are shown what a click does."""
        self.head.setText(self.tr("Head on") if head_is_off else self.tr("Head off"))
        self.layer.setText(self.tr("Layer on") if layer_is_off else self.tr("Layer off"))

    def show_changes(self, words: tuple[str, ...], last_step: str = "") -> None:
        """List what is changed, and what was done last; nothing where it cannot be taken back."""
        self.changes.setVisible(bool(words))
        self.changes.setText("\n".join(f"• {each}" for each in words))
        for widget in (self.name, self.keep):
            widget.setVisible(bool(words))
        self.undo.setEnabled(bool(last_step))
        self.undo.setText(undo_words(last_step))
        self.reset.setEnabled(bool(words))

    def show_kept(self, kept: Sequence[KeptChanges]) -> None:
        """List the changes that were kept; those that can do nothing here cannot be chosen."""
        for widget in (self.kept, self.forget):
            widget.setVisible(bool(kept))
        self.kept.clear()
        menu = self.forget.menu()
        menu.clear()
        for each in kept:  # & would underline what follows
            menu.addAction(each.name.replace("&", "&&"), partial(self.forget_asked.emit, each.name))
        self.kept.addItem(self.tr("Try kept changes…"), "")
        rows = self.kept.model()
        assert isinstance(rows, QStandardItemModel)  # a box makes its own
        for each in kept:
            self.kept.addItem(self._kept_words(each), each.name)
            rows.item(rows.rowCount() - 1).setEnabled(each.fitting > 0)

    def _kept_words(self, kept: KeptChanges) -> str:
        if not kept.fitting:
            words = self.tr("{name} (no such head, layer or word in reach here)")
        elif kept.fitting < kept.changes:
            words = self.tr("{name} ({n} of {all} changes fit here)")
        else:
            words = "{name}"
        return words.format(name=isolate(kept.name), n=count(kept.fitting), all=count(kept.changes))

    def _lay_out(self) -> None:
        rows = QGridLayout()
        rows.setHorizontalSpacing(SPACE)
        rows.setVerticalSpacing(SMALL_SPACE)
        for place, button in enumerate((self.uniform, self.word, self.links)):
            rows.addWidget(button, 0, place)
        for place, button in enumerate((self.head, self.layer, self.undo)):
            rows.addWidget(button, 1, place)
        weight = QHBoxLayout()
        weight.addWidget(self.slider, stretch=1)
        weight.addWidget(self._weight)
        weight.addWidget(self.reset)
        temperature = QHBoxLayout()
        temperature.addWidget(QLabel(self.tr("Temperature")))
        temperature.addWidget(self.temperature, stretch=1)
        temperature.addWidget(self._temperature)
        temperature.addWidget(self.no_temperature, stretch=1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SMALL_SPACE, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.where)
        column.addLayout(rows)
        column.addLayout(weight)
        column.addLayout(temperature)
        column.addWidget(self.changes)
        keeping = QHBoxLayout()
        keeping.addWidget(self.name, stretch=1)
        keeping.addWidget(self.keep)
        column.addLayout(keeping)
        trying = QHBoxLayout()
        trying.addWidget(self.kept, stretch=1)
        trying.addWidget(self.forget)
        column.addLayout(trying)
        column.addStretch()

    def _connect(self) -> None:
        self.uniform.clicked.connect(self.uniform_asked)
        self.word.clicked.connect(self.word_asked)
        self.links.clicked.connect(self.links_asked)
        self.head.clicked.connect(self.head_asked)
        self.layer.clicked.connect(self.layer_asked)
        self.keep.clicked.connect(self._tell_name)
        self.name.returnPressed.connect(self._tell_name)
        self.kept.activated.connect(self._tell_kept)
        self.undo.clicked.connect(self.undo_asked)
        self.reset.clicked.connect(self.reset_asked)
        self.slider.valueChanged.connect(self._move)
        self._timer.timeout.connect(self._tell_weight)
        self.temperature.valueChanged.connect(self._warm)
        self._warming.timeout.connect(self._tell_temperature)

    def _warm(self) -> None:
        self._temperature.setText(self.temperature.words)
        self._warming.start()

    def _tell_temperature(self) -> None:
        self.temperature_asked.emit(self.temperature.temperature)

    def _move(self, step: int) -> None:
        if not self._is_filling:
            self._say_weight(step / _STEPS)
            self._timer.start()

    def _tell_weight(self) -> None:
        self.weight_asked.emit(self.slider.value() / _STEPS)

    def _tell_name(self) -> None:
        name = self.name.text().strip()
        if name:
            self.keep_asked.emit(name)
            self.name.clear()

    def _tell_kept(self, place: int) -> None:
        name = self.kept.itemData(place)
        if name:
            self.kept_chosen.emit(name)

    def _say_weight(self, weight: float | None) -> None:
        self._weight.setText(decimals(weight, 2))
