"""Every head tried in turn: what the tab *Every head* asks for is done."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from attnstudio.gui.inspector.what_if import WhatIf
from attnstudio.gui.inspector.what_if_changes import heads_off
from attnstudio.gui.inspector.what_if_heads import HeadWorth
from attnstudio.gui.inspector.what_if_here import Whereabouts


class HeadTrials(QObject):
    """Fills the tab *Every head* and does what is asked for there.

    Args:
        what_if: what is asked of the model.
        here: where the person is.
        tab: the widget.
        parent: owns it.
    """

    def __init__(self, what_if: WhatIf, here: Whereabouts, tab: HeadWorth, parent: QObject) -> None:
        super().__init__(parent)
        self._what_if, self._here, self._tab = what_if, here, tab
        tab.asked.connect(self._try_heads)
        tab.stop_asked.connect(what_if.stop_heads)
        tab.head_chosen.connect(here.shown.read_as)
        what_if.heads_found.connect(self.show_heads)
        what_if.changed.connect(self.show_heads)
        what_if.working.connect(self._show_working)

    def show_heads(self) -> None:
        """Show what is known of the heads of the attention that is looked at."""
        off = frozenset(heads_off(self._what_if.changes))
        self._tab.show_heads(self._what_if.heads, self._here.shown.reading.site, off)
        self._show_working()

    def _show_working(self) -> None:
        self._tab.show_working(None, is_going=self._what_if.is_trying_heads)

    def _try_heads(self, bleu: bool, aer: bool) -> None:
        self._what_if.try_heads(bleu=bleu, aer=aer)
        task = self._what_if.task_of_heads()
        if task is not None:
            task.progressed.connect(partial(self._tab.show_working, is_going=True))
