"""The attention of one translation: chips, heat map, table and heads that follow each other."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSplitter,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.models.weight_table import WeightTableModel
from attnstudio.gui.theme import SPACE, name_tabs, set_role
from attnstudio.gui.widgets.attention_heatmap import AttentionHeatmap, Cell
from attnstudio.gui.widgets.head_overview import HeadOverview
from attnstudio.gui.widgets.token_strips import ChosenToken, Side, TokenStrips
from attnstudio.inference.record import AttentionRecord
from attnstudio.interpretation.colours import ColourMap
from attnstudio.interpretation.lettering import isolate
from attnstudio.interpretation.links import Reading, ReadingMethod
from attnstudio.interpretation.view import (
    AttentionView,
    Site,
    self_view,
    sites_of,
    token_view,
    word_view,
)

_HEADS_WIDTH = 430  # four heads, their average and the names of the layers


class AttentionPanel(QWidget):
    """Everything there is to see in an attention record.

    What the person chose (layer, head, words, colours) stays from one record to the next as long
    as the model has it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.record: AttentionRecord | None = None
        self.view: AttentionView | None = None
        self.reading = Reading()
        self._stored: Reading | None = None
        self._make_widgets()
        self._lay_out()
        self._connect()
        self._refresh()

    @property
    def colour_map(self) -> ColourMap:
        """The scale of the maps."""
        colour_map: ColourMap = self._colour_map.currentData()
        return colour_map

    def show_record(self, record: AttentionRecord | None, stored: Reading | None = None) -> None:
        """Show another record, or nothing.

        Args:
            record: what to show.
            stored: the reading that its run found best on gold links.
        """
        if record is not None:
            shape = record.cross.shape[:2]
            if self.record is None or self.record.cross.shape[:2] != shape:
                self._read_as(stored or Reading())
        self.record, self._stored = record, stored
        self._list_sites()
        self._refresh()

    def read_as(self, reading: Reading) -> None:
        """Show another layer, head or step."""
        self._read_as(reading)
        self._refresh()

    def let_go(self) -> None:
        """Choose no token."""
        self._strips.choose(None)
        self._heatmap.highlight(None, None)

    def picture(self) -> QImage:
        """The heat map as an image."""
        return self._heatmap.picture()

    def add_side_page(self, widget: QWidget, title: str) -> None:
        """Put something beside the heads."""
        self._side.addTab(widget, title)

    def _make_widgets(self) -> None:
        self._strips = TokenStrips()
        self._heatmap = AttentionHeatmap()
        self._table = QTableView()
        self._table.setAccessibleName(self.tr("Attention weights as a table"))
        self._weights = WeightTableModel(self._table)
        self._table.setModel(self._weights)
        self._heads = HeadOverview()
        self._said = QLabel()
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self._said, "muted")
        self._words = QCheckBox(self.tr("&Words"))
        self._words.setToolTip(
            self.tr("Join the pieces of a word: add up what is looked at, average who looks.")
        )
        self._shifted = QCheckBox(self.tr("S&hifted"))
        self._shifted.setToolTip(
            self.tr(
                "Read each word one step later, when the model has seen it "
                "(Chen et al. 2020, Shift-Att). Better for some models, worse for others."
            )
        )
        self._links = QCheckBox(self.tr("&Links"))
        self._links.setChecked(True)
        self._links.setToolTip(self.tr("Draw a line to the token that is looked at most."))
        self._site = QComboBox()
        self._site.setAccessibleName(self.tr("Which attention the heat map shows"))
        self._site.hide()  # until there is more than one
        self._colour_map = QComboBox()
        self._colour_map.setAccessibleName(self.tr("Colours of the maps"))
        for box in (self._site, self._colour_map):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for colour_map in ColourMap:
            self._colour_map.addItem(colour_map.value, colour_map)

    def _lay_out(self) -> None:
        options = QHBoxLayout()
        options.setSpacing(2 * SPACE)
        for widget in (self._words, self._shifted, self._links, self._site):
            options.addWidget(widget)
        options.addWidget(self._said, stretch=1)
        options.addWidget(self._colour_map)
        views = QTabWidget()
        name_tabs(views, self.tr("Picture or numbers"))
        views.addTab(_framed(self._heatmap), self.tr("Heat map"))
        views.addTab(self._table, self.tr("Table"))
        scroll = QScrollArea()
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._heads)
        self._side = QTabWidget()
        name_tabs(self._side, self.tr("Heads or translations"))
        self._side.addTab(scroll, self.tr("Heads"))
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(views)
        splitter.addWidget(self._side)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([620, _HEADS_WIDTH])
        splitter.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(_framed(self._strips))
        column.addLayout(options)
        column.addWidget(splitter, stretch=1)

    def _connect(self) -> None:
        self._strips.chosen.connect(self._mark)
        self._strips.hovered.connect(self._point_at_token)
        self._heatmap.chosen.connect(self._choose_cell)
        self._heatmap.hovered.connect(self._say_cell)
        self._heads.chosen.connect(self.read_as)
        self._words.toggled.connect(self._refresh)
        self._shifted.toggled.connect(self._choose_method)
        self._links.toggled.connect(self._strips.set_links_shown)
        self._site.activated.connect(self._refresh)
        self._colour_map.activated.connect(self._choose_colours)

    def _read_as(self, reading: Reading) -> None:
        self.reading = reading
        self._shifted.blockSignals(True)
        self._shifted.setChecked(reading.method is ReadingMethod.SHIFTED)
        self._shifted.blockSignals(False)

    def _list_sites(self) -> None:
        sites = sites_of(self.record) if self.record is not None else ()
        listed = tuple(self._site.itemData(row) for row in range(self._site.count()))
        if sites == listed:
            return
        names = {
            Site.CROSS: self.tr("Target over source"),
            Site.ENCODER_SELF: self.tr("Source over itself"),
            Site.DECODER_SELF: self.tr("Target over itself"),
        }
        self._site.clear()
        for site in sites:
            self._site.addItem(names[site], site)
        self._site.setVisible(len(sites) > 1)

    def _refresh(self) -> None:
        """Everything that is drawn follows from the record and the options."""
        record = self.record
        if record is None or record.cross.shape[0] == 0:
            self.view = None
            self._strips.show_view(None)
            self._heatmap.show_view(None)
            self._weights.show_view(None)
            self._heads.show_record(None, self.reading)
            self._say(
                self.tr("This model has no attention: there is nothing to look at.")
                if record is not None
                else ""
            )
            return
        cross = (word_view if self._words.isChecked() else token_view)(record, self.reading)
        layer, head = self.reading.layer, self.reading.head
        self.view = (
            cross if self._is_cross() else self_view(record, self._shown_site(), layer, head)
        )
        self._strips.show_view(cross)
        self._heatmap.show_view(self.view)
        self._weights.show_view(self.view)
        self._heads.show_record(record, self.reading)
        self._say_reading()

    def _shown_site(self) -> Site:
        return Site(self._site.currentData() or Site.CROSS)

    def _is_cross(self) -> bool:
        return self._shown_site() is Site.CROSS

    def _choose_method(self, shifted: bool) -> None:
        method = ReadingMethod.SHIFTED if shifted else ReadingMethod.NAIVE
        self.read_as(replace(self.reading, method=method))

    def _choose_colours(self) -> None:
        self._heatmap.set_colour_map(self.colour_map)
        self._heads.set_colour_map(self.colour_map)

    def _mark(self, token: ChosenToken | None) -> None:
        """Frame in the heat map what is chosen among the chips."""
        if not self._is_cross():
            return
        if token is None:
            self._heatmap.highlight(None, None)
        elif token.side is Side.TARGET:
            self._heatmap.highlight(token.index, None)
        else:
            self._heatmap.highlight(None, token.index)

    def _point_at_token(self, token: ChosenToken | None) -> None:
        if token is not None:
            self._mark(token)

    def _choose_cell(self, cell: Cell | None) -> None:
        if self._is_cross():
            token = ChosenToken(Side.TARGET, cell.target) if cell is not None else None
            self._strips.choose(token)
            self._mark(token)

    def _say_cell(self, cell: Cell | None) -> None:
        if self.view is None or cell is None:
            self._say_reading()
            return
        self._say(
            self.tr("{target} looks at {source}: {weight}").format(
                target=isolate(self.view.target_tokens[cell.target].text),
                source=isolate(self.view.source_tokens[cell.source].text),
                weight=f"{self.view.weights[cell.target, cell.source]:.4f}",
            )
        )

    def _say_reading(self) -> None:
        if self.view is None:
            return
        words = str(self.reading)
        if self.reading == self._stored:
            words = self.tr("{reading}: aligns best with the gold links").format(reading=words)
        self._say(words)

    def _say(self, words: str) -> None:
        self._said.setText(words)


def _framed(widget: QWidget) -> QFrame:
    frame = QFrame()
    set_role(frame, "card")
    row = QHBoxLayout(frame)
    row.setContentsMargins(4, 4, 4, 4)
    row.addWidget(widget)
    return frame
