"""Two rows of chips as they are painted, and the attention between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

from attnstudio.axes import Units
from attnstudio.gui.look.theme import Colours
from attnstudio.gui.widgets.chip_changes import draw_change
from attnstudio.gui.widgets.chip_layout import LONGEST_CHIP_EM, NUMBER_HEIGHT, ChipLayout
from attnstudio.gui.widgets.off_sign import write_off
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.interpretation.colours import Colour, text_colour_on
from attnstudio.interpretation.labels import label_of
from attnstudio.interpretation.target_changes import TargetChanges
from attnstudio.interpretation.view import View
from attnstudio.interpretation.zeros import weight_text

_FAINTEST_CURVE = 0.03  # thinner ones would only be noise
_FAINTEST_HELD_CURVE, _MOST_HELD_CURVES = 0.1, 3  # of each head beside the one that is read
_HELD_LINES = (
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DashDotLine,
    Qt.PenStyle.DashDotDotLine,
    Qt.PenStyle.DotLine,
)
MOST_HELD = len(_HELD_LINES)
_NUMBER_PX = 11
_SCALE_PX, _SCALE_INSET, _FAINT_SCALE = 3.0, 6.0, 0.2


class ChipCurve(NamedTuple):
    """What is drawn between two chips.

    Attributes:
        source: the chip above.
        target: the chip below.
        weight: how strong it is.
        held: of which view that is held beside it is; None of the view itself.
    """

    source: int
    target: int
    weight: float
    held: int | None = None


@dataclass(frozen=True, slots=True)
class ChipPicture:
    """Everything that is painted.

    Attributes:
        view: the weights and what they lie between.
        layout: where the chips are.
        choice: whose attention is shown, if any.
        pointed: under the pointer, if any.
        links_shown: whether the links are drawn while nothing is chosen.
        sureness_shown: whether a scale in each target chip says how probable it was.
        colours: the scheme of the window.
        held: other heads over the same chips, each drawn in a colour and pattern of its own.
        changes: what a change did to each target chip; None where none is shown.
    """

    view: View
    layout: ChipLayout
    choice: ChosenToken | None
    pointed: ChosenToken | None
    links_shown: bool
    sureness_shown: bool
    colours: Colours
    held: tuple[View, ...] = ()
    changes: TargetChanges | None = None

    def weight_of(self, token: ChosenToken) -> float | None:
        """The weight at a token: None beside the chosen one and while there is none."""
        if self.choice is None or token.side is self.choice.side:
            return None
        return float(self.view.weights[self._cell_of(token, self.choice)])

    def weight_text_of(self, token: ChosenToken) -> str:
        """The same with four decimals; empty where there is none."""
        if self.choice is None or token.side is self.choice.side:
            return ""
        return weight_text(self.view, *self._cell_of(token, self.choice))

    def is_left_out(self, token: ChosenToken) -> bool:
        """Whether exactly nothing is looked at between a token and the chosen one."""
        if self.choice is None or token.side is self.choice.side:
            return False
        return bool(self.view.zeros[self._cell_of(token, self.choice)])

    @staticmethod
    def _cell_of(token: ChosenToken, choice: ChosenToken) -> tuple[int, int]:
        is_row = choice.side is Side.TARGET
        row, column = (choice, token) if is_row else (token, choice)
        return row.index, column.index

    def probability_of(self, token: ChosenToken) -> float | None:
        """How probable the model held a token of the target, 0 to 1; None for all others."""
        log_probs = self.view.log_probs
        if token.side is Side.SOURCE or log_probs is None or np.isnan(log_probs[token.index]):
            return None
        return float(np.exp(log_probs[token.index]))

    def ground_of(self, token: ChosenToken) -> Colour:
        """The colour a chip is filled with: from the panel's to the accent, by its weight."""
        return mixed(
            self.colours.panel, self.colours.accent, self.view.share(self.weight_of(token) or 0.0)
        )

    def curves(self) -> Iterator[ChipCurve]:
        """What is drawn between the rows: the links, or the attention of the chosen token."""
        for held, view in ((None, self.view), *enumerate(self.held)):
            if self.choice is not None:
                yield from _curves_of(view, self.choice, held)
            elif self.links_shown:
                for source, target in sorted(view.looks):
                    if not view.zeros[target, source]:
                        yield ChipCurve(source, target, float(view.weights[target, source]), held)

    def draw(self, painter: QPainter, seen: QRectF) -> None:
        """Paint what lies in a rectangle, the strongest curves on top."""
        for curve in sorted(self.curves(), key=lambda curve: abs(curve.weight)):
            self._draw_curve(painter, curve)
        if self.view.is_off:
            write_off(painter, self._between_rows(seen), painter.font(), self.colours)
        for side, row in self.layout.chips.items():
            for index, rect in enumerate(row):
                if rect.adjusted(0, -NUMBER_HEIGHT, 0, 0).intersects(seen):
                    self._draw_chip(painter, ChosenToken(side, index))

    def _between_rows(self, seen: QRectF) -> QRectF:
        above, below = (self.layout.chips[side][0] for side in (Side.SOURCE, Side.TARGET))
        return QRectF(seen.left(), above.bottom(), seen.width(), below.top() - above.bottom())

    def _draw_curve(self, painter: QPainter, curve: ChipCurve) -> None:
        above = self.layout.chips[Side.SOURCE][curve.source]
        below = self.layout.chips[Side.TARGET][curve.target]
        has_numbers_below = self.choice is not None and self.choice.side is Side.SOURCE
        start = QPointF(above.center().x(), above.bottom() + 2)
        end = QPointF(below.center().x(), below.top() - NUMBER_HEIGHT * has_numbers_below)
        middle = (start.y() + end.y()) / 2
        path = QPainterPath(start)
        path.cubicTo(QPointF(start.x(), middle), QPointF(end.x(), middle), end)
        share = self.view.share(curve.weight)
        # mixed and not transparent, which would take four times as long
        colour = mixed(self.colours.panel, self.colours.accent, 0.25 + 0.75 * share)
        line = Qt.PenStyle.DotLine if curve.weight < 0 else Qt.PenStyle.SolidLine
        cap = Qt.PenCapStyle.RoundCap
        if curve.held is not None:
            held = held_look(self.colours, curve.held)
            colour, line = mixed(self.colours.panel, held.colour, 0.5 + 0.5 * share), held.line
        painter.setPen(QPen(QColor(*colour), 1.0 + 4.0 * share, line, cap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)

    def _draw_chip(self, painter: QPainter, token: ChosenToken) -> None:
        colours, rect = self.colours, self.layout.rect(token)
        ground, weight = self.ground_of(token), self.weight_of(token)
        is_chosen = token == self.choice
        if is_chosen:
            pen = QPen(QColor(colours.accent), 2.5)
        else:
            pen = QPen(QColor(colours.muted if token == self.pointed else colours.border), 1)
        painter.setPen(pen)
        painter.setBrush(QColor(colours.accent_soft) if is_chosen else QColor(*ground))
        painter.drawRoundedRect(rect, 6, 6)
        units = units_of(self.view, token.side)
        if weight is None:
            text = colours.muted if units.is_special(token.index) else colours.text
        else:
            text = str(text_colour_on(ground))
        painter.setPen(QColor(text))
        label = label_of(units, token.index, LONGEST_CHIP_EM)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, label)
        probability = self.probability_of(token)
        if self.sureness_shown and probability is not None:
            self._draw_sureness(painter, rect, probability, QColor(text))
        if weight is not None:
            self._draw_number(painter, rect, weight, is_zero=self.is_left_out(token))
        if self.changes is not None and token.side is Side.TARGET:
            painter.save()
            painter.setFont(_small(painter.font()))
            draw_change(painter, rect, self.changes, token.index, colours)
            painter.restore()

    def _draw_sureness(
        self, painter: QPainter, chip: QRectF, probability: float, colour: QColor
    ) -> None:
        """A scale along the bottom of a chip, in the colour of its text, full where it was sure."""
        left, right, y = (
            chip.left() + _SCALE_INSET,
            chip.right() - _SCALE_INSET,
            chip.bottom() - 4.0,
        )
        faint = QColor(colour)
        faint.setAlphaF(_FAINT_SCALE)
        cap = Qt.PenCapStyle.FlatCap
        painter.setPen(QPen(faint, _SCALE_PX, Qt.PenStyle.SolidLine, cap))
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        painter.setPen(QPen(colour, _SCALE_PX, Qt.PenStyle.SolidLine, cap))
        painter.drawLine(QPointF(left, y), QPointF(left + (right - left) * probability, y))

    def _draw_number(
        self, painter: QPainter, chip: QRectF, weight: float, *, is_zero: bool
    ) -> None:
        painter.save()
        painter.setFont(_small(painter.font()))
        is_faint = self.view.share(weight) < _FAINTEST_CURVE
        painter.setPen(QColor(self.colours.muted if is_faint else self.colours.text))
        place = QRectF(chip.left(), chip.top() - NUMBER_HEIGHT, chip.width(), NUMBER_HEIGHT)
        text = "0" if is_zero else f"{weight:z.2f}"
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()


