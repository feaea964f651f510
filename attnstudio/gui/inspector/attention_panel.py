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
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from attnstudio.axes import CROSS, SITES, Reading, ReadingMethod, Record, Site
from attnstudio.gui.inspector.head_overview import HeadOverview
from attnstudio.gui.inspector.inspector_terms import Term, term_words
from attnstudio.gui.inspector.weight_table import WeightTableModel
from attnstudio.gui.inspector.what_is import WhatIs
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, name_tabs, set_role
from attnstudio.gui.look.wording import reading_words
from attnstudio.gui.widgets.attention_heatmap import AttentionHeatmap
from attnstudio.gui.widgets.heatmap_geometry import CellPlace
from attnstudio.gui.widgets.site_words import site_name
from attnstudio.gui.widgets.token_strips import ChosenToken, Side, TokenStrips
from attnstudio.interpretation.colours import ColourMap
from attnstudio.interpretation.lettering import isolate
from attnstudio.interpretation.view import View, view_of

_STRIPS_HEIGHT = 150
_HEADS_WIDTH = 430  # four heads, their average and the names of the layers


class AttentionPanel(QWidget):
    """Everything there is to see in an attention record.

    What the person chose (layer, head, words, colours) stays from one record to the next as long
    as the model has it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.record: Record | None = None
        self.view: View | None = None
        self._readings = {site: Reading(site=site) for site in SITES}
        self._stored: Reading | None = None
        self._make_widgets()
        self._lay_out()
        self._connect()
        self._refresh()

    @property
    def site(self) -> Site:
        """Which attention is shown: in the chips, the map, the table and the thumbnails alike."""
        site: Site = self._site.currentData() or CROSS
        return site

    @property
    def reading(self) -> Reading:
        """The layer and head that are shown; each kind of attention has its own."""
        return self._readings[self.site]

    @property
    def has_words(self) -> bool:
        """Whether the pieces of words are joined."""
        return self._words.isChecked() and self.site == CROSS

    @property
    def colour_map(self) -> ColourMap:
        """The scale of the maps."""
        colour_map: ColourMap = self._colour_map.currentData()
        return colour_map

    def show_record(self, record: Record | None, stored: Reading | None = None) -> None:
        """Show another record, or nothing.

        Args:
            record: what to show.
            stored: the reading that its run found best on gold links.
        """
        if record is not None:
            self._take_readings(record, stored)
        self.record, self._stored = record, stored
        self._list_sites()
        self._refresh()

    def read_as(self, reading: Reading) -> None:
        """Show another layer, head or step of the attention that is shown."""
        self._readings[self.site] = reading
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
        self._said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._heads_title = QLabel()
        self._heads_title.setTextFormat(Qt.TextFormat.PlainText)
        self._heads_title.setWordWrap(True)
        for label in (self._said, self._heads_title):
            set_role(label, "muted")
        self._words = QCheckBox(self.tr("&Words"))
        self._words.setToolTip(
            self.tr("Join the pieces of a word: add up what is looked at, average who looks.")
        )
        self._shifted = QCheckBox(self.tr("Shifte&d"))
        self._shifted.setToolTip(term_words(Term.SHIFTED).what)
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
        views = QTabWidget()
        name_tabs(views, self.tr("Picture or numbers"))
        views.addTab(_framed(self._heatmap), self.tr("Heat map"))
        views.addTab(self._table, self.tr("Table"))
        views.setCornerWidget(self._zoom_buttons())
        self._side = QTabWidget()
        name_tabs(self._side, self.tr("Heads or translations"))
        self._side.addTab(self._heads_page(), self.tr("Heads"))
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(views)
        across.addWidget(self._side)
        across.setStretchFactor(0, 1)
        across.setSizes([620, _HEADS_WIDTH])
        lower = QWidget()
        inside = QVBoxLayout(lower)
        inside.setContentsMargins(0, SMALL_SPACE, 0, 0)
        inside.setSpacing(SMALL_SPACE)
        inside.addLayout(self._options())
        inside.addWidget(across, stretch=1)
        down = QSplitter(Qt.Orientation.Vertical)
        down.addWidget(_framed(self._strips))
        down.addWidget(lower)
        down.setStretchFactor(1, 1)
        down.setSizes([_STRIPS_HEIGHT, 10 * _STRIPS_HEIGHT])
        for splitter in (across, down):
            splitter.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(down)

    def _heads_page(self) -> QWidget:
        scroll = QScrollArea()
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._heads)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(SPACE, SMALL_SPACE, 0, 0)
        column.setSpacing(0)
        title = QHBoxLayout()
        title.addWidget(self._heads_title, stretch=1)
        title.addWidget(WhatIs(*term_words(Term.SPREAD)), alignment=Qt.AlignmentFlag.AlignTop)
        column.addLayout(title)
        column.addWidget(scroll, stretch=1)
        return page

    def _options(self) -> QHBoxLayout:
        options = QHBoxLayout()
        options.setSpacing(2 * SPACE)
        shifted = QHBoxLayout()
        shifted.setSpacing(0)
        shifted.addWidget(self._shifted)
        shifted.addWidget(WhatIs(*term_words(Term.SHIFTED)))
        for widget in (self._site, self._words):
            options.addWidget(widget)
        options.addLayout(shifted)
        options.addWidget(self._links)
        options.addWidget(self._said, stretch=1)
        options.addWidget(self._colour_map)
        return options

    def _zoom_buttons(self) -> QWidget:
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(SPACE, 0, SPACE, SMALL_SPACE)
        row.setSpacing(SMALL_SPACE)
        row.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)  # a corner is squeezed else
        heatmap = self._heatmap
        for text, name, act in (
            ("−", self.tr("Smaller cells (Ctrl+wheel, or - in the map)"), heatmap.zoom_out),
            (self.tr("Fit"), self.tr("All of the map at once (0 in the map)"), heatmap.show_whole),
            ("+", self.tr("Larger cells (Ctrl+wheel, or + in the map)"), heatmap.zoom_in),
        ):
            button = QPushButton(text)
            button.setAccessibleName(name)
            button.setToolTip(name)
            button.clicked.connect(act)
            set_role(button, "icon")
            button.setFixedHeight(28)
            button.setFixedWidth(max(28, button.fontMetrics().horizontalAdvance(text) + 2 * SPACE))
            row.addWidget(button)
        return buttons

    def _connect(self) -> None:
        self._strips.chosen.connect(self._mark)
        self._strips.hovered.connect(self._point_at_token)
        self._heatmap.chosen.connect(self._choose_cell)
        self._heatmap.settled.connect(self._say_reading)
        self._heatmap.hovered.connect(self._say_cell)
        self._heads.chosen.connect(self.read_as)
        self._words.toggled.connect(self._refresh)
        self._shifted.toggled.connect(self._choose_method)
        self._links.toggled.connect(self._strips.set_links_shown)
        self._site.activated.connect(self._refresh)
        self._colour_map.activated.connect(self._choose_colours)

    def _take_readings(self, record: Record, stored: Reading | None) -> None:
        """Keep what the person chose where the model has it, else begin with the best known."""
        for site in SITES:
            if self.record is None or self.record.shape_of(site) != record.shape_of(site):
                is_stored = stored is not None and stored.site == site
                self._readings[site] = stored if stored and is_stored else Reading(site=site)

    def _list_sites(self) -> None:
        sites = self.record.sites if self.record is not None else ()
        listed = tuple(self._site.itemData(row) for row in range(self._site.count()))
        if sites == listed:
            return
        self._site.clear()
        for site in sites:
            self._site.addItem(site_name(site), site)
        self._site.setVisible(len(sites) > 1)

    def _refresh(self) -> None:
        """Everything that is drawn follows from the record and the options."""
        record = self.record
        if record is None or not record.matrices:
            self.view = None
            self._strips.show_view(None)
            self._heatmap.show_view(None)
            self._weights.show_view(None)
            self._heads.show_record(None, self.reading)
            self._heads_title.setText("")
            self._say(
                self.tr("This model has no attention: there is nothing to look at.")
                if record is not None
                else ""
            )
            return
        self.view = view_of(record, self.reading, words=self.has_words)
        self._name_heads()
        self._strips.show_view(self.view)
        self._heatmap.show_view(self.view)
        self._weights.show_view(self.view)
        self._heads.show_record(record, self.reading)
        self._say_reading()

    def _name_heads(self) -> None:
        """Some options are of the target over the source only."""
        self._heads_title.setText(
            self.tr(
                "{site}, in each layer and head. The number is the spread: 0 looks at one "
                "token only, 1 at all alike."
            ).format(site=site_name(self.site))
        )
        for option in (self._words, self._shifted, self._links):
            option.setEnabled(self.site == CROSS)
        self._shifted.blockSignals(True)
        method = self._readings[CROSS].method
        self._shifted.setChecked(method is ReadingMethod.SHIFTED)
        self._shifted.blockSignals(False)

    def _choose_method(self, shifted: bool) -> None:
        method = ReadingMethod.SHIFTED if shifted else ReadingMethod.NAIVE
        self.read_as(replace(self.reading, method=method))

    def _choose_colours(self) -> None:
        self._heatmap.set_colour_map(self.colour_map)
        self._heads.set_colour_map(self.colour_map)

    def _mark(self, token: ChosenToken | None) -> None:
        """Frame in the heat map what is chosen among the chips."""
        if token is None:
            self._heatmap.highlight(None, None)
        elif token.side is Side.TARGET:
            self._heatmap.highlight(token.index, None)
        else:
            self._heatmap.highlight(None, token.index)

    def _point_at_token(self, token: ChosenToken | None) -> None:
        if token is not None:
            self._mark(token)

    def _choose_cell(self, cell: CellPlace | None) -> None:
        token = ChosenToken(Side.TARGET, cell.row) if cell is not None else None
        self._strips.choose(token)
        self._mark(token)

    def _say_cell(self, cell: CellPlace | None) -> None:
        if self.view is None or cell is None:
            self._say_reading()
            return
        self._say(
            self.tr("{row} looks at {column}: {weight} · {reading}").format(
                row=isolate(self.view.rows.label(cell.row)),
                column=isolate(self.view.columns.label(cell.column)),
                weight=f"{self.view.weights[cell]:.4f}",
                reading=reading_words(self.reading),
            )
        )

    def _say_reading(self) -> None:
        if self.view is None:
            return
        words = reading_words(self.reading)
        if self.reading == self._stored:
            words = self.tr("{reading}: aligns best with the gold links").format(reading=words)
        stride = self._heatmap.label_stride
        if stride > 1:
            words = self.tr("{reading} · one token in {n} is named: + names more").format(
                reading=words, n=stride
            )
        self._say(words)

    def _say(self, words: str) -> None:
        self._said.setText(words)
        self._said.setToolTip(words)


def _framed(widget: QWidget) -> QFrame:
    frame = QFrame()
    set_role(frame, "card")
    row = QHBoxLayout(frame)
    row.setContentsMargins(4, 4, 4, 4)
    row.addWidget(widget)
    return frame
