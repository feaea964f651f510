"""What is changed of the attention that is shown, for all that draw it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from attnstudio.interpretation.comparison import Comparison
from attnstudio.model.intervention import HeadAddress
from attnstudio.sites import Site


class ShownChange(QObject):
    """The changes of *What if*, and what came of them once that is known.

    Signals:
        changed: there are others, or what came of them is known now.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self._off: frozenset[HeadAddress] = frozenset()
        self._comparison: Comparison | None = None
        self._is_shown = False

    @property
    def is_shown(self) -> bool:
        """Whether the attention is to be shown with the changes, once they are known."""
        return self._is_shown

    def show(self, shown: bool) -> None:
        """Show the attention with the changes, or without them."""
        if shown != self._is_shown:
            self._is_shown = shown
            self.changed.emit()

    @property
    def words(self) -> tuple[str, ...]:
        """What is changed, one line each; empty while nothing is."""
        return self._words

    @property
    def comparison(self) -> Comparison | None:
        """What came of it; None while nothing is changed or it is not known yet."""
        return self._comparison

    def off(self, site: Site) -> frozenset[tuple[int, int]]:
        """Layer and head of those of a site that are switched off."""
        return frozenset((head.layer, head.head) for head in self._off if head.site == site)

    def reached(self, site: Site) -> NDArray[np.bool_] | None:
        """Which heads of a site the change can reach, (layers, heads); None where none is told."""
        rows = self._comparison.reach.rows.get(site) if self._comparison is not None else None
        return None if rows is None else np.asarray(rows.any(axis=-1))

    def tell(self, words: tuple[str, ...], off: frozenset[HeadAddress]) -> None:
        """Take what is changed; what comes of it is not known yet.

        Args:
            words: of each change.
            off: the heads that are switched off.
        """
        self._words, self._off, self._comparison = words, off, None
        self._is_shown = self._is_shown and bool(words)
        self.changed.emit()

    def compare(self, comparison: Comparison | None) -> None:
        """Take what came of it."""
        self._comparison = comparison
        self.changed.emit()
