"""Two rows of words, one above the other, of which one is chosen by mouse or keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from attnstudio.gui.look.theme import colours_of
from attnstudio.gui.widgets.token_rows import ChosenToken, Side, neighbour

_STEP = 40  # pixels of a turn of the wheel


class TwoRows(QAbstractScrollArea):
    """What does not fit is scrolled. What the rows hold and how it is drawn, a subclass says.

    Left and right move along a row as it reads, up and down change the row, Escape lets go.

    Args:
        first: what a key chooses first.
        begins: the keys that do.
        margin: in pixels, around the rows.
        parent: owns it.
    """

    def __init__(
        self,
        first: ChosenToken,
        begins: Sequence[Qt.Key],
        margin: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._first, self._begins, self._margin = first, begins, margin
        self._choice: ChosenToken | None = None
        self._pointed: ChosenToken | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)

    @property
    def choice(self) -> ChosenToken | None:
        """What is chosen."""
        return self._choice

    def choose(self, choice: ChosenToken | None) -> None:
        """Choose a word without telling anybody, or let go of it."""
        self._choice = choice
        if choice is not None:
            self._scroll_to(self._row(choice.side)[choice.index])
        self._describe()
        self.viewport().update()

    def rect_of(self, token: ChosenToken) -> QRectF:
        """Where a word is seen in the viewport."""
        return self._row(token.side)[token.index].translated(self._offset())

    def _row(self, side: Side) -> Sequence[QRectF]:
        """Where the words of a row are, as if nothing had to be scrolled."""
        raise NotImplementedError

    def _is_mirrored(self, side: Side) -> bool:
        """Whether a row runs from right to left."""
        raise NotImplementedError

    def _across(self, token: ChosenToken) -> ChosenToken:
        """The word of the other row that one leads to."""
        raise NotImplementedError

    def _place(self) -> None:
        """Find places for the words in the room that there is."""
        raise NotImplementedError

    def _describe(self) -> None:
        """Say in words what is chosen, for those who cannot see it."""
        raise NotImplementedError

    def _tell_choice(self) -> None:
        """The person has chosen something else."""

    def _tell_pointed(self) -> None:
        """Something else is under the pointer."""

    def _scroll_over(self, width: float) -> None:
        """Let so much be scrolled, with the margins."""
        bar, seen = self.horizontalScrollBar(), self.viewport().width()
        bar.setPageStep(seen)
        bar.setSingleStep(_STEP)
        bar.setRange(0, max(0, round(width + 2 * self._margin - seen)))
        self.viewport().update()

    def _offset(self) -> QPointF:
        return QPointF(-self.horizontalScrollBar().value(), 0)

    def _scroll_to(self, rect: QRectF) -> None:
        bar, room = self.horizontalScrollBar(), self.viewport().width()
        lowest, highest = rect.right() + self._margin - room, rect.left() - self._margin
        bar.setValue(round(max(min(bar.value(), highest), lowest)))

    def _token_at(self, place: QPoint) -> ChosenToken | None:
        spot = QPointF(place) - self._offset()
        for side in Side:
            for index, rect in enumerate(self._row(side)):
                if rect.contains(spot):
                    return ChosenToken(side, index)
        return None

    def _draw_focus(self, painter: QPainter) -> None:
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours_of(self.palette()).accent), 2))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))

    def _neighbour(self, key: int) -> ChosenToken | None:
        """Where a key leads to from the choice."""
        if not self._row(self._first.side):
            return None
        if self._choice is None:
            return self._first if key in self._begins else None
        side = self._choice.side
        return neighbour(
            key,
            self._choice,
            count=len(self._row(side)),
            is_mirrored=self._is_mirrored(side),
            across=self._across,
        )

    def _choose_and_tell(self, choice: ChosenToken | None) -> None:
        self.choose(choice)
        QAccessible.updateAccessibility(
            QAccessibleAnnouncementEvent(self, self.accessibleDescription())
        )
        self._tell_choice()

    def _point_at(self, token: ChosenToken | None) -> None:
        if token != self._pointed:
            self._pointed = token
            self.viewport().update()
            self._tell_pointed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._token_at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            token = self._token_at(event.position().toPoint())
            self._choose_and_tell(None if token == self._choice else token)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._choice is not None:
            self._choose_and_tell(None)
        elif (token := self._neighbour(event.key())) is not None:
            self._choose_and_tell(token)
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._point_at(None)
        return super().viewportEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._place()
        super().changeEvent(event)
