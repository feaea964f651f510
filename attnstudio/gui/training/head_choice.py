"""Which numbers of the heads are looked at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from attnstudio.gui.charts.head_run import quantity_title, tr
from attnstudio.gui.look.theme import SPACE
from attnstudio.gui.widgets.site_words import site_name
from attnstudio.sites import Site, SiteRole
from attnstudio.training.head_quantities import HeadPlace, HeadQuantity, words_of

_FIRST = (HeadQuantity.ALPHA, HeadQuantity.SPAN, HeadQuantity.SPREAD)  # what tells most


class HeadChoice(QWidget):
    """A quantity, and an attention that it is known of.

    Attributes:
        quantity: what is shown of each head.
        site: of which attention.

    Signals:
        changed: the person wants other numbers.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._places: tuple[HeadPlace, ...] = ()
        self.quantity, self.site = QComboBox(), QComboBox()
        self.quantity.setAccessibleName(self.tr("What is shown of each head"))
        self.site.setAccessibleName(self.tr("Of which attention"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.quantity)
        row.addWidget(self.site)
        self.quantity.activated.connect(self._change_quantity)
        self.site.activated.connect(self.changed)

    @property
    def place(self) -> HeadPlace | None:
        """What is chosen; None where there is nothing to choose."""
        quantity, site = self.quantity.currentData(), self._chosen_site
        return None if quantity is None or site is None else HeadPlace(site, HeadQuantity(quantity))

    def offer(self, places: Sequence[HeadPlace]) -> None:
        """Let these be chosen; what was chosen stays so where it is among them."""
        if tuple(places) == self._places:
            return
        before, self._places = self.place, tuple(places)
        told = {place.quantity for place in places}
        self.quantity.clear()
        for quantity in HeadQuantity:
            if quantity in told:
                words = words_of(quantity)
                self.quantity.addItem(quantity_title(words), quantity.value)
                last = self.quantity.count() - 1
                self.quantity.setItemData(last, tr(words.what), Qt.ItemDataRole.ToolTipRole)
        wanted = before.quantity if before is not None else None
        if wanted not in told:
            wanted = next((each for each in (*_FIRST, *HeadQuantity) if each in told), None)
        self.quantity.setCurrentIndex(self.quantity.findData(wanted and wanted.value))
        self._offer_sites(before.site if before is not None else None)

    @property
    def _chosen_site(self) -> Site | None:
        name = self.site.currentData()
        return next((place.site for place in self._places if place.site.name == name), None)

    def _change_quantity(self) -> None:
        self._offer_sites(self._chosen_site)
        self.changed.emit()

    def _offer_sites(self, wanted: Site | None) -> None:
        """Those of which the chosen quantity is told."""
        quantity = self.quantity.currentData()
        sites = [place.site for place in self._places if place.quantity == quantity]
        self.site.clear()
        for site in sites:
            self.site.addItem(site_name(site), site.name)
            self.site.setItemData(
                self.site.count() - 1, _about(site.role), Qt.ItemDataRole.ToolTipRole
            )
        self.site.setCurrentIndex(sites.index(wanted) if wanted in sites else 0)


def _about(role: SiteRole) -> str:
    """What looks where, in plain words."""
    match role:
        case SiteRole.CROSS:
            return tr("Where in the source it looks while it writes the translation")
        case SiteRole.ENCODER_SELF:
            return tr("Where in the source it looks while it reads it")
    return tr("Where it looks in what it has written so far")
