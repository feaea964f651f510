"""The attention of one translation: chips, heat map, table and heads that follow each other."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLayout,
    QSplitter,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.inspector.change_note import ChangeNote
from attnstudio.gui.inspector.heads_page import HeadsPage
from attnstudio.gui.inspector.held_note import HeldNote
from attnstudio.gui.inspector.order_choice import OrderChoice
from attnstudio.gui.inspector.reading_options import ReadingOptions
from attnstudio.gui.inspector.shown_attention import ShownAttention
from attnstudio.gui.inspector.taught_note import TaughtNote
from attnstudio.gui.inspector.weight_table import WeightTableModel
from attnstudio.gui.inspector.zoom_buttons import ZoomButtons
from attnstudio.gui.look.theme import SMALL_SPACE, name_tabs
from attnstudio.gui.widgets.attention_heatmap import AttentionHeatmap
from attnstudio.gui.widgets.card import framed
from attnstudio.gui.widgets.heatmap_geometry import CellPlace
from attnstudio.gui.widgets.site_words import (
    cell_words,
    change_words,
    mean_looked_words,
    prefix_words,
    reading_words,
    way_words,
)
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.gui.widgets.token_strips import TokenStrips
from attnstudio.sites import is_difference

_STRIPS_HEIGHT = 150
_SEEN_WIDTH, _SIDE_WIDTH = 620, 430  # four heads, their average and the names of the layers


class AttentionPanel(QWidget):
    """Everything there is to see in an attention record.

    Attributes:
        shown: what is looked at; everything here follows it.
        options: choose what is looked at.
        strips: the chips.
        change_note: says what *What if* changes.
        held_note: says what is held for a comparison.
        heatmap: the matrix as a picture.
        order: chooses by what its rows and columns are ordered.
        weights: the matrix as a table.
        heads: all matrices of the site.
        side: tabs beside the chips and the heat map.

    Signals:
        place_chosen: the row and the column that the person is at, as the view counts them with
            what it hides; None for either that is open.
    """

    place_chosen = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown = ShownAttention(self)
        self.options = ReadingOptions(self.shown)
        self.strips = TokenStrips()
        self.change_note = ChangeNote(self.shown)
        self.held_note = HeldNote(self.shown)
        self.heatmap = AttentionHeatmap()
        self.order = OrderChoice(self.heatmap)
        self.heads = HeadsPage(self.shown)
        self.side = QTabWidget()
        self._table = QTableView()
        self._table.setAccessibleName(self.tr("Attention weights as a table"))
        self.weights = WeightTableModel(self._table)
        self._table.setModel(self.weights)
        self._lay_out()
        self._connect()

    def let_go(self) -> None:
        """Choose no token."""
        self.strips.choose(None)
        self.heatmap.highlight(None, None)
        self.heatmap.order_for(None, None)
        self.place_chosen.emit(None, None)

    def choose_target(self, index: int) -> None:
        """Choose a token of the target, as a click on it does.

        Args:
            index: its place among what is shown: words, or pieces.
        """
        self.choose(ChosenToken(Side.TARGET, index))

    def choose(self, token: ChosenToken) -> None:
        """Choose a token of either side, as a click on it does."""
        self.strips.choose(token)
        self._mark(token)
        self._tell_token(token)

    def picture(self) -> QImage:
        """The heat map as an image."""
        return self.heatmap.picture()

    def add_side_page(self, widget: QWidget, title: str) -> None:
        """Put something beside the heads."""
        self.side.addTab(widget, title)

    def _lay_out(self) -> None:
        views = QTabWidget()
        name_tabs(views, self.tr("Picture or numbers"))
        views.addTab(framed(self.heatmap), self.tr("Heat map"))
        views.addTab(self._table, self.tr("Table"))
        views.setCornerWidget(_side_by_side(self.order, ZoomButtons(self.heatmap)))
        name_tabs(self.side, self.tr("More about the attention"))
        self.side.addTab(self.heads, self.tr("Heads"))
        lower = QWidget()
        inside = QVBoxLayout(lower)
        inside.setContentsMargins(0, SMALL_SPACE, 0, 0)
        inside.setSpacing(SMALL_SPACE)
        inside.addWidget(self.options)
        inside.addWidget(TaughtNote(self.shown))
        inside.addWidget(self.change_note)
        inside.addWidget(self.held_note)
        inside.addWidget(views, stretch=1)
        down = QSplitter(Qt.Orientation.Vertical)
        down.addWidget(framed(self.strips))
        down.addWidget(lower)
        down.setStretchFactor(1, 1)
        down.setSizes([_STRIPS_HEIGHT, 10 * _STRIPS_HEIGHT])
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(down)
        across.addWidget(self.side)  # as high as all of it, since its pages are long
        across.setStretchFactor(0, 1)
        across.setSizes([_SEEN_WIDTH, _SIDE_WIDTH])
        for splitter in (across, down):
            splitter.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(across)

    def _connect(self) -> None:
        self.shown.changed.connect(self._refresh)
        self.shown.recoloured.connect(self._recolour)
        self.shown.change.changed.connect(self._show_changes)
        self.held_note.dropped.connect(lambda: self.options.compare.setChecked(False))
        self.options.changes_toggled.connect(self._show_changes)
        self.options.links_toggled.connect(self.strips.set_links_shown)
        self.options.sureness_toggled.connect(self.strips.set_sureness_shown)
        self.strips.chosen.connect(self._mark)
        self.strips.hovered.connect(self._point_at_token)
        self.heatmap.chosen.connect(self._choose_cell)
        self.heatmap.settled.connect(self._say_reading)
        self.heatmap.hovered.connect(self._say_cell)
        self.strips.chosen.connect(self._tell_token)
        self.heatmap.chosen.connect(self._tell_cell)

    def _refresh(self) -> None:
        view = self.shown.view
        for seen in (self.strips, self.heatmap, self.weights):
            seen.show_view(view)
        self.strips.hold(self.shown.held_views)
        self._show_changes()
        if view is None:
            self.options.say(
                self.tr("This model has no attention: there is nothing to look at.")
                if self.shown.record is not None
                else ""
            )
        else:
            self._say_reading()

    def _show_changes(self) -> None:
        is_asked = self.options.changes.isChecked()
        self.strips.show_changes(self.shown.target_changes if is_asked else None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape, once no token is chosen any more, shows the attention as it was."""
        if event.key() == Qt.Key.Key_Escape and self.shown.is_changed:
            self.shown.change.show(False)
        else:
            super().keyPressEvent(event)

    def _recolour(self) -> None:
        self.heatmap.set_colour_map(self.shown.colour_map)

    def _mark(self, token: ChosenToken | None) -> None:
        """Frame in the heat map what is chosen among the chips."""
        if token is None:
            self.heatmap.highlight(None, None)
        elif token.side is Side.TARGET:
            self.heatmap.highlight(token.index, None)
        else:
            self.heatmap.highlight(None, token.index)

    def _point_at_token(self, token: ChosenToken | None) -> None:
        if token is not None:
            self._mark(token)

    def _choose_cell(self, cell: CellPlace | None) -> None:
        token = ChosenToken(Side.TARGET, cell.row) if cell is not None else None
        self.strips.choose(token)
        self._mark(token)

    def _tell_token(self, token: ChosenToken | None) -> None:
        is_target = token is not None and token.side is Side.TARGET
        row = token.index if token is not None and is_target else None
        column = token.index if token is not None and not is_target else None
        self._tell_place(row, column)

    def _tell_cell(self, cell: CellPlace | None) -> None:
        self._tell_place(*((None, None) if cell is None else (cell.row, cell.column)))

    def _tell_place(self, row: int | None, column: int | None) -> None:
        self.heatmap.order_for(row, column)
        view = self.shown.view
        if view is not None and column is not None:
            column = view.whole_column(column)
        self.place_chosen.emit(row, column)

    def _say_cell(self, cell: CellPlace | None) -> None:
        view = self.shown.view
        if view is None or cell is None:
            self._say_reading()
            return
        self.options.say(
            self.tr("{cell} · {reading}").format(
                cell=cell_words(view, cell.row, cell.column), reading=reading_words(view.reading)
            )
        )

    def _say_reading(self) -> None:
        view = self.shown.view
        if view is None:
            return
        words = reading_words(view.reading)
        if self.shown.is_best:
            words = self.tr("{reading}: aligns best with the gold links").format(reading=words)
        if is_difference(view.site):
            other = self.shown.kept_origin
            words = self.tr("less {other} · {reading}").format(other=other, reading=words)
        if self.shown.is_changed:
            words = self.tr("with the change · {reading}").format(reading=words)
        if few := mean_looked_words(view):
            words = self.tr("{few} · {reading}").format(few=few, reading=words)
        if hidden := change_words(view):
            words = self.tr("{hidden} · {reading}").format(hidden=hidden, reading=words)
        if way := way_words(view.site):  # first, for the end is what is cut in a small window
            words = self.tr("{way} · {reading}").format(way=way, reading=words)
        if share := prefix_words(view):  # first as well
            words = self.tr("{share} · {reading}").format(reading=words, share=share)
        stride = self.heatmap.label_stride
        if stride > 1:
            words = self.tr("{reading} · one token in {n} is named: + names more").format(
                reading=words, n=stride
            )
        self.options.say(words)


def _side_by_side(*widgets: QWidget) -> QWidget:
    """In the corner of tabs, which squeezes what has no size of its own."""
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
    for widget in widgets:
        row.addWidget(widget)
    return both
