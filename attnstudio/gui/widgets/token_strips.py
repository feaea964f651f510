"""Source tokens above, target tokens below: click one and see what it looks at."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QLabel, QToolTip, QWidget

from attnstudio.axes import CROSS, Units
from attnstudio.gui.look.theme import colours_of, draw_veil, set_role
from attnstudio.gui.widgets.chip_layout import (
    BETWEEN_ROWS,
    CHIP_HEIGHT,
    CHIP_PADDING,
    LEAST_BETWEEN_ROWS,
    LONGEST_CHIP_EM,
    MARGIN,
    NOTHING,
    SMALLEST_CHIP,
    place_chips,
    row_tops,
    rows_height,
)
from attnstudio.gui.widgets.chip_picture import ChipPicture, units_of
from attnstudio.gui.widgets.chip_words import chip_tip, picture_words
from attnstudio.gui.widgets.site_words import side_names
from attnstudio.gui.widgets.token_rows import ChosenToken, Side, neighbour
from attnstudio.interpretation.colours import Colour
from attnstudio.interpretation.labels import is_mirrored, label_of
from attnstudio.interpretation.view import View


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
        self._layout = NOTHING
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

    @property
    def choice(self) -> ChosenToken | None:
        """Whose attention is shown."""
        return self._choice

    def choose(self, choice: ChosenToken | None) -> None:
        """Show the attention of a token without telling anybody."""
        if choice is not None and choice.index >= len(self._layout.chips[choice.side]):
            choice = None
        self._choice = choice
        if choice is not None:
            self._scroll_to(self._layout.rect(choice))
        self._describe()
        self.viewport().update()

    def set_links_shown(self, shown: bool) -> None:
        """Draw the links between the rows, or leave them out while no token is chosen."""
        self._links_shown = shown
        self.viewport().update()

    def chip_rect(self, token: ChosenToken) -> QRectF:
        """Where a token is seen in the viewport."""
        return self._layout.rect(token).translated(self._offset())

    def weight_of(self, token: ChosenToken) -> float | None:
        """The weight that is shown at a token: None beside the chosen one and while there is none.

        With a target token chosen, a source token shows how much it is looked at; with a source
        token chosen, a target token shows how much it looks there.
        """
        picture = self._picture()
        return picture.weight_of(token) if picture is not None else None

    def ground_of(self, token: ChosenToken) -> Colour | None:
        """The colour a chip is filled with: from the panel's to the accent, by its weight."""
        picture = self._picture()
        return picture.ground_of(token) if picture is not None else None

    def _picture(self) -> ChipPicture | None:
        if self._view is None:
            return None
        return ChipPicture(
            view=self._view,
            layout=self._layout,
            choice=self._choice,
            pointed=self._pointed,
            links_shown=self._links_shown,
            colours=colours_of(self.palette()),
        )

    def _name_rows(self) -> None:
        """A line break keeps a long name narrow."""
        names = side_names(self._view.site if self._view is not None else CROSS)
        for side, name in ((Side.SOURCE, names.columns), (Side.TARGET, names.rows)):
            self._names[side].setText("\n".join(name))
        widest = max(label.sizeHint().width() for label in self._names.values())
        self.setViewportMargins(widest + MARGIN, 0, 0, 0)

    def _place_chips(self) -> None:
        tops, room = row_tops(self.viewport().height()), self.viewport().width()
        names_width = self.viewportMargins().left() - MARGIN // 2
        for side, name in self._names.items():
            height = max(CHIP_HEIGHT, name.sizeHint().height())
            top = round(tops[side] + (CHIP_HEIGHT - height) / 2)
            name.setGeometry(0, top, names_width, height)
        if self._view is None:
            self._layout = NOTHING
        else:
            rows = {side: units_of(self._view, side) for side in Side}
            metrics = QFontMetricsF(self.font())
            widths = {side: _chip_widths(units, metrics) for side, units in rows.items()}
            mirrored = frozenset(side for side, units in rows.items() if is_mirrored(units))
            self._layout = place_chips(widths, mirrored, tops, room)
        bar = self.horizontalScrollBar()
        bar.setPageStep(room)
        bar.setSingleStep(40)
        bar.setRange(0, max(0, round(self._layout.width + 2 * MARGIN - room)))
        self.viewport().update()

    def _offset(self) -> QPointF:
        return QPointF(-self.horizontalScrollBar().value(), 0)

    def _token_at(self, place: QPoint) -> ChosenToken | None:
        return self._layout.token_at(QPointF(place) - self._offset())

    def _choose_and_tell(self, choice: ChosenToken | None) -> None:
        self.choose(choice)
        QAccessible.updateAccessibility(
            QAccessibleAnnouncementEvent(self, self.accessibleDescription())
        )
        self.chosen.emit(choice)

    def _scroll_to(self, rect: QRectF) -> None:
        bar, room = self.horizontalScrollBar(), self.viewport().width()
        lowest, highest = rect.right() + MARGIN - room, rect.left() - MARGIN
        bar.setValue(round(max(min(bar.value(), highest), lowest)))

    def _describe(self) -> None:
        self.setAccessibleDescription(picture_words(self._picture()))

    def _neighbour(self, key: int) -> ChosenToken | None:
        """Where a key leads to from the choice."""
        if self._choice is None:
            begins = key in (Qt.Key.Key_Left, Qt.Key.Key_Right)
            return ChosenToken(Side.TARGET, 0) if begins else None
        side = self._choice.side
        return neighbour(
            key,
            self._choice,
            count=len(self._layout.chips[side]),
            is_mirrored=side in self._layout.mirrored,
            across=self._strongest,
        )

    def _strongest(self, choice: ChosenToken) -> ChosenToken:
        """The token of the other row with the strongest weight: where attention leads to."""
        side, picture = choice.side.other, self._picture()
        others = [ChosenToken(side, index) for index in range(len(self._layout.chips[side]))]

        def strength(other: ChosenToken) -> float:
            return abs(picture.weight_of(other) or 0.0) if picture is not None else 0.0

        return max(others, key=strength)

    def sizeHint(self) -> QSize:
        return QSize(480, self._height(BETWEEN_ROWS))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._height(LEAST_BETWEEN_ROWS))

    def _height(self, between_rows: int) -> int:
        return rows_height(between_rows) + self.horizontalScrollBar().sizeHint().height()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(colours.panel))
        offset, picture = self._offset(), self._picture()
        if picture is not None:
            painter.translate(offset)
            picture.draw(painter, QRectF(event.rect()).translated(-offset))
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
            token, picture = self._token_at(event.pos()), self._picture()
            tip = chip_tip(picture, token) if picture is not None and token is not None else ""
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().viewportEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._place_chips()
        super().changeEvent(event)


def _chip_widths(units: Units, metrics: QFontMetricsF) -> list[float]:
    labels = (label_of(units, place, LONGEST_CHIP_EM) for place in range(len(units)))
    return [
        max(SMALLEST_CHIP, metrics.horizontalAdvance(label) + 2 * CHIP_PADDING) for label in labels
    ]