def _small(font: QFont) -> QFont:
    """The font of numbers beside chips."""
    small = QFont(font)
    small.setPixelSize(_NUMBER_PX)
    return small


class HeldLook(NamedTuple):
    """How the lines of a head that is held are drawn: not told apart by colour alone."""

    colour: str
    line: Qt.PenStyle


def held_look(colours: Colours, number: int) -> HeldLook:
    """How the head that is held under a number is drawn."""
    return HeldLook(colours.series[1 + number], _HELD_LINES[number])


def _curves_of(view: View, choice: ChosenToken, held: int | None) -> Iterator[ChipCurve]:
    """The attention of a token: all that can be seen, of heads that are held the strongest."""
    is_row, index = choice.side is Side.TARGET, choice.index
    weights = (view.weights[index] if is_row else view.weights[:, index]).tolist()
    order = sorted(range(len(weights)), key=lambda other: -abs(weights[other]))
    if held is not None:
        order = order[:_MOST_HELD_CURVES]
    faintest = _FAINTEST_CURVE if held is None else _FAINTEST_HELD_CURVE
    for other in order:
        if view.share(weights[other]) >= faintest:
            source, target = (other, index) if is_row else (index, other)
            yield ChipCurve(source, target, weights[other], held)


def units_of(view: View, side: Side) -> Units:
    """What a row of chips is of."""
    return view.columns if side is Side.SOURCE else view.rows


def mixed(ground: str, full: str, share: float) -> Colour:
    """A colour between two, given as ``#rrggbb``."""
    low, high = (Colour(*bytes.fromhex(colour[1:])) for colour in (ground, full))
    share = min(max(share, 0.0), 1.0)
    return Colour(*(round(a + (b - a) * share) for a, b in zip(low, high, strict=True)))
