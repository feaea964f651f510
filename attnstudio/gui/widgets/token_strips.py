"""Source tokens above, target tokens below: click one and see what it looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QLabel, QToolTip, QWidget

from attnstudio.axes import CROSS, TextUnits, Units
from attnstudio.gui.look.theme import Colours, colours_of, draw_veil, set_role
from attnstudio.gui.widgets.site_words import side_names
from attnstudio.interpretation.colours import Colour, text_colour_on
from attnstudio.interpretation.labels import is_mirrored, label_of
from attnstudio.interpretation.lettering import isolate
from attnstudio.interpretation.view import View

_MARGIN = 8
_CHIP_HEIGHT = 32
_NUMBER_HEIGHT = 16
_LEAST_BETWEEN_ROWS, _BETWEEN_ROWS = 30, 64
_CHIP_GAP = 6
_CHIP_PADDING = 9
_SMALLEST_CHIP = 38
_LONGEST_CHIP_EM = 14.0
_FAINTEST_CURVE = 0.03  # thinner ones would only be noise
_TOLD = 3


class Side(StrEnum):
    """Which row a token is in."""

    SOURCE = "source"
    TARGET = "target"

    @property
    def other(self) -> Side:
        """The other row."""
        return Side.TARGET if self is Side.SOURCE else Side.SOURCE


@dataclass(frozen=True, slots=True)
class ChosenToken:
    """A token by its row and its place in it."""

    side: Side
    index: int


class _Curve(NamedTuple):
    source: int
    target: int
    weight: float


class TokenStrips(QAbstractScrollArea):
    """Two rows of tokens and the attention between them.

    Left and right move along a row as it reads, up and down change the row, Escape lets go.

    Signals:
        chosen: the `ChosenToken` that was clicked or moved to, or None.
        hovered: the `ChosenToken` under the pointer, or None.
    """

    chosen = Signal(object)
    hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Source and target tokens"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self._view: View | None = None
        self._chips: dict[Side, list[QRectF]] = {Side.SOURCE: [], Side.TARGET: []}
        self._mirrored: dict[Side, bool] = {Side.SOURCE: False, Side.TARGET: False}
        self._width = 0.0
        self._choice: ChosenToken | None = None
        self._pointed: ChosenToken | None = None
        self._links_shown = True
        self._names = {side: QLabel(self) for side in Side}
        for label in self._names.values():
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            set_role(label, "muted")
        self._name_rows()
        self._describe()

    def show_view(self, view: View | None) -> None:
        """Show another pair; a choice stays where the tokens are the same."""
        same = view is not None and view.has_units_of(self._view)
        self._view = view
        self._pointed = None
        if not same:
            self._choice = None
        self._name_rows()
        self._place_chips()
        self._describe()

    def choose(self, choice: ChosenToken | None) -> None:
        """Show the attention of a token without telling anybody."""
        if choice is not None and choice.index >= len(self._chips[choice.side]):
            choice = None
        self._choice = choice
        if choice is not None:
            self._scroll_to(self._chips[choice.side][choice.index])
        self._describe()
        self.viewport().update()

    def set_links_shown(self, shown: bool) -> None:
        """Draw the links between the rows, or leave them out while no token is chosen."""
        self._links_shown = shown
        self.viewport().update()

    def chip_rect(self, token: ChosenToken) -> QRectF:
        """Where a token is seen in the viewport."""
        return self._chips[token.side][token.index].translated(self._offset())

    def weight_of(self, token: ChosenToken) -> float | None:
        """The weight that is shown at a token: None beside the chosen one and while there is none.

        With a target token chosen, a source token shows how much it is looked at; with a source
        token chosen, a target token shows how much it looks there.
        """
        if self._view is None or self._choice is None or token.side is self._choice.side:
            return None
        target, source = (
            (self._choice.index, token.index)
            if self._choice.side is Side.TARGET
            else (token.index, self._choice.index)
        )
        return float(self._view.weights[target, source])

    def ground_of(self, token: ChosenToken) -> Colour:
        """The colour a chip is filled with: from the panel's to the accent, by its weight."""
        colours = colours_of(self.palette())
        return _mixed(colours.panel, colours.accent, self.weight_of(token) or 0.0)

    def _units(self, side: Side) -> Units:
        if self._view is None:
            return TextUnits("", ())
        return self._view.columns if side is Side.SOURCE else self._view.rows

    def _name_rows(self) -> None:
        """A line break keeps a long name narrow."""
        names = side_names(self._view.site if self._view is not None else CROSS)
        for side, name in ((Side.SOURCE, names.columns), (Side.TARGET, names.rows)):
            self._names[side].setText("\n".join(name))
        widest = max(label.sizeHint().width() for label in self._names.values())
        self.setViewportMargins(widest + _MARGIN, 0, 0, 0)

    def _place_chips(self) -> None:
        metrics = QFontMetricsF(self.font())
        tops = self._tops()
        widths = {
            side: [
                max(_SMALLEST_CHIP, metrics.horizontalAdvance(label) + 2 * _CHIP_PADDING)
                for label in _labels(self._units(side))
            ]
            for side in Side
        }
        needed = {side: sum(row) + _CHIP_GAP * (len(row) - 1) for side, row in widths.items()}
        self._width = max(*needed.values(), self.viewport().width() - 2.0 * _MARGIN)
        for side in Side:
            self._mirrored[side] = is_mirrored(self._units(side))
            # side by side in the middle; what must be scrolled begins at its beginning
            fits = max(needed.values()) + 2 * _MARGIN <= self.viewport().width()
            first = _MARGIN + ((self._width - needed[side]) / 2 if fits else 0.0)
            lefts = accumulate((w + _CHIP_GAP for w in widths[side][:-1]), initial=first)
            self._chips[side] = [
                QRectF(self._from_left(left, width, side), tops[side], width, _CHIP_HEIGHT)
                for left, width in zip(lefts, widths[side], strict=False)
            ]
        bar, room = self.horizontalScrollBar(), self.viewport().width()
        bar.setPageStep(room)
        bar.setSingleStep(40)
        bar.setRange(0, max(0, round(self._width + 2 * _MARGIN - room)))
        self.viewport().update()

    def _tops(self) -> dict[Side, float]:
        """The rows move apart in a high window, so that curves are less steep."""
        rows = 2 * _MARGIN + _NUMBER_HEIGHT + 2 * _CHIP_HEIGHT
        between = max(_LEAST_BETWEEN_ROWS, min(self.viewport().height() - rows, 2 * _BETWEEN_ROWS))
        first = float(_MARGIN + _NUMBER_HEIGHT)
        tops = {Side.SOURCE: first, Side.TARGET: first + _CHIP_HEIGHT + between}
        width = self.viewportMargins().left() - _MARGIN // 2
        for side, label in self._names.items():
            height = max(_CHIP_HEIGHT, label.sizeHint().height())
            top = round(tops[side] + (_CHIP_HEIGHT - height) / 2)
            label.setGeometry(0, top, width, height)
        return tops

    def _from_left(self, left: float, width: float, side: Side) -> float:
        """A row that runs from right to left begins at the right."""
        return self._width + 2 * _MARGIN - left - width if self._mirrored[side] else left

    def _offset(self) -> QPointF:
        return QPointF(-self.horizontalScrollBar().value(), 0)

    def _token_at(self, place: QPoint) -> ChosenToken | None:
        spot = QPointF(place) - self._offset()
        for side in Side:
            for index, rect in enumerate(self._chips[side]):
                if rect.contains(spot):
                    return ChosenToken(side, index)
        return None

    def _curves(self) -> Iterator[_Curve]:
        """What is drawn between the rows: the links, or the attention of the chosen token."""
        view = self._view
        if view is None:
            return
        if self._choice is None:
            if self._links_shown:
                for link in sorted(view.links):
                    weight = float(view.weights[link.target, link.source])
                    yield _Curve(link.source, link.target, weight)
            return
        side, index = self._choice.side, self._choice.index
        row = view.weights[index] if side is Side.TARGET else view.weights[:, index]
        for other, weight in enumerate(row.tolist()):
            if weight >= _FAINTEST_CURVE:
                source, target = (other, index) if side is Side.TARGET else (index, other)
                yield _Curve(source, target, weight)

    def _draw_curve(self, painter: QPainter, curve: _Curve, colours: Colours) -> None:
        above = self._chips[Side.SOURCE][curve.source]
        below = self._chips[Side.TARGET][curve.target]
        start = QPointF(above.center().x(), above.bottom() + 2)
        end = QPointF(below.center().x(), below.top() - _NUMBER_HEIGHT * self._has_numbers_below())
        middle = (start.y() + end.y()) / 2
        path = QPainterPath(start)
        path.cubicTo(QPointF(start.x(), middle), QPointF(end.x(), middle), end)
        # mixed and not transparent, which would take four times as long
        colour = _mixed(colours.panel, colours.accent, 0.25 + 0.75 * curve.weight)
        painter.setPen(QPen(QColor(*colour), 1.0 + 4.0 * curve.weight, c=Qt.PenCapStyle.RoundCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)

    def _has_numbers_below(self) -> bool:
        return self._choice is not None and self._choice.side is Side.SOURCE

    def _draw_chip(self, painter: QPainter, token: ChosenToken, colours: Colours) -> None:
        rect = self._chips[token.side][token.index]
        ground = self.ground_of(token)
        is_chosen = token == self._choice
        if is_chosen:
            pen = QPen(QColor(colours.accent), 2.5)
        else:
            pointed = token == self._pointed
            pen = QPen(QColor(colours.muted if pointed else colours.border), 1)
        painter.setPen(pen)
        painter.setBrush(QColor(colours.accent_soft) if is_chosen else QColor(*ground))
        painter.drawRoundedRect(rect, 6, 6)
        units = self._units(token.side)
        weight = self.weight_of(token)
        if weight is None:
            text = colours.muted if units.is_special(token.index) else colours.text
        else:
            text = str(text_colour_on(ground))
        painter.setPen(QColor(text))
        label = label_of(units, token.index, _LONGEST_CHIP_EM)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, label)
        if weight is not None:
            self._draw_number(painter, rect, weight, colours)

    def _draw_number(
        self, painter: QPainter, chip: QRectF, weight: float, colours: Colours
    ) -> None:
        font = QFont(self.font())
        font.setPixelSize(11)
        painter.save()
        painter.setFont(font)
        painter.setPen(QColor(colours.muted if weight < _FAINTEST_CURVE else colours.text))
        place = QRectF(chip.left(), chip.top() - _NUMBER_HEIGHT, chip.width(), _NUMBER_HEIGHT)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, f"{weight:.2f}")
        painter.restore()

    def _choose_and_tell(self, choice: ChosenToken | None) -> None:
        self.choose(choice)
        QAccessible.updateAccessibility(
            QAccessibleAnnouncementEvent(self, self.accessibleDescription())
        )
        self.chosen.emit(choice)

    def _scroll_to(self, rect: QRectF) -> None:
        bar, room = self.horizontalScrollBar(), self.viewport().width()
        lowest, highest = rect.right() + _MARGIN - room, rect.left() - _MARGIN
        bar.setValue(round(max(min(bar.value(), highest), lowest)))

    def _describe(self) -> None:
        if self._view is None:
            words = self.tr("Nothing is shown yet.")
        elif self._choice is None:
            words = self.tr("Arrow keys choose a token and show its attention.")
        else:
            words = self._words(self._choice)
        self.setAccessibleDescription(words)

    def _words(self, choice: ChosenToken) -> str:
        """A token and the strongest weights it has to do with."""
        units, others = self._units(choice.side), self._units(choice.side.other)
        weights = [
            (self.weight_of(ChosenToken(choice.side.other, index)) or 0.0, _spoken(others, index))
            for index in range(len(others))
        ]
        strongest = sorted(weights, key=lambda item: -item[0])[:_TOLD]
        listed = ", ".join(f"{text} {weight:.2f}" for weight, text in strongest)
        template = (
            self.tr("{token}, {place} of {count}, looks at: {listed}")
            if choice.side is Side.TARGET
            else self.tr("{token}, {place} of {count}, is looked at by: {listed}")
        )
        return template.format(
            token=_spoken(units, choice.index),
            place=choice.index + 1,
            count=len(units),
            listed=listed,
        )

    def _neighbour(self, key: int) -> ChosenToken | None:
        """Where a key leads to from the choice."""
        if self._choice is None:
            first = ChosenToken(Side.TARGET, 0)
            return first if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) else None
        side, index = self._choice.side, self._choice.index
        last = len(self._chips[side]) - 1
        match key:
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                forward = (key == Qt.Key.Key_Right) != self._mirrored[side]
                return ChosenToken(side, min(max(index + (1 if forward else -1), 0), last))
            case Qt.Key.Key_Home:
                return ChosenToken(side, 0)
            case Qt.Key.Key_End:
                return ChosenToken(side, last)
            case Qt.Key.Key_Up if side is Side.TARGET:
                return self._nearest(Side.SOURCE)
            case Qt.Key.Key_Down if side is Side.SOURCE:
                return self._nearest(Side.TARGET)
        return None

    def _nearest(self, side: Side) -> ChosenToken:
        """The token of the other row with the largest weight: where attention leads to."""
        others = [ChosenToken(side, index) for index in range(len(self._chips[side]))]
        return max(others, key=lambda token: self.weight_of(token) or 0.0)

    def sizeHint(self) -> QSize:
        return QSize(480, self._height(_BETWEEN_ROWS))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._height(_LEAST_BETWEEN_ROWS))

    def _height(self, between_rows: int) -> int:
        rows = 2 * _MARGIN + _NUMBER_HEIGHT + 2 * _CHIP_HEIGHT + between_rows
        return rows + self.horizontalScrollBar().sizeHint().height()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(colours.panel))
        offset = self._offset()
        painter.translate(offset)
        seen = QRectF(event.rect()).translated(-offset)
        for curve in sorted(self._curves(), key=lambda curve: curve.weight):  # the strongest on top
            self._draw_curve(painter, curve, colours)
        for side in Side:
            for index, rect in enumerate(self._chips[side]):
                if rect.adjusted(0, -_NUMBER_HEIGHT, 0, 0).intersects(seen):
                    self._draw_chip(painter, ChosenToken(side, index), colours)
        painter.translate(-offset)
        if not self.isEnabled():
            draw_veil(painter, self.viewport().rect(), self.palette())
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_chips()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        token = self._token_at(event.position().toPoint())
        if token != self._pointed:
            self._pointed = token
            self.viewport().update()
            self.hovered.emit(token)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            token = self._token_at(event.position().toPoint())
            self._choose_and_tell(None if token == self._choice else token)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._choice is not None:
            self._choose_and_tell(None)
        elif self._view is not None and (token := self._neighbour(event.key())) is not None:
            self._choose_and_tell(token)
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave and self._pointed is not None:
            self._pointed = None
            self.viewport().update()
            self.hovered.emit(None)
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            token = self._token_at(event.pos())
            QToolTip.showText(event.globalPos(), self._tip(token) if token else "", self)
            return True
        return super().viewportEvent(event)

    def _tip(self, token: ChosenToken) -> str:
        weight = self.weight_of(token)
        text = isolate(self._units(token.side).label(token.index))
        return text if weight is None else f"{text}: {weight:.4f}"

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._place_chips()
        super().changeEvent(event)


def _labels(units: Units) -> list[str]:
    return [label_of(units, place, _LONGEST_CHIP_EM) for place in range(len(units))]


def _spoken(units: Units, place: int) -> str:
    label = units.label(place)
    return isolate(label.lstrip("▁") or label)


def _mixed(ground: str, full: str, share: float) -> Colour:
    """A colour between two, given as ``#rrggbb``."""
    low, high = (Colour(*bytes.fromhex(colour[1:])) for colour in (ground, full))
    share = min(max(share, 0.0), 1.0)
    return Colour(*(round(a + (b - a) * share) for a, b in zip(low, high, strict=True)))
