"""Which attention of a watch sentence is looked at: as its run reads it best, or any head of it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from attnstudio.axes import Record
from attnstudio.gui.look.theme import SPACE
from attnstudio.gui.widgets.site_words import reading_words, site_name
from attnstudio.interpretation.matrices import first_reading
from attnstudio.reading import Reading
from attnstudio.sites import Site


class WatchReading(QWidget):
    """Two lists: of the sites of a record, and of the layers and heads of the chosen one.

    What is chosen stays from moment to moment and from sentence to sentence, as long as the model
    has it.

    Signals:
        chosen: the person wants to look at something else.
    """

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen: Reading | None = None
        self._record: Record | None = None
        self._site = QComboBox()
        self._site.setAccessibleName(self.tr("Which attention is shown through time"))
        self._head = QComboBox()
        self._head.setAccessibleName(self.tr("Which layer and head is shown through time"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        for box in (self._site, self._head):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            row.addWidget(box)
        self._site.activated.connect(self._choose_site)
        self._head.activated.connect(self._choose_head)
        self.hide()

    def reading_of(self, record: Record, best: Reading) -> Reading:
        """How a record is to be read: as the person chose where that is there, else as best."""
        chosen = self._chosen
        if chosen is not None:
            layers, heads = record.shape_of(chosen.site)
            if (chosen.layer or 0) < layers and (chosen.head or 0) < heads:
                return chosen
        return best

    def offer(self, record: Record | None, reading: Reading) -> None:
        """List what a record has, with what is looked at chosen."""
        self._record = record if record is not None and record.matrices else None
        self.setVisible(self._record is not None)
        if self._record is None:
            return
        _fill(self._site, {site_name(site): site for site in self._record.sites}, reading.site)
        self._site.setVisible(self._site.count() > 1)
        heads = {reading_words(each): each for each in _readings(self._record, reading)}
        _fill(self._head, heads, reading)
        self._head.setVisible(self._head.count() > 1)

    def _choose_site(self) -> None:
        site: Site = self._site.currentData()
        assert self._record is not None  # else nothing is offered
        self._choose(first_reading(self._record, None, site.name))

    def _choose_head(self) -> None:
        self._choose(self._head.currentData())

    def _choose(self, reading: Reading) -> None:
        self._chosen = reading
        self.chosen.emit()


def _readings(record: Record, reading: Reading) -> list[Reading]:
    """The average of all, and each single head of the site of a reading, in its method."""
    layers, heads = record.shape_of(reading.site)
    all_heads = Reading(method=reading.method, site=reading.site)
    if (layers, heads) == (1, 1):
        return [all_heads if reading.layer is None else reading]
    single = [
        Reading(layer, head, reading.method, reading.site)
        for layer in range(layers)
        for head in range(heads)
    ]
    listed = [all_heads, *single]
    return listed if reading in listed else [reading, *listed]


def _fill(box: QComboBox, wanted: Mapping[str, object], chosen: object) -> None:
    if list(wanted) != [box.itemText(row) for row in range(box.count())]:
        box.clear()
        for words, value in wanted.items():
            box.addItem(words, value)
    box.setCurrentIndex(list(wanted.values()).index(chosen))
