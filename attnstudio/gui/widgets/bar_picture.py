"""What pictures made of bars share: a current bar, its words, and its numbers as a table."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from attnstudio.gui.look.wording import count

_BACK = (Qt.Key.Key_Left, Qt.Key.Key_Up)
_FORTH = (Qt.Key.Key_Right, Qt.Key.Key_Down)
_CHOOSE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


@dataclass(frozen=True, slots=True)
class BarSeries:
    """What one kind of bars counts.

    Attributes:
        name: what is counted.
        counts: one number a bar.
    """

    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BarData:
    """What is drawn.

    Attributes:
        heading: what the labels are, for the head of a table.
        labels: what each bar stands for, as short as it can be.
        sentences: the same in words, for one who reads a single bar.
        series: all of them have as many counts as there are labels.
        unusual: bars that are drawn as out of the ordinary.
    """

    heading: str
    labels: tuple[str, ...]
    sentences: tuple[str, ...]
    series: tuple[BarSeries, ...]
    unusual: frozenset[int] = frozenset()

    @property
    def highest(self) -> int:
        """The largest count."""
        return max((max(series.counts, default=0) for series in self.series), default=0)

    def table(self, separator: str) -> str:
        """All numbers as text, one bar a line."""
        lines = io.StringIO()
        writer = csv.writer(lines, delimiter=separator, lineterminator="\n")
        writer.writerow([self.heading, *(series.name for series in self.series)])
        writer.writerows(zip(self.labels, *(series.counts for series in self.series), strict=True))
        return lines.getvalue()


class BarPicture(QWidget):
    """Bars that can be pointed at, walked through with the arrow keys, chosen and copied.

    Signals:
        chosen: the number of a series and of a bar whose pairs are wanted.
    """

    chosen = Signal(int, int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.data = BarData("", (), (), ())
        self.current: int | None = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    def show_data(self, data: BarData) -> None:
        """Draw other bars."""
        self.data = data
        self.current = None
        self._describe()
        self.updateGeometry()
        self.update()

    def bar_rect(self, bar: int) -> QRectF:
        """The place that belongs to a bar, as high or wide as the picture."""
        raise NotImplementedError

    def words(self, bar: int) -> str:
        """A bar as a sentence: ``10 to 12 words: 1,234 (English), 980 (German)``."""
        numbers = ", ".join(
            self.tr("{n} ({series})").format(n=count(series.counts[bar]), series=series.name)
            if len(self.data.series) > 1
            else count(series.counts[bar])
            for series in self.data.series
        )
        return f"{self.data.sentences[bar]}: {numbers}"

    def copy_table(self, separator: str = "\t") -> None:
        """Put all numbers on the clipboard."""
        QGuiApplication.clipboard().setText(self.data.table(separator))

    def _make_current(self, bar: int | None) -> None:
        if bar == self.current:
            return
        self.current = bar
        self._describe()
        self.update()

    def _describe(self) -> None:
        if self.current is None:
            words = self.tr("{n} bars; the arrow keys read them one by one.")
            hint = words.format(n=len(self.data.labels))
            self.setAccessibleDescription(hint)
            return
        self.setAccessibleDescription(self.words(self.current))
        changed = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        QAccessible.updateAccessibility(changed)

    def _bar_at(self, place: QPointF) -> int | None:
        bars = range(len(self.data.labels))
        return next((bar for bar in bars if self.bar_rect(bar).contains(place)), None)

    def _choose(self, bar: int, place: QPoint) -> None:
        """Take the bar; where it stands for several things, ask for which."""
        if len(self.data.series) == 1:
            self.chosen.emit(0, bar)
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._add_choices(menu, bar)
        menu.popup(place)

    def _add_choices(self, menu: QMenu, bar: int) -> None:
        for number, series in enumerate(self.data.series):
            words = self.tr("Show the pairs: {sentence} ({series})")
            if len(self.data.series) == 1:
                words = self.tr("Show the pairs: {sentence}")
            text = words.format(sentence=self.data.sentences[bar], series=series.name)
            menu.addAction(text.replace("&", "&&"), partial(self.chosen.emit, number, bar))

    def _show_tip(self, bar: int) -> None:
        place = self.bar_rect(bar).center().toPoint()
        QToolTip.showText(self.mapToGlobal(place), self.words(bar), self)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        bar = self._bar_at(event.position())
        self._make_current(bar)
        self.setCursor(
            Qt.CursorShape.ArrowCursor if bar is None else Qt.CursorShape.PointingHandCursor
        )
        if bar is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPosition().toPoint(), self.words(bar), self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        bar = self._bar_at(event.position())
        if bar is not None and event.button() is Qt.MouseButton.LeftButton:
            self._choose(bar, event.globalPosition().toPoint())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._make_current(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self.data.labels) - 1
        key = event.key()
        if last < 0 or key not in (*_BACK, *_FORTH, *_CHOOSE, Qt.Key.Key_Home, Qt.Key.Key_End):
            super().keyPressEvent(event)
            return
        bar = self.current if self.current is not None else -1
        if key in _CHOOSE:
            if bar >= 0:
                self._choose(bar, self.mapToGlobal(self.bar_rect(bar).center().toPoint()))
            return
        if key in _BACK:
            bar = max(0, bar - 1)
        elif key in _FORTH:
            bar = min(last, bar + 1)
        else:
            bar = 0 if key == Qt.Key.Key_Home else last
        self._make_current(bar)
        self._show_tip(bar)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._make_current(None)
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.current is not None:
            self._add_choices(menu, self.current)
            menu.addSeparator()
        menu.addAction(self.tr("Copy as table (tabs)"), partial(self.copy_table, "\t"))
        menu.addAction(self.tr("Copy as CSV"), partial(self.copy_table, ","))
        menu.popup(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.updateGeometry()
            self.update()
