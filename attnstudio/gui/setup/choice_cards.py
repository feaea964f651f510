"""Things to choose one of, each on a card that explains it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QTextDocument
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QSizePolicy, QWidget

from attnstudio.gui.look.theme import SPACE, colours_of

_PADDING = 10
_RADIUS = 8
_SMALLEST_WIDTH = 150


@dataclass(frozen=True, slots=True)
class Card:
    """One choice.

    Attributes:
        value: what it stands for.
        title: its name.
        formula: as rich text; may be empty.
        meaning: one sentence.
        source: where it was published; may be empty.
    """

    value: str
    title: str
    formula: str
    meaning: str
    source: str


class CardButton(QAbstractButton):
    """A card that is chosen like a radio button."""

    def __init__(self, card: Card, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = card
        self.setCheckable(True)
        self.setText(card.title)
        self.setAccessibleName(card.title)
        plain = QTextDocument()
        plain.setHtml(card.formula)
        self._about = f"{plain.toPlainText()} {card.meaning} {card.source}".strip()
        self.setAccessibleDescription(self._about)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.note = ""
        self.is_changed = False
        self._text = QTextDocument(self)
        self._text.setDocumentMargin(0)
        self._write()

    def set_note(self, note: str) -> None:
        """Say something more below, such as a size."""
        if note != self.note:
            self.note = note
            self._write()
            self.updateGeometry()

    def set_changed(self, changed: bool) -> None:
        """Mark it as what was begun with and then changed, or as what is."""
        if changed != self.is_changed:
            self.is_changed = changed
            words = self.tr("Changed since. Click to have it again as it was.")
            self.setToolTip(words if changed else "")
            self.setAccessibleDescription(f"{self._about} {self.toolTip()}".strip())
            self.update()

    def _write(self) -> None:
        colours = colours_of(self.palette())
        card = self.card
        parts = [f'<b style="font-size:13px">{card.title}</b>']
        if card.formula:
            parts.append(f'<span style="font-family:serif; font-size:14px">{card.formula}</span>')
        parts.append(card.meaning)
        small = " · ".join(text for text in (card.source, self.note) if text)
        if small:
            parts.append(f'<span style="color:{colours.muted}">{small}</span>')
        self._text.setDefaultFont(self.font())
        self._text.setHtml(
            f'<div style="color:{colours.text}">'
            + "".join(f'<p style="margin:0 0 4px 0">{part}</p>' for part in parts)
            + "</div>"
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_SMALLEST_WIDTH, self.heightForWidth(_SMALLEST_WIDTH))

    def minimumSizeHint(self) -> QSize:
        return QSize(_SMALLEST_WIDTH, 60)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        self._text.setTextWidth(width - 2 * _PADDING)
        return round(self._text.size().height()) + 2 * _PADDING

    def paintEvent(self, _: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        frame = colours.accent if chosen or self.hasFocus() else colours.border
        if self.underMouse() and not chosen:
            frame = colours.muted
        pen = QPen(QColor(frame), 2 if chosen or self.hasFocus() else 1)
        is_whole = chosen and not self.is_changed
        if self.is_changed:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(QColor(colours.accent_soft if is_whole else colours.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
        if is_whole:  # a sign besides the colour
            painter.setPen(QColor(colours.accent))
            corner = self.rect().adjusted(0, 6, -_PADDING, 0)
            painter.drawText(corner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, "✓")
        painter.translate(_PADDING, _PADDING)
        self._text.setTextWidth(self.width() - 2 * _PADDING)
        self._text.drawContents(painter)

    def enterEvent(self, event: QEvent) -> None:
        self.update()
        super().enterEvent(event)  # type: ignore[arg-type] # PySide's stub asks for QEnterEvent

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_text"):
            self._write()
        super().changeEvent(event)


class ChoiceCards(QWidget):
    """Cards side by side; arrow keys move the choice.

    Signals:
        chosen: the value of the card that a person chose; again, where it was changed.
    """

    chosen = Signal(str)

    def __init__(
        self, name: str, cards: Sequence[Card], columns: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACE)
        self._buttons: dict[str, CardButton] = {}
        for number, card in enumerate(cards):
            button = CardButton(card)
            self._buttons[card.value] = button
            self._group.addButton(button)
            grid.addWidget(button, number // columns, number % columns)
        for column in range(columns):
            grid.setColumnStretch(column, 1)
        self._group.buttonToggled.connect(self._tell)
        self._group.buttonClicked.connect(self._tell_again)

    def button(self, value: str) -> CardButton:
        """The card of a value."""
        return self._buttons[value]

    def show_choice(self, value: str, *, changed: bool = False) -> None:
        """Mark a card, or say that it was changed since, without telling anybody."""
        self._group.blockSignals(True)
        self._buttons[value].setChecked(True)
        self._group.blockSignals(False)
        for name, button in self._buttons.items():
            button.set_changed(changed and name == value)

    def _tell(self, button: QAbstractButton, checked: bool) -> None:
        if checked and isinstance(button, CardButton):
            self.chosen.emit(button.card.value)

    def _tell_again(self, button: QAbstractButton) -> None:
        if isinstance(button, CardButton) and button.is_changed:
            self.chosen.emit(button.card.value)
