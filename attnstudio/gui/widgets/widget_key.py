"""A key or gesture that a widget answers to by itself, for the sheet of keys.

A widget's own keys are no actions: arrows mean one thing in a chart and another in a map. A test
holds what is declared, in `keys.py` of each folder, against the keys that each module asks for.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt


@dataclass(frozen=True, slots=True)
class WidgetKey:
    """One line of the sheet.

    Attributes:
        module: of the widget that answers; empty for what Qt does.
        what: it does, in words.
        keys: as people read them.
        codes: what the widget asks Qt for; none for what a mouse does.
    """

    module: str
    what: str
    keys: str
    codes: tuple[Qt.Key, ...] = ()
