"""Files dragged over the window: what will happen is said before they are let go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFont,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from attnstudio.gui.look.theme import SPACE, colours_of

_SHADE_ALPHA = 235


@dataclass(frozen=True, slots=True)
class DropPromise:
    """What will happen with the files.

    Attributes:
        text: one sentence.
        accepted: whether anything will.
    """

    text: str
    accepted: bool


def paths_of(mime: QMimeData) -> list[Path]:
    """The local files among what is dragged or was copied."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


class DropOverlay(QWidget):
    """Covers a window while something is dragged over it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._promise = DropPromise("", accepted=False)
        self.hide()

    @property
    def promise(self) -> DropPromise:
        """What is said."""
        return self._promise

    def show_promise(self, promise: DropPromise) -> None:
        """Say what will happen."""
        self._promise = promise
        self.setAccessibleName(promise.text)
        self.setGeometry(self._window.rect())
        self.raise_()
        self.show()
        self.repaint()  # at once: a drag keeps the event loop busy

    def paintEvent(self, _: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(colours.window)
        ground.setAlpha(_SHADE_ALPHA)
        painter.fillRect(self.rect(), ground)
        accepted = self._promise.accepted
        frame = QRectF(self.rect()).adjusted(3 * SPACE, 3 * SPACE, -3 * SPACE, -3 * SPACE)
        dash = Qt.PenStyle.SolidLine if accepted else Qt.PenStyle.DashLine
        painter.setPen(QPen(QColor(colours.accent if accepted else colours.error), 3, dash))
        painter.drawRoundedRect(frame, 12, 12)
        font = QFont(self.font())
        font.setPixelSize(22)
        painter.setFont(font)
        painter.setPen(QColor(colours.text if accepted else colours.error))
        sign = "⤓" if accepted else "✕"
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        inside = frame.adjusted(4 * SPACE, 0, -4 * SPACE, 0)
        painter.drawText(inside, flags, f"{sign}\n{self._promise.text}")


class DropTarget(QObject):
    """Lets a window take files.

    Args:
        window: where they are dropped.
        promise_of: what will happen with these files; it looks at names only.

    Signals:
        dropped: the files, as a list of paths.
    """

    dropped = Signal(object)

    def __init__(
        self, window: QWidget, promise_of: Callable[[Sequence[Path]], DropPromise]
    ) -> None:
        super().__init__(window)
        self._promise_of = promise_of
        self.overlay = DropOverlay(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # the types of Qt's drag events are one another's children: the order matters
        if isinstance(event, QDragEnterEvent):
            self._enter(event)
        elif isinstance(event, QDragMoveEvent):
            _answer(event, accepted=self.overlay.promise.accepted)
        elif event.type() == QEvent.Type.DragLeave:
            self.overlay.hide()
        elif isinstance(event, QDropEvent):
            self._drop(event)
        else:
            return super().eventFilter(watched, event)
        return True

    def _enter(self, event: QDragEnterEvent) -> None:
        paths = paths_of(event.mimeData())
        if not paths and not event.mimeData().hasUrls():
            event.ignore()  # text dragged within the window
            return
        promise = self._promise_of(paths)
        self.overlay.show_promise(promise)
        _answer(event, accepted=promise.accepted)
        event.accept()  # even where nothing will happen: else nothing tells us when it leaves

    def _drop(self, event: QDropEvent) -> None:
        self.overlay.hide()
        accepted = self.overlay.promise.accepted
        _answer(event, accepted=accepted)
        if accepted:
            self.dropped.emit(paths_of(event.mimeData()))


def _answer(event: QDropEvent, *, accepted: bool) -> None:
    """Take files as a copy, whatever was proposed: after a move the other program deletes them."""
    event.setDropAction(Qt.DropAction.CopyAction if accepted else Qt.DropAction.IgnoreAction)
    event.setAccepted(accepted)
