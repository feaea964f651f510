"""A question mark that answers what something is, where it stands."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWhatsThis, QWidget

from attnstudio.gui.look.theme import set_role

_SIZE = 24


class WhatIs(QPushButton):
    """Shows an explanation when it is clicked, and tells it to who cannot see it.

    Args:
        name: what is explained.
        what: the explanation.
        parent: where it stands.
    """

    def __init__(self, name: str, what: str, parent: QWidget | None = None) -> None:
        super().__init__("?", parent)
        self.explain(name, what)
        self.setFixedSize(_SIZE, _SIZE)
        set_role(self, "icon")
        self.clicked.connect(self._show)

    def explain(self, name: str, what: str) -> None:
        """Explain something else."""
        self._words = f"{name}: {what}"
        self.setAccessibleName(self.tr("What is {name}?").format(name=name))
        self.setAccessibleDescription(self._words)
        self.setToolTip(self.accessibleName())

    def _show(self) -> None:
        QWhatsThis.showText(self.mapToGlobal(self.rect().bottomLeft()), self._words, self)
