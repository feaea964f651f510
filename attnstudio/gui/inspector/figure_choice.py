"""The row over an overview of heads: by which figure they are told apart, and ordered."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from attnstudio.gui.inspector.figure_words import figure_words
from attnstudio.gui.inspector.head_thumbs import HeadOrder, HeadSorting
from attnstudio.gui.inspector.what_is import WhatIs
from attnstudio.gui.look.theme import SPACE
from attnstudio.interpretation.head_figures import HeadFigure


class FigureChoice(QWidget):
    """A list of figures, what the chosen one is, and a list of orders.

    Args:
        parent: owns the row.

    Attributes:
        figure: list of the figures.
        order: list of the orders.

    Signals:
        changed: the `HeadSorting` that was chosen.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figure = QComboBox()
        self.figure.setAccessibleName(self.tr("Number below each head"))
        self.offer(tuple(each for each in HeadFigure if each is not HeadFigure.ZEROS))
        self.order = QComboBox()
        self.order.setAccessibleName(self.tr("Order of the heads"))
        for order, name in (
            (HeadOrder.LAYERS, self.tr("By layer")),
            (HeadOrder.GREATEST, self.tr("Greatest first")),
            (HeadOrder.LEAST, self.tr("Least first")),
        ):
            self.order.addItem(name, order)
        name, *_, what = figure_words(HeadFigure.SPREAD)
        self._what_is = WhatIs(name, what)
        self._lay_out()
        for box in (self.figure, self.order):
            box.currentIndexChanged.connect(self._tell)

    @property
    def sorting(self) -> HeadSorting:
        """What is chosen."""
        # Qt keeps both as text
        return HeadSorting(
            HeadFigure(self.figure.currentData()), HeadOrder(self.order.currentData())
        )

    def offer(self, figures: tuple[HeadFigure, ...]) -> None:
        """Choose among these; one that is chosen stays where it can, else the first is."""
        there = [HeadFigure(self.figure.itemData(n)) for n in range(self.figure.count())]
        if there == list(figures):
            return
        with QSignalBlocker(self.figure):
            chosen = self.figure.currentData()
            self.figure.clear()
            for figure in figures:
                self.figure.addItem(figure_words(figure).name, figure)
            self.figure.setCurrentIndex(max(0, self.figure.findData(chosen)))
        if chosen is not None and self.figure.currentData() != chosen:
            self._tell()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        together = QHBoxLayout()
        together.setSpacing(0)
        together.addWidget(self.figure)
        together.addWidget(self._what_is)
        row.addLayout(together)
        row.addWidget(self.order)
        row.addStretch(1)

    def _tell(self) -> None:
        name, *_, what = figure_words(self.sorting.figure)
        self._what_is.explain(name, what)
        self.changed.emit(self.sorting)
