"""A picture of dots that is read by mouse and keyboard, and leads to the runs that they are of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from attnstudio.gui.charts.dot_picture import ROW_HEIGHT, DotPicture, DotPlace, DotRow
from attnstudio.gui.look.theme import SPACE, colours_of

_AXIS_LINES = 3


class DotChart(QWidget):
    """Rows of dots.

    Signals:
        read: what the dot says that is pointed at; empty for none.
        opened: the name of the run whose dot was double-clicked, or entered.
    """

    read = Signal(str)
    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[DotRow] = ()
        self._write: Callable[[float], str] = str
        self._title = ""
        self._step = 0.0
        self._place: DotPlace | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def rows(self) -> Sequence[DotRow]:
        """What is shown."""
        return self._rows

    @property
    def title(self) -> str:
        """What it is that is shown."""
        return self._title

    def show_rows(
        self, rows: Sequence[DotRow], title: str, write: Callable[[float], str], step: float = 0.0
    ) -> None:
        """Show others.

        Args:
            rows: the first is what the others are held against.
            title: what their values are.
            write: a value in words.
            step: the least difference that is read in these words.
        """
        self._rows, self._title, self._write, self._step = rows, title, write, step
        self.setAccessibleName(self.tr("{figure} of each kind").format(figure=title or "–"))
        self.setMinimumSize(
            320, len(rows) * ROW_HEIGHT + _AXIS_LINES * self.fontMetrics().height() + 2 * SPACE
        )
        if self._place is not None and self._place not in set(self.picture().places()):
            self._point_at(None)
        self.update()

    def picture(self) -> DotPicture:
        """What is drawn, of this size."""
        area = QRectF(self.rect()).adjusted(SPACE, SPACE, -SPACE, -SPACE)
        return DotPicture(self._rows, area, self.font(), self._write, self._title, self._step)

    def _point_at(self, place: DotPlace | None) -> None:
        if place != self._place:
            self._place = place
            words = self.picture().words_of(place) if place is not None else ""
            self.setAccessibleDescription(words)
            self.read.emit(words)
            self.update()

    def _move(self, down: int, right: int) -> None:
        """To the next dot of the row, or to the same dot of the next row that has any."""
        rows = [number for number, row in enumerate(self._rows) if row.dots]
        if not rows:
            return
        if self._place is None:
            self._point_at(DotPlace(rows[0], 0))
            return
        at = rows.index(self._place.row) + down
        row = rows[min(max(at, 0), len(rows) - 1)]
        most = len(self._rows[row].dots) - 1
        self._point_at(DotPlace(row, min(max(self._place.dot + right, 0), most)))

    def _open(self) -> None:
        if self._place is not None:
            self.opened.emit(self._rows[self._place.row].dots[self._place.dot].name)

    def sizeHint(self) -> QSize:
        return QSize(640, self.minimumHeight())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self.picture().dot_at(QPointF(event.position())))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._point_at(self.picture().dot_at(QPointF(event.position())))
        self._open()

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)
        super().leaveEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._point_at(None)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Up:
                self._move(-1, 0)
            case Qt.Key.Key_Down:
                self._move(1, 0)
            case Qt.Key.Key_Left:
                self._move(0, -1)
            case Qt.Key.Key_Right:
                self._move(0, 1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._open()
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, _: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.panel))
        if self._rows:
            picture = self.picture()
            picture.paint(painter, colours)
            if self._place is not None:
                picture.paint_frame(painter, self._place, colours)
        if self.hasFocus():
            painter.setPen(QColor(colours.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
