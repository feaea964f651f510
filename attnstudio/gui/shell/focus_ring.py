"""A ring around what has the focus, where neither Qt nor the widget itself draws one.

Style sheets show the focus of Qt's own fields, buttons and views. A label with links, a chart or
any other widget of ours would have to paint it by itself, and some forgot. Those that scroll paint
it on their viewport, which Qt does not paint anew when the focus comes or goes.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QMenuBar,
    QTabBar,
    QWidget,
)

from attnstudio.gui.look.theme import colours_of

_SHOWN_BY_QT = (
    QAbstractButton, QAbstractScrollArea, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit,
    QMenu, QMenuBar, QTabBar,
)  # fmt: skip
_WIDTH = 2


class FocusRing(QObject):
    """Follows the focus of the whole program.

    Args:
        application: whose focus.
        parent: owns it.
    """

    def __init__(self, application: QApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ring: _Ring | None = None
        application.focusChanged.connect(self._follow)

    def _follow(self, left: QWidget | None, focused: QWidget | None) -> None:
        for widget in (left, focused):
            if isinstance(widget, QAbstractScrollArea):
                widget.viewport().update()
        if self._ring is not None:
            self._ring.destroyed.disconnect(self._lose)
            self._ring.leave()
            self._ring = None
        if focused is not None and _needs_ring(focused):
            self._ring = _Ring(focused)
            self._ring.destroyed.connect(self._lose)

    def _lose(self) -> None:
        """It went with the widget that it was around."""
        self._ring = None


class _Ring(QWidget):
    """Lies over a widget, as large as it, and lets the mouse through."""

    def __init__(self, around: QWidget) -> None:
        super().__init__(around)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._around = around
        self.setGeometry(around.rect())
        around.installEventFilter(self)
        self.show()
        self.raise_()

    def leave(self) -> None:
        """The focus is elsewhere."""
        self._around.removeEventFilter(self)
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours_of(self.palette()).accent), _WIDTH))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)


def _needs_ring(widget: QWidget) -> bool:
    """Whether a widget that was reached by Tab shows that by no other means."""
    return (
        bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and not widget.isWindow()
        and widget.property("role") != "card"  # has a frame of the style sheet
        and not isinstance(widget, _SHOWN_BY_QT)
    )
