"""The row of options over a heat map: which attention is shown, and how."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.inspector.inspector_terms import ExplainedTerm, term_words
from attnstudio.gui.inspector.shown_attention import ShownAttention
from attnstudio.gui.inspector.what_is import WhatIs
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.widgets.site_words import measure_name, site_name
from attnstudio.interpretation.colours import SEQUENTIAL
from attnstudio.reading import Measure


class ReadingOptions(QWidget):
    """Two rows: what is read and in which colours; how, and a line that says what is seen.

    Args:
        shown: what the options choose from and change.
        parent: owns the row.

    Attributes:
        site: list of the kinds of attention that there are; hidden while there is only one.
        words: joins the pieces of words.
        shifted: reads one step later.
        measure: list of what can be read: how much is looked, taken or contributed.
        links: draws links among the chips.
        hide_idle: leaves out </s> and punctuation.
        compare: keeps what is shown, to compare what comes with it.
        greatest: shows the greatest of several heads instead of their average.
        flow: works the flow through all layers out.
        sureness: draws the probability of each token of the translation.
        changes: writes below each token what a change of *What if* did to it.
        colours: list of the scales.

    Signals:
        links_toggled: links are to be drawn, or not.
        sureness_toggled: probabilities are to be drawn, or not.
        changes_toggled: what a change did is to be written below the tokens, or not.
    """

    links_toggled = Signal(bool)
    sureness_toggled = Signal(bool)
    changes_toggled = Signal(bool)

    def __init__(self, shown: ShownAttention, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = shown
        self.words = QCheckBox(self.tr("&Words"))
        self.words.setToolTip(
            self.tr("Join the pieces of a word: add up what is looked at, average who looks.")
        )
        self.shifted = QCheckBox(self.tr("Shifte&d"))
        self.shifted.setToolTip(term_words(ExplainedTerm.SHIFTED).what)
        self.measure = QComboBox()
        self.measure.setAccessibleName(self.tr("What is read of the attention"))
        self.links = QCheckBox(self.tr("&Links"))
        self.links.setChecked(True)
        self.links.setToolTip(
            self.tr(
                "Draw a line to the token that is looked at most. Between words, a head that was "
                "taught where to look has one to each word that it looks at enough. What is looked "
                "at nearly as much has no line: click a token to see all that it looks at."
            )
        )
        self._more = self._make_more()
        self.site = QComboBox()
        self.site.setAccessibleName(self.tr("Which attention the heat map shows"))
        self.site.hide()  # until there is more than one
        self.colours = QComboBox()
        self.colours.setAccessibleName(self.tr("Colours of the maps"))
        for box in (self.site, self.measure, self.colours):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for colour_map in SEQUENTIAL:
            self.colours.addItem(colour_map.value, colour_map)
        self._said = QLabel()
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        set_role(self._said, "muted")
        self._lay_out()
        self._connect()

    @property
    def said(self) -> str:
        """The line that says what is seen."""
        return self._said.text()

    def say(self, words: str) -> None:
        """Say what is seen or pointed at."""
        self._said.setText(words)
        self._said.setToolTip(words)

    def _make_more(self) -> QPushButton:
        """What is chosen less often, behind a button."""
        button = QPushButton(self.tr("More"))
        button.setToolTip(self.tr("More of how the attention is shown"))
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        self.hide_idle = QAction(self.tr("&Hide </s> and punctuation"), menu, checkable=True)
        self.hide_idle.setToolTip(
            self.tr(
                "Leave out what is looked at there. What is left of each row is scaled up to 1, "
                "and the picture says so."
            )
        )
        self.greatest = QAction(self.tr("&Greatest instead of average"), menu, checkable=True)
        self.greatest.setToolTip(
            self.tr(
                "Of all heads, or all layers, show in each cell the greatest weight: what any of "
                "them looks at. The rows add up to no whole."
            )
        )
        self.sureness = QAction(self.tr("&Probabilities in the words"), menu, checkable=True)
        self.sureness.setToolTip(
            self.tr("A scale in each word of the translation: full where the model was sure of it.")
        )
        self.changes = QAction(self.tr("C&hanges below the words"), menu, checkable=True)
        self.changes.setChecked(True)
        self.changes.setToolTip(
            self.tr(
                "Below each word of the translation, how a change of What if moves the natural "
                "logarithm of its probability. Hatched words cannot change."
            )
        )
        self.compare = QAction(self.tr("&Compare with what is shown now"), menu, checkable=True)
        self.compare.setToolTip(
            self.tr(
                "Keep what is shown. When another checkpoint or run reads the same pieces, the "
                "list of attentions has the difference of the two, cell by cell."
            )
        )
        self.flow = QAction(self.tr("&Flow through all layers"), menu)
        self.flow.setToolTip(
            self.tr(
                "How much can flow from each word down to each other one, through no layer more "
                "than it takes (Abnar and Zuidema 2020). It takes a while for a long sentence; "
                "the list of attentions has it then, beside the rollout."
            )
        )
        for action in (self.hide_idle, self.greatest, self.sureness, self.changes, self.compare):
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction(self.flow)
        button.setMenu(menu)
        return button

    def _lay_out(self) -> None:
        what, how = QHBoxLayout(), QHBoxLayout()
        for row in (what, how):
            row.setSpacing(2 * SPACE)
        what.addWidget(self.site)
        what.addLayout(_explained(self.measure, ExplainedTerm.MEASURE))
        what.addStretch()
        what.addWidget(self.colours)
        how.addWidget(self.words)
        how.addLayout(_explained(self.shifted, ExplainedTerm.SHIFTED))
        how.addWidget(self.links)
        how.addWidget(self._more)
        how.addWidget(self._said, stretch=1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL_SPACE)
        column.addLayout(what)
        column.addLayout(how)

    def _connect(self) -> None:
        shown = self._shown
        shown.changed.connect(self._refresh)
        self.site.activated.connect(self._choose_site)
        self.words.toggled.connect(shown.join_words)
        self.shifted.toggled.connect(shown.read_shifted)
        self.measure.activated.connect(self._choose_measure)
        self.links.toggled.connect(self.links_toggled)
        self.hide_idle.toggled.connect(shown.hide_idle)
        self.greatest.toggled.connect(shown.take_greatest)
        self.compare.toggled.connect(shown.keep)
        self.sureness.toggled.connect(self.sureness_toggled)
        self.changes.toggled.connect(self.changes_toggled)
        self.colours.activated.connect(self._choose_colours)

    def _choose_site(self) -> None:
        self._shown.choose_site(self.site.currentData())

    def _choose_measure(self) -> None:
        self._shown.read_by(Measure(self.measure.currentData()))  # Qt keeps it as text

    def _choose_colours(self) -> None:
        self._shown.set_colour_map(self.colours.currentData())

    def _refresh(self) -> None:
        """Show what was chosen, here or elsewhere; some is of the target over the source only."""
        sites, reading = self._shown.sites, self._shown.reading
        if sites != tuple(self.site.itemData(row) for row in range(self.site.count())):
            self.site.clear()
            for site in sites:
                self.site.addItem(site_name(site), site)
            self.site.setVisible(len(sites) > 1)
        if reading.site in sites:
            self.site.setCurrentIndex(sites.index(reading.site))
        self._refresh_measures(reading.measure)
        self._refresh_colours()
        if self._shown.view is not None:
            self.words.setEnabled(not reading.site.is_self)
            self.shifted.setEnabled(reading.site.is_cross)
            self.flow.setEnabled(self._shown.has_layers)
            self.links.setEnabled(bool(self._shown.view.looks))
        self.shifted.blockSignals(True)
        self.shifted.setChecked(self._shown.is_shifted)
        self.shifted.blockSignals(False)

    def _refresh_colours(self) -> None:
        """Name the scale that is drawn: numbers of either sign have one of their own."""
        colour_map = self._shown.colour_map
        is_free = colour_map in SEQUENTIAL
        while self.colours.count() > len(SEQUENTIAL):
            self.colours.removeItem(len(SEQUENTIAL))
        if not is_free:
            self.colours.addItem(self.tr("blue to red"), colour_map)
        self.colours.setCurrentIndex(self.colours.findData(colour_map))
        self.colours.setEnabled(is_free)
        self.colours.setToolTip(
            ""
            if is_free
            else self.tr("Numbers of either sign: blue below 0, red above, and white for none.")
        )

    def _refresh_measures(self, read: Measure) -> None:
        """Offer those that there are; one alone is no choice."""
        measures = self._shown.measures or (read,)
        if measures != tuple(self.measure.itemData(row) for row in range(self.measure.count())):
            self.measure.clear()
            for measure in measures:
                self.measure.addItem(measure_name(measure), measure)
        self.measure.setCurrentIndex(measures.index(read))
        self.measure.setEnabled(len(measures) > 1)


def _explained(box: QWidget, term: ExplainedTerm) -> QHBoxLayout:
    together = QHBoxLayout()
    together.setSpacing(0)
    together.addWidget(box)
    together.addWidget(WhatIs(*term_words(term)))
    return together
