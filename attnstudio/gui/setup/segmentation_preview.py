"""A sentence cut into coloured pieces, as the tokenizer would cut it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from attnstudio.gui.look.theme import SMALL_SPACE, colours_of, set_role
from attnstudio.interpretation.lettering import is_right_to_left, isolate
from attnstudio.tokenizer import Token

_HEIGHT = 26
_GAP = 4
_PADDING = 5


class PieceLine(QWidget):
    """Pieces side by side, in as many lines as they need."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._pieces: tuple[str, ...] = ()
        self.setAccessibleName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def pieces(self) -> tuple[str, ...]:
        """What is shown."""
        return self._pieces

    def show_tokens(self, tokens: Sequence[Token]) -> None:
        """Show other pieces."""
        self._pieces = tuple(token.text for token in tokens)
        self.setAccessibleDescription(" ".join(self._pieces))
        self.updateGeometry()
        self.update()

    def _rects(self, width: int) -> list[QRectF]:
        metrics = QFontMetricsF(self.font())
        rects, x, y = [], 0.0, 0.0
        for piece in self._pieces:
            wide = metrics.horizontalAdvance(piece) + 2 * _PADDING
            if x and x + wide > width:
                x, y = 0.0, y + _HEIGHT + _GAP
            rects.append(QRectF(x, y, wide, _HEIGHT))
            x += wide + _GAP
        if is_right_to_left(self._pieces):
            rects = [QRectF(width - r.right(), r.y(), r.width(), r.height()) for r in rects]
        return rects

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(200, self.width())))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rects = self._rects(width)
        return round(rects[-1].bottom()) + 2 if rects else _HEIGHT

    def paintEvent(self, _: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, (piece, rect) in enumerate(
            zip(self._pieces, self._rects(self.width()), strict=True)
        ):
            painter.setPen(QColor(colours.border))
            painter.setBrush(QColor(colours.accent_soft if number % 2 else colours.raised))
            painter.drawRoundedRect(rect, 4, 4)
            painter.setPen(QColor(colours.text))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, isolate(piece))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.updateGeometry()
            self.update()
        super().changeEvent(event)


class SegmentationPreview(QWidget):
    """Both sides of a pair in pieces, and a line about them.

    It keeps the height of the longest pair that it has shown, so that the buttons for the next one
    stay under the mouse.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.source = PieceLine(self.tr("Pieces of the source sentence"))
        self.target = PieceLine(self.tr("Pieces of the target sentence"))
        self._said = QLabel()
        self._said.setWordWrap(True)
        set_role(self._said, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * SMALL_SPACE)
        for widget in (self.source, self.target, self._said):
            column.addWidget(widget)

    def show_pieces(self, source: Sequence[Token], target: Sequence[Token], said: str) -> None:
        """Show a pair."""
        self.source.show_tokens(source)
        self.target.show_tokens(target)
        self._said.setText(said)
        needed = self.heightForWidth(self.width())
        self.setMinimumHeight(max(self.minimumHeight(), needed))

    def say(self, text: str) -> None:
        """Say something instead of what was said."""
        self._said.setText(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self.setMinimumHeight(0)
        super().resizeEvent(event)
