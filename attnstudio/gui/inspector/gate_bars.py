"""How far a gate is open: bars from shut to open, where the mean lies, and all of it in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from attnstudio.gui.look.theme import SMALL_SPACE, Colours, colours_of
from attnstudio.gui.look.wording import count, decimals
from attnstudio.interpretation.formula import Card
from attnstudio.interpretation.gates import STEPS, GateSpread, gate_spread, gate_template

_HIGHEST, _WIDEST = 44, 420
_GAP = 2
_ROOM = 2  # between bars and words
_LEAST = 2.0  # of a bar that stands for something
_MIDDLE_STRENGTH = 110  # of 255, beside the full colour of those that are almost shut or open


class GateView(QWidget):
    """How far a gate is open, as bars and in words; hides of cards that are no gate.

    Attributes:
        bars: from shut to open.
        words: what they say.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars, self.words = GateBars(self), QLabel(self)
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL_SPACE)
        column.addWidget(self.bars)
        column.addWidget(self.words)
        self.hide()

    def show_card(self, card: Card) -> None:
        """Show a gate, or hide."""
        spread = gate_spread(card)
        self.setVisible(spread is not None)
        if spread is not None:
            self.words.setText(gate_words(card, spread))
            self.bars.show_spread(spread, self.words.text())


class GateBars(QWidget):
    """Draws how many numbers of a gate are how far open.

    It runs from left to right in every language, as axes of numbers do.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spread: GateSpread | None = None
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_spread(self, spread: GateSpread, words: str) -> None:
        """Draw a gate, of which so much is said in words."""
        self._spread = spread
        self.setAccessibleName(words)
        self.update()

    def bar_rect(self, step: int) -> QRectF:
        """Where the bar of a step is drawn."""
        assert self._spread is not None
        share = self._spread.counts[step] / max(self._spread.counts)
        height = max(_LEAST, share * _HIGHEST) if share else 0.0
        left, right = self._place(step / STEPS), self._place((step + 1) / STEPS)
        return QRectF(left, self._ground - height, right - left - _GAP, height)

    @property
    def _ground(self) -> float:
        """Where the bars stand; above the highest there is room for its count."""
        return float(self.fontMetrics().height() + _ROOM + _HIGHEST)

    def _place(self, openness: float) -> float:
        return 1.0 + openness * (min(self.width(), _WIDEST) - 2.0)

    def _step_at(self, place: QPointF) -> int | None:
        edges = [self._place(step / STEPS) for step in range(STEPS + 1)]
        inside = (step for step in range(STEPS) if edges[step] <= place.x() < edges[step + 1])
        return next(inside, None)

    def _step_words(self, step: int) -> str:
        assert self._spread is not None
        words = _tr("{low} to {high} open: {n} of {all} numbers")
        return words.format(
            low=_share(step / STEPS),
            high=_share((step + 1) / STEPS),
            n=count(self._spread.counts[step]),
            all=count(self._spread.total),
        )

    def _paint_labels(self, painter: QPainter, colours: Colours) -> None:
        """The ends and the mean below; above, how many are almost shut or open."""
        painter.setPen(QColor(colours.muted))
        top, left, right = self._ground + _ROOM, self._place(0.0), self._place(1.0)
        room = QRectF(left, top, right - left, self.height() - top)
        ends = _tr("0 shut"), _tr("1 open")
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft, ends[0])
        painter.drawText(room, Qt.AlignmentFlag.AlignRight, ends[1])
        assert self._spread is not None
        self._paint_mean(painter, room, ends, self._place(self._spread.mean))
        for step in (0, STEPS - 1):
            bar = self.bar_rect(step)
            over = QRectF(bar.left() - bar.width(), 0.0, 3 * bar.width(), bar.top() - _ROOM)
            words = count(self._spread.counts[step])
            flags = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter
            painter.drawText(over, flags, words)

    def _paint_mean(
        self, painter: QPainter, room: QRectF, ends: tuple[str, str], place: float
    ) -> None:
        """The word for the line of the mean, where it meets neither end."""
        words, width = _tr("average"), self.fontMetrics().horizontalAdvance
        half = width(words) / 2
        gap = width(" ")
        if (
            place - half > room.left() + width(ends[0]) + gap
            and place + half < room.right() - width(ends[1]) - gap
        ):
            below = QRectF(place - half, room.top(), 2 * half + 1, room.height())
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, words)

    def sizeHint(self) -> QSize:
        height = round(self._ground + _ROOM + self.fontMetrics().height())
        return QSize(_WIDEST, height)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and self._spread is not None:
            step = self._step_at(QPointF(event.pos()))
            words = "" if step is None else self._step_words(step)
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - all of it is drawn
        spread = self._spread
        if spread is None:
            return
        colours = colours_of(self.palette())
        painter = QPainter(self)
        for step in range(STEPS):
            colour = QColor(colours.series[0])
            if 0 < step < STEPS - 1:
                colour.setAlpha(_MIDDLE_STRENGTH)
            painter.fillRect(self.bar_rect(step), colour)
        ground = self._ground
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.drawLine(QPointF(self._place(0.0), ground), QPointF(self._place(1.0), ground))
        painter.setPen(QPen(QColor(colours.text), 2))
        mean = self._place(spread.mean)
        painter.drawLine(QPointF(mean, ground - _HIGHEST), QPointF(mean, ground))
        self._paint_labels(painter, colours)


def gate_words(card: Card, spread: GateSpread) -> str:
    """What a gate lets through, for somebody who knows no formulas."""
    return _tr(gate_template(card.kind)).format(
        mean=_share(spread.mean),
        spread=_share(spread.deviation),
        n=count(spread.total),
        shut=count(spread.counts[0]),
        open=count(spread.counts[-1]),
    )


def _share(share: float) -> str:
    return f"{decimals(100 * share, 0)}\u00a0%"


def _tr(text: str) -> str:
    return QCoreApplication.translate("formula", text)
