"""A card as a button."""

from __future__ import annotations

import html

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QTextDocument
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from attnstudio.gui.look.theme import Colours, colours_of
from attnstudio.gui.setup.card import Card

_PADDING = 10
_RADIUS = 8
_SMALLEST_WIDTH = 150
_WIDTH_WITH_DRAWING = 300
_DRAWING = 60
_TICK_WIDTH = 16
_FAINT = 0.4
_LEFT_TO_RIGHT, _ISOLATE_END = "\u2066", "\u2069"  # formulas run so in every language
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ARROWS = {  # to the right and down
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class CardButton(QAbstractButton):
    """A card that is chosen like a radio button, with Space, Enter or the mouse.

    One that cannot be chosen now is pale and says why; the keyboard still reaches it.

    Signals:
        moved: an arrow key was pressed: so many cards to the right, and down.
    """

    moved = Signal(int, int)

    def __init__(self, card: Card, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = card
        self.note, self.refusal = "", ""
        self.is_changed, self.is_recommended = False, False
        self.setCheckable(True)
        self.setText(card.title)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._text = QTextDocument(self)
        self._text.setDocumentMargin(0)
        self._write()

    def set_note(self, note: str) -> None:
        """Say something more below, such as a size."""
        if note != self.note:
            self.note = note
            self._write()

    def set_changed(self, changed: bool) -> None:
        """Mark it as what was begun with and then changed, or as what is."""
        if changed != self.is_changed:
            self.is_changed = changed
            words = self.tr("Changed since. Click to have it again as it was.")
            self.setToolTip(words if changed else "")
            self._write()

    def set_recommended(self, recommended: bool) -> None:
        """Mark it as what to take where nobody knows better."""
        if recommended != self.is_recommended:
            self.is_recommended = recommended
            self._write()

    def refuse(self, reason: str) -> None:
        """Say why it cannot be chosen now; an empty reason lets it be chosen."""
        if reason != self.refusal:
            self.refusal = reason
            shape = Qt.CursorShape.ForbiddenCursor if reason else Qt.CursorShape.PointingHandCursor
            self.setCursor(shape)
            self._write()

    def _write(self) -> None:
        colours = colours_of(self.palette())
        parts = _in_rich_text(self, colours)
        self._text.setDefaultFont(self.font())
        option = self._text.defaultTextOption()
        option.setTextDirection(self.layoutDirection())
        self._text.setDefaultTextOption(option)
        self._text.setHtml(
            f'<div style="color:{colours.muted if self.refusal else colours.text}">'
            + "".join(f'<p style="margin:0 0 4px 0">{part}</p>' for part in parts)
            + "</div>"
        )
        self._name_for_screen_readers()
        self.updateGeometry()
        self.update()

    def _name_for_screen_readers(self) -> None:
        card = self.card
        marks = [self.tr("recommended")] if self.is_recommended else []
        marks += [self.tr("cannot be chosen now")] if self.refusal else []
        self.setAccessibleName(", ".join([card.title, *marks]))
        formula = QTextDocument()
        formula.setHtml(card.formula)
        about = (
            *(formula.toPlainText(), card.meaning, card.source, card.cost),
            *(self.refusal, self.toolTip()),
        )
        self.setAccessibleDescription(" ".join(text for text in about if text))

    def _beside_text(self) -> int:
        """The width of what stands beside the text."""
        return _DRAWING + _PADDING if self.card.drawing else 0

    def _text_width(self, width: int) -> int:
        tick = _TICK_WIDTH if self.card.drawing else 0  # the text keeps clear of it
        return max(1, width - 2 * _PADDING - self._beside_text() - tick)

    def nextCheckState(self) -> None:
        if not self.refusal:
            super().nextCheckState()

    def sizeHint(self) -> QSize:
        width = _WIDTH_WITH_DRAWING if self.card.drawing else _SMALLEST_WIDTH
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(_SMALLEST_WIDTH, 60)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        self._text.setTextWidth(self._text_width(width))
        inside = round(self._text.size().height())
        return max(inside, _DRAWING if self.card.drawing else 0) + 2 * _PADDING

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ARROWS:
            self.moved.emit(*_ARROWS[Qt.Key(event.key())])
        elif event.key() in _ENTER:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_whole = self.isChecked() and not self.is_changed
        self._paint_frame(painter, colours, is_whole=is_whole)
        if is_whole:  # a sign besides the colour
            painter.setPen(QColor(colours.accent))
            corner = self.rect().adjusted(_PADDING, 6, -_PADDING, 0)
            trailing = (
                Qt.AlignmentFlag.AlignLeft if self._is_mirrored() else Qt.AlignmentFlag.AlignRight
            )
            place = trailing | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignTop
            painter.drawText(corner, place, "✓")
        self._paint_drawing(painter, colours)
        painter.translate(self._text_place())
        self._text.setTextWidth(self._text_width(self.width()))
        self._text.drawContents(painter)

    def _is_mirrored(self) -> bool:
        return self.layoutDirection() is Qt.LayoutDirection.RightToLeft

    def _text_place(self) -> QPoint:
        if self._is_mirrored():
            left = self.width() - _PADDING - self._beside_text() - self._text_width(self.width())
            return QPoint(left, _PADDING)
        return QPoint(_PADDING + self._beside_text(), _PADDING)

    def _paint_frame(self, painter: QPainter, colours: Colours, *, is_whole: bool) -> None:
        is_strong = self.isChecked() or self.hasFocus()
        frame = colours.accent if is_strong else colours.border
        if self.underMouse() and not self.isChecked() and not self.refusal:
            frame = colours.muted
        pen = QPen(QColor(frame), 2 if is_strong else 1)
        if self.is_changed:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        ground = colours.window if self.refusal else colours.panel
        painter.setBrush(QColor(colours.accent_soft if is_whole else ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)

    def _paint_drawing(self, painter: QPainter, colours: Colours) -> None:
        if self.card.drawing is None:
            return
        left = self.width() - _PADDING - _DRAWING if self._is_mirrored() else _PADDING
        painter.save()
        painter.setOpacity(_FAINT if self.refusal else 1.0)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # its letters are of a formula
        self.card.drawing(painter, QRectF(left, _PADDING, _DRAWING, _DRAWING), colours)
        painter.restore()

    def enterEvent(self, event: QEvent) -> None:
        self.update()
        super().enterEvent(event)  # type: ignore[arg-type] # PySide's stub asks for QEnterEvent

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        kinds = (
            QEvent.Type.PaletteChange,
            QEvent.Type.FontChange,
            QEvent.Type.LayoutDirectionChange,
        )
        if event.type() in kinds and hasattr(self, "_text"):
            self._write()
        super().changeEvent(event)


def _in_rich_text(button: CardButton, colours: Colours) -> list[str]:
    """The lines of a card: beginner's words first."""
    card = button.card
    title = f'<b style="font-size:13px">{card.title}</b>'
    if button.is_recommended:
        word = button.tr("recommended")
        title += f' &nbsp;<span style="color:{colours.success}; font-size:11px">{word}</span>'
    parts = [title, card.meaning]
    if button.refusal:
        said = html.escape(button.refusal)
        parts = [title, f'<span style="color:{colours.warning}">{said}</span>']
    if card.formula:
        formula = f"{_LEFT_TO_RIGHT}{card.formula}{_ISOLATE_END}"
        parts.append(f'<span style="font-family:serif; font-size:13px">{formula}</span>')
    small = " · ".join(text for text in (card.source, card.cost, button.note) if text)
    if small:
        parts.append(f'<span style="color:{colours.muted}; font-size:11px">{small}</span>')
    return parts
