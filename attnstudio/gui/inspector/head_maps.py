"""Every attention map of a model as a thumbnail: a row a layer, a column a head."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from attnstudio.axes import Record
from attnstudio.evaluation.reading import ReadingChoice
from attnstudio.gui.inspector.figure_words import figure_text, figure_words
from attnstudio.gui.inspector.head_changes import HeadChanges
from attnstudio.gui.inspector.head_thumbs import (
    GAP,
    LABEL,
    NAME_WIDTH,
    SIDE,
    THUMB,
    HeadSorting,
    OfHead,
    Thumb,
    thumbs_of,
)
from attnstudio.gui.inspector.head_words import (
    below_words,
    head_name,
    layer_name,
)
from attnstudio.gui.look.theme import Colours, colours_of, draw_veil
from attnstudio.gui.widgets.chip_picture import held_look
from attnstudio.interpretation.colours import ColourMap
from attnstudio.reading import Reading
from attnstudio.sites import SiteRole
from attnstudio.training.scores import AER


class HeadMaps(QWidget):
    """All heads of a record; the averages stand before them, or alone where heads have nothing.

    Below each map stands a figure that tells heads apart (see `head_figure`), and by it they can
    be ordered. In its corner stands the error of its links, where that is known, with a star on
    the best of them; it may be that another measure or step has a better one still. Heads that are
    held are framed as their lines are drawn; heads that are switched off are crossed out, and
    those that the changes of *What if* can reach are shaded.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Layers and heads"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._thumbs: list[Thumb] = []
        self._sorting = HeadSorting()
        self._reading = Reading()  # as it was shown last: what is chosen here is shown by others
        self._colour_map = ColourMap.VIRIDIS
        self._record: Record | None = None
        self._choice: ReadingChoice | None = None
        self._best: Thumb | None = None
        self._held: tuple[Reading, ...] = ()
        self._of_head: OfHead = self._read_alike
        self._changes = HeadChanges((0, 0))

    def show_choice(self, choice: ReadingChoice | None) -> None:
        """Show how well each reading links words, or none of it."""
        self._choice = choice
        self._show()

    def show_record(
        self,
        record: Record | None,
        reading: Reading,
        held: tuple[Reading, ...] = (),
        of_head: OfHead | None = None,
    ) -> None:
        """Show the maps of the site of a reading and frame the one that is read.

        Args:
            record: whose heads they are.
            reading: which one is read.
            held: those that are held beside it.
            of_head: how each of the others is read; None for all alike.
        """
        self._record, self._reading, self._held = record, reading, held
        self._of_head = of_head or self._read_alike
        self._show()

    def show_changes(self, changes: HeadChanges) -> None:
        """Cross out what is switched off, and shade what the changes can reach."""
        self._changes = changes
        self._describe()
        self.update()

    def _show(self) -> None:
        self._thumbs = (
            thumbs_of(
                self._record,
                self._reading,
                self._sorting,
                self._colour_map,
                self._error_of,
                self._of_head,
            )
            if self._record is not None
            else []
        )
        measured = [thumb for thumb in self._thumbs if thumb.error is not None]
        self._best = min(measured, key=self._rank, default=None)
        self.setFixedSize(self.sizeHint())
        self._describe()
        self.update()

    def set_colour_map(self, colour_map: ColourMap) -> None:
        """Draw in other colours."""
        self._colour_map = colour_map
        self._show()

    def sort(self, sorting: HeadSorting) -> None:
        """Show another figure, in another order."""
        self._sorting = sorting
        self._show()

    def _read_alike(self, layer: int | None, head: int | None) -> Reading:
        return replace(self._reading, layer=layer, head=head)

    @property
    def later_words(self) -> str:
        """Which are read one step later, where others are not; else nothing."""
        later = [reading for reading in self.readings if reading.is_shifted]
        if len(later) in (0, len(self._thumbs)):
            return ""
        return ", ".join(map(self._name, later))

    @property
    def readings(self) -> list[Reading]:
        """What is shown, in its order."""
        return [thumb.reading for thumb in self._thumbs]

    def figure_of(self, reading: Reading) -> float | None:
        """What stands below the map of a reading."""
        return next(thumb.figure for thumb in self._thumbs if thumb.reading == reading)

    def thumb_rect(self, reading: Reading) -> QRect:
        """Where the map of a reading is drawn."""
        return next(thumb.place for thumb in self._thumbs if thumb.reading == reading)

    @property
    def is_alone(self) -> bool:
        """Whether all there is is one map of an analysis, which is of no layer and no head."""
        return len(self._thumbs) == 1 and self._reading.site.role is SiteRole.ANALYSIS

    @property
    def can_switch(self) -> bool:
        """Whether what is shown is of heads of the model, which can be switched off."""
        return bool(self._thumbs) and self._reading.site.role is not SiteRole.ANALYSIS

    @property
    def best_rect(self) -> QRect:
        """Where the map with the star is drawn, with what stands around it; null without one."""
        if self._best is None:
            return QRect()
        return self._best.place.adjusted(-GAP // 2, -LABEL, GAP // 2, LABEL)

    @property
    def has_idle(self) -> bool:
        """Whether a head is marked as idle."""
        return any(thumb.is_idle for thumb in self._thumbs)

    def _error_of(self, reading: Reading) -> float | None:
        return self._choice.error_of(reading) if self._choice is not None else None

    def _index(self) -> int:
        """The thumbnail that is read; -1 where there is none."""
        readings = self.readings
        return readings.index(self._reading) if self._reading in readings else -1

    def _describe(self) -> None:
        index = self._index()
        words = self._words(self._thumbs[index]) if index >= 0 else self.tr("Nothing to choose.")
        self.setAccessibleDescription(words)

    def _words(self, thumb: Thumb) -> str:
        words = self._name(thumb.reading)
        if thumb.figure is not None:
            figure = self._sorting.figure
            told = figure_words(figure).told.format(value=figure_text(figure, thumb.figure))
            words = self.tr("{name}: {figure}").format(name=words, figure=told)
        if thumb.is_idle and thumb.idle is not None:
            words = self.tr("{words}; idle: {share} of what words look at is no word").format(
                words=words, share=f"{thumb.idle:.0%}"
            )
        if thumb.error is not None:
            if thumb.reading.is_shifted:
                words = self.tr("{words}, read one step later").format(words=words)
            template = self.tr("{words}, error of its links {error}")
            if thumb is self._best:
                template = self.tr("{words}, error of its links {error}, the least as shown now")
            words = template.format(words=words, error=f"{thumb.error:.2f}")
        if thumb.reading in self._held:
            words = self.tr("{words}; its lines are held").format(words=words)
        if self._changes.is_off(thumb.reading) and self.can_switch:
            words = self.tr("{words}; switched off").format(words=words)
        elif self._changes.is_reached(thumb.reading):
            words = self.tr("{words}; the change can reach it").format(words=words)
        return words

    def _tip(self, thumb: Thumb) -> str:
        if thumb.figure is None:
            return self._words(thumb)
        return f"{self._words(thumb)}\n{figure_words(self._sorting.figure).sentence}"

    def _rank(self, thumb: Thumb) -> tuple[float, bool]:
        """The least error first; of equal ones that which was chosen."""
        chosen = self._choice is not None and thumb.reading == self._choice.reading
        return thumb.error or 0.0, not chosen

    def _name(self, reading: Reading) -> str:
        return head_name(reading, is_alone=self.is_alone)

    def _draw(self, painter: QPainter, thumb: Thumb, colours: Colours) -> None:
        rect = thumb.place
        self._changes.draw_below(painter, thumb.reading, rect, colours.accent_soft)
        if thumb.image.hasAlphaChannel():  # where exactly nothing is looked at the ground is seen
            painter.fillRect(rect, QColor(colours.panel))
            painter.setPen(QColor(colours.border))
            painter.drawRect(rect.adjusted(-1, -1, 0, 0))
        painter.drawImage(rect, thumb.image)
        self._changes.draw_above(painter, thumb.reading, rect, colours)
        if thumb.reading == self._reading:
            painter.setPen(QPen(QColor(colours.accent), 3))
            painter.drawRect(rect.adjusted(-3, -3, 2, 2))
        if thumb.reading in self._held:
            look = held_look(colours, self._held.index(thumb.reading))
            painter.setPen(QPen(QColor(look.colour), 3, look.line))
            painter.drawRect(rect.adjusted(1, 1, -2, -2))
        if thumb.error is not None:
            self._draw_error(painter, thumb, thumb.error, colours)
        painter.setPen(QColor(colours.muted))
        rect = rect.adjusted(-GAP // 2, 0, GAP // 2, 0)
        below = QRect(rect.left(), rect.bottom() + 2, rect.width(), LABEL)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, below_words(self._sorting, thumb))
        above = QRect(rect.left(), rect.top() - LABEL - 2, rect.width(), LABEL)
        if not self._sorting.is_grid:
            wider = (NAME_WIDTH - above.width()) // 2
            above.adjust(-wider, 0, wider, 0)
            painter.drawText(above, Qt.AlignmentFlag.AlignCenter, self._name(thumb.reading))
        elif thumb.column == 0:
            beside = QRect(0, rect.top(), SIDE - 6, rect.height())
            alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(beside, alignment, layer_name(thumb.reading, is_alone=self.is_alone))
        elif thumb.row <= 1:
            name = self.tr("head {n}").format(n=thumb.reading.head)
            painter.drawText(above, Qt.AlignmentFlag.AlignCenter, name)

    def _draw_error(self, painter: QPainter, thumb: Thumb, error: float, colours: Colours) -> None:
        words = f"{error:.2f}"
        if thumb is self._best:
            words = f"★ {words}"
        width = painter.fontMetrics().horizontalAdvance(words) + 6
        badge = QRect(thumb.place.topLeft(), QSize(width, LABEL))
        painter.fillRect(badge, QColor(colours.panel))
        painter.setPen(QColor(_colour_of(error, colours)))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, words)

    def sizeHint(self) -> QSize:
        if not self._thumbs:
            return QSize(SIDE + THUMB + GAP, THUMB)
        last = QRect()
        for thumb in self._thumbs:
            last = last.united(thumb.place)
        return QSize(last.right() + GAP, last.bottom() + LABEL + GAP)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = colours_of(self.palette())
        font = QFont(self.font())
        font.setPixelSize(11)
        painter.setFont(font)
        for thumb in self._thumbs:
            if thumb.place.adjusted(-SIDE, -LABEL, 4, LABEL).intersects(event.rect()):
                self._draw(painter, thumb, colours)
        if not self.isEnabled():
            draw_veil(painter, self.rect(), self.palette())
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _thumb_at(self, place: QPoint) -> Thumb | None:
        return next((thumb for thumb in self._thumbs if thumb.place.contains(place)), None)


def _colour_of(error: float, colours: Colours) -> str:
    good, middling, *_ = AER.bands
    if error < good.below:
        return colours.success
    return colours.warning if error < middling.below else colours.error
