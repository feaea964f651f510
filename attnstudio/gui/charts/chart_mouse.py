"""The mouse above a chart: where it points, clicks, and what is a drag instead."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

_LEAST_DRAG = 4  # pixels


class ChartMouse(QObject):
    """Watches the area where lines are drawn; what is dragged, pyqtgraph takes for a zoom.

    Args:
        viewport: the area; it goes on getting its events.
        parent: owns it.

    Signals:
        pressed: a button went down.
        clicked: the left one came up again without a drag.
        double_clicked: twice at once.
        pointed: a `QPointF` in the area, where nothing is dragged.
        left: the mouse is outside, or it drags.
    """

    pressed = Signal()
    clicked = Signal()
    double_clicked = Signal()
    pointed = Signal(object)
    left = Signal()

    def __init__(self, viewport: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._viewport = viewport
        self._pressed_at: QPointF | None = None
        viewport.installEventFilter(self)

    def _follow(self, event: QMouseEvent) -> None:
        """Where a zoom is drawn, or outside, there is no cursor."""
        is_inside = self._viewport.rect().contains(event.position().toPoint())
        if not is_inside or (event.buttons() and self._was_dragged(event)):
            self.left.emit()
        else:
            self.pointed.emit(event.position())

    def _was_dragged(self, event: QMouseEvent) -> bool:
        start = self._pressed_at
        return start is None or (event.position() - start).manhattanLength() > _LEAST_DRAG

    def eventFilter(self, _: object, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.Wheel if isinstance(event, QWheelEvent):
                if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                    event.ignore()  # the page scrolls
                    return True
            case QEvent.Type.MouseMove if isinstance(event, QMouseEvent):
                self._follow(event)
            case QEvent.Type.MouseButtonDblClick:
                self._pressed_at = None  # its first click pinned nothing
                self.double_clicked.emit()
                return True
            case QEvent.Type.MouseButtonRelease if isinstance(event, QMouseEvent):
                if event.button() is Qt.MouseButton.LeftButton and not self._was_dragged(event):
                    self.clicked.emit()
                else:
                    self._follow(event)
            case QEvent.Type.MouseButtonPress if isinstance(event, QMouseEvent):
                self._pressed_at = event.position()
                self.pressed.emit()
            case QEvent.Type.Leave | QEvent.Type.Hide:
                self.left.emit()
        return False
