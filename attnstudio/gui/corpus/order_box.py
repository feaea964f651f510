"""The order in which pairs stand in the table."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from attnstudio.corpus.searching import Order
from attnstudio.corpus.statistics import Measure
from attnstudio.gui.look.wording import language_name

_LETTERS = 20


class OrderBox(QComboBox):
    """The order of the files, and both ways of each measure."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Order of the pairs"))
        self.setToolTip(
            self.tr("The ratio is the length of the target sentence by that of its source.")
        )
        for order in _orders():
            self.addItem("", order)
        self.set_languages("", "")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_LETTERS)

    @property
    def order(self) -> Order | None:
        """What is chosen; None for the order of the files."""
        chosen: Order | None = self.currentData()
        return chosen

    def choose(self, order: Order | None) -> None:
        """Choose for the person."""
        self.setCurrentIndex(_orders().index(order))

    def set_languages(self, source: str, target: str) -> None:
        """Name the sides by the codes of their languages."""
        first, second = language_name(source), language_name(target)
        for place, words in enumerate(
            (
                self.tr("In the order of the files"),
                self.tr("Shortest {language} first").format(language=first),
                self.tr("Longest {language} first").format(language=first),
                self.tr("Shortest {language} first").format(language=second),
                self.tr("Longest {language} first").format(language=second),
                self.tr("Smallest ratio first"),
                self.tr("Largest ratio first"),
            )
        ):
            self.setItemText(place, words)


def _orders() -> list[Order | None]:
    measured = [Order(measure, is_falling) for measure in Measure for is_falling in (False, True)]
    return [None, *measured]
