"""Light and dark: one set of colours each, and the looks that a widget can have.

A widget that needs more than Qt's palette roles asks `colours_of` with its own palette and asks
again in `changeEvent` (`QEvent.Type.PaletteChange`); so nothing needs to be told of a switch.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QTabWidget, QWidget

SPACE = 8  # pixels; every distance on a page is a multiple of half of it
SMALL_SPACE = 4
PAGE_MARGIN = 24
_VEIL = 185  # of 255


class Scheme(StrEnum):
    """What the person chose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Series(NamedTuple):
    """How a run is drawn: never told apart by colour alone.

    Attributes:
        colour: of the line, as ``#rrggbb``.
        dash: the pattern of the line.
        symbol: what marks its points: ``o``, ``s``, ``t1`` or ``d`` for circle, square, triangle
            and diamond.
    """

    colour: str
    dash: Qt.PenStyle
    symbol: str = "o"


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one scheme, as ``#rrggbb``.

    Text colours have a contrast of at least 4.5:1 on ``window``, ``panel`` and ``raised``, and
    ``on_accent`` on ``accent``.

    Attributes:
        dark: whether light text stands on dark ground.
        window: behind everything.
        panel: cards, tables, plots and fields.
        raised: buttons, headers, pointed-at rows.
        border: hairlines.
        text: what is read first.
        muted: what is read second.
        accent: the one thing to do, and the focus ring.
        on_accent: text on ``accent``.
        accent_soft: ground of what is chosen; ``text`` is read on it.
        mark: ground of a text that was searched for; ``text`` is read on it.
        success: text of what went well.
        warning: text of what to mind.
        error: text of what went wrong.
        series: colours of curves (Okabe and Ito 2008, adapted to the ground).
    """

    dark: bool
    window: str
    panel: str
    raised: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_soft: str
    mark: str
    success: str
    warning: str
    error: str
    series: tuple[str, ...]

    def series_of(self, index: int) -> Series:
        """How the run with this number is drawn: eight colours, then the same in other patterns.

        None of them is the dashed line, which stands for validations whosesoever they are.
        """
        lines = Qt.PenStyle
        dashes = (lines.SolidLine, lines.DashDotLine, lines.DotLine, lines.DashDotDotLine)
        symbols, repeat = ("o", "s", "t1", "d"), self.repeat_of(index)
        colour = self.series[index % len(self.series)]
        return Series(colour, dashes[repeat], symbols[repeat])

    def repeat_of(self, index: int) -> int:
        """Which of four patterns the run with this number has; 0 for the plain one."""
        return index // len(self.series) % 4


LIGHT = Colours(
    dark=False,
    window="#f4f5f7",
    panel="#ffffff",
    raised="#e9ecf0",
    border="#d3d8df",
    text="#1b1f24",
    muted="#545c67",
    accent="#1d5fb8",
    on_accent="#ffffff",
    accent_soft="#d9e7fa",
    mark="#ffdf80",
    success="#15693a",
    warning="#7d4e00",
    error="#b3261e",
    series=(
        "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#8a6d00",
    ),
)  # fmt: skip
DARK = Colours(
    dark=True,
    window="#191c20",
    panel="#22262c",
    raised="#2c3139",
    border="#3d444f",
    text="#e7eaee",
    muted="#a9b2bf",
    accent="#7fb2ff",
    on_accent="#0a1a31",
    accent_soft="#2a4468",
    mark="#705600",
    success="#7bd29b",
    warning="#f0b95c",
    error="#ff8f86",
    series=(
        "#56b4e9", "#ff8a3d", "#2cc79a", "#e39ac4", "#f0c244", "#8c83ff", "#f4f6f8", "#b9a44c",
    ),
)  # fmt: skip


def colours_of(palette: QPalette) -> Colours:
    """The scheme that a palette belongs to.

    The role of hairlines tells, because a style sheet changes those of grounds and texts.
    """
    return DARK if palette.color(QPalette.ColorRole.Mid).lightness() < 128 else LIGHT


def choose_colours(scheme: Scheme, system: Qt.ColorScheme) -> Colours:
    """The colours for what the person chose; an unknown system counts as light."""
    match scheme:
        case Scheme.LIGHT:
            return LIGHT
        case Scheme.DARK:
            return DARK
        case Scheme.SYSTEM:
            return DARK if system is Qt.ColorScheme.Dark else LIGHT


def draw_veil(painter: QPainter, area: QRect, palette: QPalette) -> None:
    """Make what was drawn pale: it is not of what the person has typed or chosen since."""
    veil = QColor(colours_of(palette).panel)
    veil.setAlpha(_VEIL)
    painter.fillRect(area, veil)


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget one of the looks of the style sheet, such as ``muted`` or ``primary``.

    Args:
        widget: a label (``page-title``, ``heading``, ``muted``, ``success``, ``warning``,
            ``error``, ``number``), a button (``primary``, ``quiet``, ``danger``, and ``icon`` for
            one that shows a sign only), tabs (``plain``: without a line) or a frame (``card``,
            ``banner``, ``strip``, ``divider``).
        role: its name.
    """
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def name_tabs(tabs: QTabWidget, name: str) -> None:
    """Say to those who cannot see them what some tabs are about."""
    tabs.setAccessibleName(name)
    tabs.tabBar().setAccessibleName(name)
