"""Source tokens above, target tokens below: click one and see what it looks at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QToolTip, QWidget

from attnstudio.axes import Units
from attnstudio.gui.look.theme import colours_of, draw_veil, set_role
from attnstudio.gui.widgets.chip_layout import (
    BETWEEN_ROWS,
    CHIP_HEIGHT,
    CHIP_PADDING,
    LEAST_BETWEEN_ROWS,
    LONGEST_CHIP_EM,
    MARGIN,
    NOTHING,
    NUMBER_HEIGHT,
    SMALLEST_CHIP,
    place_chips,
    row_tops,
    rows_height,
)
from attnstudio.gui.widgets.chip_picture import ChipPicture, units_of
from attnstudio.gui.widgets.chip_words import chip_tip, picture_words
from attnstudio.gui.widgets.site_words import side_names
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.gui.widgets.two_rows import TwoRows
from attnstudio.interpretation.colours import Colour
from attnstudio.interpretation.labels import is_mirrored, label_of
from attnstudio.interpretation.target_changes import TargetChanges
from attnstudio.interpretation.view import View
from attnstudio.sites import CROSS


class TokenStrips(TwoRows):
    """Two rows of tokens and the attention between them.

    Signals:
        chosen: the `ChosenToken` that was clicked or moved to, or None.
        hovered: the `ChosenToken` under the pointer, or None.
    """

    chosen = Signal(object)
    hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        first = ChosenToken(Side.TARGET, 0)
        super().__init__(first, (Qt.Key.Key_Left, Qt.Key.Key_Right), MARGIN, parent)
        self._view: View | None = None
        self._layout = NOTHING
        self._links_shown = True
        self._sureness_shown = False
        self._held: tuple[View, ...] = ()
        self._changes: TargetChanges | None = None
        self.setAccessibleName(self.tr("Source and target tokens"))
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
        self._place()
        self._describe()

    def choose(self, choice: ChosenToken | None) -> None:
        """Show the attention of a token without telling anybody."""
        is_there = choice is not None and choice.index < len(self._row(choice.side))
        super().choose(choice if is_there else None)

    def set_links_shown(self, shown: bool) -> None:
        """Draw the links between the rows, or leave them out while no token is chosen."""
        self._links_shown = shown
        self.viewport().update()

    def set_sureness_shown(self, shown: bool) -> None:
        """Draw how probable each token of the target was, or leave it out."""
        self._sureness_shown = shown
        self.viewport().update()

    def show_changes(self, changes: TargetChanges | None) -> None:
        """Write below each target chip what a change did to it, and hatch what cannot change."""
        has_other_height = (changes is None) != (self._changes is None)
        self._changes = changes
        if has_other_height:
            self.updateGeometry()
            self._place()
        self._describe()
        self.viewport().update()

    def hold(self, views: tuple[View, ...]) -> None:
        """Draw other heads of the same tokens as well, each in its own colour."""
        self._held = views
        self.viewport().update()

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
            sureness_shown=self._sureness_shown,
            colours=colours_of(self.palette()),
            held=self._held,
            changes=self._changes,
        )

    def _name_rows(self) -> None:
        """A line break keeps a long name narrow."""
        names = side_names(self._view.site if self._view is not None else CROSS)
        for side, name in ((Side.SOURCE, names.columns), (Side.TARGET, names.rows)):
            self._names[side].setText("\n".join(name))
        widest = max(label.sizeHint().width() for label in self._names.values())
        self.setViewportMargins(widest + 2 * MARGIN, 0, 0, 0)  # a chip may be cut at the edge

    def _row(self, side: Side) -> Sequence[QRectF]:
        return self._layout.chips[side]

    def _is_mirrored(self, side: Side) -> bool:
        return side in self._layout.mirrored

    def _place(self) -> None:
        tops = row_tops(self.viewport().height(), self._below)
        room = self.viewport().width()
        names_width = self.viewportMargins().left() - MARGIN - MARGIN // 2
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
        self._scroll_over(self._layout.width)

    def _tell_choice(self) -> None:
        self.chosen.emit(self.choice)

    def _tell_pointed(self) -> None:
        self.hovered.emit(self._pointed)

    def _describe(self) -> None:
        self.setAccessibleDescription(picture_words(self._picture()))

    def _across(self, token: ChosenToken) -> ChosenToken:
        """The one with the strongest weight: where attention leads to."""
        side, picture = token.side.other, self._picture()
        others = [ChosenToken(side, index) for index in range(len(self._layout.chips[side]))]

        def strength(other: ChosenToken) -> float:
            return abs(picture.weight_of(other) or 0.0) if picture is not None else 0.0

        return max(others, key=strength)

    def sizeHint(self) -> QSize:
        return QSize(480, self._height(BETWEEN_ROWS))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._height(LEAST_BETWEEN_ROWS))

    def _height(self, between_rows: int) -> int:
        rows = rows_height(between_rows, self._below)
        return rows + self.horizontalScrollBar().sizeHint().height()

    @property
    def _below(self) -> int:
        """The room for what a change did."""
        return NUMBER_HEIGHT if self._changes is not None else 0

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
        self._draw_focus(painter)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            token, picture = self._token_at(event.pos()), self._picture()
            tip = chip_tip(picture, token) if picture is not None and token is not None else ""
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().viewportEvent(event)


def _chip_widths(units: Units, metrics: QFontMetricsF) -> list[float]:
    labels = (label_of(units, place, LONGEST_CHIP_EM) for place in range(len(units)))
    return [
        max(SMALLEST_CHIP, metrics.horizontalAdvance(label) + 2 * CHIP_PADDING) for label in labels
    ]
