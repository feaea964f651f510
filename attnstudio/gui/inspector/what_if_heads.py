"""What each head is worth: a map of layers and heads, each switched off in turn."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.inspector.what_if_head_map import HeadFigure, HeadMap
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import count, decimals
from attnstudio.gui.studio.tasks import TaskProgress
from attnstudio.gui.widgets.busy_bar import BusyBar
from attnstudio.gui.widgets.site_words import site_name
from attnstudio.model.intervention import HeadAddress
from attnstudio.project.head_ablation import HeadAblation
from attnstudio.reading import Reading
from attnstudio.sites import Site


class Figure(StrEnum):
    """What of the heads is shown."""

    LOSS = "loss"
    BLEU = "bleu"
    AER = "aer"


class HeadWorth(QWidget):
    """Asks what each head is worth, and shows it for the attention that is looked at.

    Args:
        parent: where it stands.

    Attributes:
        bleu: whether all sentences are translated without each head.
        aer: whether their words are linked without each head.
        figure: which of what was measured is shown.
        map: it.

    Signals:
        asked: each head is to be switched off in turn; whether BLEU and whether the alignment error
            are wanted.
        stop_asked: that is to end.
        head_chosen: a `Reading` of the head that was clicked.
        switch_asked: a `Reading` of the head that is to be switched off, or on again.
    """

    asked = Signal(bool, bool)
    stop_asked = Signal()
    head_chosen = Signal(object)
    switch_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: HeadAblation | None = None
        self._site: Site | None = None
        self._off: frozenset[HeadAddress] = frozenset()
        self.words = QLabel()
        self.words.setWordWrap(True)
        set_role(self.words, "muted")
        self.bleu = QCheckBox(self.tr("Translate too (BLEU), which takes long"))
        self.aer = QCheckBox(self.tr("Link words too (alignment error)"))
        self.ask = QPushButton(self.tr("Switch off each head in turn"))
        self.stop = QPushButton(self.tr("Stop"))
        self.bar = BusyBar(self.tr("How many heads were tried"))
        self.figure = QComboBox()
        self.figure.setAccessibleName(self.tr("What is shown of each head"))
        self.map = HeadMap()
        self._lay_out()
        self.ask.clicked.connect(self._tell_asked)
        self.stop.clicked.connect(self.stop_asked)
        self.figure.currentIndexChanged.connect(self._refresh)
        self.map.chosen.connect(self._choose)
        self.map.switch_asked.connect(self._switch)
        self.show_heads(None, None)
        self.show_working(None)

    def show_working(self, progress: TaskProgress | None, *, is_going: bool = False) -> None:
        """Show how far it is."""
        for choice in (self.bleu, self.aer, self.ask):
            choice.setVisible(not is_going)
        self.stop.setVisible(is_going)
        self.bar.setVisible(is_going)
        if progress is not None and progress.total:
            self.bar.setRange(0, 1_000)
            self.bar.setValue(round(1_000 * progress.done / progress.total))

    def show_heads(
        self,
        found: HeadAblation | None,
        site: Site | None,
        off: frozenset[HeadAddress] = frozenset(),
    ) -> None:
        """Show what the heads of a site are worth, or nothing, and which of them are off."""
        if found is not self._found:
            self._list_figures(found)
        self._found, self._site, self._off = found, site, off
        self._refresh()

    def _list_figures(self, found: HeadAblation | None) -> None:
        """Those that were measured; the loss always is."""
        names = {Figure.LOSS: self.tr("Loss")}
        if found is not None and found.whole.bleu is not None:
            names[Figure.BLEU] = self.tr("BLEU")
        if found is not None and found.whole.aer is not None:
            names[Figure.AER] = self.tr("Alignment error")
        self.figure.blockSignals(True)
        self.figure.clear()
        for figure, name in names.items():
            self.figure.addItem(name, figure)
        self.figure.blockSignals(False)

    def _refresh(self) -> None:
        found, site = self._found, self._site
        is_there = found is not None and site in found.shapes
        self.map.setVisible(is_there)
        self.figure.setVisible(is_there and self.figure.count() > 1)
        if found is None or site is None or not is_there:
            self.words.setText(
                self.tr(
                    "How much worse does the model read 200 held-out sentences without a head? "
                    "It takes about as long as some validations; you can go on meanwhile."
                )
            )
            return
        chosen = Figure(self.figure.currentData() or Figure.LOSS)
        self.words.setText(
            self._said(found, chosen).format(site=site_name(site), n=count(found.sentences))
            + " "
            + self.tr("Shift+click, or Delete, switches it off in What if.")
        )
        off = frozenset((head.layer, head.head) for head in self._off if head.site == site)
        self.map.show_figure(replace(_figure_of(found, site, chosen), off=off))

    def _said(self, found: HeadAblation, figure: Figure) -> str:
        match figure:
            case Figure.LOSS:
                words = self.tr(
                    "{site}: how much the loss of {n} held-out sentences grows without a head, in "
                    "nats a token; it is {value} with all. Bold is more than chance. Click a head "
                    "to look at it."
                )
                return words.replace("{value}", decimals(found.loss, 3))
            case Figure.BLEU:
                words = self.tr(
                    "{site}: how BLEU of {n} held-out sentences changes without a head; it is "
                    "{value} with all, without a beam. Click a head to look at it."
                )
                return words.replace("{value}", decimals(found.whole.bleu, 2))
            case Figure.AER:
                words = self.tr(
                    "{site}: how the alignment error changes without a head; it is {value} with "
                    "all. More is worse. Click a head to look at it."
                )
                return words.replace("{value}", decimals(found.whole.aer, 3))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.ask)
        row.addWidget(self.bar, stretch=1)
        row.addWidget(self.stop)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SMALL_SPACE, 0, 0)
        column.setSpacing(SPACE)
        for widget in (self.words, self.figure, self.map, self.bleu, self.aer):
            column.addWidget(widget)
        column.addLayout(row)
        column.addStretch()

    def _tell_asked(self) -> None:
        self.asked.emit(self.bleu.isChecked(), self.aer.isChecked())

    def _switch(self, layer: int, head: int) -> None:
        if self._site is not None:
            self.switch_asked.emit(Reading(layer, head, site=self._site))

    def _choose(self, layer: int, head: int) -> None:
        if self._site is not None:
            self.head_chosen.emit(Reading(layer, head, site=self._site))


def _figure_of(found: HeadAblation, site: Site, figure: Figure) -> HeadFigure:
    bleu, aer = found.bleu_added(site), found.aer_added(site)
    if figure is Figure.BLEU and bleu is not None:
        return HeadFigure(bleu, None, 2)
    if figure is Figure.AER and aer is not None:
        return HeadFigure(aer, None, 3)
    return HeadFigure(found.loss_added(site), found.loss_error(site), 3)
