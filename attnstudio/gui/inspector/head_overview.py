"""Every attention map of a model as a thumbnail, of which one is chosen by mouse or keys."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from attnstudio.gui.inspector.head_maps import HeadMaps
from attnstudio.gui.inspector.head_thumbs import Thumb
from attnstudio.gui.inspector.head_words import switch_words
from attnstudio.reading import Reading

_MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_SWITCH = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class HeadOverview(HeadMaps):
    """The maps, to be chosen with a click or the arrow keys.

    Heads are held with Ctrl and a click or the space bar, and switched off, or on again, with Shift
    and a click or Delete. The menu of a map has all of it.

    Signals:
        chosen: the `Reading` that was clicked or moved to.
        hold_asked: the `Reading` that is to be held beside others, or let go of.
        switch_asked: the `Reading` whose heads are to be switched off, or on again.
    """

    chosen = Signal(object)
    hold_asked = Signal(object)
    switch_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        thumb = self._thumb_at(event.position().toPoint())
        if thumb is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._switch(thumb.reading)
            return
        is_held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        (self.hold_asked if is_held else self.chosen).emit(thumb.reading)

    def _switch(self, reading: Reading) -> None:
        if self.can_switch:
            self.switch_asked.emit(reading)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Of the map under the pointer; by the keyboard of the one that is read."""
        is_by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        thumb = self._thumb_at(event.pos()) if is_by_mouse else self._read_thumb()
        if thumb is not None:
            place = event.globalPos() if is_by_mouse else self.mapToGlobal(thumb.place.center())
            self.menu_of(thumb.reading).popup(place)

    def menu_of(self, reading: Reading) -> QMenu:
        """What can be done with a map."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.can_switch:
            layer = replace(reading, head=None)
            for each in dict.fromkeys((reading, layer)):
                words = switch_words(each, is_off=self._changes.is_off(each))
                menu.addAction(words, partial(self.switch_asked.emit, each))
        is_held = reading in self._held
        words = self.tr("Let go of its &lines") if is_held else self.tr("Hold its &lines")
        menu.addAction(words, partial(self.hold_asked.emit, reading))
        return menu

    def _read_thumb(self) -> Thumb | None:
        index = self._index()
        return self._thumbs[index] if index >= 0 else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _SWITCH and self._index() >= 0:
            self._switch(self._reading)
            return
        move = _MOVES.get(Qt.Key(event.key()))
        index = self._index()
        if event.key() == Qt.Key.Key_Space and index >= 0:
            self.hold_asked.emit(self._reading)
            return
        if move is None or not self._thumbs:
            super().keyPressEvent(event)
            return
        if index < 0:  # such as the average, which is not among heads in an order
            self.chosen.emit(self._thumbs[0].reading)
            return
        here = self._thumbs[index]
        row, column = here.row + move[0], here.column + move[1]
        there = [thumb for thumb in self._thumbs if thumb.row == row and thumb.column <= column]
        if there and column >= 0:
            self.chosen.emit(max(there, key=lambda thumb: thumb.column).reading)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            thumb = self._thumb_at(event.pos())
            QToolTip.showText(event.globalPos(), self._tip(thumb) if thumb else "", self)
            return True
        return super().event(event)
